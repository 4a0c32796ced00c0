"""What time is it in the demo? Whatever the story needs; nobody waits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

HOME: Final = ZoneInfo("Europe/Berlin")
#: A Tuesday morning in July, so that one colleague is on leave and the other continent still sleeps.
MORNING: Final = datetime(2026, 7, 14, 8, 30, tzinfo=HOME)


class SimulatedClock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        """Begin in the morning."""
        self._now = MORNING.astimezone(ZoneInfo("UTC"))

    def now(self) -> datetime:
        """Return the moment it is in the story."""
        return self._now

    def wait(self, **time: float) -> datetime:
        """Let time pass, such as `minutes=30`."""
        self._now += timedelta(**time)
        return self._now

    def until(self, hour: int, minute: int) -> datetime:
        """Let time pass to a time of this day, in the zone of the first tenant."""
        self._now = self._now.astimezone(HOME).replace(hour=hour, minute=minute, second=0).astimezone(ZoneInfo("UTC"))
        return self._now
