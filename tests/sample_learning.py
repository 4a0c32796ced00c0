"""Which desk do tests of the calibration work at? That of the study, whose policy has three bad rules."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from tests.sample_cases import MONDAY
from tests.sample_desk import TENANT, SampleDesk, submission
from triage_core.domain.calibration.drawing import Drawn
from triage_core.domain.calibration.labelling import Label, Sample, Seat, Verdict
from triage_core.domain.calibration.past import Past, Said, Sign
from triage_core.domain.gating.deciding import Proof
from triage_core.domain.model import SYSTEM, Actor, ActorKind
from triage_core.service.calibrating import Calibration
from triage_core.service.controlling import Hand
from triage_core.service.policy_changes import PolicyChanges
from triage_core.service.quarterly import QuarterlyReviews
from triage_core.study.planting import ALWAYS, planted_policy

if TYPE_CHECKING:
    from triage_core.domain.model import Ticket
    from triage_core.ports import Store

WEEK: Final = "2026-W09"
INTAKE: Final[dict[str, Any]] = {**ALWAYS, "impact": "low", "urgency": "medium"}
#: What a ticket says: a harmless one that the planted word catches, one that no rule knows, and a plain one.
RESET, TAKEN, PLAIN = "please reset my badge code", "a sign in at night that was not me", "the toner is low"
P2_SAFE = Verdict(class_name="P2", escalate=True, tags=("security",))
P3 = Verdict(class_name="P3", escalate=False, draft_ok=True)
#: What is right for each.
RIGHT: Final = {RESET: P3, TAKEN: P2_SAFE, PLAIN: P3}


def person(name: str) -> Actor:
    """Return somebody of the study's roster."""
    return Actor(kind=ActorKind.PERSON, id=name, roles=("lead",))


LEAD, SECOND, THIRD = person("lead"), person("second"), person("third")
FLOW: Final = Actor(kind=ActorKind.PLATFORM, id="platform:zapier:k1")


class LearningDesk(SampleDesk):
    """A desk under the planted policy, on the Monday after its first week."""

    def __init__(self, store: Store | None = None) -> None:
        """Take in a week of tickets and wait until it is over."""
        super().__init__(store, planted_policy())
        self.texts: dict[str, str] = {}
        self.calibration = Calibration(self.store, self.triage.playbooks, lambda: self.now)
        self.changes = PolicyChanges(self.store, self.triage.playbooks, lambda: self.now)
        self.reviews = QuarterlyReviews(self.store, self.triage.playbooks, lambda: self.now)

    def week(self, each: int = 8) -> LearningDesk:
        """Take in so many tickets of each kind, an hour apart, and wait until the week is over."""
        for number in range(each):
            for text in RIGHT:
                self.takes(text, number * 3 + len(self.texts))
                self.passes(timedelta(minutes=30))
        self.now = max(self.now, MONDAY + timedelta(days=7))
        return self

    def takes(self, text: str, number: int, **intake: Any) -> Ticket:
        """Take in a ticket that says something."""
        given = submission(number + 1000 * len(self.texts), subject="hello", body=text, intake={**INTAKE, **intake})
        answer = self.triage.submit(given, SYSTEM)
        self.texts[answer.ticket_id] = text
        return self.read(answer.ticket_id)

    def sampled(self) -> Sample:
        """Draw the sample of the week."""
        return self.calibration.samples.draw(TENANT, LEAD, start="start")

    def judged(self) -> Sample:
        """Draw the sample and let two people judge it rightly."""
        sample = self.sampled()
        for actor in (SECOND, THIRD):
            while (task := self.calibration.task(TENANT, sample.id, actor)) is not None:
                right = RIGHT[self.texts[task.past.id]]
                self.calibration.label(TENANT, sample.id, task.past.id, right, actor)
        return sample

    def hand(self, actor: Actor = LEAD, reason: str = "The sample shows it.") -> Hand:
        """Return somebody's hand."""
        return Hand(TENANT, actor, reason)

    @property
    def proof(self) -> Proof:
        """Somebody who signed in just now."""
        return Proof(interactive=True, authenticated_at=self.now)


def past(name: str = "t1", *, rank: int = 2, escalate: bool = False, signs: tuple[Sign, ...] = (), **more: Any) -> Past:
    """Return a ticket of the past."""
    said = Said(class_name=f"P{rank + 1}", class_rank=rank, escalate=escalate, fired=more.pop("fired", ()))
    return Past(id=name, created_at=MONDAY, said=said, signs=signs, **more)


def sample(*tickets: Drawn, population: dict[str, int] | None = None) -> Sample:
    """Return a sample of some tickets."""
    strata: dict[str, int] = {}
    for each in tickets:
        strata[each.stratum] = strata.get(each.stratum, 0) + 1
    return Sample(
        tenant=TENANT,
        id=WEEK,
        since=MONDAY - timedelta(days=7),
        until=MONDAY,
        drawn_at=MONDAY,
        drawn_by="lead",
        policy_version="study@1",
        start="start",
        population=population or strata,
        tickets=tickets,
    )


def drawn(name: str = "t1", *, double: bool = False, stratum: str = "control:P3:kept", **said: Any) -> Drawn:
    """Return a ticket of a sample."""
    return Drawn(ticket_id=name, stratum=stratum, said=past(name, **said).said, double=double)


def label(name: str = "t1", by: str = "second", seat: Seat = Seat.FIRST, verdict: Verdict = P3) -> Label:
    """Return a verdict."""
    return Label(tenant=TENANT, sample=WEEK, ticket_id=name, seat=seat, by=by, at=MONDAY, verdict=verdict)
