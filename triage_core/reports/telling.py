"""How are figures and reports told in the words of the public promise?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract.reports import (
    ChangeRow,
    CustomerReportView,
    ExceptionRow,
    KpiReportView,
    KpiRow,
    MovedRow,
    PatternRow,
    RuleRow,
    SignRow,
    WeeklyReportView,
)
from triage_core.domain.kpis.definitions import DEFINITIONS
from triage_core.domain.kpis.weekly import STRIP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from triage_core.domain.kpis.clients import CustomerReport
    from triage_core.domain.kpis.definitions import Kpi
    from triage_core.domain.kpis.exceptions import TroubleFound
    from triage_core.domain.kpis.figures import Interval
    from triage_core.domain.kpis.measuring import Figure, Measured
    from triage_core.domain.kpis.patterns import Segment, Spike
    from triage_core.domain.kpis.weekly import CalibrationResult, WeeklyReport

#: Figures keep so many digits; more would pretend a precision that they do not have.
_DIGITS: Final = 6


def weekly_view(report: WeeklyReport) -> WeeklyReportView:
    """Tell a weekly report."""
    against, span, calibration = report.against, report.figures.span, report.calibration
    return WeeklyReportView.of(
        report_id=f"weekly-{report.week}",
        tenant=report.tenant,
        week=report.week,
        zone=report.zone,
        starts_at=span.start,
        ends_at=span.end,
        made_at=report.made_at,
        is_over=report.is_over,
        tickets=report.figures.tickets,
        left_out_csv=_left_out(report.figures.left_out),
        baseline=against.number if against else None,
        baseline_frozen_at=against.frozen_at if against else None,
        day=against.day if against else None,
        check_day=against.check_day if against else None,
        target_day=against.target_day if against else None,
        figures=tuple(_moved(report)),
        exceptions=tuple(map(_exception, report.exceptions)),
        early_signs=tuple(SignRow.of(sign=each.sign, count=each.count, oldest=each.oldest) for each in report.leading),
        patterns=(*map(_spike, report.spikes), *map(_segment, report.segments)),
        calibration_sampled=calibration.sampled if calibration else None,
        calibration_reviewed=calibration.reviewed if calibration else None,
        calibration_kappa=_rounded(calibration.kappa) if calibration else None,
        worst_rules=tuple(_rules(calibration)),
        proposed_changes=tuple(
            ChangeRow.of(id=each.id, what=each.what, why=each.why, status=each.status, owner=each.owner)
            for each in report.changes
        ),
    )


def _exception(found: TroubleFound) -> ExceptionRow:
    return ExceptionRow.of(
        trouble=found.trouble,
        ticket_id=found.ticket_id,
        class_name=found.class_name,
        about=found.about,
        since=found.since,
        is_open=found.is_open,
        owner=found.owner,
    )


def kpi_view(measured: Measured) -> KpiReportView:
    """Tell figures part by part."""
    parts = measured.parts
    return KpiReportView.of(
        tenant=measured.tenant,
        starts_at=measured.span.start,
        ends_at=measured.span.end,
        made_at=measured.measured_at,
        by=measured.by,
        left_out_csv=_left_out(parts[""].left_out) if "" in parts else "",
        figures=tuple(row for name, of in parts.items() for row in _part(name, of.tickets, of.figures.values())),
    )


def customer_view(report: CustomerReport) -> CustomerReportView:
    """Tell what a customer may read."""
    return CustomerReportView.of(
        tenant=report.tenant,
        customer=report.customer,
        starts_at=report.span.start,
        ends_at=report.span.end,
        made_at=report.made_at,
        tickets=report.tickets,
        escalated=report.escalated,
        figures=(
            *_part("", report.tickets, report.figures),
            *(row for part in report.classes for row in _part(part.class_name, part.tickets, part.figures)),
        ),
    )


def _part(name: str, tickets: int, figures: Iterable[Figure]) -> Iterable[KpiRow]:
    return (KpiRow.of(group=name, tickets=tickets, **_figure(figure)) for figure in figures)


def _moved(report: WeeklyReport) -> Iterable[MovedRow]:
    against = {movement.kpi: movement for movement in report.against.movements} if report.against else {}
    targets = report.against.targets if report.against else {}
    for kpi, figure in sorted(report.figures.figures.items(), key=_place):
        movement, before = against.get(kpi), report.before.figures.get(kpi)
        low, high = movement.better_interval if movement and movement.better_interval else (None, None)
        yield MovedRow.of(
            **_figure(figure),
            headline=kpi in STRIP,
            before=_rounded(before.value) if before else None,
            baseline=_rounded(movement.before.value) if movement and movement.difference is not None else None,
            better_by=_rounded(movement.better_by) if movement else None,
            better_low=_rounded(low),
            better_high=_rounded(high),
            target=targets.get(kpi),
        )


def _place(told: tuple[Kpi, Figure]) -> tuple[int, int]:
    kpi, strip = told[0], list(STRIP)
    return (strip.index(kpi) if kpi in strip else len(strip), list(DEFINITIONS).index(kpi))


def _figure(figure: Figure) -> dict[str, Any]:
    row, interval = DEFINITIONS[figure.kpi], figure.interval
    spread = figure.spread
    low, high = _ends(interval)
    return {
        "kpi": figure.kpi,
        "title": row.title,
        "counts": row.counts,
        "unit": row.unit,
        "version": figure.version,
        "n": figure.n,
        "few": figure.few,
        "value": _rounded(figure.value),
        "low": low,
        "high": high,
        "mean": _rounded(spread.mean) if spread else None,
        "median": _rounded(spread.median) if spread else None,
        "p90": _rounded(spread.p90) if spread else None,
        "open_n": figure.open_n,
        "oldest_open_hours": _rounded(figure.oldest_open),
    }


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    return (_rounded(interval[0]), _rounded(interval[1])) if interval else (None, None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), _DIGITS)


def _left_out(counts: Mapping[str, int]) -> str:
    return ",".join(f"{reason}={count}" for reason, count in sorted(counts.items()))


def _spike(spike: Spike) -> PatternRow:
    return PatternRow.of(
        kind="spike",
        what=spike.case,
        dimension=spike.dimension,
        name=spike.name,
        here=float(spike.count),
        elsewhere=_rounded(spike.expected),
        cases=spike.count,
    )


def _segment(segment: Segment) -> PatternRow:
    return PatternRow.of(
        kind="segment",
        what=segment.kpi,
        dimension=segment.dimension,
        name=segment.name,
        here=_rounded(segment.here.value),
        elsewhere=_rounded(segment.elsewhere.value),
        cases=segment.here.n,
    )


def _rules(calibration: CalibrationResult | None) -> Iterable[RuleRow]:
    for each in calibration.worst_rules if calibration else ():
        yield RuleRow.of(rule=each.rule, wrong=each.wrong, reviewed=each.reviewed)
