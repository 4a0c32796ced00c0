"""Which changes of the rollout are told to the outside, and to whom?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.contract.events import EventType
from triage_core.control_ports import Notice
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.rights import Deed
from triage_core.domain.rollout.state import stage_of
from triage_core.service.outgoing import body_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.control_ports import ControlLine
    from triage_core.domain.policy.gates import Stages
    from triage_core.domain.rollout.state import Rollout

_EVENTS: Final = {
    Deed.KILLED: EventType.ROLLOUT_KILLED,
    Deed.REVIVED: EventType.ROLLOUT_REVIVED,
    Deed.PROMOTED: EventType.ROLLOUT_PROMOTED,
    Deed.DEMOTED: EventType.ROLLOUT_DEMOTED,
    Deed.STEPPED_DOWN: EventType.ROLLOUT_DEMOTED,
}


def switched(line: ControlLine, tenants: Iterable[str], *, everywhere: bool) -> tuple[Notice, ...]:
    """Return what is told to each tenant about a switch."""
    return tuple(_notice(line, tenant, {"rollout_everywhere": everywhere}) for tenant in tenants)


def moved(
    line: ControlLine, before: Rollout, after: Rollout, stages: Stages, trigger: str | None = None
) -> tuple[Notice, ...]:
    """Return what is told about a stage that changed; a sign-off that waits for others is told to nobody."""
    pairs = ((action, stage_of(before, stages, action), stage_of(after, stages, action)) for action in Action)
    return tuple(
        _notice(
            line,
            line.tenant,
            {
                "rollout_action": action,
                "rollout_stage": now,
                "rollout_stage_before": then,
                "rollout_trigger": trigger,
            },
        )
        for action, then, now in pairs
        if then is not now
    )


def _notice(line: ControlLine, tenant: str, told: dict[str, object]) -> Notice:
    """A change moves one thing, so its version names the event."""
    name, event = f"{line.name}-{line.version}", _EVENTS[Deed(line.what)]
    about = {"id": name, "type": event, "at": line.at, "tenant": tenant, "rollout_by": line.actor}
    return Notice(tenant=tenant, id=name, type=event, payload=body_of({**about, **told}), at=line.at)
