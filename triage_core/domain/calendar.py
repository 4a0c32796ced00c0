"""How much open time lies between two moments, and when has a given amount of it passed?

Every question is one or two binary searches in a timeline of openings. Minutes are elapsed real minutes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from typing import Final

from triage_core.domain.errors import NaiveTime, TriageError
from triage_core.domain.opening_hours import (
    Days,
    EmptyCalendar,
    HolidayRule,
    Hours,
    HoursInvalid,
    Reason,
    Slot,
    dates,
)
from triage_core.domain.timeline import YEARS, Span, Timeline, TimeOutOfRange
from triage_core.domain.value import Value

__all__ = [
    "AlwaysOpen",
    "BusinessCalendar",
    "Calendar",
    "EmptyCalendar",
    "HolidayRule",
    "Hours",
    "HoursInvalid",
    "Line",
    "NegativeAmount",
    "Reason",
    "Slot",
    "TimeOutOfRange",
    "calendar_of",
]

_ZERO: Final = timedelta()
_ONE_DAY: Final = timedelta(days=1)
_RESOLUTION: Final = timedelta.resolution
_LONGEST: Final = timedelta(days=366 * len(YEARS))


class NegativeAmount(TriageError):
    """An amount of time lies below zero."""

    code = "negative_amount"

    def __init__(self) -> None:
        """Say how to look the other way."""
        super().__init__(
            "an amount of open time cannot be negative; to look backwards, ask for the time before a moment"
        )


class Line(Value, frozen=True, kw_only=True):
    """One counted interval, or one local day that was skipped, and why."""

    day: date
    reason: Reason
    #: The holiday's name.
    name: str = ""
    start: datetime | None = None
    end: datetime | None = None
    counted: timedelta = _ZERO


class Calendar(ABC):
    """When a clock runs; moments come and go as aware datetimes, the results in UTC."""

    @abstractmethod
    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return the open time in [start, end)."""

    @abstractmethod
    def add(self, start: datetime, amount: timedelta) -> datetime:
        """Return the first instant at which the amount of open time has passed.

        An amount used up at a close gives the close. No amount gives the start when open, else the next opening.
        """

    @abstractmethod
    def back(self, due: datetime, amount: timedelta) -> datetime:
        """Return the last open instant with the amount of open time left until `due`; no amount gives `due`."""

    @abstractmethod
    def next_opening(self, at: datetime) -> datetime:
        """Return the first open instant from `at` on."""

    @abstractmethod
    def intervals(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """Return the open pieces of [start, end)."""

    @abstractmethod
    def explain(self, start: datetime, end: datetime) -> tuple[Line, ...]:
        """Account for [start, end): each counted interval and each skipped local day."""

    def is_open(self, at: datetime) -> bool:
        at = _utc(at, "at")
        return self.next_opening(at) == at


def calendar_of(hours: Hours | None) -> Calendar:
    """Build the calendar of some opening hours; without any it is always open."""
    return AlwaysOpen() if hours is None else BusinessCalendar(hours)


def _utc(moment: datetime, name: str) -> datetime:
    if moment.utcoffset() is None:
        raise NaiveTime(name)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise TimeOutOfRange from None


def _check(amount: timedelta) -> None:
    if amount < _ZERO:
        raise NegativeAmount
    if amount > _LONGEST:
        raise TimeOutOfRange


class AlwaysOpen(Calendar):
    """Around the clock."""

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        return max(_ZERO, _utc(end, "end") - _utc(start, "start"))

    def add(self, start: datetime, amount: timedelta) -> datetime:
        _check(amount)
        return self._moved(_utc(start, "start"), amount)

    def back(self, due: datetime, amount: timedelta) -> datetime:
        _check(amount)
        return self._moved(_utc(due, "due"), -amount)

    @staticmethod
    def _moved(moment: datetime, amount: timedelta) -> datetime:
        try:
            return moment + amount
        except OverflowError:
            raise TimeOutOfRange from None

    def next_opening(self, at: datetime) -> datetime:
        return _utc(at, "at")

    def intervals(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        start, end = _utc(start, "start"), _utc(end, "end")
        return ((start, end),) if start < end else ()

    def explain(self, start: datetime, end: datetime) -> tuple[Line, ...]:
        return tuple(
            Line(day=opens.date(), reason=Reason.ALWAYS_OPEN, start=opens, end=closes, counted=closes - opens)
            for opens, closes in self.intervals(start, end)
        )


class BusinessCalendar(Calendar):
    """Open at some hours of the week."""

    def __init__(self, hours: Hours) -> None:
        """Check the hours, and each year that their exceptions could leave without open time."""
        self.hours: Final = hours
        self._days: Final = Days(hours)
        self._timeline: Final = Timeline(self._days)
        for year in hours.exceptional_years().intersection(YEARS):
            self._timeline.compile(year)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        if start.tzinfo is not UTC or end.tzinfo is not UTC:
            start, end = _utc(start, "start"), _utc(end, "end")
        if end <= start:
            return _ZERO
        opens, lengths, before, last, _ = self._timeline.table
        first, final = bisect_right(opens, start) - 1, bisect_right(opens, end) - 1
        if first < 0 or final >= last:
            opens, lengths, before, last, _ = self._timeline.covering(start, end)
            first, final = bisect_right(opens, start) - 1, bisect_right(opens, end) - 1
        used, counted = start - opens[first], end - opens[final]
        used = min(used, lengths[first])
        counted = min(counted, lengths[final])
        return before[final] + counted - before[first] - used

    def add(self, start: datetime, amount: timedelta) -> datetime:
        if not _ZERO < amount <= _LONGEST:
            _check(amount)
            return self.next_opening(_utc(start, "start"))
        if start.tzinfo is not UTC:
            start = _utc(start, "start")
        opens, lengths, before, last, years = self._timeline.table
        place = bisect_right(opens, start) - 1
        if not 0 <= place < last:
            opens, lengths, before, last, years = self._timeline.covering(start, start)
            place = bisect_right(opens, start) - 1
        goal = before[place] + min(start - opens[place], lengths[place]) + amount
        place = bisect_left(before, goal) - 1
        if place == last:
            self._timeline.later(years)
            return self.add(start, amount)
        return opens[place] + (goal - before[place])

    def back(self, due: datetime, amount: timedelta) -> datetime:
        due = _utc(due, "due")
        _check(amount)
        if not amount:
            return due
        opens, lengths, before, _, years = self._timeline.covering(due, due)
        place = bisect_right(opens, due) - 1
        goal = before[place] + min(due - opens[place], lengths[place]) - amount
        if goal < _ZERO:
            self._timeline.earlier(years)
            return self.back(due, amount)
        place = bisect_right(before, goal) - 1
        return opens[place] + (goal - before[place])

    def next_opening(self, at: datetime) -> datetime:
        at = _utc(at, "at")
        opens, lengths, _, last, years = self._timeline.covering(at, at)
        place = bisect_right(opens, at) - 1
        if at - opens[place] < lengths[place]:
            return at
        if place + 1 == last:
            self._timeline.later(years)
            return self.next_opening(at)
        return opens[place + 1]

    def intervals(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        start, end = _utc(start, "start"), _utc(end, "end")
        if end <= start:
            return ()
        opens, lengths, *_ = self._timeline.covering(start, end)
        places = range(bisect_right(opens, start) - 1, bisect_left(opens, end))
        pieces = ((max(start, opens[place]), min(end, opens[place] + lengths[place])) for place in places)
        return tuple((opened, closed) for opened, closed in pieces if opened < closed)

    def explain(self, start: datetime, end: datetime) -> tuple[Line, ...]:
        start, end = _utc(start, "start"), _utc(end, "end")
        if end <= start:
            return ()
        self._timeline.covering(start, end)  # refuses what lies out of range
        lines: list[Line] = []
        first, reached = self._days.date_of(start), start
        for on in dates(first - _ONE_DAY, self._days.date_of(end - _RESOLUTION)):
            day = self._days.day(on)
            if not day.slots and on >= first:
                lines.append(Line(day=on, reason=day.reason, name=day.name))
            for opens, closes in self._timeline.of_day(on):
                opened, closed = max(opens, reached), min(closes, end)
                if opened < closed:
                    lines.append(Line(day=on, reason=day.reason, start=opened, end=closed, counted=closed - opened))
                    reached = closed
        return tuple(lines)
