"""Who is calling, and does the service run?"""

from __future__ import annotations

from triage_core import __version__
from triage_core.contract.account import Health, Me, Ready
from triage_core.edge.call import Answer, Call
from triage_core.edge.setup import playbook_of
from triage_core.service.health import assure


def get_me(call: Call) -> Answer:
    """Tell who the caller is, with all rights."""
    caller, playbook = call.caller, playbook_of(call)
    policy = playbook.policy if playbook else None
    names = {person.id: person.name for person in policy.people} if policy else {}
    return Answer(
        Me.of(
            name=caller.name,
            tenant=caller.tenant,
            platform=caller.platform,
            person=caller.person_id,
            person_name=names.get(caller.person_id or ""),
            roles_csv=",".join(caller.actor.roles),
            scopes_csv=",".join(sorted(caller.scopes)),
            most_sensitive=policy.platforms.get(caller.platform or "") if policy else None,
            policy_version=policy.id if policy else None,
        )
    )


def get_health() -> Answer:
    """Tell that the service runs."""
    return Answer(Health.of(status="ok", version=__version__))


def get_ready(call: Call) -> Answer:
    """Tell that the service can do its work."""
    assure(call.triage.store, call.now)
    return Answer(Ready.of(status="ready", version=__version__))
