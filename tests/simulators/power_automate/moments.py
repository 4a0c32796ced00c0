"""How does the workflow language reckon with time?"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tests.simulators.power_automate import values
from tests.simulators.power_automate.failures import Unsupported, invalid

_ROUND_TRIP: Final = "%Y-%m-%dT%H:%M:%S"
_UNITS: Final = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
#: Parts of a pattern, longest first, as the language writes them.
_PARTS: Final = {
    "yyyy": "%Y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "dddd": "%A", "ddd": "%a", "dd": "%d", "HH": "%H", "hh": "%I",
    "mm": "%M", "ss": "%S", "tt": "%p", "yy": "%y",
}  # fmt: skip
_PATTERN: Final = re.compile("'[^']*'|" + "|".join(_PARTS) + "|f{1,7}|[A-Za-z]|.", re.DOTALL)
_KEPT: Final = frozenset("TZ")
_ZONES: Final = {"UTC": "UTC", "W. Europe Standard Time": "Europe/Berlin", "Eastern Standard Time": "America/New_York"}
_SPAN: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def span(given: str) -> timedelta:
    """Read a span such as PT10S."""
    found = _SPAN.fullmatch(given)
    if found is None:
        raise Unsupported(f"the span {given}")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def counted(count: Any, unit: Any) -> timedelta:
    """Return so many of a unit."""
    name = values.text(unit).lower()
    if name not in _UNITS:
        raise Unsupported(f"the unit {unit}")
    return _UNITS[name] * values.number(count)


def moment(given: Any) -> datetime:
    """Read a moment; one without a zone is in UTC."""
    written = values.text(given, "a moment")
    try:
        read = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", written))
    except ValueError as error:
        raise invalid(f"{written} is no moment") from error
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


def shown(at: datetime, pattern: Any = None) -> str:
    """Write a moment; without a pattern, the way that keeps all of it."""
    if pattern is None or pattern == "o":
        utc = at.astimezone(UTC)
        return f"{utc.strftime(_ROUND_TRIP)}.{utc.microsecond:06d}0Z"
    return "".join(_part(at, part) for part in _PATTERN.findall(values.text(pattern)))


def _part(at: datetime, part: str) -> str:
    if part in _PARTS:
        return at.strftime(_PARTS[part])
    if part[0] == "f":
        return f"{at.microsecond:06d}0"[: len(part)]
    if part[0] == "'":
        return part[1:-1]
    if part.isalpha() and part not in _KEPT:
        raise Unsupported(f"the part {part} in a pattern of moments")
    return part


def zone(name: Any) -> ZoneInfo:
    """Return a zone by the name that Windows has for it."""
    if name not in _ZONES:
        raise Unsupported(f"the zone {name}")
    return ZoneInfo(_ZONES[name])


def ticks(at: datetime) -> int:
    """Return how many ten-millionths of a second have passed since the year one."""
    since = at.astimezone(UTC) - datetime(1, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 10_000_000 + since.microseconds * 10


def _moved(unit: str) -> Any:
    return lambda given, count, pattern=None: shown(moment(given) + counted(count, unit), pattern)


def _converted(given: Any, source: Any, target: Any, pattern: Any = None) -> str:
    at = moment(given)
    local = at.replace(tzinfo=zone(source)) if at.utcoffset() == timedelta(0) else at
    return shown(local.astimezone(zone(target)), pattern or "yyyy-MM-ddTHH:mm:ss.fffffff")


def _from_utc(given: Any, target: Any, pattern: Any = None) -> str:
    return shown(moment(given).astimezone(zone(target)), pattern or "yyyy-MM-ddTHH:mm:ss.fffffff")


FUNCTIONS: Final[dict[str, Any]] = {
    "formatdatetime": lambda given, pattern=None: shown(moment(given), pattern),
    "addseconds": _moved("second"),
    "addminutes": _moved("minute"),
    "addhours": _moved("hour"),
    "adddays": _moved("day"),
    "addtotime": lambda given, count, unit, pattern=None: shown(moment(given) + counted(count, unit), pattern),
    "subtractfromtime": lambda given, count, unit, pattern=None: shown(moment(given) - counted(count, unit), pattern),
    "converttimezone": _converted,
    "convertfromutc": _from_utc,
    "ticks": lambda given: ticks(moment(given)),
    "dayofweek": lambda given: moment(given).isoweekday() % 7,
    "dayofmonth": lambda given: moment(given).day,
    "dayofyear": lambda given: moment(given).timetuple().tm_yday,
    "startofday": lambda given, pattern=None: shown(
        moment(given).replace(hour=0, minute=0, second=0, microsecond=0), pattern
    ),
    "startofhour": lambda given, pattern=None: shown(moment(given).replace(minute=0, second=0, microsecond=0), pattern),
}
