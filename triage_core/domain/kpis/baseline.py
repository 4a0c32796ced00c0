"""What did the figures say before automation, who froze that, and what is compared with it when?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec import field

from triage_core.domain.errors import TriageError
from triage_core.domain.kpis.definitions import Kpi
from triage_core.domain.kpis.measuring import Figures, Observed
from triage_core.domain.kpis.movement import CHECKS, TARGET_DAY, TARGETS, Movement, Reached, Target, checked_by, effects
from triage_core.domain.kpis.weeks import Span
from triage_core.domain.value import Value


class BaselineEmpty(TriageError):
    """Nothing was counted that could be a baseline."""

    code = "baseline_empty"

    def __init__(self) -> None:
        """Say what is missing."""
        super().__init__("no ticket was created in this time; choose a longer one, or import the past first")


class BaselineSpan(TriageError):
    """A time cannot be a baseline."""

    code = "baseline_span"

    def __init__(self) -> None:
        """Say which can."""
        super().__init__("a baseline is of a time that is over and ends after it begins; give other moments")


class Baseline(Value, frozen=True, kw_only=True):
    """Figures that later ones are held against; it is never changed, and a later one stands beside it."""

    #: Counts a tenant's baselines from 1.
    number: int
    frozen_at: datetime
    by: str
    note: str = ""
    #: Each figure names the version of its definition.
    figures: Figures


class Check(Value, frozen=True, kw_only=True):
    """A day on which the movement is reported."""

    day: int
    at: datetime
    is_target_day: bool = False


class CheckedMovement(Value, frozen=True, kw_only=True):
    """How far figures moved by a day of report; nothing before that day."""

    check: Check
    #: What was measured: the four weeks up to the day.
    span: Span
    movements: tuple[Movement, ...] = ()
    targets: dict[Kpi, Reached] = field(default_factory=dict)


def freeze(figures: Figures, now: datetime, by: str, note: str, number: int) -> Baseline:
    """Freeze figures; raises `BaselineSpan` and `BaselineEmpty`."""
    check_span(figures.span, now)
    check_tickets(figures)
    return Baseline(number=number, frozen_at=now, by=by, note=note, figures=figures)


def check_span(span: Span, now: datetime) -> None:
    """Refuse a time that is not over, or ends before it begins."""
    if span.start >= span.end or span.end > now:
        raise BaselineSpan


def check_tickets(figures: Figures) -> None:
    """Refuse a time without a ticket."""
    if not figures.tickets:
        raise BaselineEmpty


def checks(began_at: datetime) -> tuple[Check, ...]:
    """Return the days on which a movement is reported, counted from the start of the pilot."""
    days = (*CHECKS, TARGET_DAY)
    return tuple(
        Check(day=span // timedelta(days=1), at=began_at + span, is_target_day=span == TARGET_DAY) for span in days
    )


#: So much before a day of report is measured.
_MEASURED: Final = timedelta(days=28)


def movement_by(
    baseline: Baseline, observed: Observed, began_at: datetime, now: datetime, targets: tuple[Target, ...] = TARGETS
) -> tuple[CheckedMovement, ...]:
    """Return the movement by every day of report, counted from the start of the pilot."""
    return tuple(_checked(baseline, observed, check, now, targets) for check in checks(began_at))


def _checked(
    baseline: Baseline, observed: Observed, check: Check, now: datetime, targets: tuple[Target, ...]
) -> CheckedMovement:
    span = Span(start=check.at - _MEASURED, end=check.at)
    if check.at > now:
        return CheckedMovement(check=check, span=span)
    movements = effects(baseline.figures.figures, observed.figures(span).figures)
    return CheckedMovement(check=check, span=span, movements=movements, targets=checked_by(targets, movements))
