"""How do figures and reports read on a terminal, and which JSON do baselines have?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.cli.exception_lines import of_exceptions
from triage_core.domain.kpis.definitions import DEFINITIONS
from triage_core.domain.kpis.figures import FEW
from triage_core.reports.drawing import written
from triage_core.terminal import moment, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from triage_core.contract.reports import CustomerReportView, FigureRow, KpiRow, WeeklyReportView
    from triage_core.domain.kpis.baseline import Baseline, CheckedMovement
    from triage_core.domain.kpis.movement import Movement

_LEGEND: Final = (
    f"n: how many cases a figure rests on; few: fewer than {FEW}, which say little; in brackets: its interval of 95 %"
)


def of_week(view: WeeklyReportView, latest: str | None = None, everything: bool = False) -> Iterator[str]:
    """Tell a weekly report; `latest` is the latest week with tickets, and without everything lists are cut."""
    yield f"{view.week} of {view.tenant}, {view.zone}: {_created(view.tickets, latest)}"
    if view.baseline:
        yield f"against baseline {view.baseline}, day {view.day}; targets hold by day {view.target_day}"
    for row in view.figures:
        if row.headline:
            moved = f", {abs(row.better_by):.1%} {'better' if row.better_by >= 0 else 'worse'}" if row.better_by else ""
            yield _line(row) + moved + (f", target: {row.target}" if row.target else "")
    yield _LEGEND
    yield from of_exceptions(view.exceptions, view.zone, everything)
    for pattern in view.patterns:
        where = f"{pattern.dimension} {pattern.name}"
        yield f"{pattern.kind}: {where}, {pattern.what} {pattern.here:g}, else {pattern.elsewhere:g}"
    for change in view.proposed_changes:
        yield f"proposed: {change.id} {change.what}"


def _created(tickets: int, latest: str | None) -> str:
    if tickets:
        return f"{tickets} tickets created"
    if latest is None:
        return "no ticket lies in this week, nor in any other"
    return f"no ticket lies in this week; the latest week that has some is {latest} (--week {latest})"


def of_customer(view: CustomerReportView, zone: ZoneInfo) -> Iterator[str]:
    """Tell what a customer may read."""
    ends = f"{moment(view.starts_at, zone)} to {moment(view.ends_at, zone)}"
    yield f"{visible(view.customer)}, {ends}: {view.tickets} tickets created, {view.escalated} escalated"
    yield from of_figures(view.figures)


def of_figures(rows: Iterable[KpiRow]) -> Iterator[str]:
    """Tell figures part by part; those without a case and without anything unfinished are left out."""
    group = None
    for row in rows:
        if row.group != group:
            group = row.group
            yield f"{group or 'all tickets'}: {row.tickets} tickets created"
        if row.n or row.open_n:
            yield _line(row)
    if group is not None:
        yield _LEGEND


def _line(row: FigureRow) -> str:
    interval = f" ({written(row.low, row.unit)} to {written(row.high, row.unit)})" if row.low is not None else ""
    few = ", few" if row.n and row.few else ""
    still = f", {row.open_n} unfinished" if row.open_n else ""
    return f"  {row.title:<42}{written(row.value, row.unit):>10}{interval}, n {row.n}{few}{still}"


def of_baseline(frozen: Baseline | None) -> Iterator[str]:
    """Tell what a baseline is."""
    if frozen is not None:
        span, tickets = frozen.figures.span, frozen.figures.tickets
        yield f"baseline {frozen.number}: {span.start:%Y-%m-%d} to {span.end:%Y-%m-%d}, {tickets} tickets"
        yield f"frozen {frozen.frozen_at:%Y-%m-%d %H:%M} UTC by {frozen.by}{f': {frozen.note}' if frozen.note else ''}"


def of_check(each: CheckedMovement) -> Iterator[str]:
    """Tell how far figures had moved by a day of report."""
    day = f"day {each.check.day}{', the day of the targets' if each.check.is_target_day else ''}"
    if not each.movements:
        yield f"{day}: {each.check.at:%Y-%m-%d}, not yet"
        return
    yield f"{day}: {each.span.start:%Y-%m-%d} to {each.span.end:%Y-%m-%d}"
    for kpi, reached in each.targets.items():
        found = next((movement for movement in each.movements if movement.kpi is kpi), None)
        yield f"  {DEFINITIONS[kpi].title:<42}{_moved(found)}, target: {reached}"


def _moved(movement: Movement | None) -> str:
    if movement is None or movement.better_by is None:
        return "no movement to tell"
    ends = movement.better_interval
    interval = f" ({ends[0]:.1%} to {ends[1]:.1%})" if ends else ""
    return f"{movement.better_by:.1%} better{interval}"


def baseline_shape(frozen: Baseline | None) -> dict[str, Any] | None:
    """Return a baseline for a program."""
    if frozen is None:
        return None
    figures = frozen.figures
    return {
        "number": frozen.number,
        "frozen_at": frozen.frozen_at,
        "by": frozen.by,
        "note": frozen.note,
        "since": figures.span.start,
        "until": figures.span.end,
        "tickets": figures.tickets,
        "figures": [
            {"kpi": each.kpi, "version": each.version, "n": each.n, "value": each.value, "interval": each.interval}
            for each in figures.figures.values()
        ],
    }


def check_shape(each: CheckedMovement) -> dict[str, Any]:
    """Return a day of report for a program."""
    return {
        "day": each.check.day,
        "at": each.check.at,
        "is_target_day": each.check.is_target_day,
        "targets": {kpi.value: reached.value for kpi, reached in each.targets.items()},
        "movements": [
            {
                "kpi": movement.kpi,
                "before": movement.before.value,
                "after": movement.after.value,
                "better_by": movement.better_by,
                "better_interval": movement.better_interval,
                "error_cut": movement.error_cut,
            }
            for movement in each.movements
        ],
    }
