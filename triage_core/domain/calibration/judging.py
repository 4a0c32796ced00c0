"""How often was automation right in a week, judged on a sample that takes some tickets more often?

Each judged ticket stands for w = N / n tickets of its stratum, where N is how many tickets the stratum had and n how
many of them were judged. Sums with these weights are unbiased for the week (Horvitz and Thompson 1952). A rate is a
ratio of two such sums; its variance comes from the residuals y - R x inside each stratum, with the correction for
finite strata (W. G. Cochran, Sampling Techniques, 3rd edition 1977, sections 6.3 and 6.11), and its interval is
Wilson's with the number of tickets that would have had the same variance in a plain random sample (Korn and Graubard
1998).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from math import fsum, sqrt
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec import field
from msgspec.structs import replace

from triage_core.domain.calibration.drawing import Drawn
from triage_core.domain.calibration.labelling import Sample, Verdict
from triage_core.domain.calibration.past import Said
from triage_core.domain.kpis.definitions import Kpi
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from triage_core.domain.policy.calibration import Calibration

_Z: Final = 1.959963984540054


class Judged(Value, frozen=True, kw_only=True):
    """A ticket with automation's answer, the verdict that holds, and how many tickets of the week it stands for."""

    ticket_id: str
    stratum: str
    weight: float
    said: Said
    verdict: Verdict
    #: The rank of the verdict's class; 0 is the highest.
    rank: int


_Test: TypeAlias = "Callable[[Judged], bool]"


class Estimate(Value, frozen=True, kw_only=True):
    """A rate of the week with its 95 % interval; without a case to judge there is none."""

    #: Judged tickets that it rests on.
    n: int = 0
    value: float | None = None
    low: float | None = None
    high: float | None = None


class Cell(Value, frozen=True, kw_only=True):
    """What automation said against what should have been said: judged tickets, and tickets of the week."""

    said: str
    right: str
    n: int
    weight: float


class Judgement(Value, frozen=True, kw_only=True):
    """The weighted confusion matrix and what follows from it."""

    judged: int = 0
    #: Tickets of the week that the judged ones stand for.
    stands_for: float = 0.0
    #: Strata of which nothing is judged yet; the estimates say nothing of them.
    unjudged: tuple[str, ...] = ()
    classes: tuple[Cell, ...] = ()
    #: Escalations, weighted: tp, fp, fn, tn.
    escalation: dict[str, float] = field(default_factory=dict)
    #: False priority, over-triage, under-triage; escalation accuracy, precision, recall, missed rate.
    rates: dict[Kpi, Estimate] = field(default_factory=dict)
    #: What the errors of one ticket cost on average, in the policy's weights.
    cost: float | None = None


def judged_of(sample: Sample, held: Mapping[str, Verdict], ranks: Mapping[str, int]) -> tuple[Judged, ...]:
    """Join a sample with the verdicts that hold; a verdict in a class that the policy lost counts as the lowest."""
    known = [drawn for drawn in sample.tickets if drawn.ticket_id in held]
    counts = Counter(drawn.stratum for drawn in known)
    weights = {name: sample.population[name] / count for name, count in counts.items()}
    return tuple(_judged(drawn, held[drawn.ticket_id], weights[drawn.stratum], ranks) for drawn in known)


def _judged(drawn: Drawn, verdict: Verdict, weight: float, ranks: Mapping[str, int]) -> Judged:
    return Judged(
        ticket_id=drawn.ticket_id,
        stratum=drawn.stratum,
        weight=weight,
        said=drawn.said,
        verdict=verdict,
        rank=ranks.get(verdict.class_name, len(ranks)),
    )


def pooled(
    weeks: Iterable[tuple[Sample, Mapping[str, Verdict]]], ranks: Mapping[str, int]
) -> tuple[tuple[Judged, ...], dict[str, int]]:
    """Join the samples of several weeks: every stratum of every week stays one of its own."""
    judged: list[Judged] = []
    population: dict[str, int] = {}
    for sample, held in weeks:
        population |= {f"{sample.id}/{name}": there for name, there in sample.population.items()}
        found = judged_of(sample, held, ranks)
        judged += [replace(one, stratum=f"{sample.id}/{one.stratum}") for one in found]
    return tuple(judged), population


