"""Which products and segments stand out in a week?

Two plain statistics. A *spike*: so many more cases than in the weeks before that chance is no good explanation, by the
difference of square roots, which is nearly normal for counts. A *segment*: its share is so much worse than that of all
other tickets that the two 95 % intervals do not touch.
"""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from math import sqrt
from operator import attrgetter
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from triage_core.domain.kpis.definitions import DEFINITIONS, Better, Kpi
from triage_core.domain.kpis.figures import Rate
from triage_core.domain.kpis.measuring import UNSAID, Dimension, Figures
from triage_core.domain.kpis.weeks import span_of, week_at, weeks_back
from triage_core.domain.model import Record
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from triage_core.domain.kpis.facts import TicketFacts

#: So many weeks before are compared with.
WEEKS_BEFORE: Final = 8
#: A difference of square roots from which on it is a spike: about one in 700 weeks by chance.
_UNLIKELY: Final = 3.0
#: Fewer cases are no spike, whatever was before.
_FEWEST: Final = 5
#: What tickets are looked at by.
LOOKED_AT: Final = (
    *(Dimension.SYSTEM, Dimension.SERVICE_LINE, Dimension.CUSTOMER_TIER, Dimension.CHANNEL, Dimension.QUEUE),
    Dimension.CLASS,
)
_COMPARED: Final = (Kpi.BREACH_RATE, Kpi.ESCALATION_RATE, Kpi.REOPEN_RATE, Kpi.OVERRIDE_RATE)


class Case(StrEnum):
    """What is counted by weeks."""

    CREATED = "created"
    ESCALATED = "escalated"
    BREACHED = "breached"


class Spike(Value, frozen=True, kw_only=True):
    """More cases of a kind than the weeks before let expect."""

    case: Case
    dimension: Dimension
    name: str
    count: int
    #: The mean of the weeks before.
    expected: float
    #: How unlikely, in standard deviations.
    surprise: float


class Segment(Value, frozen=True, kw_only=True):
    """A part of the tickets whose share is worse than that of all others."""

    kpi: Kpi
    dimension: Dimension
    name: str
    here: Rate
    elsewhere: Rate


def compared(facts: Iterable[TicketFacts], week: str, zone: ZoneInfo) -> tuple[str, ...]:
    """Return the weeks before that a week is compared with: none of them lies before the first one with a ticket."""
    created = (each.created_at for each in facts if each.is_counted and each.record is Record.TICKET)
    first = min(created, default=None)
    if first is None:
        return ()
    begins = span_of(week_at(first, zone), zone).start
    return tuple(each for each in weeks_back(week, WEEKS_BEFORE + 1, zone)[:-1] if span_of(each, zone).start >= begins)


def spikes(facts: Sequence[TicketFacts], week: str, zone: ZoneInfo) -> tuple[Spike, ...]:
    """Return the spikes of a week, the most surprising first; none where no earlier week had a ticket."""
    before = compared(facts, week, zone)
    if not before:
        return ()
    weeks = (*before, week)
    counted = _counted(facts, frozenset(weeks), zone)
    found = [_spike(*key, counts, weeks) for key, counts in counted.items()]
    return tuple(sorted(filter(None, found), key=lambda spike: (-spike.surprise, spike.case, spike.name)))


_Key = tuple[Case, Dimension, str]


def _counted(facts: Iterable[TicketFacts], weeks: frozenset[str], zone: ZoneInfo) -> dict[_Key, Counter[str]]:
    found: dict[_Key, Counter[str]] = {}
    start = min(span_of(week, zone).start for week in weeks)
    for ticket in facts:
        if not ticket.is_counted or ticket.record is not Record.TICKET:
            continue
        moments = [(Case.CREATED, ticket.created_at)]
        moments += [(Case.ESCALATED, ticket.escalated_at)] if ticket.escalated_at else []
        missed = min((clock.breached_at for clock in ticket.clocks if clock.breached_at), default=None)
        moments += [(Case.BREACHED, missed)] if missed else []
        for case, at in moments:
            if at >= start and (week := week_at(at, zone)) in weeks:
                for dimension in LOOKED_AT:
                    name = _OF[dimension](ticket)
                    if name is not None:
                        found.setdefault((case, dimension, str(name)), Counter())[week] += 1
    return found


_OF: Final = {
    dimension: attrgetter("class_name" if dimension is Dimension.CLASS else dimension.value) for dimension in LOOKED_AT
}


def _spike(case: Case, dimension: Dimension, name: str, counts: Counter[str], weeks: tuple[str, ...]) -> Spike | None:
    *before, week = weeks
    count, expected = counts[week], sum(counts[each] for each in before) / len(before)
    surprise = 2 * (sqrt(count) - sqrt(expected)) / sqrt(1 + 1 / len(before))
    if count < _FEWEST or surprise < _UNLIKELY:
        return None
    return Spike(case=case, dimension=dimension, name=name, count=count, expected=expected, surprise=surprise)


def segments(by: Mapping[Dimension, Mapping[str, Figures]]) -> tuple[Segment, ...]:
    """Return the segments that stand out in figures that were told apart, the widest gap first."""
    found = [
        segment
        for dimension, parts in by.items()
        for kpi in _COMPARED
        for name in parts
        if name != UNSAID and (segment := _segment(kpi, dimension, name, parts)) is not None
    ]
    return tuple(sorted(found, key=lambda each: (-_gap(each), each.kpi, each.dimension, each.name)))


def _segment(kpi: Kpi, dimension: Dimension, name: str, parts: Mapping[str, Figures]) -> Segment | None:
    rates = {part: Rate(count=of.figures[kpi].count or 0, n=of.figures[kpi].n) for part, of in parts.items()}
    here = rates.pop(name)
    elsewhere = Rate(count=sum(rate.count for rate in rates.values()), n=sum(rate.n for rate in rates.values()))
    if here.interval is None or elsewhere.interval is None:
        return None
    is_worse = (
        here.interval[1] < elsewhere.interval[0]
        if DEFINITIONS[kpi].better is Better.HIGHER
        else here.interval[0] > elsewhere.interval[1]
    )
    return Segment(kpi=kpi, dimension=dimension, name=name, here=here, elsewhere=elsewhere) if is_worse else None


def _gap(segment: Segment) -> float:
    return abs((segment.here.value or 0) - (segment.elsewhere.value or 0))
