"""Which rotas, people and clock do tests of on-call duty work with?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sample_identity import BASE, TENANT, staffed_policy
from tests.sample_rotas import DAY, NOON
from triage_core.adapters.memory import MemoryStore
from triage_core.domain.model import Actor, ActorKind
from triage_core.service.duty import Duty
from triage_core.service.duty_desk import DutyDesk
from triage_core.service.playbooks import Playbooks

if TYPE_CHECKING:
    from datetime import timedelta

    from triage_core.domain.policy import Policy
    from triage_core.ports import Store


def person(name: str, *roles: str) -> Actor:
    """Return a person who acts."""
    return Actor(kind=ActorKind.PERSON, id=name, roles=roles)


ADA = person("ada", "admin")
ANN = person("ann", "agent")
LEE = person("lee", "lead")
MAX = person("max", "manager")


def duty_policy(**changes: Any) -> Policy:
    """Return the small policy with two rotas, administrators, and roles that escalate and that change stages."""
    roles = [
        *BASE["roles"],
        {"name": "admin", "rights": ["administer", "change_policy"]},
        {"name": "auditor", "rights": ["read_everything"]},
        {"name": "responder", "rights": ["escalate"]},
        {"name": "manager", "rights": ["change_stage"]},
    ]
    return staffed_policy(**{"roles": roles, "rotas": ["desk", "night"], **changes})


class SampleDuty:
    """A tenant with two rotas that nobody has written yet; the clock is set by hand."""

    def __init__(self, store: Store | None = None) -> None:
        """Open on a Monday at noon."""
        self.time = NOON
        self.store = MemoryStore() if store is None else store
        self.playbooks = Playbooks(self.store)
        self.playbooks.activate(TENANT, duty_policy(), NOON - DAY)
        self.duty = Duty(self.store, lambda: self.time)
        self.desk = DutyDesk(self.duty, self.playbooks)

    def passes(self, time: timedelta) -> None:
        """Let time pass."""
        self.time += time

    def on_duty(self, rota: str = "desk") -> str | None:
        """Return who is on duty now."""
        return self.duty.of(TENANT).on_duty(rota, self.time)
