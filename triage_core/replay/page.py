"""How does a person read a replay?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.table import Table

from triage_core.domain.kpis.figures import FEW
from triage_core.terminal import Hanging, Trimmed, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import Console

    from triage_core.replay.report import Hours, Report

#: Weeks shown; a program reads all of them.
_WEEKS: Final = 12


def show(report: Report, console: Console) -> None:
    """Print a replay: what was read, the figures with their denominators, and what to mind."""
    console.print(
        f"{report.incidents:,} incidents in {report.events:,} rows, mapping {report.mapping}, policy {report.policy}"
    )
    console.print(Trimmed(_figures(report)))
    console.print(Trimmed(_weeks(report)))
    for line in _cautions(report):
        console.print(Hanging(line, first=2, then=4), style="dim")


def _figures(report: Report) -> Table:
    table = Table("Figure", "Value", "Of", box=None, pad_edge=False)
    for name, value, of in _rows(report):
        table.add_row(name, value, of)
    return table


def _rows(report: Report) -> Iterator[tuple[str, str, str]]:
    yield "time to solution", _hours(report.resolution_hours), f"{report.resolution_hours.n:,} solved incidents"
    for name, hours in report.first_response_hours.items():
        yield f"first reply, by first row {name}", _hours(hours), f"{hours.n:,} incidents"
    for name, found in report.breaches.items():
        yield f"later than the target, {name}", _share(found.breached, found.n), f"{found.n:,} solved incidents"
    escalated = report.escalation
    yield (
        "went up, of those that should (recall)",
        _percent(escalated.recall),
        f"{escalated.tp + escalated.fn:,} incidents",
    )
    yield (
        "should, of those that went up (precision)",
        _percent(escalated.precision),
        f"{escalated.tp + escalated.fp:,} incidents",
    )
    yield "most open at once", f"{report.max_open.count:,}", f"at {report.max_open.at}"
    matrix = report.matrix
    yield "class differs from the matrix", f"{matrix.disagreements:,} rows", f"{matrix.rows:,} rows"


def _hours(hours: Hours) -> str:
    if hours.mean is None or hours.median is None:
        return "none"
    return f"median {hours.median:,.1f} h, mean {hours.mean:,.1f} h"


def _share(count: int, n: int) -> str:
    return f"{count:,} ({_percent(count / n if n else None)})"


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share:.1%}"


def _weeks(report: Report) -> Table:
    columns = ("Week", "Closed", "Late", "Class changed", "Missed escalation", "False escalation")
    table = Table(*columns, box=None, pad_edge=False)
    for week in report.weeks[:_WEEKS]:
        changed, missed, false = week.priority_changed, week.missed_escalation, week.false_escalation
        table.add_row(week.week, *map(str, (week.closed, week.breached, changed, missed, false)))
    if len(report.weeks) > _WEEKS:
        table.add_row("…", *[""] * 4, f"{len(report.weeks) - _WEEKS} more weeks")
    return table


def _cautions(report: Report) -> Iterator[str]:
    small = sum(week.closed < FEW for week in report.weeks)
    if small:
        yield f"{small} of {len(report.weeks)} weeks hold fewer than {FEW} incidents: read their figures as cases"
    if report.constants:
        yield f"not in the log, the same for all: {_counts(report.constants)}"
    if report.columns_withheld:
        yield f"never read, because they know the future: {', '.join(report.columns_withheld)}"
    if report.quarantined_rows:
        yield f"rows set aside: {_counts(report.quarantined_rows)}"
    if report.irregular:
        yield f"moves that the lifecycle refuses, kept and marked: {_counts(report.irregular)}"
    if report.unresolved or report.blocked:
        yield f"never solved: {report.unresolved}, never complete: {report.blocked}"
    disorder = report.disorder
    if disorder.rows_before_opening or disorder.rows_back_in_time or report.negative:
        yield (
            f"rows before the opening: {disorder.rows_before_opening}, back in time: {disorder.rows_back_in_time}, "
            f"solved before the opening: {report.negative}; durations below zero count as zero"
        )


def _counts(counts: Mapping[str, object]) -> str:
    return ", ".join(f"{visible(name)}: {count}" for name, count in counts.items())
