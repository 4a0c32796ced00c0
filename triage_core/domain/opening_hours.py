"""When is a desk open on a given local day, and if it is not, why?

An edge of a slot lies at the first instant at which the local clock shows that time or a later one. So an edge in a
skipped hour lies at the change of the clock, and an edge in a doubled hour lies in its first pass.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from triage_core.domain.errors import PolicyInvalid
from triage_core.domain.value import Value

_MINUTES_OF_DAY: Final = 1_440
_DAYS_OF_WEEK: Final = 7
_COUNTRY_CODE_LENGTH: Final = 2
_ONE_DAY: Final = timedelta(days=1)


class HoursInvalid(PolicyInvalid):
    """Opening hours cannot be used as they stand."""


class EmptyCalendar(HoursInvalid):
    """A calendar never opens, so no promise on it could ever fall due."""

    def __init__(self, when: str) -> None:
        """Say which span has no open time."""
        super().__init__(f"the calendar has no open time {when}; give it opening hours, or use one that is always open")


class Slot(Value, frozen=True, kw_only=True):
    """Minutes after local midnight, [opens, closes); a close before the opening lies on the next day."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        """Refuse what is no part of a day."""
        if not (0 <= self.opens < _MINUTES_OF_DAY and 0 <= self.closes <= _MINUTES_OF_DAY):
            raise HoursInvalid("a slot lies outside its day; give minutes from 0 to 1440, the opening before 1440")
        if self.opens == self.closes:
            raise HoursInvalid("a slot has no length; remove it, or give 0 to 1440 for a whole day")

    @property
    def minutes(self) -> tuple[int, int]:
        """Opening and close, the close counted on from the day of the opening."""
        over_midnight = self.closes < self.opens
        return self.opens, self.closes + _MINUTES_OF_DAY * over_midnight


class HolidayRule(Value, frozen=True, kw_only=True):
    """The public holidays of a country; a pinned year has the pinned dates and no others.

    Published years differ by country and end by 2100; a year beyond them has no holidays unless it is pinned.
    """

    country: str
    subdivision: str | None = None
    pinned: Mapping[int, tuple[date, ...]] = {}

    def __post_init__(self) -> None:
        """Refuse an unknown country or part of it, and dates pinned to the wrong year."""
        if any(day.year != year for year, days in self.pinned.items() for day in days):
            raise HoursInvalid("a pinned holiday lies outside its year; pin each date under the year it falls in")
        _published(self)

    def of(self, year: int) -> Mapping[date, str]:
        """Return the holidays of a year, with their names where the country publishes them."""
        published = _published(self, year)
        if year not in self.pinned:
            return published
        return {day: published.get(day, "") for day in self.pinned[year]}


def _published(rule: HolidayRule, *years: int) -> Mapping[date, str]:
    from holidays import country_holidays  # noqa: PLC0415 - slow to import, and many calendars have no holidays

    if not (len(rule.country) == _COUNTRY_CODE_LENGTH and rule.country.isascii() and rule.country.isupper()):
        raise HoursInvalid("a holiday country is no code of two capital letters; write DE for Germany")
    try:
        country = country_holidays(rule.country, subdiv=rule.subdivision, expand=False)
    except NotImplementedError:
        raise HoursInvalid(
            "this country or subdivision has no known holidays; check its code, or list the dates under closed"
        ) from None
    # Named in the country's own language, because the library would otherwise ask the environment for one.
    language = country.default_language
    found = country_holidays(rule.country, subdiv=rule.subdivision, years=years, expand=False, language=language)
    return dict(found.items())


class Hours(Value, frozen=True, kw_only=True):
    """What a desk's week looks like, Monday first, and on which dates it looks different."""

    zone: str
    weekly: tuple[tuple[Slot, ...], ...]
    holidays: HolidayRule | None = None
    closed: frozenset[date] = frozenset()
    #: Dates with slots of their own, holidays included.
    openings: Mapping[date, tuple[Slot, ...]] = {}

    def __post_init__(self) -> None:
        """Refuse a week that is none, never opens, or contradicts its exceptions."""
        if len(self.weekly) != _DAYS_OF_WEEK:
            raise HoursInvalid("the week does not have seven days; give a list of slots for each, Monday first")
        if not any(self.weekly):
            raise EmptyCalendar("in any week")
        if both := sorted(self.closed & self.openings.keys()):
            raise HoursInvalid(f"{both[0]} is both closed and opened; keep one of the two")

    def exceptional_years(self) -> set[int]:
        """Return the years that dates of their own make unlike others."""
        pinned = self.holidays.pinned if self.holidays else {}
        return {day.year for day in (*self.closed, *self.openings)} | set(pinned)


