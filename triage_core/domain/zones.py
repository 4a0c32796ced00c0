"""In which time zone does a person read moments?"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from triage_core.domain.policy import Policy


def home_zone(policy: Policy) -> ZoneInfo:
    """Return the zone a policy's people live in: that of its first calendar with opening hours."""
    zones = [spec.zone for spec in policy.calendars.values() if not spec.always_open]
    return ZoneInfo(zones[0] if zones else "UTC")


def zone_of(policy: Policy, person_id: str) -> ZoneInfo:
    """Return the zone of a person's working hours; whoever has none lives where most do."""
    named = next((person.calendar for person in policy.people if person.id == person_id), None)
    hours = policy.calendars.get(named) if named else None
    return home_zone(policy) if hours is None or hours.always_open else ZoneInfo(hours.zone)
