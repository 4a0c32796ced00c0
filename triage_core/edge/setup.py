"""How is the setup of a tenant told?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.contract.account import SetupPart, SetupView
from triage_core.edge.call import Answer
from triage_core.service.playbooks import NoPolicy
from triage_core.service.setting_up import Setting, parts

if TYPE_CHECKING:
    from triage_core.domain.playbook import Playbook
    from triage_core.edge.call import Call


def shown(call: Call) -> Answer:
    """Return every part of the setup, and the moment by which callers set their own clocks."""
    setting = Setting(
        store=call.triage.store,
        caller=call.caller,
        playbook=playbook_of(call),
        surfaces=call.surfaces,
        hooks=call.hooks.list(call.caller),
        now=call.now,
    )
    found = parts(setting)
    failed = [check.name for check in found if not check.is_ok]
    items = tuple(SetupPart.of(part=check.name, ok=check.is_ok, detail=check.detail) for check in found)
    return Answer(SetupView.of(complete=not failed, wrong_csv=",".join(failed), now=call.now, items=items))


def playbook_of(call: Call) -> Playbook | None:
    """Return the policy for new tickets, where there is one."""
    try:
        return call.playbook
    except NoPolicy:
        return None