class Reason(StrEnum):
    """Why a day has the slots it has."""

    WEEKLY = "weekly"
    EXCEPTIONAL_OPENING = "exceptional_opening"
    ALWAYS_OPEN = "always_open"
    CLOSED_WEEKDAY = "closed_weekday"
    HOLIDAY = "holiday"
    CLOSED_DATE = "closed_date"


class Day(Value, frozen=True, kw_only=True):
    """One local day."""

    slots: tuple[Slot, ...] = ()
    reason: Reason
    #: The holiday's name.
    name: str = ""


class Days:
    """The local days of some opening hours, and where they lie in real time."""

    def __init__(self, hours: Hours) -> None:
        """Find the time zone; holidays are looked up when a year is first asked for."""
        self.hours: Final = hours
        self._zone: Final = _zone(hours.zone)
        self._holidays: Final[dict[int, Mapping[date, str]]] = {}

    def day(self, on: date) -> Day:
        """Return the slots of a local day and what gives or takes them."""
        hours = self.hours
        if on in hours.openings:
            slots = hours.openings[on]
            return Day(slots=slots, reason=Reason.EXCEPTIONAL_OPENING if slots else Reason.CLOSED_DATE)
        if on in hours.closed:
            return Day(reason=Reason.CLOSED_DATE)
        if (name := self._holidays_of(on.year).get(on)) is not None:
            return Day(reason=Reason.HOLIDAY, name=name)
        slots = hours.weekly[on.weekday()]
        return Day(slots=slots, reason=Reason.WEEKLY if slots else Reason.CLOSED_WEEKDAY)

    def _holidays_of(self, year: int) -> Mapping[date, str]:
        rule = self.hours.holidays
        if rule is None:
            return {}
        if year not in self._holidays:
            self._holidays[year] = rule.of(year)
        return self._holidays[year]

    def date_of(self, at: datetime) -> date:
        """Return the local date of an instant."""
        return at.astimezone(self._zone).date()

    def instant(self, on: date, minute: int = 0) -> datetime:
        """Return when the local clock first shows this minute of the day or a later one."""
        return first_instant(self._zone, on, minute)


def first_instant(zone: ZoneInfo, on: date, minute: int = 0) -> datetime:
    """Return when a zone's clock first shows this minute of the day or a later one."""
    wall = datetime(on.year, on.month, on.day, tzinfo=zone) + timedelta(minutes=minute)
    found = wall.astimezone(UTC)
    return found if found.astimezone(zone) == wall else _after_gap(wall, found)


def _after_gap(wall: datetime, latest: datetime) -> datetime:
    # In a skipped hour, fold=1 reads the time with the offset after the change, which gives an instant before it.
    earliest = wall.replace(fold=1).astimezone(UTC)
    seconds = range(int((latest - earliest).total_seconds()) + 1)
    passed = bisect_left(
        seconds, x=True, key=lambda second: (earliest + timedelta(seconds=second)).astimezone(wall.tzinfo) >= wall
    )
    return earliest + timedelta(seconds=passed)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of the zone database is no zone
        raise HoursInvalid("the calendar's time zone is unknown; use an IANA name such as Europe/Berlin") from None


def dates(first: date, last: date) -> list[date]:
    """Return the dates from first to last, both included."""
    return [first + _ONE_DAY * number for number in range((last - first).days + 1)]
