"""In which order are the tickets of one class worked?

score = bonus + points_per_hour * hours since submission. Every ticket of a class gains points at the same slope, so
the order never turns round by waiting alone. It can therefore be stored as a moment, the submission moved back by what
the bonus is worth in waiting time: the smaller the key, the higher the score at any moment.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from triage_core.domain.policy.rules import Score

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_HOUR: Final = 3_600_000


def _milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND


def order_key(created_at: datetime, bonus: float, score: Score) -> int:
    """Return the stored key, in milliseconds since 1970; smaller is sooner."""
    return _milliseconds(created_at) - round(bonus / score.points_per_hour * _HOUR)


def score_at(key: int, now: datetime, score: Score) -> float:
    """Return the score a ticket has now, derived from its key."""
    return (_milliseconds(now) - key) / _HOUR * score.points_per_hour
