"""Which moment does a time in a log mean?"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

#: Different days and times of day kept ready; more than a log of years has by the minute.
_KEEP: Final = 20_000


class Moments:
    """Reads the times of one log; days and times of day are each read once, because logs repeat both."""

    def __init__(self, form: str, zone: str) -> None:
        """Split the form at its one blank, where it has one: days left, times of day right."""
        day, _, clock = form.partition(" ")
        self._halves: Final = (day, clock) if clock and " " not in clock and "%z" not in clock else None
        self._form: Final = form
        self._zone: Final = UTC if zone == "UTC" else ZoneInfo(zone)
        self._days: Final[dict[str, date]] = {}
        self._clocks: Final[dict[str, time]] = {}

    def read(self, text: str) -> datetime | None:
        """Return the moment in UTC, or none where the text is no time of this form."""
        day, _, clock = text.partition(" ")
        try:
            known = datetime.combine(self._days[day], self._clocks[clock])
        except KeyError:
            return self._read_new(text)
        return known if self._zone is UTC else known.astimezone(UTC)

    def _read_new(self, text: str) -> datetime | None:
        try:
            found = datetime.strptime(text, self._form)  # noqa: DTZ007 - the zone of the log is put on below
            if found.tzinfo is None:
                found = found.replace(tzinfo=self._zone)
            moment = found.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        if self._halves is not None and max(len(self._days), len(self._clocks)) < _KEEP:
            day, _, clock = text.partition(" ")
            self._days[day], self._clocks[clock] = found.date(), found.timetz()
        return moment
