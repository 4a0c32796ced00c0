"""How is a source of profiles asked less often, and left alone while it is out of order?"""

from __future__ import annotations

import time
from collections import OrderedDict
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

from triage_core.domain.profile import Profile, ProfileServiceDown, ProfileUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.ports import Profiles

_Key = tuple[str, str | None, str | None]
_Answer = Profile | ProfileUnavailable | None


class CachedProfiles:
    """A source whose answers are kept for a while; its failures are too, so that no ticket waits for one twice."""

    def __init__(
        self,
        source: Profiles,
        keep: timedelta = timedelta(minutes=5),
        pause: timedelta = timedelta(seconds=30),
        size: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep so many answers for so long; a source that is down is not asked again before the pause is over."""
        self._source: Final = source
        self._keep: Final = keep.total_seconds()
        self._pause: Final = pause.total_seconds()
        self._size: Final = size
        self._clock: Final = clock
        self._answers: OrderedDict[_Key, tuple[float, _Answer]] = OrderedDict()
        self._down: dict[str, tuple[float, ProfileServiceDown]] = {}
        self._lock: Final = Lock()

    def lookup(self, tenant: str, customer: str | None, requester: str | None) -> Profile | None:
        """Return what the source said a while ago at most; raises `ProfileUnavailable`."""
        key = (tenant, customer, requester)
        found, answer = self._kept(key)
        if not found:
            answer = self._asked(key)
        if isinstance(answer, ProfileUnavailable):
            raise answer.with_traceback(None)
        return answer

    def _kept(self, key: _Key) -> tuple[bool, _Answer]:
        now = self._clock()
        with self._lock:
            until, answer = self._answers.get(key, (0.0, None))
            if now < until:
                return True, answer
            until, failure = self._down.get(key[0], (0.0, None))
            return now < until, failure

    def _asked(self, key: _Key) -> _Answer:
        answer: _Answer
        try:
            answer = self._source.lookup(*key)
        except ProfileUnavailable as failure:
            answer = failure
        with self._lock:
            self._remember(key, answer)
        return answer

    def _remember(self, key: _Key, answer: _Answer) -> None:
        now = self._clock()
        if isinstance(answer, ProfileServiceDown):
            self._down[key[0]] = (now + self._pause, answer)
            return
        self._answers[key] = (now + (self._pause if isinstance(answer, ProfileUnavailable) else self._keep), answer)
        self._answers.move_to_end(key)
        while len(self._answers) > self._size:
            self._answers.popitem(last=False)
