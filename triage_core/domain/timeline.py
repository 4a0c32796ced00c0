"""Which stretches of real time are open, and how much open time lies before each?

A year of local days is compiled to UTC when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from triage_core.domain.errors import TriageError
from triage_core.domain.opening_hours import Days, EmptyCalendar, dates

#: [start, end) in UTC.
Span = tuple[datetime, datetime]

#: What may be asked for.
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_END: Final = datetime(2201, 1, 1, tzinfo=UTC)
#: One year more on either side, for zones in which it is still or already the neighbouring one.
YEARS: Final = range(1969, 2202)
_ZERO: Final = timedelta()
_ONE_DAY: Final = timedelta(days=1)


class TimeOutOfRange(TriageError):
    """A moment lies outside the years that calendars know."""

    code = "time_out_of_range"

    def __init__(self) -> None:
        """Name the years."""
        super().__init__("calendars reach from 1970 to 2200; check the moment and the amount of time")


class Table(NamedTuple):
    """The openings of some years in a row, between two of length zero that mark where the years begin and end."""

    opens: list[datetime]
    lengths: list[timedelta]
    #: Open time of the table before each opening.
    before: list[timedelta]
    #: Index of the mark at the end.
    last: int
    years: range


def _table(years: range, spans: list[Span], since: datetime, until: datetime) -> Table:
    inside = [(max(opened, since), min(closed, until)) for opened, closed in spans if since < closed and opened < until]
    pieces = [(since, since), *inside, (until, until)]
    opens = [opened for opened, _ in pieces]
    lengths = [closed - opened for opened, closed in pieces]
    before = [_ZERO]
    for length in lengths[:-1]:
        before.append(before[-1] + length)
    return Table(opens, lengths, before, len(pieces) - 1, years)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, those that overlap or touch made one and empty ones left out."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        elif start < end:
            joined.append((start, end))
    return joined


class Timeline:
    """The openings of all years that were needed so far."""

    def __init__(self, days: Days) -> None:
        """Compile nothing yet."""
        self._days: Final = days
        self._spans: Final[dict[int, list[Span]]] = {}
        self.table = Table(opens=[], lengths=[], before=[], last=0, years=range(0))

    def covering(self, start: datetime, end: datetime) -> Table:
        """Return a table that begins at or before `start` and ends after `end`, both in UTC."""
        table = self.table
        if table.years and table.opens[0] <= start and end < table.opens[-1]:
            return table
        if start < _BEGINNING or end >= _END:
            raise TimeOutOfRange
        # A day more, because a clock set back at New Year shows the old year again.
        return self._extend(self._days.date_of(start).year, self._days.date_of(end + _ONE_DAY).year + 1)

    def later(self, years: range) -> None:
        """Let a table of these years reach twice as far ahead."""
        if years.stop == YEARS.stop:
            raise TimeOutOfRange
        self._extend(years.start, years.stop + len(years))

    def earlier(self, years: range) -> None:
        """Let a table of these years reach twice as far back."""
        if years.start == YEARS.start:
            raise TimeOutOfRange
        self._extend(years.start - len(years), years.stop)

    def _extend(self, first: int, stop: int) -> Table:
        known = self.table.years
        years = range(min(first, known.start), max(stop, known.stop)) if known else range(first, stop)
        years = range(max(years.start, YEARS.start), min(years.stop, YEARS.stop))
        spans = merged(span for year in years for span in self.compile(year))
        since, until = self._new_year(years.start), self._new_year(years.stop)
        # One assignment, so that a reader in another thread sees the old table or the new one, each whole.
        self.table = table = _table(years, spans, max(since, _BEGINNING), min(until, _END))
        return table

    def compile(self, year: int) -> list[Span]:
        """Return a year's open time; without any it is refused, because a search for some might never end."""
        if year not in self._spans:
            spans = self._compiled(year)
            if not spans:
                raise EmptyCalendar(f"in the year {year}")
            self._spans[year] = spans
        return self._spans[year]

    def _compiled(self, year: int) -> list[Span]:
        since, until = self._new_year(year), self._new_year(year + 1)
        days = dates(date(year - 1, 12, 31), date(year, 12, 31))  # the last night of the old year may run into this one
        spans = merged(span for on in days for span in self.of_day(on))
        return [(max(opened, since), min(closed, until)) for opened, closed in spans if closed > since]

    def of_day(self, on: date) -> list[Span]:
        """Return the open time that belongs to a local day, a night that starts on it included."""
        slots = self._days.day(on).slots
        edges = (slot.minutes for slot in slots)
        return merged((self._days.instant(on, opens), self._days.instant(on, closes)) for opens, closes in edges)

    def _new_year(self, year: int) -> datetime:
        return self._days.instant(date(year, 1, 1))
