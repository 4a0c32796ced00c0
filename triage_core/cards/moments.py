"""How is a moment written so that nobody can misread it at night?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def local(at: datetime, zone: str) -> str:
    """Write a moment in a time zone, with the zone's short name where it has one, and always with its offset."""
    there = at.astimezone(ZoneInfo(zone))
    offset = _offset(there.utcoffset() or timedelta())
    name = there.tzname() or ""
    said = f"{name} ({offset})" if name.isalpha() and name != offset else offset
    return f"{there:%a} {there.day} {there:%b %Y %H:%M} {said}"


def stamp(at: datetime) -> str:
    """Write a moment for machines."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _offset(offset: timedelta) -> str:
    if not offset:
        return "UTC"
    minutes = abs(offset) // timedelta(minutes=1)
    return f"UTC{'-' if offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"
