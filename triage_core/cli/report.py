"""How are figures, baselines and reports read from the command line, and kept as pages?"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.cli import report_lines as lines
from triage_core.cli.kill import Link, holder_of, person_of
from triage_core.cli.options import AsJson, Database, FileUnreadable, Tenant, existing, moment_of
from triage_core.cli.shapes import emit
from triage_core.domain.errors import TimeOrder
from triage_core.domain.kpis.measuring import Dimension
from triage_core.domain.kpis.weeks import Span
from triage_core.reports import pages, telling
from triage_core.service.reporting import Asked
from triage_core.terminal import console

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.service.triage import Triage

app = typer.Typer(help="Read figures and reports, and freeze what they are held against.", no_args_is_help=True)
Week = Annotated[
    str | None, typer.Option("--week", metavar="WEEK", help="An ISO week such as 2026-W09; else the last one.")
]
Since = Annotated[str | None, typer.Option("--since", metavar="ISO", help="Count from this moment on.")]
Until = Annotated[str | None, typer.Option("--until", metavar="ISO", help="Count up to this moment.")]
Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write a page to read, print and send on as well.")
]


@app.command()
def weekly(
    db: Database,
    tenant: Tenant = "default",
    week: Week = None,
    html: Html = None,
    everything: Annotated[bool, typer.Option("--all", help="Tell every exception, and not the gravest only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the report of a week, as it was issued or as things stand."""
    with existing(db) as triage:
        view = telling.weekly_view(triage.reporting.weekly(tenant, week))
        latest = None if view.tickets else triage.reporting.latest_week(tenant)
    if html is not None:
        _write(html, pages.weekly_page(view))
    _tell(as_json, view.model_dump(by_alias=True), lines.of_week(view, latest, everything))


@app.command()
def kpis(
    db: Database,
    tenant: Tenant = "default",
    by: Annotated[Dimension | None, typer.Option("--by", help="Tell the figures apart by this.")] = None,
    week: Week = None,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Show every figure of a time, told apart where asked."""
    with existing(db) as triage:
        span = _span(triage, tenant, week, (since, until))
        view = telling.kpi_view(triage.reporting.figures(tenant, Asked(span, by)))
    _tell(as_json, view.model_dump(by_alias=True), lines.of_figures(view.figures))


@app.command()
def customer(
    db: Database,
    name: Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's account.")],
    tenant: Tenant = "default",
    week: Week = None,
    since: Since = None,
    until: Until = None,
    html: Html = None,
    as_json: AsJson = False,
) -> None:
    """Show what one customer may read about its own tickets; it holds nothing of another one."""
    with existing(db) as triage:
        span = _span(triage, tenant, week, (since, until))
        view = telling.customer_view(triage.reporting.customer(tenant, name, span))
        if not view.tickets:
            triage.reporting.check_customer(tenant, name)
        zone = triage.reporting.zone(tenant)
    if html is not None:
        _write(html, pages.customer_page(view, zone))
    _tell(as_json, view.model_dump(by_alias=True), lines.of_customer(view, zone))


@app.command()
def freeze(
    db: Database,
    since: Annotated[str, typer.Option("--since", metavar="ISO", help="First moment that counts.")],
    until: Annotated[str, typer.Option("--until", metavar="ISO", help="First moment that no longer counts.")],
    link: Link,
    note: Annotated[str, typer.Option("--note", help="What this time was, such as: before the pilot.")] = "",
    as_json: AsJson = False,
) -> None:
    """Freeze the figures of a time as a baseline, as the person whose sign-in link this is; it is never changed."""
    with existing(db) as triage:
        reporting, holder = triage.reporting, holder_of(triage, link, note)
        zone = reporting.zone(holder.tenant)
        span = Span(start=moment_of(since, zone), end=moment_of(until, zone))
        figures = reporting.to_freeze(holder.tenant, holder.actor, span)
        hand = person_of(triage, link, note)  # last, so that a freeze that fails costs no link
        frozen = reporting.frozen(hand.tenant, hand.actor, figures, note)
    _tell(as_json, lines.baseline_shape(frozen), lines.of_baseline(frozen))


@app.command()
def baseline(
    db: Database,
    tenant: Tenant = "default",
    number: Annotated[int | None, typer.Option("--number", min=1, help="This baseline; else the latest.")] = None,
    began: Annotated[
        str | None, typer.Option("--began", metavar="ISO", help="Count days from this start; else from the freezing.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a baseline, and how far figures have moved from it by day 28, 56 and 60."""
    with existing(db) as triage:
        began_at = moment_of(began, triage.reporting.zone(tenant)) if began else None
        moved = triage.reporting.movements(tenant, number, began_at)
        frozen = triage.reporting.baseline(tenant, number)
    shape = {"baseline": lines.baseline_shape(frozen), "checks": [lines.check_shape(each) for each in moved]}
    _tell(as_json, shape, [*lines.of_baseline(frozen), *(line for each in moved for line in lines.of_check(each))])


def _span(triage: Triage, tenant: str, week: str | None, ends: tuple[str | None, str | None]) -> Span:
    """Return the time that is asked for; one end alone leaves the other at the week's, or at now."""
    whole = triage.reporting.week(tenant, week)
    zone = triage.reporting.zone(tenant)
    since, until = (moment_of(end, zone) if end else None for end in ends)
    later: datetime = triage.now() if since else whole.end
    span = Span(start=since or whole.start, end=until or later)
    if span.start >= span.end:
        raise TimeOrder("the end of the time", span.start)
    return span


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "cannot be written") from error


def _tell(as_json: bool, shape: object, told: Iterable[str]) -> None:
    if as_json:
        emit(shape)
        return
    for line in told:
        console().print(line, markup=False, soft_wrap=True)
