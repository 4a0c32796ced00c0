"""What does maintenance hold back, until when, and why?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.cli.desk import Because, By, From, Until, desk_of
from triage_core.cli.listing import print_list
from triage_core.cli.options import AsJson, Database, Tenant, moment_of
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.service.duty_desk import Maintenance
from triage_core.service.escalations import Escalations
from triage_core.terminal import console, home_zone, moment, visible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

    from triage_core.cli.shapes import Shape
    from triage_core.domain.suppression import Suppression

app = typer.Typer(help="Hold escalations back during maintenance, and let them through again.", no_args_is_help=True)


@app.command()
def add(
    db: Database,
    until: Until,
    by: By,
    because: Because,
    systems: Annotated[
        list[str] | None, typer.Option("--system", help="Tickets on this affected system; give it several times.")
    ] = None,
    service_lines: Annotated[
        list[str] | None, typer.Option("--service-line", help="Tickets of this service line; give it several times.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All tickets of the tenant.")] = False,
    since: From = None,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Hold escalations back for seven days at most; those about security always go through."""
    if bool(systems or service_lines) == everything:
        raise typer.BadParameter("say what is meant: --system, --service-line, or --all for every ticket")
    with desk_of(db, tenant) as desk:
        wish = Maintenance(
            systems=tuple(systems or ()),
            service_lines=tuple(service_lines or ()),
            starts_at=None if since is None else moment_of(since),
            ends_at=moment_of(until),
            reason=because,
        )
        made = desk.edits.suppress(tenant, wish, desk.person(by))
        zone = home_zone(desk.policy)
    if as_json:
        emit({"tenant": tenant, **_shape(made)})
    else:
        when = f"from {moment(made.starts_at, zone)} to {moment(made.ends_at, zone)}"
        console().print(f"suppression {made.id}: escalations about {_scope(made)} wait {when}")


@app.command("list")
def list_suppressions(
    db: Database,
    tenant: Tenant = "default",
    everything: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is held back now and what is planned."""
    with desk_of(db, tenant) as desk:
        now, zone = system_clock(), home_zone(desk.policy)
        known = desk.duty.of(tenant).suppressions
    found = [each for each in known if everything or each.until > max(now, each.starts_at)]
    if as_json:
        emit({"tenant": tenant, "suppressions": [_shape(each) for each in found]})
    else:
        _print(found, zone)


@app.command()
def end(
    db: Database,
    suppression_id: Annotated[int, typer.Argument(metavar="ID", help="The suppression, as the list names it.")],
    by: By,
    because: Because,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Let escalations through again from now on."""
    with desk_of(db, tenant) as desk:
        ended = desk.edits.end_suppression(tenant, suppression_id, because, desk.person(by))
        Escalations(desk.triage).wake(tenant)
    if as_json:
        emit({"tenant": tenant, **_shape(ended)})
    else:
        console().print(f"suppression {ended.id} is over; escalations about {_scope(ended)} go through again")


def _scope(suppression: Suppression) -> str:
    return ", ".join((*suppression.systems, *suppression.service_lines)) or "everything"


def _shape(suppression: Suppression) -> Shape:
    return {
        "id": suppression.id,
        "systems": suppression.systems,
        "service_lines": suppression.service_lines,
        "starts_at": suppression.starts_at,
        "ends_at": suppression.ends_at,
        "by": suppression.by,
        "at": suppression.at,
        "reason": suppression.reason,
        "ended_at": suppression.ended_at,
        "ended_by": suppression.ended_by,
        "end_reason": suppression.end_reason or None,
    }


def _print(found: Iterable[Suppression], zone: ZoneInfo) -> None:
    rows = (
        (
            str(each.id),
            _scope(each),
            moment(each.starts_at, zone),
            moment(each.until, zone),
            each.by,
            visible(each.reason),
        )
        for each in found
    )
    print_list(console(), ("id", "about", "from", "until", "by", "reason"), rows)
