"""Which escalations run, who answers for them, and what happened to them?

Whoever runs this can reach the database. A name that is given here is what somebody says, not what somebody proved.
"""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from triage_core import spreadsheet
from triage_core.cli.listing import print_list
from triage_core.cli.options import AsJson, Database, Tenant, existing, moment_of
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.domain.escalating.preview import ahead
from triage_core.domain.escalating.state import id_of
from triage_core.domain.escalating.telling import Voice, cause, movement
from triage_core.domain.model import SYSTEM, Actor, ActorKind
from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.sla import latest
from triage_core.domain.zones import home_zone, written
from triage_core.ports import TicketFilter
from triage_core.service.escalation_log import Logged, logged
from triage_core.service.escalations import Escalations
from triage_core.terminal import console, visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.cli.shapes import Shape
    from triage_core.domain.escalating.state import Escalation
    from triage_core.domain.model import Ticket
    from triage_core.service.triage import Triage

app = typer.Typer(
    help="See escalations, take one over for a person, and read or export their log.", no_args_is_help=True
)
Name = Annotated[str, typer.Argument(metavar="ESCALATION", help="The escalation, as the list names it.")]
From = Annotated[
    str | None, typer.Option("--from", metavar="ISO", help="Since this moment; since ever where it is left out.")
]
Until = Annotated[str | None, typer.Option("--to", metavar="ISO", help="Before this moment; until now if left out.")]
_COLUMNS: Final = (
    *("at", "recorded_at", "escalation_id", "ticket_id", "source", "source_id", "line", "kind", "what"),
    *("actor_kind", "actor", "mode", "policy_version", "hash"),
)


class Form(StrEnum):
    """How a log is written."""

    CSV = "csv"
    JSON = "json"


