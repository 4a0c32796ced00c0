"""Who decides in whose place, and until when?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.cli.desk import Because, By, From, Until, desk_of
from triage_core.cli.listing import print_list
from triage_core.cli.options import AsJson, Database, Tenant, moment_of
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.domain.gating.state import Delegation
from triage_core.terminal import console, home_zone, moment, visible

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from triage_core.cli.shapes import Shape

app = typer.Typer(help="Let somebody decide in somebody's place for a while.", no_args_is_help=True)


@app.command()
def add(
    db: Database,
    to: Annotated[str, typer.Option("--to", metavar="PERSON", help="Who decides.")],
    until: Until,
    by: By,
    because: Because,
    of: Annotated[str | None, typer.Option("--for", metavar="PERSON", help="In whose place; your own without.")] = None,
    classes: Annotated[list[str] | None, typer.Option("--class", help="Only tickets of this class.")] = None,
    since: From = None,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Let somebody decide; whoever stands in never decides about what the absent person wrote."""
    with desk_of(db, tenant) as desk:
        wish = Delegation(
            id="",
            from_person=of or by,
            to_person=to,
            starts_at=system_clock() if since is None else moment_of(since),
            ends_at=moment_of(until),
            classes=tuple(classes or ()),
            by=by,
            reason=because,
        )
        made = desk.triage.delegations.add(tenant, wish, desk.person(by))
        zone = home_zone(desk.policy)
    if as_json:
        emit({"tenant": tenant, **_shape(made)})
    else:
        when = f"from {moment(made.starts_at, zone)} to {moment(made.ends_at, zone)}"
        console().print(f"{made.id}: {made.to_person} decides for {made.from_person} {when}")


@app.command("list")
def list_delegations(
    db: Database,
    tenant: Tenant = "default",
    everything: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List who decides in whose place now and later."""
    with desk_of(db, tenant) as desk:
        now, zone = system_clock(), home_zone(desk.policy)
        found = [each for each in desk.triage.delegations.of(tenant) if everything or each.ends_at > now]
    if as_json:
        emit({"tenant": tenant, "delegations": [_shape(each) for each in found]})
        return
    print_list(
        console(), ("id", "who", "for", "from", "until", "classes", "reason"), (_row(each, zone) for each in found)
    )


@app.command()
def end(
    db: Database,
    delegation: Annotated[str, typer.Argument(metavar="ID", help="The delegation, as the list names it.")],
    by: By,
    because: Because,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """End a delegation now."""
    with desk_of(db, tenant) as desk:
        ended = desk.triage.delegations.end(tenant, delegation, because, desk.person(by))
    if as_json:
        emit({"tenant": tenant, **_shape(ended)})
    else:
        console().print(f"{ended.id} is over; {ended.to_person} no longer decides for {ended.from_person}")


def _shape(given: Delegation) -> Shape:
    return {
        "id": given.id,
        "to_person": given.to_person,
        "from_person": given.from_person,
        "starts_at": given.starts_at,
        "ends_at": given.ends_at,
        "classes": given.classes,
        "by": given.by,
        "reason": given.reason,
    }


def _row(each: Delegation, zone: ZoneInfo) -> tuple[str, ...]:
    times = moment(each.starts_at, zone), moment(each.ends_at, zone)
    return each.id, each.to_person, each.from_person, *times, ", ".join(each.classes) or "all", visible(each.reason)
