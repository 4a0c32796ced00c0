"""Which figures do the facts of tickets come to in a span of time, altogether and told apart?

Every ticket is observed once; any span and any way of telling apart is then read from what was observed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from msgspec import field

from triage_core.domain.kpis.definitions import DEFINITIONS, Definition, Headline, Kpi
from triage_core.domain.kpis.figures import FEW, Interval, Rate, Spread, spread
from triage_core.domain.kpis.lives import HOUR
from triage_core.domain.kpis.observing import ON_INCIDENTS, ON_TICKETS
from triage_core.domain.kpis.weeks import Span, Weeks
from triage_core.domain.model import Mode, Record
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from triage_core.domain.kpis.facts import TicketFacts
    from triage_core.domain.kpis.observing import Terms


class Figure(Value, frozen=True, kw_only=True):
    """One figure: its cases, its number with an interval of 95 %, and what is not finished yet."""

    kpi: Kpi
    #: The version of its definition; figures of different versions are never compared.
    version: int
    n: int = 0
    #: The number that stands for the figure: the share, the mean or the median.
    value: float | None = None
    interval: Interval | None = None
    #: For shares: how many of `n`.
    count: int | None = None
    #: For hours and ratings.
    spread: Spread | None = None
    open_n: int = 0
    #: How old the oldest unfinished item is, in hours.
    oldest_open: float | None = None

    @property
    def few(self) -> bool:
        """Too few cases to say much."""
        return self.n < FEW


class Figures(Value, frozen=True, kw_only=True):
    """All figures of a span."""

    span: Span
    #: When they were measured, which the unfinished items depend on.
    measured_at: datetime
    figures: dict[Kpi, Figure] = field(default_factory=dict)
    #: How often each name came up, by what it is: rules that were overridden, fields that were missing.
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    #: Tickets, and records that no figure counts, by the reason.
    tickets: int = 0
    left_out: dict[str, int] = field(default_factory=dict)


class Dimension(StrEnum):
    """What figures are told apart by."""

    CLASS = "class"
    SEVERITY = "severity"
    SERVICE_LINE = "service_line"
    CUSTOMER_TIER = "customer_tier"
    SUPPORT_TIER = "support_tier"
    TENANT = "tenant"
    CUSTOMER = "customer"
    CHANNEL = "channel"
    SYSTEM = "system"
    QUEUE = "queue"
    WEEK = "week"


#: Stands for tickets that do not say.
UNSAID: Final = "(none)"


class Measured(Value, frozen=True, kw_only=True):
    """Figures of a tenant, altogether under an empty name, or told apart."""

    tenant: str
    span: Span
    measured_at: datetime
    by: Dimension | None = None
    parts: dict[str, Figures] = field(default_factory=dict)


def measure(facts: Iterable[TicketFacts], span: Span, terms: Terms) -> Figures:
    """Return every figure of a span; records that no figure counts are named, and never dropped silently."""
    return Observed(facts, terms).figures(span)


def measure_by(
    facts: Iterable[TicketFacts], span: Span, terms: Terms, dimension: Dimension, zone: ZoneInfo | None = None
) -> dict[str, Figures]:
    """Return the figures of a span told apart, by name.

    Targets are told apart by the class that set them; weeks are those of the zone, by each figure's own moment.
    """
    return Observed(facts, terms).by(span, dimension, zone)


class Observed:
    """Everything that tickets add to figures, whatever the span."""

    def __init__(self, facts: Iterable[TicketFacts], terms: Terms) -> None:
        """Let every ticket tell what it adds."""
        self._now: Final = terms.now
        self._log: Final = _Log()
        self._left_out: Final = Counter[str]()
        self.tickets: Final[list[TicketFacts]] = []
        for ticket in facts:
            if not ticket.is_counted:
                self._left_out[ticket.mode if ticket.mode is not Mode.LIVE else ticket.state] += 1
                continue
            self._log.place = len(self.tickets)
            self.tickets.append(ticket)
            for observe in ON_TICKETS if ticket.record is Record.TICKET else ON_INCIDENTS:
                observe(ticket, terms, self._log)

    def figures(self, span: Span) -> Figures:
        """Return every figure of a span."""
        start, end = span.start, span.end
        log = self._log
        seen = {kpi: [case[1] for case in cases if start <= case[0] < end] for kpi, cases in log.seen.items()}
        waiting = {kpi: [case[0] for case in cases if case[0] < end] for kpi, cases in log.waiting.items()}
        counts = {
            what: Counter(case[1] for case in cases if start <= case[0] < end) for what, cases in log.counted.items()
        }
        created = sum(start <= each.created_at < end for each in self.tickets if each.record is Record.TICKET)
        return self._told(span, _Part(seen, waiting, counts, created), dict(self._left_out))

    def by(self, span: Span, dimension: Dimension, zone: ZoneInfo | None = None) -> dict[str, Figures]:
        """Return the figures of a span told apart, by name."""
        name = self._names(dimension, zone or ZoneInfo("UTC"))
        parts: defaultdict[str, _Part] = defaultdict(_Part.empty)
        start, end = span.start, span.end
        for kpi, cases in self._log.seen.items():
            groups: defaultdict[str, list[float]] = defaultdict(list)
            for case in cases:
                if start <= case[0] < end:
                    groups[name(case)].append(case[1])
            for group, values in groups.items():
                parts[group].seen[kpi] = values
        self._waiting_by(parts, name, span)
        self._counted_by(parts, name, span)
        return {group: self._told(span, part, {}) for group, part in sorted(parts.items())}

    def _waiting_by(self, parts: defaultdict[str, _Part], name: _Name, span: Span) -> None:
        for kpi, cases in self._log.waiting.items():
            for case in cases:
                if case[0] < span.end:
                    parts[name(case)].waiting.setdefault(kpi, []).append(case[0])

    def _counted_by(self, parts: defaultdict[str, _Part], name: _Name, span: Span) -> None:
        for what, cases in self._log.counted.items():
            for case in cases:
                if span.start <= case[0] < span.end:
                    parts[name(case)].counts.setdefault(what, Counter())[case[1]] += 1
        for place, ticket in enumerate(self.tickets):
            if ticket.record is Record.TICKET and span.start <= ticket.created_at < span.end:
                parts[name((ticket.created_at, 1, ticket.class_name, place))].tickets += 1

    def _names(self, dimension: Dimension, zone: ZoneInfo) -> _Name:
        """Return what tells the part of a case."""
        if dimension is Dimension.CLASS:
            return lambda case: case[2] or UNSAID
        if dimension is Dimension.WEEK:
            week = Weeks(zone).name
            return lambda case: week(case[0])
        of = attrgetter(dimension.value)
        names = [UNSAID if (name := of(ticket)) is None else str(name) for ticket in self.tickets]
        return lambda case: names[case[3]]

    def _told(self, span: Span, part: _Part, left_out: dict[str, int]) -> Figures:
        figures = {
            kpi: _figure(row, part.seen.get(kpi, ()), part.waiting.get(kpi, ()), self._now)
            for kpi, row in _TOLD.items()
        }
        counts = {what: dict(sorted(names.items())) for what, names in sorted(part.counts.items()) if names}
        return Figures(
            span=span,
            measured_at=self._now,
            figures=figures,
            counts=counts,
            tickets=part.tickets,
            left_out=left_out,
        )


#: The figures that timelines alone give.
_TOLD: Final = {kpi: row for kpi, row in DEFINITIONS.items() if not row.is_sampled}
#: The moment, the value, the class, and the place of the ticket.
_Case = tuple[datetime, Any, str | None, int]
_Name = Callable[[_Case], str]


class _Log:
    """Writes down what is observed on the ticket at one place after the other."""

    __slots__ = ("counted", "place", "seen", "waiting")

    def __init__(self) -> None:
        self.place = 0
        self.seen: dict[Kpi, list[_Case]] = {kpi: [] for kpi in _TOLD}
        self.waiting: defaultdict[Kpi, list[_Case]] = defaultdict(list)
        self.counted: defaultdict[str, list[_Case]] = defaultdict(list)

    def saw(self, kpi: Kpi, at: datetime, value: float, class_name: str | None) -> None:
        self.seen[kpi].append((at, value, class_name, self.place))

    def waits(self, kpi: Kpi, since: datetime, class_name: str | None) -> None:
        self.waiting[kpi].append((since, 1, class_name, self.place))

    def counts(self, what: str, name: str, at: datetime, class_name: str | None) -> None:
        self.counted[what].append((at, name, class_name, self.place))


@dataclass(slots=True)
class _Part:
    """What falls into one span and under one name."""

    seen: dict[Kpi, list[float]]
    waiting: dict[Kpi, list[datetime]]
    counts: dict[str, Counter[str]]
    tickets: int

    @classmethod
    def empty(cls) -> _Part:
        return cls({}, {}, {}, 0)


def _figure(row: Definition, seen: Sequence[float], waiting: Iterable[datetime], now: datetime) -> Figure:
    ages = [now - since for since in waiting]
    still: dict[str, Any] = {"open_n": len(ages), "oldest_open": max(ages, default=None)}
    if still["oldest_open"] is not None:
        still["oldest_open"] /= HOUR
    if row.headline is Headline.SHARE:
        return share(row.kpi, Rate(count=int(sum(seen)), n=len(seen)), **still)
    found = spread(seen)
    value, interval = (
        (found.mean, found.mean_interval) if row.headline is Headline.MEAN else (found.median, found.median_interval)
    )
    return Figure(kpi=row.kpi, version=row.version, n=found.n, value=value, interval=interval, spread=found, **still)


def share(kpi: Kpi, rate: Rate, **more: Any) -> Figure:  # noqa: ANN401 - fields of Figure
    """Return a share as the figure of a KPI, under the version of its definition."""
    version = DEFINITIONS[kpi].version
    return Figure(
        kpi=kpi, version=version, n=rate.n, value=rate.value, interval=rate.interval, count=rate.count, **more
    )