@app.command("list")
def list_escalations(
    db: Database,
    tenant: Tenant = "default",
    queue: Annotated[str | None, typer.Option("--queue", help="Only those that wait in this queue.")] = None,
    holder: Annotated[str | None, typer.Option("--holder", metavar="PERSON", help="Only those of this person.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the escalations that run, the gravest first."""
    which = TicketFilter(escalation_queue=queue, escalation_holder=holder, open_only=False, escalated_only=True)
    with existing(db) as triage:
        found = Escalations(triage).running(tenant, which, None, limit).tickets
        shapes = [_shape(ticket, ticket.escalation) for ticket in found if ticket.escalation]
        when = _voice(triage, tenant).when
    if as_json:
        emit({"escalations": shapes})
        return
    columns = ("escalation_id", "class", "severity", "standing", "holder", "acknowledge_by", "next_checkpoint_at")
    cells = ([visible(_cell(shape[name], when)) for name in columns] for shape in shapes)
    print_list(console(), [name.replace("_", " ") for name in columns], cells)


@app.command()
def show(db: Database, escalation: Name, tenant: Tenant = "default", as_json: AsJson = False) -> None:
    """Show one escalation: where it stands, why, and what comes by itself."""
    with existing(db) as triage:
        ticket, found = Escalations(triage).of(tenant, escalation)
        shape = {**_shape(ticket, found), "ahead": _ahead(triage, ticket, found)}
        when = _voice(triage, tenant).when
    if as_json:
        emit(shape)
        return
    table = Table.grid(padding=(0, 2))
    for label, held in shape.items():
        for each in held if isinstance(held, list) else [held]:
            table.add_row(label.replace("_", " "), visible(_cell(each, when)))
    console().print(table)


@app.command()
def ack(
    db: Database,
    escalation: Name,
    person: Annotated[str, typer.Option("--as", metavar="PERSON", help="The person of the roster who takes it over.")],
    next_checkpoint: Annotated[
        str | None, typer.Option("--next-checkpoint", metavar="ISO", help="When the next news come.")
    ] = None,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Take an escalation over in the name of a person of the roster, who may do so and must be told."""
    at = moment_of(next_checkpoint) if next_checkpoint else None
    with existing(db) as triage:
        found = triage.playbooks.active(tenant, system_clock()).directory.person(person)
        actor = Actor(kind=ActorKind.PERSON, id=found.id, roles=found.roles)
        use = Escalations(triage)
        use.acknowledge(tenant, escalation, actor, at)
        ticket, held = use.of(tenant, escalation)
        when = _voice(triage, tenant).when
    if as_json:
        emit(_shape(ticket, held))
    else:
        console().print(
            f"{escalation} is held by {visible(found.name)}; news are due by {_cell(held.checkpoint_at, when)}"
        )


@app.command()
def log(db: Database, escalation: Name, tenant: Tenant = "default", as_json: AsJson = False) -> None:
    """Tell every movement of an escalation, oldest first."""
    with existing(db) as triage:
        ticket = Escalations(triage).ticket(tenant, escalation)
        lines = Escalations(triage).log(tenant, escalation)
        voice = _voice(triage, tenant)
    rows = [
        _row(Logged(escalation_id=escalation, entry=line.entry, hash=line.hash), ticket, _for_files(voice))
        for line in lines
    ]
    if as_json:
        emit({"log": rows})
        return
    table = Table("at", "what", box=None, header_style="bold", pad_edge=False)
    for line in lines:
        table.add_row(voice.moment(line.entry.at), visible(movement(line.entry, voice)))
    console().print(table)


@app.command()
def export(
    db: Database,
    tenant: Tenant = "default",
    since: From = None,
    until: Until = None,
    form: Annotated[Form, typer.Option("--format", help="How the log is written.")] = Form.CSV,
) -> None:
    """Write the log of all escalations of a period: when, who, why, and the seal of each line."""
    start, end = moment_of(since) if since else None, moment_of(until)
    with existing(db) as triage:
        voice, tickets = _for_files(_voice(triage, tenant)), dict[str, "Ticket | None"]()
        lines = logged(triage.store, tenant, start, end)
        for line in lines:
            if line.entry.ticket_id not in tickets:
                tickets[line.entry.ticket_id] = triage.store.ticket(tenant, line.entry.ticket_id)
    rows = [_row(line, tickets[line.entry.ticket_id], voice) for line in lines]
    if form is Form.JSON:
        emit({"tenant": tenant, "from": start, "to": end, "log": rows})
    else:
        spreadsheet.write(sys.stdout, _COLUMNS, (map(_cell, row.values()) for row in rows))


def _shape(ticket: Ticket, found: Escalation) -> Shape:
    waiting = latest(ticket.clocks, Metric.ACKNOWLEDGEMENT)
    return {
        "escalation_id": id_of(ticket.id, found),
        "ticket_id": ticket.id,
        "standing": found.standing,
        "class": ticket.class_name,
        "severity": ticket.severity,
        "tags": ticket.tag_names,
        "causes": [cause(each) for each in (found.cause, *found.joined)],
        "owner": ticket.owner,
        "holder": found.holder,
        "called": found.called,
        "calls": found.calls,
        "acknowledge_by": waiting.due_at if waiting and found.is_open else None,
        "next_checkpoint_at": found.checkpoint_at,
        "queue": found.queue,
        "raised_at": found.raised_at,
        "ended_at": found.ended_at,
    }


def _ahead(triage: Triage, ticket: Ticket, found: Escalation) -> list[Shape]:
    if ticket.escalation is not found:
        return []
    coming = ahead(triage.seen(ticket, SYSTEM, triage.now()), ticket)
    return [{"at": call.at, "level": call.level, "people": call.people} for call in coming]


def _row(line: Logged, ticket: Ticket | None, voice: Voice) -> Shape:
    entry = line.entry
    return {
        "at": entry.at,
        "recorded_at": entry.recorded_at,
        "escalation_id": line.escalation_id,
        "ticket_id": entry.ticket_id,
        "source": ticket.source if ticket else None,
        "source_id": ticket.source_id if ticket else None,
        "line": entry.number,
        "kind": entry.kind,
        "what": movement(entry, voice),
        "actor_kind": entry.actor.kind,
        "actor": entry.actor.id,
        "mode": entry.mode,
        "policy_version": entry.policy_version,
        "hash": line.hash,
    }


def _voice(triage: Triage, tenant: str) -> Voice:
    """Name people as the roster does today, and write moments where its people live."""
    now = triage.now()
    policy = triage.playbooks.active(tenant, now).policy
    zone = home_zone(policy)

    def when(at: datetime) -> str:
        return written(at, now, zone)

    return Voice({person.id: person.name for person in policy.people}, when)


def _for_files(voice: Voice) -> Voice:
    """Write moments so that a file says the same whenever it is written."""
    return voice._replace(when=datetime.isoformat)


def _cell(held: object, when: Callable[[datetime], str] = datetime.isoformat) -> str:
    """Write a value for a person, or with its own moments for a program."""
    if isinstance(held, dict):
        return f"{when(held['at'])} level {held['level']}: {', '.join(held['people'])}"
    if isinstance(held, datetime):
        return when(held)
    if isinstance(held, tuple):
        return ", ".join(map(str, held))
    return "" if held is None else str(held)
