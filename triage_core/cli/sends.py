"""What did the service send itself, what went amiss, and how is it tried again?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.cli.listing import print_list
from triage_core.cli.options import AsJson, Database, Tenant, existing
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.domain.sending import SendState, Surface
from triage_core.send_ports import SendFilter
from triage_core.service import sends as care
from triage_core.terminal import console, visible

if TYPE_CHECKING:
    from triage_core.cli.shapes import Shape
    from triage_core.domain.sending import SendRecord

app = typer.Typer(help="See what the service sent itself, and have it tried again.", no_args_is_help=True)
OfSurface = Annotated[Surface | None, typer.Option("--surface", help="Only of this surface.")]
_SHOWN = ("send_id", "ticket_id", "surface", "purpose", "state", "attempts", "failure", "next_at")


@app.command("list")
def list_sends(
    db: Database,
    tenant: Tenant = "default",
    state: Annotated[SendState | None, typer.Option("--state", help="Only in this state.")] = None,
    surface: OfSurface = None,
    ticket: Annotated[str | None, typer.Option("--ticket", metavar="ID", help="Only of this ticket.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many at most, the newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List what was sent, what waits and what went amiss; what it said is stored nowhere."""
    with existing(db) as triage:
        found = triage.store.sends.listed(tenant, SendFilter(ticket_id=ticket, surface=surface, state=state), limit)
    if as_json:
        emit({"sends": [_send(record) for record in found]})
        return
    cells = ([visible("" if row[name] is None else str(row[name])) for name in _SHOWN] for row in map(_send, found))
    print_list(console(), _SHOWN, cells)


@app.command()
def retry(
    db: Database,
    by: Annotated[str, typer.Option("--by", metavar="PERSON", help="Who wants this, as the roster names it.")],
    sends: Annotated[list[str] | None, typer.Argument(metavar="SEND", help="As the list names them.")] = None,
    tenant: Tenant = "default",
    all_failed: Annotated[
        bool, typer.Option("--all-failed", help="All that failed; what is unknown has to be named one by one.")
    ] = False,
    surface: OfSurface = None,
    as_json: AsJson = False,
) -> None:
    """Queue what failed or is unknown again; look first whether an unknown one arrived, for it may come twice."""
    if bool(sends) == all_failed:
        raise typer.BadParameter("say which: the sends, or --all-failed")
    now = system_clock()
    with existing(db) as triage:
        for send_id in sends or ():
            care.retry(triage.store.sends, tenant, send_id, by, now)
        count = care.retry_failed(triage.store.sends, tenant, surface, by, now) if all_failed else len(sends or ())
    if as_json:
        emit({"tenant": tenant, "retried": count, "by": by})
    else:
        console().print(f"{count} sends wait to be sent again")


def _send(record: SendRecord) -> Shape:
    send = record.send
    return {
        "send_id": send.id,
        "ticket_id": send.ticket_id,
        "surface": send.surface,
        "purpose": send.purpose,
        "about": send.about,
        "to": list(send.to),
        "at": send.at,
        "at_most_once": send.at_most_once,
        "state": record.state,
        "attempts": record.attempts,
        "next_at": record.next_at,
        "failure": record.failure,
        "receipt": record.receipt,
        "may_have_arrived": record.may_have_arrived,
        "over_at": record.over_at,
        "retried_by": record.retried_by,
        "retried_at": record.retried_at,
    }
