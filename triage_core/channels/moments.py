"""Which moment does a source mean by what it wrote?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import mktime_tz, parsedate_tz
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
#: Outside of these years it is a broken clock, not a ticket's time.
_YEARS: Final = range(1990, 2200)
_LONGEST: Final = 100


def from_iso(text: str, zone: tzinfo = UTC) -> datetime | None:
    """Read ISO 8601, also with a space for the T; a time without an offset is one of `zone`."""
    try:
        return aware(datetime.fromisoformat(_long_enough(text)), zone)
    except (ValueError, OverflowError):
        return None


def from_pattern(text: str, pattern: str, zone: tzinfo) -> datetime | None:
    """Read a time of a declared form."""
    try:
        return aware(datetime.strptime(text.strip()[:_LONGEST], pattern), zone)  # noqa: DTZ007 - aware() gives the zone
    except (ValueError, OverflowError):
        return None


def from_mail(text: str) -> datetime | None:
    """Read the date of a mail header."""
    try:
        parts = parsedate_tz(text.strip()[:_LONGEST])
        return from_seconds(mktime_tz(parts)) if parts else None
    except (ValueError, OverflowError, IndexError, TypeError):  # the parser's answers to nonsense
        return None


def from_seconds(seconds: float) -> datetime | None:
    """Read seconds since 1970."""
    try:
        return aware(_EPOCH + timedelta(seconds=seconds), UTC)
    except (ValueError, OverflowError):
        return None


def aware(moment: datetime, zone: tzinfo) -> datetime | None:
    """Return a moment in UTC, or none where it cannot be meant."""
    held = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    return held.astimezone(UTC) if held.year in _YEARS else None


def _long_enough(text: str) -> str:
    """Return a text that may be a time; the basic forms of ISO 8601 would take plain numbers for years."""
    plain = text.strip()[:_LONGEST]
    return plain if plain[4:5] == "-" else ""
