"""How long did a ticket take, how long did it wait for others, and how many were open at once?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from triage_core.domain.model import Pause
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from triage_core.domain.calendar import Calendar
    from triage_core.domain.policy.service_levels import PauseReason

_ZERO: Final = timedelta()
HOUR: Final = timedelta(hours=1)


class Peak(Value, frozen=True, kw_only=True):
    """When the most tickets were open at once, and how many."""

    count: int = 0
    at: datetime | None = None


class Life(Value, frozen=True, kw_only=True):
    """A ticket's life as KPIs see it: opened, last solved, last closed, and when it waited for others."""

    opened_at: datetime
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    waits: tuple[Pause, ...] = ()
    first_class: str
    last_class: str

    @property
    def resolution(self) -> timedelta | None:
        """From opening to solution on the wall clock; below zero where the source's times contradict each other."""
        return self.resolved_at - self.opened_at if self.resolved_at is not None else None


def in_hours(span: timedelta) -> float:
    """Return a duration in hours, one below zero as zero."""
    return max(_ZERO, span) / HOUR


def waited(waits: Iterable[Pause]) -> timedelta:
    """Return the wall-clock time of waits that have ended; one that ends before it begins counts nothing."""
    return sum((max(_ZERO, wait.end - wait.start) for wait in waits if wait.end is not None), _ZERO)


def counted(life: Life, calendar: Calendar, pauses: Collection[PauseReason] = ()) -> timedelta | None:
    """Return the open time from opening to solution less the waits that stop the clock; none where unsolved."""
    if life.resolved_at is None:
        return None
    total = calendar.elapsed(life.opened_at, life.resolved_at)
    for wait in life.waits:
        if wait.reason in pauses:
            start = max(wait.start, life.opened_at)
            end = min(wait.end or life.resolved_at, life.resolved_at)
            total -= calendar.elapsed(start, end)
    return max(_ZERO, total)


def iso_week(at: datetime) -> str:
    """Return the ISO week of a moment, such as 2016-W09."""
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02}"


def most_open(spans: Iterable[tuple[datetime, datetime | None]]) -> Peak:
    """Return the first moment at which the most tickets were open; a ticket that closes as another opens is gone.

    A span without an end stays open; one that ends before it begins was never open.
    """
    real = [(opened, closed) for opened, closed in spans if closed is None or opened < closed]
    opened = sorted(start for start, _ in real)
    closed = sorted(end for _, end in real if end is not None)
    return _peak(opened, closed)


def _peak(opened: Sequence[datetime], closed: Sequence[datetime]) -> Peak:
    gone, best = 0, Peak()
    for number, at in enumerate(opened, start=1):
        while gone < len(closed) and closed[gone] <= at:
            gone += 1
        if number - gone > best.count:
            best = Peak(count=number - gone, at=at)
    return best
