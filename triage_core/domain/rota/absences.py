"""When can somebody not answer a call, as spans of real time?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from triage_core.domain.opening_hours import first_instant

if TYPE_CHECKING:
    from triage_core.domain.policy import Policy
    from triage_core.domain.policy.people import Person
    from triage_core.domain.rota.book import Away
    from triage_core.domain.timeline import Span

_MINUTES_OF_DAY: Final = 1_440
_ALWAYS: Final = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def away_by(policy: Policy) -> Away:
    """Return the absences that a policy names, in each person's zone; who left the roster is away for good."""
    known = {person.id: _absences(policy, person) for person in policy.people}
    return lambda person: known.get(person, (_ALWAYS,))


def _absences(policy: Policy, person: Person) -> tuple[Span, ...]:
    calendar = policy.calendars.get(person.calendar or "")
    zone = ZoneInfo(calendar.zone if calendar else "UTC")
    return tuple(
        (first_instant(zone, absence.first), first_instant(zone, absence.last, _MINUTES_OF_DAY))
        for absence in person.absences
    )