def cost_of(said: Said, verdict: Verdict, rank: int, costs: Calibration) -> float:
    """Return what an answer costs against what should have been said."""
    steps = said.class_rank - rank
    by_class = steps * costs.class_too_low if steps > 0 else -steps * costs.class_too_high
    if said.escalate == verdict.escalate:
        return by_class
    return by_class + (costs.missed_escalation if verdict.escalate else costs.false_escalation)


#: What is counted, and among what; both are tests on a judged ticket.
_RATES: Final[dict[Kpi, tuple[_Test, _Test]]] = {
    Kpi.FALSE_PRIORITY_RATE: (lambda one: one.said.class_rank != one.rank, lambda _: True),
    Kpi.OVER_TRIAGE_RATE: (lambda one: one.said.class_rank < one.rank, lambda _: True),
    Kpi.UNDER_TRIAGE_RATE: (lambda one: one.said.class_rank > one.rank, lambda _: True),
    Kpi.ESCALATION_ACCURACY: (lambda one: one.said.escalate == one.verdict.escalate, lambda _: True),
    Kpi.ESCALATION_PRECISION: (lambda one: one.verdict.escalate, lambda one: one.said.escalate),
    Kpi.ESCALATION_RECALL: (lambda one: one.said.escalate, lambda one: one.verdict.escalate),
    Kpi.MISSED_ESCALATION_RATE: (lambda one: not one.said.escalate, lambda one: one.verdict.escalate),
}


def judge(judged: Sequence[Judged], population: Mapping[str, int], costs: Calibration) -> Judgement:
    """Return the weighted confusion matrix of a week."""
    total = fsum(one.weight for one in judged)
    spent = fsum(one.weight * cost_of(one.said, one.verdict, one.rank, costs) for one in judged)
    seen = {one.stratum for one in judged}
    return Judgement(
        judged=len(judged),
        stands_for=total,
        unjudged=tuple(name for name in population if name not in seen),
        classes=_cells(judged),
        escalation=_escalation(judged),
        rates={name: estimate(judged, population, *tests) for name, tests in _RATES.items()},
        cost=spent / total if total else None,
    )


def _cells(judged: Iterable[Judged]) -> tuple[Cell, ...]:
    found: defaultdict[tuple[int, int, str, str], list[float]] = defaultdict(list)
    for one in judged:
        found[one.said.class_rank, one.rank, one.said.class_name, one.verdict.class_name].append(one.weight)
    return tuple(Cell(said=key[2], right=key[3], n=len(found[key]), weight=fsum(found[key])) for key in sorted(found))


_KINDS: Final = {(True, True): "tp", (True, False): "fp", (False, True): "fn", (False, False): "tn"}


def _escalation(judged: Iterable[Judged]) -> dict[str, float]:
    found = dict.fromkeys(_KINDS.values(), 0.0)
    for one in judged:
        found[_KINDS[one.said.escalate, one.verdict.escalate]] += one.weight
    return found


def estimate(judged: Sequence[Judged], population: Mapping[str, int], counted: _Test, among: _Test) -> Estimate:
    """Estimate the share of the week's tickets that are counted among some."""
    base = [one for one in judged if among(one)]
    if not base:
        return Estimate()
    size = fsum(one.weight for one in base)
    share = fsum(one.weight for one in base if counted(one)) / size
    variance = _variance(judged, population, lambda one: (counted(one) - share) if among(one) else 0.0) / size**2
    low, high = _wilson(share, variance, len(base))
    return Estimate(n=len(base), value=share, low=low, high=high)


def _variance(judged: Iterable[Judged], population: Mapping[str, int], residual: Callable[[Judged], float]) -> float:
    """Return the variance of a weighted sum of residuals."""
    strata: defaultdict[str, list[float]] = defaultdict(list)
    for one in judged:
        strata[one.stratum].append(residual(one))
    return fsum(_of_stratum(values, population.get(name, len(values))) for name, values in strata.items())


def _of_stratum(values: Sequence[float], there: int) -> float:
    n = len(values)
    if n < 2:  # noqa: PLR2004 - one value shows no spread
        return 0.0
    mean = fsum(values) / n
    spread = fsum((value - mean) ** 2 for value in values) / (n - 1)
    return there * max(0, there - n) * spread / n


def _wilson(share: float, variance: float, n: int) -> tuple[float, float]:
    """Return Wilson's interval for the effective number of tickets; that is never above the number judged."""
    effective = min(float(n), share * (1 - share) / variance) if variance > 0 and 0 < share < 1 else float(n)
    spread = _Z * _Z / effective
    middle = (share + spread / 2) / (1 + spread)
    half = sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
