"""How is a moment written for the person who reads the page?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Self
from zoneinfo import ZoneInfo

from markupsafe import Markup

from triage_core.domain.zones import zone_of

if TYPE_CHECKING:
    from triage_core.console.visit import Visit
    from triage_core.service.access import Caller

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


class Moments(NamedTuple):
    """The zone of a reader, and when the page was made."""

    zone: ZoneInfo
    now: datetime

    @classmethod
    def of(cls, visit: Visit, caller: Caller) -> Self:
        """Read the clock and the zone of somebody's working hours."""
        policy = visit.identity.roster.policy(caller.tenant)
        zone = zone_of(policy, str(caller.person_id)) if policy else ZoneInfo("UTC")
        return cls(zone, visit.services.now())

    def text(self, at: datetime) -> str:
        """Write a moment with its zone, and with its day where that is not today."""
        there = at.astimezone(self.zone)
        name = there.tzname() or ""
        zone = name if name.isalpha() else f"UTC{name}"
        day = "" if there.date() == self.now.astimezone(self.zone).date() else f"{there:%a} {there.day} {there:%b} "
        return f"{day}{there:%H:%M} {zone}"

    def at(self, at: datetime) -> Markup:
        """Write a moment for a page, with its moment in UTC beside it."""
        utc = at.astimezone(UTC)
        said = (utc.isoformat(), f"{utc:%d %b %Y %H:%M} UTC", self.text(at))
        return Markup('<time datetime="{}" title="{}">{}</time>').format(*said)

    def away(self, at: datetime) -> str:
        """Say how far away a moment is."""
        gone = self.now - at
        return f"{_span(gone)} ago" if gone >= timedelta() else f"in {_span(-gone)}"


def _span(time: timedelta) -> str:
    """Write a span of time as roughly as a person says it."""
    if time < _HOUR:
        return f"{time // _MINUTE} min"
    if time < _DAY:
        minutes = time % _HOUR // _MINUTE
        return f"{time // _HOUR} h {minutes} min" if minutes else f"{time // _HOUR} h"
    return f"{time // _DAY} d"
