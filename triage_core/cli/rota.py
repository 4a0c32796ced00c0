"""Who is on call, who will be, and where is nobody?"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from triage_core.cli.desk import DAYS, Because, By, From, Until, desk_of
from triage_core.cli.exits import Exit
from triage_core.cli.listing import print_list
from triage_core.cli.options import AsJson, Database, Tenant, bytes_of, moment_of
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.domain.errors import UnknownName
from triage_core.domain.rota import version_at
from triage_core.policyfile.rota import read_rota
from triage_core.service.duty_desk import RotaWish, SwapWish
from triage_core.terminal import console, home_zone, moment, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.cli.desk import OpenDesk
    from triage_core.cli.shapes import Shape
    from triage_core.domain.rota import Override, Shift, Version

app = typer.Typer(help="See and change who is on call, and look ahead for gaps.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="ROTA", help="The rota, as the policy names it.")]
SomeName = Annotated[str | None, typer.Argument(metavar="[ROTA]", help="Only this rota.")]
Days = Annotated[int, typer.Option("--days", min=1, max=366, help="How many days ahead.")]


@app.command()
def show(
    db: Database, name: SomeName = None, tenant: Tenant = "default", days: Days = 14, as_json: AsJson = False
) -> None:
    """Show who is on call now and next, the version that holds, what is planned, and overrides."""
    with desk_of(db, tenant) as desk:
        shapes = [_rota(desk, each, days) for each in _wanted(desk, name)]
        zone = home_zone(desk.policy)
    if as_json:
        emit({"tenant": tenant, "rotas": shapes})
        return
    for shape in shapes:
        _print_rota(shape, zone)


@app.command("set")
def set_rota(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A rota in YAML or JSON; `-` reads standard input.")],
    db: Database,
    by: By,
    because: Because,
    since: From = None,
    follows: Annotated[
        int | None,
        typer.Option("--follows", min=0, metavar="VERSION", help="Only if this is still the latest version."),
    ] = None,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Write the next version of a rota; what was planned for later is dropped, and the past stays as it was."""
    source, raw = bytes_of(file)
    with desk_of(db, tenant) as desk:
        wish = RotaWish(
            rota=read_rota(raw, source, desk.policy),
            reason=because,
            effective_from=None if since is None else moment_of(since),
            follows=follows,
        )
        made = desk.edits.set_rota(tenant, wish, desk.person(by))
        name, earlier = made.rota.name, desk.duty.of(tenant).book(made.rota.name).versions[:-1]
        dropped = [each.number for each in earlier if each.effective_from >= made.effective_from]
        gap_count = len(desk.edits.ahead(tenant, name, timedelta(days=DAYS)).gaps)
    if as_json:
        emit({"tenant": tenant, **_version(made), "drops": dropped, "gaps_ahead": gap_count})
        return
    console().print(f"version {made.number} of {name} holds from {moment(made.effective_from, _zone(made))} on")
    if dropped:
        console().print(f"dropped: version {', '.join(map(str, dropped))}, which had not begun before it")
    if gap_count:
        console().print(f"gaps in the next {DAYS} days: {gap_count}; see them with: triage rota gaps {name}")


