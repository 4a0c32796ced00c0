"""Which desk do tests of escalations work at? The small one, with ladders, leads and people who may take over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.sample_desk import TENANT, SampleDesk
from tests.small_policy import COMPLETE, document
from triage_core.domain.model import Actor, ActorKind
from triage_core.domain.policy import Policy
from triage_core.service.escalations import Escalations
from triage_core.service.incidents import Incidents

if TYPE_CHECKING:
    from triage_core.domain.escalating.state import Escalation
    from triage_core.ports import Store

URGENT: dict[str, Any] = {**COMPLETE, "impact": "high", "urgency": "high"}
_ROLES: list[dict[str, Any]] = [
    {"name": "agent", "rights": ["work_tickets", "complete_intake"]},
    {
        "name": "lead",
        "rights": [
            *("work_tickets", "complete_intake", "override_class", "override_severity", "override_tags"),
            *("override_owner", "lower_gated", "approve", "escalate", "acknowledge"),
        ],
    },
    {"name": "boss", "rights": ["acknowledge", "escalate"]},
]
_PEOPLE: list[dict[str, Any]] = [
    {"id": "ann", "name": "Ann", "email": "ann@example.com", "roles": ["agent"], "queues": ["desk"]},
    {"id": "bob", "name": "Bob", "email": "bob@example.com", "roles": ["agent"], "queues": ["desk"]},
    {"id": "lee", "name": "Lee", "email": "lee@example.com", "roles": ["lead"], "support_tier": 2},
    {"id": "kim", "name": "Kim", "email": "kim@example.com", "roles": ["lead"], "support_tier": 2},
    {"id": "max", "name": "Max", "email": "max@example.com", "roles": ["boss"], "calendar": "office"},
]
LADDERS: list[dict[str, Any]] = [
    {
        "name": "major",
        "kind": "both",
        "levels": [
            {"targets": ["owner"], "timeout": "5m", "repeat": 1},
            {"targets": ["role:lead"], "timeout": "10m"},
            {"targets": ["person:max"], "timeout": "15m"},
        ],
        "repeat": 1,
        "max_age": "2d",
    },
    {"name": "risk", "levels": [{"targets": ["role:lead"], "timeout": "30m"}], "repeat": 1},
]
RULES: list[dict[str, Any]] = [
    {
        "id": "major",
        "classes": ["P1"],
        "triggers": ["class", "tag", "breach", "person", "incident"],
        "ladder": "major",
        "acknowledge_within": "5m",
        "lease": "60m",
        "checkpoint_grace": "10m",
        "any_hour": True,
    },
    {"id": "risk", "tags_any": ["security"], "ladder": "risk", "acknowledge_within": "30m"},
    {
        "id": "early",
        "classes": ["P2"],
        "triggers": ["at_risk"],
        "at_share": "75%",
        "ladder": "risk",
        "acknowledge_within": "30m",
    },
]


def ladder_policy(**changes: Any) -> Policy:
    """Return the small policy with ladders, some top-level sections replaced."""
    base: dict[str, Any] = {
        "roles": _ROLES,
        "people": _PEOPLE,
        "queues": [
            {"name": "desk", "service_lines": ["workplace"], "manager": "max"},
            {"name": "identity", "service_lines": ["identity"], "skills": ["sso"]},
            {"name": "escalations"},
        ],
        "routing": {
            "default_queue": "desk",
            "escalation_queue": "escalations",
            "owners": {"P1": {"primary": "lee", "secondary": "kim"}},
        },
        "ladders": LADDERS,
        "escalation": {
            "rules": RULES,
            "starters": [
                {"roles": ["lead", "boss"]},
                {"roles": ["agent"], "when": {"impact": ["high"]}},
            ],
            "repeated_contact": 3,
        },
    }
    return Policy.model_validate(document(**{**base, **changes}))


def people(**absences: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return the roster with some people away."""
    return [{**person, "absences": absences.get(person["id"], [])} for person in _PEOPLE]


def roles() -> list[dict[str, Any]]:
    """Return what people of each role may do."""
    return list(_ROLES)


def person(person_id: str) -> Actor:
    """Return somebody of the roster."""
    held = next(known["roles"] for known in _PEOPLE if known["id"] == person_id)
    return Actor(kind=ActorKind.PERSON, id=person_id, roles=tuple(held))


class LadderDesk(SampleDesk):
    """A tenant under the policy with ladders, on Monday morning."""

    def __init__(self, store: Store | None = None, **changes: Any) -> None:
        """Open for work."""
        super().__init__(store, ladder_policy(**changes))
        self.escalations = Escalations(self.triage)
        self.incidents = Incidents(self.triage)
        self.versions = 1

    def adopt(self, **changes: Any) -> None:
        """Put a new version of the policy into force now."""
        self.versions += 1
        policy = ladder_policy(version=str(self.versions), **changes)
        self.now += timedelta(microseconds=1)  # of two that begin at once none is the newer one
        self.triage.playbooks.activate(TENANT, policy, self.now)

    def urgent(self, **changes: Any) -> Escalation:
        """Submit a ticket of the highest class and return its escalation."""
        self.submit(**{"intake": URGENT, **changes})
        return self.escalation()

    def escalation(self, ticket_id: str = "t1") -> Escalation:
        """Return the ticket's escalation."""
        found = self.read(ticket_id).escalation
        assert found is not None
        return found

    def take(self, who: str, name: str = "t1-e1", **more: Any) -> Escalation:
        """Acknowledge."""
        self.escalations.acknowledge(TENANT, name, person(who), **more)
        return self.escalation(name.partition("-")[0])
