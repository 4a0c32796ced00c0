"""Can every calendar be computed, and does it open at all?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from zoneinfo import available_timezones

from triage_core.domain.errors import PolicyInvalid
from triage_core.domain.opening_hours import HolidayRule
from triage_core.domain.policy import Policy
from triage_core.domain.policy.service_levels import CalendarSpec, Week
from triage_core.policyfile.spelling import nearest
from triage_core.policyfile.tree import Finding

_DAYS: Final = tuple(Week.model_fields)
_DAY: Final = 1_440
_WEEK: Final = 7 * _DAY


def zones(policy: Policy) -> Iterator[Finding]:
    """Time zones have IANA names."""
    for name, spec in policy.calendars.items():
        known = available_timezones()
        if spec.zone not in known:
            what, expected = f'unknown time zone "{spec.zone}"', "an IANA name such as Europe/Berlin"
            found = nearest(spec.zone, known)
            yield Finding(path=("calendars", name, "zone"), what=what, expected=expected, nearest=found)


def holidays(policy: Policy) -> Iterator[Finding]:
    """Countries and their parts publish holidays."""
    for name, spec in policy.calendars.items():
        if spec.holidays is not None:
            yield from _holidays(name, spec.holidays.country, spec.holidays.subdivision)


def _holidays(name: str, country: str, subdivision: str | None) -> Iterator[Finding]:
    from holidays import list_supported_countries  # noqa: PLC0415 - slow to import, and many policies have no holidays

    known = list_supported_countries()
    path = ("calendars", name, "holidays")
    if country not in known:
        what, expected = f'no holidays are known for the country "{country}"', "a country code such as DE"
        yield Finding(path=(*path, "country"), what=what, expected=expected, nearest=nearest(country, known))
    elif subdivision is not None and not _has_part(country, subdivision):
        what, expected = f'no holidays are known for "{subdivision}" of {country}', "a code of its subdivisions"
        found = nearest(subdivision, known[country])
        yield Finding(path=(*path, "subdivision"), what=what, expected=expected, nearest=found)


def _has_part(country: str, subdivision: str) -> bool:
    try:
        HolidayRule(country=country, subdivision=subdivision)
    except PolicyInvalid:
        return False
    return True


def pinned_years(policy: Policy) -> Iterator[Finding]:
    """A pinned holiday lies in its year."""
    for name, spec in policy.calendars.items():
        pinned = spec.holidays.pinned if spec.holidays else {}
        for year, days in pinned.items():
            for number, day in enumerate(days):
                if day.year != year:
                    path = ("calendars", name, "holidays", "pinned", str(year), number)
                    yield Finding(path=path, what=f"{day} does not lie in {year}", expected=f"a date of {year}")


def opens(policy: Policy) -> Iterator[Finding]:
    """A calendar opens at some time of the week, else nothing on it could ever fall due."""
    for name, spec in policy.calendars.items():
        if not spec.always_open and not any(spec.weekly.days()):
            what = f"the calendar {name} never opens"
            yield Finding(
                path=("calendars", name), what=what, expected="weekly hours, or always_open: true", at_key=True
            )


def one_kind(policy: Policy) -> Iterator[Finding]:
    """A calendar that is always open has no hours, and no day is both closed and opened."""
    for name, spec in policy.calendars.items():
        path = ("calendars", name)
        if spec.always_open and (any(spec.weekly.days()) or spec.holidays or spec.closed or spec.openings):
            what = f"the calendar {name} is always open and has hours"
            yield Finding(path=(*path, "always_open"), what=what, expected="one of the two", at_key=True)
        for number, day in enumerate(spec.closed):
            if day in spec.openings:
                what = f"{day} is both closed and opened"
                yield Finding(path=(*path, "closed", number), what=what, expected="one of the two")


def overlaps(policy: Policy) -> Iterator[Finding]:
    """Overlapping slots count once, which is rarely what was meant."""
    for name, spec in policy.calendars.items():
        for day in _overlapping(spec):
            path = ("calendars", name, "weekly", _DAYS[day])
            what = f"slots overlap on {_DAYS[day]}; the time they share counts once"
            yield Finding(path=path, what=what, expected="slots one after the other")


def _overlapping(spec: CalendarSpec) -> list[int]:
    spans = sorted(
        (day * _DAY + start, day * _DAY + end + _DAY * (end < start), day)
        for day, slots in enumerate(spec.weekly.days())
        for start, end in slots
    )
    if not spans:
        return []
    # Monday's first slot follows Sunday's last one.
    around = [*spans, (spans[0][0] + _WEEK, spans[0][1] + _WEEK, spans[0][2])]
    return sorted({later[2] for earlier, later in zip(spans, around[1:], strict=True) if later[0] < earlier[1]})


def used(policy: Policy) -> Iterator[Finding]:
    """Every calendar is used."""
    levels = policy.service_levels
    groups = [levels_of.targets for levels_of in levels.classes.values()]
    groups += [override.targets for override in levels.overrides]
    names = {target.calendar for targets in groups for target in targets.values()}
    names |= {levels_of.calendar for levels_of in levels.classes.values()}
    names |= {person.calendar for person in policy.people}
    for name in policy.calendars:
        if name not in names:
            what = f"nothing uses the calendar {name}"
            yield Finding(path=("calendars", name), what=what, expected="a use, or none of it", at_key=True)
