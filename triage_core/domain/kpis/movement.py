"""How far did a figure move from another one, how sure is that, and does it reach its target?

The interval of a difference adds the squared distances to the ends of both intervals (Newcombe's square-and-add). The
relative movement takes the earlier figure as its scale. Figures of different definitions are never compared.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from math import sqrt
from typing import TYPE_CHECKING, Final

from triage_core.domain.kpis.definitions import DEFINITIONS, Better, Headline, Kpi
from triage_core.domain.kpis.figures import Interval
from triage_core.domain.kpis.measuring import Figure
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: When the movement is reported after the start, and the day by which targets hold.
CHECKS: Final = (timedelta(days=28), timedelta(days=56))
TARGET_DAY: Final = timedelta(days=60)


class Target(Value, frozen=True, kw_only=True):
    """By how much a figure is to get better, relative to the baseline."""

    kpi: Kpi
    least: float
    most: float


#: The playbook's targets.
TARGETS: Final = (
    Target(kpi=Kpi.FIRST_RESPONSE, least=0.20, most=0.40),
    Target(kpi=Kpi.BREACH_RATE, least=0.10, most=0.25),
    Target(kpi=Kpi.ESCALATION_ACCURACY, least=0.10, most=0.25),
)


class Reached(StrEnum):
    """Where a figure stands against its target."""

    #: One of the two figures is missing, or of another definition.
    UNKNOWN = "unknown"
    #: The baseline leaves nothing to improve: it is to be held.
    HOLD = "hold"
    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"


class Movement(Value, frozen=True, kw_only=True):
    """One figure before and after."""

    kpi: Kpi
    before: Figure
    after: Figure
    #: After less before; none where they cannot be compared.
    difference: float | None = None
    interval: Interval | None = None
    #: The share by which it got better; below zero where it got worse.
    better_by: float | None = None
    better_interval: Interval | None = None
    #: For shares that are to grow: the share by which what is missing to one shrank.
    error_cut: float | None = None

    @property
    def is_certain(self) -> bool:
        """The interval of the difference leaves zero out."""
        return self.interval is not None and (self.interval[0] > 0 or self.interval[1] < 0)


def moved(before: Figure, after: Figure) -> Movement:
    """Compare two figures of one KPI."""
    if before.version != after.version or before.value is None or after.value is None:
        return Movement(kpi=before.kpi, before=before, after=after)
    difference = after.value - before.value
    interval = _interval(before, after, difference)
    sign = {Better.LOWER: -1, Better.HIGHER: 1, Better.NEITHER: 0}[DEFINITIONS[before.kpi].better]
    scale = sign / before.value if before.value and sign else None
    return Movement(
        kpi=before.kpi,
        before=before,
        after=after,
        difference=difference,
        interval=interval,
        better_by=difference * scale if scale else None,
        better_interval=_scaled(interval, scale) if interval and scale else None,
        error_cut=_error_cut(before, after) if sign > 0 else None,
    )


def _interval(before: Figure, after: Figure, difference: float) -> Interval | None:
    if before.interval is None or after.interval is None or before.value is None or after.value is None:
        return None
    down = sqrt((after.value - after.interval[0]) ** 2 + (before.interval[1] - before.value) ** 2)
    up = sqrt((after.interval[1] - after.value) ** 2 + (before.value - before.interval[0]) ** 2)
    return difference - down, difference + up


def _scaled(interval: Interval, scale: float) -> Interval:
    ends = sorted(end * scale for end in interval)
    return ends[0], ends[1]


def _error_cut(before: Figure, after: Figure) -> float | None:
    is_share = DEFINITIONS[before.kpi].headline is Headline.SHARE
    if not is_share or before.value is None or after.value is None or before.value >= 1:
        return None
    return (after.value - before.value) / (1 - before.value)


def effects(before: Mapping[Kpi, Figure], after: Mapping[Kpi, Figure]) -> tuple[Movement, ...]:
    """Compare every figure that both have, in the order of the definitions."""
    return tuple(moved(before[kpi], after[kpi]) for kpi in DEFINITIONS if kpi in before and kpi in after)


def reached(movement: Movement, target: Target) -> Reached:
    """Tell where a movement stands against its target; the better of gain and error cut counts."""
    if movement.difference is None:
        return Reached.UNKNOWN
    if movement.better_by is None:
        return Reached.HOLD
    share = max(movement.better_by, movement.error_cut or movement.better_by)
    if share < target.least:
        return Reached.BELOW
    return Reached.WITHIN if share <= target.most else Reached.ABOVE


def day_of(began_at: datetime, at: datetime) -> int:
    """Return how many whole days a moment lies after the start."""
    return (at - began_at) // timedelta(days=1)


def checked_by(targets: Iterable[Target], movements: Iterable[Movement]) -> dict[Kpi, Reached]:
    """Return where each target stands."""
    by_kpi = {movement.kpi: movement for movement in movements}
    return {
        target.kpi: reached(by_kpi[target.kpi], target) if target.kpi in by_kpi else Reached.UNKNOWN
        for target in targets
    }
