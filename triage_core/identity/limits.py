"""How many requests may one caller send in a while?"""

from __future__ import annotations

from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

from triage_core.service.access import TooManyRequests

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

#: Callers that are remembered; those seen least lately are forgotten, which only gives them a full bucket.
_REMEMBERED: Final = 10_000


class Limits:
    """A bucket of tokens for each caller, in this process: several processes allow so much each."""

    def __init__(self, now: Callable[[], datetime], per_second: float = 20, burst: int = 100) -> None:
        """Refill so many tokens in a second, up to the burst."""
        self._now, self._per_second, self._burst = now, per_second, burst
        self._buckets: dict[str, tuple[float, datetime]] = {}
        self._lock = Lock()

    def take(self, name: str) -> None:
        """Take one token; raises `TooManyRequests` where none is left."""
        now = self._now()
        with self._lock:
            left, since = self._buckets.pop(name, (float(self._burst), now))
            passed = max(0.0, (now - since).total_seconds())
            left = min(float(self._burst), left + passed * self._per_second)
            self._buckets[name] = (left - 1 if left >= 1 else left, now)
            if len(self._buckets) > _REMEMBERED:
                del self._buckets[next(iter(self._buckets))]
        if left < 1:
            raise TooManyRequests(timedelta(seconds=(1 - left) / self._per_second))
