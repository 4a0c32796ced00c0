"""How is the weekly sample drawn, judged blind, settled and learned from? One method for each use case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.domain.calibration import labelling
from triage_core.domain.calibration.agreement import Agreement, agreement
from triage_core.domain.calibration.examples import Example, RuleErrors, rule_errors
from triage_core.domain.calibration.judging import Judged, Judgement, judge, pooled
from triage_core.domain.calibration.labelling import Label, Sample, Seat, Verdict
from triage_core.domain.calibration.past import Past, Said
from triage_core.domain.calibration.searching import Proposal, proposals
from triage_core.domain.errors import NotPermitted
from triage_core.domain.value import Value
from triage_core.policyfile import dump_policy, lint_text
from triage_core.service.remembering import past_of
from triage_core.service.sampling import SampleBook, check_reviewer, reviewers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from triage_core.domain.model import Actor
    from triage_core.domain.playbook import Playbook
    from triage_core.domain.policy import Policy
    from triage_core.service.playbooks import Playbooks
    from triage_core.service.sampling import CalibrationStore


class Task(Value, frozen=True, kw_only=True):
    """A ticket to judge blind: nothing on it tells what was decided, nor why it is in the sample."""

    sample: str
    past: Past
    #: Tickets that are left for this person, this one included.
    left: int
    total: int


class Seen(Value, frozen=True, kw_only=True):
    """What a person may know of a ticket once they cannot judge it blind any more."""

    ticket_id: str
    said: Said
    labels: tuple[Label, ...]
    disputed: bool
    text: str = ""


class Result(NamedTuple):
    """What a sample, or several, came to."""

    samples: tuple[Sample, ...]
    labels: tuple[Label, ...]
    judged: tuple[Judged, ...]
    population: dict[str, int]
    judgement: Judgement
    by_class: Agreement
    by_escalation: Agreement
    disputed: tuple[str, ...]


class Calibration:
    """The weekly calibration of all tenants."""

    def __init__(self, store: CalibrationStore, playbooks: Playbooks, now: Callable[[], datetime]) -> None:
        """Keep samples in a store."""
        self._store, self._playbooks, self._now = store, playbooks, now
        #: Where samples are drawn and found.
        self.samples: Final = SampleBook(store, playbooks, now)

    def progress(self, sample: Sample, person: str) -> tuple[int, int]:
        """Return how many tickets are left for a person, and how many have their verdict."""
        labels = self._store.learning.labels(sample.tenant, sample.id)
        return labelling.open_for(sample, labels, person), len(labelling.adjudicated(sample, labels))

    # --- judging --------------------------------------------------------------------------------------------------

    def task(self, tenant: str, sample_id: str, actor: Actor) -> Task | None:
        """Return the next ticket that a person can judge blind; raises `SampleNotFound` and `NotPermitted`."""
        check_reviewer(self._book(tenant), actor, "judge a sample")
        sample = self.samples.get(tenant, sample_id)
        labels = self._store.learning.labels(tenant, sample_id)
        drawn = labelling.next_for(sample, labels, actor.id)
        past = past_of(self._store, tenant, drawn.ticket_id) if drawn is not None else None
        if past is None:
            return None
        left = labelling.open_for(sample, labels, actor.id)
        return Task(sample=sample_id, past=past, left=left, total=len(sample.tickets))

    def label(self, tenant: str, sample_id: str, ticket_id: str, verdict: Verdict, actor: Actor) -> Seen:
        """Keep a person's blind verdict for good, and show what automation and others said.

        Raises `SampleNotFound`, `NotPermitted`, `NotInSample`, `NothingToLabel`, `SeatTaken` and `UnknownName`.
        """
        book, sample = self._book(tenant), self.samples.get(tenant, sample_id)
        check_reviewer(book, actor, "judge a sample")
        labelling.check_verdict(book, verdict)
        given = self._store.learning.labels(tenant, sample_id)
        mine = next((each for each in given if (each.ticket_id, each.by) == (ticket_id, actor.id)), None)
        if mine is None or mine.verdict != verdict:
            seat = labelling.seat_for(sample, given, ticket_id, actor.id)
            self._add(sample, ticket_id, seat, verdict, actor)
        return self.seen(tenant, sample_id, ticket_id, actor)

    def rule(self, tenant: str, sample_id: str, ticket_id: str, verdict: Verdict, actor: Actor) -> Seen:
        """Settle what two disagree about, as a third person.

        Raises `SampleNotFound`, `NotPermitted`, `NotInSample`, `NothingToLabel`, `NotThirdPerson` and `UnknownName`.
        """
        book, sample = self._book(tenant), self.samples.get(tenant, sample_id)
        check_reviewer(book, actor, "settle a disagreement")
        labelling.check_verdict(book, verdict)
        labelling.check_ruling(sample, self._store.learning.labels(tenant, sample_id), ticket_id, actor.id)
        self._add(sample, ticket_id, Seat.RULING, verdict, actor)
        return self.seen(tenant, sample_id, ticket_id, actor)

    def _add(self, sample: Sample, ticket_id: str, seat: Seat, verdict: Verdict, actor: Actor) -> None:
        label = Label(
            tenant=sample.tenant,
            sample=sample.id,
            ticket_id=ticket_id,
            seat=seat,
            by=actor.id,
            at=self._now(),
            verdict=verdict,
        )
        self._store.learning.add_label(label)

    def seen(self, tenant: str, sample_id: str, ticket_id: str, actor: Actor) -> Seen:
        """Show what was said of a ticket to who cannot judge it blind any more.

        Raises `SampleNotFound`, `NotInSample` and `NotPermitted`.
        """
        book, sample = self._book(tenant), self.samples.get(tenant, sample_id)
        labels = self._store.learning.labels(tenant, sample_id)
        if not labelling.may_see(sample, labels, ticket_id, actor.id):
            raise NotPermitted("see what was said of this ticket before you judged it", reviewers(book))
        past = past_of(self._store, tenant, ticket_id)
        return Seen(
            ticket_id=ticket_id,
            said=labelling.drawn_in(sample, ticket_id).said,
            labels=tuple(each for each in labels if each.ticket_id == ticket_id),
            disputed=ticket_id in labelling.disputed(labels),
            text=past.text if past else "",
        )

    # --- learning -------------------------------------------------------------------------------------------------

    def result(self, tenant: str, sample_ids: Sequence[str] = ()) -> Result:
        """Return what some samples came to, or the latest ones; only tickets that nobody is to judge blind count.

        Raises `SampleNotFound`.
        """
        samples = tuple(self.samples.get(tenant, each) for each in sample_ids) or self.samples.latest(tenant)
        labels = [self._store.learning.labels(tenant, sample.id) for sample in samples]
        held = [labelling.adjudicated(*pair) for pair in zip(samples, labels, strict=True)]
        book = self._book(tenant)
        judged, population = pooled(zip(samples, held, strict=True), book.rules.ranks)
        both = [pair for given in labels for pair in labelling.pairs(given)]
        return Result(
            samples=samples,
            labels=tuple(label for given in labels for label in given),
            judged=judged,
            population=population,
            judgement=judge(judged, population, book.policy.calibration),
            by_class=agreement([(one.class_name, other.class_name) for one, other in both]),
            by_escalation=agreement([(one.escalate, other.escalate) for one, other in both]),
            disputed=tuple(each for given in labels for each in labelling.disputed(given)),
        )

    def examples(self, tenant: str, result: Result) -> tuple[Example, ...]:
        """Return the judged tickets with what was known of them."""
        found = ((one, past_of(self._store, tenant, one.ticket_id)) for one in result.judged)
        return tuple(Example(past=past, judged=one) for one, past in found if past is not None)

    def to_rejudge(self, tenant: str) -> tuple[tuple[Example, ...], dict[str, int]]:
        """Return the judged tickets of the latest samples and how many each stratum had, for a backtest."""
        result = self.result(tenant)
        return self.examples(tenant, result), result.population

    def rules(self, tenant: str, examples: Sequence[Example]) -> tuple[RuleErrors, ...]:
        """Return the errors of each rule, the costliest first."""
        book = self._book(tenant)
        return rule_errors(book.rules, examples, book.policy.calibration)

    def proposals(self, tenant: str, examples: Sequence[Example]) -> tuple[Proposal, ...]:
        """Return the changes of the policy in force that are worth it, all of which hold together."""
        return proposals(self._book(tenant).policy, examples, holds_together)

    def _book(self, tenant: str) -> Playbook:
        return self._playbooks.active(tenant, self._now())


def holds_together(policy: Policy) -> bool:
    """Tell whether a policy's lint finds no error in it."""
    return lint_text(dump_policy(policy), "proposal").policy is not None
