"""What does a figure say, over how many cases, and how far may it be off?

Shares carry the Wilson interval. A median carries the interval between two of its own cases, which holds whatever the
cases look like; a mean carries the normal one, and only from thirty cases on, because times are skewed.
"""

from __future__ import annotations

from math import floor, fsum, sqrt
from statistics import median
from typing import TYPE_CHECKING, Final

from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

#: A rate over fewer cases is marked.
FEW: Final = 30
#: The 97.5 % point of the normal distribution, for intervals of 95 %.
_Z: Final = 1.959963984540054

#: The lower and the upper end of an interval of 95 %.
Interval = tuple[float, float]


class Rate(Value, frozen=True, kw_only=True):
    """How many of how many."""

    count: int = 0
    n: int = 0

    @property
    def value(self) -> float | None:
        """The share; none where there is nothing to divide by."""
        return self.count / self.n if self.n else None

    @property
    def few(self) -> bool:
        """Too few cases to say much."""
        return self.n < FEW

    @property
    def interval(self) -> Interval | None:
        """The 95 % Wilson interval of the share."""
        if not self.n:
            return None
        share, spread = self.count / self.n, _Z * _Z / self.n
        middle = (share + spread / 2) / (1 + spread)
        half = sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
        return max(0.0, middle - half), min(1.0, middle + half)


class Spread(Value, frozen=True, kw_only=True):
    """How numbers spread, such as durations in hours."""

    n: int = 0
    mean: float | None = None
    median: float | None = None
    #: Nine in ten are at most this long (the nearest rank, so always one of the durations).
    p90: float | None = None
    #: None where the cases are too few for one.
    mean_interval: Interval | None = None
    median_interval: Interval | None = None

    @property
    def few(self) -> bool:
        """Too few cases to say much."""
        return self.n < FEW


def spread(hours: Collection[float]) -> Spread:
    """Describe durations."""
    if not hours:
        return Spread()
    ordered, n = sorted(hours), len(hours)
    mean = fsum(ordered) / n
    return Spread(
        n=n,
        mean=mean,
        median=median(ordered),
        p90=ordered[(9 * n + 9) // 10 - 1],
        mean_interval=_around_mean(ordered, mean),
        median_interval=_around_median(ordered),
    )


def _around_mean(values: Sequence[float], mean: float) -> Interval | None:
    n = len(values)
    if n < FEW:
        return None
    squares = fsum((value - mean) ** 2 for value in values)
    half = _Z * sqrt(squares / (n - 1) / n)
    return mean - half, mean + half


def _around_median(ordered: Sequence[float]) -> Interval | None:
    """Return the two cases between which the median lies in at least 19 of 20 draws; fewer than six have none."""
    n = len(ordered)
    rank = floor((n + 1 - _Z * sqrt(n)) / 2)
    return (ordered[rank - 1], ordered[n - rank]) if rank > 0 else None


class Confusion(Value, frozen=True, kw_only=True):
    """Who was escalated against who should have been.

    Accuracy is dominated by the many that need no escalation, so it is never shown without recall and precision.
    """

    tp: int = 0
    fn: int = 0
    fp: int = 0
    tn: int = 0

    @property
    def recall(self) -> float | None:
        """Of those that should have been escalated, the share that was."""
        return Rate(count=self.tp, n=self.tp + self.fn).value

    @property
    def precision(self) -> float | None:
        """Of those that were escalated, the share that should have been."""
        return Rate(count=self.tp, n=self.tp + self.fp).value

    @property
    def accuracy(self) -> float | None:
        """The share that was treated as it should have been."""
        return Rate(count=self.tp + self.tn, n=self.tp + self.fn + self.fp + self.tn).value

    @property
    def missed_rate(self) -> float | None:
        """Of those that should have been escalated, the share that was not."""
        return Rate(count=self.fn, n=self.tp + self.fn).value
