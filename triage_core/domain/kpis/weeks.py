"""When does a week begin where the tenant's people live, and what is it called?"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from triage_core.domain.errors import TriageError
from triage_core.domain.kpis.lives import iso_week
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_NAME: Final = re.compile(r"(\d{4})-W(\d{2})")
_WEEK: Final = timedelta(days=7)
_LAST: Final = timedelta(hours=23, minutes=59, seconds=59)


class Span(Value, frozen=True, kw_only=True):
    """A half-open span of time, in UTC."""

    start: datetime
    end: datetime


class WeekUnknown(TriageError):
    """A text names no week."""

    code = "week_unknown"

    def __init__(self) -> None:
        """Say how weeks are written."""
        super().__init__("no such week; write an ISO week with its year, such as 2026-W09")


def week_at(at: datetime, zone: ZoneInfo) -> str:
    """Return the ISO week of a moment in a zone."""
    return iso_week(at.astimezone(zone))


def span_of(week: str, zone: ZoneInfo) -> Span:
    """Return when a week is, from Monday to Monday in a zone; raises `WeekUnknown`."""
    found = _NAME.fullmatch(week)
    try:
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1) if found else None
        after = monday + _WEEK if monday else None
    except (ValueError, OverflowError):
        monday = after = None
    if monday is None or after is None:
        raise WeekUnknown
    return Span(start=_midnight(monday, zone), end=_midnight(after, zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def last_over(now: datetime, zone: ZoneInfo) -> str:
    """Return the latest week that is over."""
    this = span_of(week_at(now, zone), zone)
    return week_at(this.start - timedelta(hours=1), zone)


def weeks_back(week: str, count: int, zone: ZoneInfo) -> tuple[str, ...]:
    """Return so many weeks that end with this one, the oldest first."""
    noon = span_of(week, zone).start + timedelta(hours=12)
    return tuple(week_at(noon - number * _WEEK, zone) for number in reversed(range(count)))


class Weeks:
    """The names of weeks for many moments: a day that lies in one week is looked up once."""

    def __init__(self, zone: ZoneInfo) -> None:
        """Know nothing yet."""
        self._zone: Final = zone
        self._days: Final[dict[int, str]] = {}

    def name(self, at: datetime) -> str:
        """Return the week of a moment in UTC."""
        day = at.toordinal()
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = self._of_day(at)
        return known or week_at(at, self._zone)

    def _of_day(self, at: datetime) -> str:
        """Return the week of a whole day, or nothing where a week begins in it."""
        start = at.replace(hour=0, minute=0, second=0, microsecond=0)
        first, last = week_at(start, self._zone), week_at(start + _LAST, self._zone)
        return first if first == last else ""