@app.command()
def override(
    db: Database,
    name: Name,
    person: Annotated[str, typer.Option("--person", metavar="PERSON", help="Who is on duty instead.")],
    until: Until,
    by: By,
    because: Because,
    since: From = None,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Put somebody on duty in place of others for a while; who is on duty all that time may hand it over."""
    with desk_of(db, tenant) as desk:
        wish = SwapWish(
            rota=name,
            person=person,
            starts_at=None if since is None else moment_of(since),
            ends_at=moment_of(until),
            reason=because,
        )
        made = desk.edits.override(tenant, wish, desk.person(by))
        zone = home_zone(desk.policy)
    if as_json:
        emit({"tenant": tenant, **_override(made)})
    else:
        console().print(
            f"override {made.id}: {made.person} is on duty on {made.rota} "
            f"from {moment(made.starts_at, zone)} to {moment(made.ends_at, zone)}"
        )


@app.command()
def withdraw(
    db: Database,
    override_id: Annotated[int, typer.Argument(metavar="OVERRIDE", help="The override's number, as `show` tells it.")],
    by: By,
    because: Because,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """End an override now; the layers decide again."""
    with desk_of(db, tenant) as desk:
        ended = desk.edits.end_override(tenant, override_id, because, desk.person(by))
    if as_json:
        emit({"tenant": tenant, **_override(ended)})
    else:
        console().print(f"override {ended.id} of {ended.rota} has no effect any more")


@app.command()
def gaps(
    db: Database, name: SomeName = None, tenant: Tenant = "default", days: Days = DAYS, as_json: AsJson = False
) -> None:
    """Look ahead for times in which nobody is on call, or somebody who is away; ends with 1 if there are any."""
    with desk_of(db, tenant) as desk:
        names = _wanted(desk, name)
        found = [(each, gap) for each in names for gap in desk.edits.ahead(tenant, each, timedelta(days=days)).gaps]
        zone = home_zone(desk.policy)
    rows = [{"rota": each, **_shift(gap), "why": _why(gap)} for each, gap in found]
    if as_json:
        emit({"tenant": tenant, "rotas": names, "days": days, "gaps": rows})
    else:
        _print(rows, zone, "rota", "start", "end", "why", "person")
    if found:
        raise typer.Exit(Exit.FINDINGS)


def _wanted(desk: OpenDesk, name: str | None) -> tuple[str, ...]:
    known = desk.edits.rotas(desk.tenant)
    if name is not None and name not in known:
        raise UnknownName("rota", known)
    return known if name is None else (name,)


def _rota(desk: OpenDesk, name: str, days: int) -> Shape:
    now, book = system_clock(), desk.duty.of(desk.tenant).book(name)
    told, current = desk.edits.ahead(desk.tenant, name, timedelta(days=days)), version_at(book, now)
    planned = [each for each in book.versions if each.effective_from > now]
    return {
        "rota": name,
        "on_duty": told.shifts[0].person,
        "version": _version(current) if current else None,
        "planned": [_version(each) for each in planned],
        "shifts": [_shift(each) for each in told.shifts],
        "gaps": [{**_shift(each), "why": _why(each)} for each in told.gaps],
        "overrides": [_override(each) for each in book.overrides if each.until > max(now, each.starts_at)],
        "document": current.rota.model_dump(mode="json", by_alias=True, exclude_none=True) if current else None,
    }


def _version(version: Version) -> Shape:
    return {
        "rota": version.rota.name,
        "version": version.number,
        "effective_from": version.effective_from,
        "by": version.by,
        "at": version.at,
        "reason": version.reason,
    }


def _override(made: Override) -> Shape:
    return {
        "id": made.id,
        "rota": made.rota,
        "person": made.person,
        "starts_at": made.starts_at,
        "ends_at": made.ends_at,
        "by": made.by,
        "at": made.at,
        "reason": made.reason,
        "ended_at": made.ended_at,
        "ended_by": made.ended_by,
        "end_reason": made.end_reason or None,
    }


def _shift(shift: Shift) -> Shape:
    return {"start": shift.start, "end": shift.end, "person": shift.person}


def _why(gap: Shift) -> str:
    return "nobody" if gap.person is None else "away"


def _zone(version: Version) -> ZoneInfo:
    return ZoneInfo(version.rota.zone)


def _print_rota(shape: Shape, zone: ZoneInfo) -> None:
    out, version = console(), shape["version"]
    if version is not None:
        zone = ZoneInfo(shape["document"]["zone"])
    held = (
        f"version {version['version']}, by {version['by']}: {visible(version['reason'])}" if version else "not written"
    )
    out.print(f"{shape['rota']}: {shape['on_duty'] or 'nobody'} is on duty ({held})", soft_wrap=True)
    for planned in shape["planned"]:
        out.print(f"planned: version {planned['version']} from {moment(planned['effective_from'], zone)} on")
    _print(shape["shifts"], zone, "start", "end", "person")
    if shape["overrides"]:
        _print(shape["overrides"], zone, "id", "person", "starts_at", "ends_at", "by", "reason")


def _print(rows: Iterable[Shape], zone: ZoneInfo, *columns: str) -> None:
    print_list(console(), columns, ([_cell(row[name], zone) for name in columns] for row in rows))


def _cell(held: object, zone: ZoneInfo) -> str:
    if isinstance(held, datetime):
        return moment(held, zone)
    return "nobody" if held is None else visible(str(held))
