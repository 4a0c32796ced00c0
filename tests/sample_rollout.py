"""Which policy and people do tests of the rollout know, and what makes a tenant ready?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.sample_cases import MONDAY
from tests.sample_desk import TENANT, SampleDesk
from tests.small_policy import document, policy
from triage_core.domain.model import Actor, ActorKind
from triage_core.domain.policy.gates import Stage
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.readiness import ATTESTABLE, Runbook
from triage_core.domain.rollout.state import Course, Mark, Rollout, Scope
from triage_core.service.controlling import Hand
from triage_core.service.rollout import RolloutBook

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.policy import Policy
    from triage_core.ports import Store

_BASE = document()
_ROLES = [
    _BASE["roles"][0],
    {**_BASE["roles"][1], "rights": [*_BASE["roles"][1]["rights"], "change_stage"]},
    {"name": "admin", "rights": ["administer"]},
]
_PEOPLE = [*_BASE["people"], {"id": "ada", "name": "Ada", "email": "ada@example.com", "roles": ["admin"]}]
#: What has an owner and a manager everywhere.
OWNED: dict[str, Any] = {
    "queues": [{**queue, "manager": "lee"} for queue in _BASE["queues"]],
    "routing": {"default_queue": "desk", "owners": {name: {"primary": "lee"} for name in ("P1", "P2", "P3")}},
}
MARK = Mark(by="lee", at=MONDAY, reason="It went wrong.")
EVERYTHING = Scope()
SECOND = timedelta(seconds=1)


def rollout_policy(**stages: Any) -> Policy:
    """Return the small policy with owners everywhere; Lee and Kim change stages, Ada administers."""
    return policy(roles=_ROLES, people=_PEOPLE, stages={"pilot_share": 0.5, **stages}, **OWNED)


def at(stage: Stage, since: datetime = MONDAY, **more: Any) -> Rollout:
    """Return a rollout in which every kind of action stands at a stage."""
    courses = {action: Course(stage=stage, since=since) for action in Action}
    return Rollout(tenant=TENANT, courses=courses, **more)


def person(name: str, *roles: str) -> Actor:
    """Return somebody of the roster."""
    return Actor(kind=ActorKind.PERSON, id=name, roles=roles)


LEE, KIM, ANN, ADA = person("lee", "lead"), person("kim", "lead"), person("ann", "agent"), person("ada", "admin")
FLOW = Actor(kind=ActorKind.PLATFORM, id="platform:zapier:k1")


def runbook(action: Action = Action.MESSAGES, **changes: Any) -> Runbook:
    """Return a runbook that is complete."""
    base = {"owner": "kim", "link": "https://wiki.example.com/run", "rollback": "Demote.", "rehearsed_at": MONDAY}
    return Runbook(**{"action": action, **base, **changes})


class RolloutDesk(SampleDesk):
    """A desk whose rollout can be changed."""

    def __init__(self, store: Store | None = None, **stages: Any) -> None:
        """Open on Monday, in the stage that the policy starts with."""
        super().__init__(store, rollout_policy(**stages))
        self.book = RolloutBook(self.store, self.triage.playbooks, lambda: self.now)

    @property
    def version(self) -> int:
        """The version of the rollout."""
        return self.book.of(TENANT).rollout.version

    def by(self, actor: Actor = LEE, reason: str = "It is time.") -> Hand:
        """Return the hand of somebody; a second passes with each."""
        self.passes(SECOND)
        return Hand(TENANT, actor, reason)

    def get_ready(self) -> None:
        """Settle every item of the checklist."""
        self.book.freeze(self.by(), EVERYTHING, self.version)
        for item in ATTESTABLE:
            self.book.attest(self.by(KIM, "see the report"), item)
        for action in Action:
            self.book.put_runbook(self.by(), runbook(action))

    def promote(self, to: Stage, action: Action = Action.MESSAGES, actor: Actor = LEE) -> None:
        """Sign a step up."""
        self.book.promote(self.by(actor), action, to, self.version)

    def stage(self, action: Action = Action.MESSAGES) -> Stage:
        """Return the stage of a kind of action."""
        course = self.book.of(TENANT).rollout.courses.get(action)
        return course.stage if course else Stage.SHADOW
