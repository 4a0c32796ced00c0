"""Which figures do the facts of tickets come to in a span of time, altogether and told apart?"""

from __future__ import annotations

from collections import Counter
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
    from collections.abc import Callable, Iterable

    from triage_core.domain.kpis.facts import TicketFacts
    from triage_core.domain.kpis.observing import Tally, Terms


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


def measure(facts: Iterable[TicketFacts], span: Span, terms: Terms) -> Figures:
    """Return every figure of a span; records that no figure counts are named, and never dropped silently."""
    tally, left_out = _Tally(span), Counter[str]()
    tickets = _observe(facts, terms, lambda _: tally, left_out)
    return tally.figures(terms, tickets, dict(left_out))


def measure_by(
    facts: Iterable[TicketFacts], span: Span, terms: Terms, dimension: Dimension, zone: ZoneInfo | None = None
) -> dict[str, Figures]:
    """Return the figures of a span told apart, by name.

    Targets are told apart by the class that set them; weeks are those of the zone, by each figure's own moment.
    """
    tallies = _Tallies(span)
    _observe(facts, terms, _PLACES[dimension](tallies, dimension, zone or ZoneInfo("UTC")), Counter())
    return {name: tally.figures(terms, tally.tickets, {}) for name, tally in sorted(tallies.known.items())}


def _by_ticket(tallies: _Tallies, dimension: Dimension, _: ZoneInfo) -> Callable[[TicketFacts], Tally]:
    name = attrgetter(dimension.value)

    def place(ticket: TicketFacts) -> Tally:
        return tallies.counting(name(ticket), ticket)

    return place


def _by_class(tallies: _Tallies, _: Dimension, __: ZoneInfo) -> Callable[[TicketFacts], Tally]:
    split = _Split(tallies, lambda _, class_name: class_name)

    def place(ticket: TicketFacts) -> Tally:
        tallies.counting(ticket.class_name, ticket)
        return split

    return place


def _by_week(tallies: _Tallies, _: Dimension, zone: ZoneInfo) -> Callable[[TicketFacts], Tally]:
    weeks = Weeks(zone)
    split = _Split(tallies, lambda at, _: weeks.name(at))

    def place(ticket: TicketFacts) -> Tally:
        if tallies.has(ticket.created_at):
            tallies.counting(weeks.name(ticket.created_at), ticket)
        return split

    return place


def _observe(
    facts: Iterable[TicketFacts], terms: Terms, place: Callable[[TicketFacts], Tally], left_out: Counter[str]
) -> int:
    """Let every ticket tell what it adds, and return how many there were."""
    tickets = 0
    for ticket in facts:
        if not ticket.is_counted:
            left_out[ticket.mode if ticket.mode is not Mode.LIVE else ticket.state] += 1
            continue
        is_ticket = ticket.record is Record.TICKET
        tickets += is_ticket
        tally = place(ticket)
        for observe in ON_TICKETS if is_ticket else ON_INCIDENTS:
            observe(ticket, terms, tally)
    return tickets


class _Tally:
    """Keeps what was observed in one span."""

    __slots__ = ("_counts", "_end", "_open", "_seen", "_span", "_start", "tickets")

    def __init__(self, span: Span) -> None:
        self._span, self._start, self._end = span, span.start, span.end
        self._seen: dict[Kpi, list[float]] = {kpi: [] for kpi, row in DEFINITIONS.items() if not row.is_sampled}
        self._open: dict[Kpi, list[datetime]] = {}
        self._counts: dict[str, Counter[str]] = {}
        self.tickets = 0

    def saw(self, kpi: Kpi, at: datetime, value: float, class_name: str | None) -> None:  # noqa: ARG002 - others ask
        if self._start <= at < self._end:
            self._seen[kpi].append(value)

    def waits(self, kpi: Kpi, since: datetime, class_name: str | None) -> None:  # noqa: ARG002 - others ask
        if since < self._end:
            self._open.setdefault(kpi, []).append(since)

    def counts(self, what: str, name: str, at: datetime, class_name: str | None) -> None:  # noqa: ARG002 - others ask
        if self._start <= at < self._end:
            self._counts.setdefault(what, Counter())[name] += 1

    def figures(self, terms: Terms, tickets: int, left_out: dict[str, int]) -> Figures:
        figures = {
            kpi: _figure(DEFINITIONS[kpi], seen, self._open.get(kpi, ()), terms.now) for kpi, seen in self._seen.items()
        }
        counts = {what: dict(sorted(names.items())) for what, names in sorted(self._counts.items())}
        return Figures(
            span=self._span,
            measured_at=terms.now,
            figures=figures,
            counts=counts,
            tickets=tickets,
            left_out=left_out,
        )


def _figure(row: Definition, seen: list[float], waiting: Iterable[datetime], now: datetime) -> Figure:
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


class _Tallies:
    """One tally for each name."""

    def __init__(self, span: Span) -> None:
        self._span: Final = span
        self.known: Final[dict[str, _Tally]] = {}

    def of(self, name: object) -> _Tally:
        text = UNSAID if name is None else str(name)
        found = self.known.get(text)
        if found is None:
            found = self.known[text] = _Tally(self._span)
        return found

    def counting(self, name: object, ticket: TicketFacts) -> _Tally:
        """Return the tally of a name, with one ticket more; an incident is none."""
        found = self.of(name)
        found.tickets += ticket.record is Record.TICKET
        return found

    def has(self, at: datetime) -> bool:
        return self._span.start <= at < self._span.end


class _Split:
    """Gives every observation to the tally that its class or its moment belongs to."""

    __slots__ = ("_name", "_tallies")

    def __init__(self, tallies: _Tallies, name: Callable[[datetime, str | None], str | None]) -> None:
        self._tallies, self._name = tallies, name

    def saw(self, kpi: Kpi, at: datetime, value: float, class_name: str | None) -> None:
        if self._tallies.has(at):
            self._tallies.of(self._name(at, class_name)).saw(kpi, at, value, class_name)

    def waits(self, kpi: Kpi, since: datetime, class_name: str | None) -> None:
        if self._tallies.has(since):
            self._tallies.of(self._name(since, class_name)).waits(kpi, since, class_name)

    def counts(self, what: str, name: str, at: datetime, class_name: str | None) -> None:
        if self._tallies.has(at):
            self._tallies.of(self._name(at, class_name)).counts(what, name, at, class_name)


_PLACES: Final[dict[Dimension, Callable[[_Tallies, Dimension, ZoneInfo], Callable[[TicketFacts], Tally]]]] = {
    **dict.fromkeys(Dimension, _by_ticket),
    Dimension.CLASS: _by_class,
    Dimension.WEEK: _by_week,
}
