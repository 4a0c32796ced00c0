"""What does the calibration find on tickets whose truth is known, and do the weeks after a change go as predicted?

Some weeks run under a policy with three bad rules. Every week a sample is drawn and labelled by two people who err now
and then; a third settles what they disagree about. The proposals for the three rules are tried together on the last
weeks, and then the weeks that follow run under the changed policy.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core.domain.calibration.agreement import Agreement, agreement
from triage_core.domain.calibration.drawing import Plan, draw
from triage_core.domain.calibration.edits import edited
from triage_core.domain.calibration.examples import Example, RuleErrors, rule_errors, said_by
from triage_core.domain.calibration.judging import Judgement, judge, pooled
from triage_core.domain.calibration.labelling import Label, Sample, Seat, Verdict, adjudicated, disputed, pairs
from triage_core.domain.calibration.searching import Proposal, proposals
from triage_core.domain.changing.backtesting import Backtest, backtest
from triage_core.domain.kpis.definitions import Kpi
from triage_core.domain.playbook import Playbook
from triage_core.domain.value import Value
from triage_core.policyfile import dump_policy, lint_text
from triage_core.study.generating import BEGINS, WEEK, Lived, arriving, lived
from triage_core.study.planting import FAULTS, planted_policy, sound_policy

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from triage_core.domain.policy import Policy

_TENANT: Final = "study"
_FIRST, _SECOND, _THIRD = "ann", "bob", "lee"
#: So often a person labels a ticket a class wrong.
_SLIP: Final = 0.03
#: The backtest looks at so many of the last weeks.
_TRIED_ON: Final = 4


class Shape(Value, frozen=True, kw_only=True):
    """How large the study is."""

    weeks: int = 8
    after: int = 2
    each_week: int = 500
    sample: int = 60
    seed: int = 20_260_302


class Found(Value, frozen=True, kw_only=True):
    """A planted fault, and the proposal that mends it."""

    fault: str
    planted: str
    proposal: Proposal | None = None


class Prediction(Value, frozen=True, kw_only=True):
    """What a backtest said of the weeks to come, and what they brought."""

    name: str
    #: The share before, and as predicted.
    before: float
    predicted: float
    #: Bounds of the count among the tickets to come, and the count.
    low: float
    high: float
    observed: int
    tickets: int

    @property
    def holds(self) -> bool:
        """The count lies within its bounds."""
        return self.low <= self.observed <= self.high


class Study(Value, frozen=True, kw_only=True):
    """All that was found."""

    tickets: int
    samples: int
    labels: int
    agreement: Agreement
    judgement: Judgement
    #: The judgement on all tickets, because here the truth of each is known.
    truth: dict[Kpi, float]
    rules: tuple[RuleErrors, ...]
    proposals: tuple[Proposal, ...]
    found: tuple[Found, ...]
    backtest: Backtest
    predictions: tuple[Prediction, ...]

    @property
    def finds_all(self) -> bool:
        """Every planted fault has a proposal that mends it."""
        return all(found.proposal for found in self.found)


def run(shape: Shape | None = None) -> Study:
    """Carry the study out."""
    shape = shape or Shape()
    sound, planted = Playbook(sound_policy()), Playbook(planted_policy())
    weeks = [_week(sound, planted, week, shape) for week in range(shape.weeks)]
    samples = [_sampled(week, number, shape, planted) for number, week in enumerate(weeks)]
    labels = [_labelled(sample, week, planted, shape.seed) for sample, week in zip(samples, weeks, strict=True)]
    held = [adjudicated(*pair) for pair in zip(samples, labels, strict=True)]
    judged, population = pooled(zip(samples, held, strict=True), planted.rules.ranks)
    everything = {one.past.id: one for week in weeks for one in week}
    examples = [Example(past=everything[one.ticket_id].past, judged=one) for one in judged]
    offered = proposals(planted.policy, examples, lints)
    found = tuple(
        Found(fault=fault.name, planted=str(fault.planted), proposal=fault.found_in(offered)) for fault in FAULTS
    )
    mended = _mended(planted.policy, found)
    tried = backtest(planted, mended, (one.past for week in weeks[-_TRIED_ON:] for one in week))
    later = [one for week in range(shape.weeks, shape.weeks + shape.after) for one in _week(sound, mended, week, shape)]
    flat = [label for each in labels for label in each]
    return Study(
        tickets=len(everything) + len(later),
        samples=len(samples),
        labels=len(flat),
        agreement=agreement([(one.class_name, other.class_name) for one, other in pairs(flat)]),
        judgement=judge(judged, population, planted.policy.calibration),
        truth=_truth(everything.values()),
        rules=rule_errors(planted.rules, examples, planted.policy.calibration),
        proposals=offered,
        found=found,
        backtest=tried,
        predictions=_predictions(tried, later, mended),
    )


def _week(sound: Playbook, book: Playbook, week: int, shape: Shape) -> list[Lived]:
    return [lived(book.rules, truth, shape.seed) for truth in arriving(sound, week, shape.each_week, shape.seed)]


def _sampled(week: Sequence[Lived], number: int, shape: Shape, book: Playbook) -> Sample:
    since = BEGINS + number * WEEK
    drawn = draw((one.past for one in week), Plan(start=f"{shape.seed}/{number}", size=shape.sample))
    return Sample(
        tenant=_TENANT,
        id=f"W{number + 1:02}",
        since=since,
        until=since + WEEK,
        drawn_at=since + WEEK,
        drawn_by=_FIRST,
        policy_version=book.version,
        start=f"{shape.seed}/{number}",
        population=drawn.population,
        tickets=drawn.tickets,
    )


def _labelled(sample: Sample, week: Sequence[Lived], book: Playbook, seed: int) -> list[Label]:
    """Let two people label, each on their own, and a third one rule where they differ."""
    truths = {one.past.id: one.verdict for one in week}
    rng = Random(f"{seed}/{sample.id}/labels")  # noqa: S311 - made-up people need no cryptographic chance
    labels = [
        _label(sample, drawn.ticket_id, seat, by, _slip(rng, truths[drawn.ticket_id], book))
        for drawn in sample.tickets
        for seat, by in ((Seat.FIRST, _FIRST), (Seat.SECOND, _SECOND))
        if drawn.double or seat is Seat.FIRST
    ]
    ruled = [_label(sample, name, Seat.RULING, _THIRD, truths[name]) for name in disputed(labels)]
    return labels + ruled


def _label(sample: Sample, ticket_id: str, seat: Seat, by: str, verdict: Verdict) -> Label:
    at = sample.drawn_at + timedelta(hours=1)
    return Label(tenant=_TENANT, sample=sample.id, ticket_id=ticket_id, seat=seat, by=by, at=at, verdict=verdict)


def _slip(rng: Random, verdict: Verdict, book: Playbook) -> Verdict:
    if rng.random() >= _SLIP:
        return verdict
    return replace(verdict, class_name=rng.choice([item.name for item in book.policy.classes]))


def lints(policy: Policy) -> bool:
    """Tell whether a changed policy holds together."""
    return lint_text(dump_policy(policy), "proposal").policy is not None


def _mended(policy: Policy, found: Sequence[Found]) -> Playbook:
    edits = [edit for each in found if each.proposal for edit in each.proposal.edits]
    return Playbook(edited(policy, edits).model_copy(update={"version": "2"}))


def _truth(ones: Collection[Lived]) -> dict[Kpi, float]:
    wrong = sum(one.past.said.class_name != one.verdict.class_name for one in ones)
    should = [one for one in ones if one.verdict.escalate]
    does = [one for one in ones if one.past.said.escalate]
    both = sum(one.past.said.escalate for one in should)
    return {
        Kpi.FALSE_PRIORITY_RATE: wrong / len(ones),
        Kpi.ESCALATION_RECALL: both / len(should),
        Kpi.ESCALATION_PRECISION: both / len(does),
    }


def _predictions(tried: Backtest, later: Sequence[Lived], mended: Playbook) -> tuple[Prediction, ...]:
    counts: Counter[str] = Counter()
    for one in later:
        said = said_by(mended.rules, one.past)
        counts.update([f"class:{said.class_name}", *(f"tag:{tag}" for tag in said.tags)])
        counts.update(
            [*([Kpi.ESCALATION_RATE.value] if said.escalate else []), *(["gate_rate"] if said.gate_required else [])]
        )
    return tuple(
        Prediction(
            name=effect.name,
            before=effect.before / effect.n,
            predicted=effect.after / effect.n,
            low=bounds[0],
            high=bounds[1],
            observed=counts[effect.name],
            tickets=len(later),
        )
        for effect in tried.effects
        if "breach" not in effect.name and (bounds := effect.coming(len(later)))
    )
