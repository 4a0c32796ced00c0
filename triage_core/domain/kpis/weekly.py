"""What does the weekly report say?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from msgspec import field

from triage_core.domain.kpis.baseline import checks
from triage_core.domain.kpis.definitions import Kpi
from triage_core.domain.kpis.exceptions import TroubleFound, troubles
from triage_core.domain.kpis.leading import Indicator, indicators
from triage_core.domain.kpis.measuring import Figure, Figures, Observed
from triage_core.domain.kpis.movement import TARGETS, Movement, Reached, checked_by, day_of, effects
from triage_core.domain.kpis.observing import Terms
from triage_core.domain.kpis.patterns import LOOKED_AT, Segment, Spike, compared, segments, spikes
from triage_core.domain.kpis.weeks import Span, span_of, weeks_back
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from triage_core.domain.kpis.baseline import Baseline
    from triage_core.domain.kpis.exceptions import Answerable
    from triage_core.domain.kpis.facts import TicketFacts
    from triage_core.domain.kpis.movement import Target

#: The figures in the strip on top of the report, in its order.
STRIP: Final = (
    *(Kpi.FIRST_RESPONSE, Kpi.RESOLUTION, Kpi.BREACH_RATE, Kpi.WITHIN_TARGET, Kpi.ESCALATION_RATE),
    *(Kpi.ON_TIME_ESCALATION, Kpi.ACKNOWLEDGEMENT, Kpi.OVERRIDE_RATE, Kpi.PARTIAL_RESOLUTION_RATE),
    *(Kpi.SATISFACTION, Kpi.ROOT_CAUSE_ACCURACY, Kpi.ESCALATION_ACCURACY, Kpi.ESCALATION_PRECISION),
    Kpi.ESCALATION_RECALL,
)


class RuleErrors(Value, frozen=True, kw_only=True):
    """How often a rule was wrong in the calibration's sample."""

    rule: str
    wrong: int
    reviewed: int


class CalibrationResult(Value, frozen=True, kw_only=True):
    """What the calibration of a week found: its figures, how far reviewers agreed, and the worst rules."""

    sampled: int
    reviewed: int
    kappa: float | None = None
    figures: dict[Kpi, Figure] = field(default_factory=dict)
    worst_rules: tuple[RuleErrors, ...] = ()


class ProposedChange(Value, frozen=True, kw_only=True):
    """A change of the policy that waits for a person."""

    id: str
    what: str
    why: str = ""
    status: str = ""
    owner: str | None = None


class Learned(Value, frozen=True, kw_only=True):
    """What people's labels add to a report; nothing where there was no calibration."""

    calibration: CalibrationResult | None = None
    changes: tuple[ProposedChange, ...] = ()


class Against(Value, frozen=True, kw_only=True):
    """A report held against a baseline."""

    number: int
    frozen_at: datetime
    #: Whole days from the freezing to the end of the week, and the last day of report that has passed.
    day: int
    check_day: int | None = None
    target_day: int
    movements: tuple[Movement, ...] = ()
    targets: dict[Kpi, Reached] = field(default_factory=dict)


class WeeklyReport(Value, frozen=True, kw_only=True):
    """One week of a tenant; it holds no text of any ticket."""

    tenant: str
    week: str
    zone: str
    made_at: datetime
    #: The week is over; else the figures will still move.
    is_over: bool
    figures: Figures
    before: Figures
    against: Against | None = None
    exceptions: tuple[TroubleFound, ...] = ()
    leading: tuple[Indicator, ...] = ()
    spikes: tuple[Spike, ...] = ()
    segments: tuple[Segment, ...] = ()
    calibration: CalibrationResult | None = None
    changes: tuple[ProposedChange, ...] = ()


class Surroundings(Value, frozen=True, kw_only=True):
    """What a report rests on beside the facts."""

    tenant: str
    zone: ZoneInfo
    terms: Terms
    people: Answerable
    baseline: Baseline | None = None
    targets: tuple[Target, ...] = TARGETS
    learned: Learned = Learned()


def weekly(facts: Sequence[TicketFacts], week: str, around: Surroundings) -> WeeklyReport:
    """Return the report of a week; raises `WeekUnknown`."""
    zone, now = around.zone, around.terms.now
    span = span_of(week, zone)
    observed = Observed(facts, around.terms)
    figures = with_labels(observed.figures(span), around.learned.calibration)
    return WeeklyReport(
        tenant=around.tenant,
        week=week,
        zone=zone.key,
        made_at=now,
        is_over=span.end <= now,
        figures=figures,
        before=observed.figures(span_of(weeks_back(week, 2, zone)[0], zone)),
        against=_against(figures, around),
        exceptions=troubles(facts, span, now, around.people),
        leading=indicators(facts, span),
        spikes=spikes(facts, week, zone),
        segments=_segments(observed, span, zone) if compared(facts, week, zone) else (),
        calibration=around.learned.calibration,
        changes=around.learned.changes,
    )


def _segments(observed: Observed, span: Span, zone: ZoneInfo) -> tuple[Segment, ...]:
    return segments({dimension: observed.by(span, dimension, zone) for dimension in LOOKED_AT})


def with_labels(figures: Figures, calibration: CalibrationResult | None) -> Figures:
    """Add the figures that people's labels give."""
    if calibration is None:
        return figures
    return Figures(
        span=figures.span,
        measured_at=figures.measured_at,
        figures={**figures.figures, **calibration.figures},
        counts=figures.counts,
        tickets=figures.tickets,
        left_out=figures.left_out,
    )


def _against(figures: Figures, around: Surroundings) -> Against | None:
    baseline = around.baseline
    if baseline is None:
        return None
    movements = effects(baseline.figures.figures, figures.figures)
    known = checks(baseline.frozen_at)
    passed = [check.day for check in known if check.at <= figures.span.end]
    return Against(
        number=baseline.number,
        frozen_at=baseline.frozen_at,
        day=day_of(baseline.frozen_at, figures.span.end),
        check_day=max(passed, default=None),
        target_day=max(check.day for check in known),
        movements=movements,
        targets=checked_by(around.targets, movements),
    )
