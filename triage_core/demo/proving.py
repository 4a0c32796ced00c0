"""Chapters 9 to 12: is twice once, is the queue in order, is the record true, and do tenants stay apart?"""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import msgspec
from rich.text import Text

from triage_core.compose import open_store
from triage_core.demo.stage import FIRST, FLOW, SECOND, Stage
from triage_core.domain import scoring
from triage_core.domain.escalating.telling import Voice, movement
from triage_core.domain.lifecycle import rebuild
from triage_core.ports import TicketFilter
from triage_core.service import checkpoints
from triage_core.service.verification import verify
from triage_core.terminal import class_style, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage_core.domain.chain import Line
    from triage_core.domain.entry import Entry
    from triage_core.domain.model import Ticket
    from triage_core.service.checkpoints import Checkpoint
    from triage_core.service.verification import Report

_ALL: Final = 500
_NAMED: Final = 2
_SQLITE: Final = "sqlite:///"
#: The clumsy way to tamper with a database.
_EDIT: Final = (
    """UPDATE entries SET body = replace(body, '"class_name":"P1"', '"class_name":"P3"')
    WHERE tenant = :tenant AND ticket_id = :id""",
)
#: The way that covers its tracks: the ticket goes, with its row and every line.
_ERASE: Final = (
    "DELETE FROM entries WHERE tenant = :tenant AND ticket_id = :id",
    "DELETE FROM tickets WHERE tenant = :tenant AND id = :id",
)


def twice_is_once(stage: Stage) -> None:
    """Submit again what was submitted before."""
    notice = "a repeated request has one effect and gets the same answer"
    stage.chapter(9, "Twice is once", notice)
    first, again = [answer for written, answer in stage.answers if written.source_id == "m-6001"]
    stage.claim(
        f"the same source ticket gives {first.ticket_id}, then {again.ticket_id}; told as a repetition", again.replayed
    )
    second = stage.ticket("c-6002")
    links = ", ".join(f"{link.kind.replace('_', ' ')} {link.to}" for link in second.links) or "none"
    stage.say(f"the same trouble from a second reporter is a ticket of its own, {second.id}; links: {links}")
    before = count(stage, FIRST)
    asked = msgspec.structs.replace(stage.submission(stage.written("m-2005")), source_id="m-2005-b")
    once = stage.triage.submit(asked, FLOW, key="run-4711")
    twice = stage.triage.submit(asked, FLOW, key="run-4711")
    stage.claim(f"the same key gives {once.ticket_id}, then {twice.ticket_id}; told as a repetition", twice.replayed)
    other = msgspec.structs.replace(asked, subject="Something else")
    refused = stage.refused(lambda: stage.triage.submit(other, FLOW, key="run-4711"))
    stage.say(f"the same key, another body: {refused}")
    stage.say(f"tickets of {FIRST}: {before} before these three requests, {count(stage, FIRST)} after them")


def queue(stage: Stage) -> None:
    """List what is worked next."""
    notice = "class first; inside a class, points for what a ticket is and for every hour it waits"
    stage.chapter(10, "The queue, in the order of work", notice)
    page = stage.triage.store.page(FIRST, TicketFilter(), None, 8)
    rows = [(str(place), *_queued(stage, ticket)) for place, ticket in enumerate(page.tickets, start=1)]
    stage.table(*rows)


def _queued(stage: Stage, ticket: Ticket) -> tuple[str | Text, ...]:
    points = scoring.score_at(ticket.order_key, stage.clock.now(), stage.books[ticket.tenant].policy.score)
    subject = stage.triage.text(ticket.tenant, ticket.id).partition("\n")[0]
    name = Text(f"{ticket.id} {ticket.class_name}", style=class_style(ticket.class_rank))
    waits = f"{points:5.1f} points, since {stage.at(ticket.created_at)}"
    return name, waits, ticket.owner or "nobody yet", quoted(subject, 40)


def record(stage: Stage) -> None:
    """Show one timeline, rebuild the ticket from it, and let somebody tamper with a copy of the database."""
    notice = "the timeline adds up to the ticket, and whoever changes the file leaves a trace"
    stage.chapter(11, "The record of one ticket", notice)
    ticket, lines = stage.ticket("m-2001"), stage.lines("m-2001")
    stage.table(*_telling(stage, lines))
    stage.claim(f"{ticket.id} rebuilt from its {len(lines)} lines equals the stored row", rebuild(lines) == ticket)
    if not stage.url.startswith(_SQLITE):
        stage.say("tampering is shown on SQLite files only")
        return
    kept = checkpoints.checkpoint(stage.triage.store, FIRST, stage.clock.now())
    stage.table(
        ("the database as it is", _found(_after(stage, ticket, ()))),
        ("one word edited", _found(_after(stage, ticket, _EDIT))),
        ("the whole ticket taken away", _found(_after(stage, ticket, _ERASE))),
        (f"the same, against checkpoint {kept.number}", _found(_after(stage, ticket, _ERASE, kept))),
    )


def _telling(stage: Stage, lines: Sequence[Line]) -> list[tuple[str | Text, ...]]:
    """Show the first line of each kind, and how many more of its kind there are."""
    counts = Counter(line.entry.kind for line in lines)
    first = {line.entry.kind: line for line in reversed(lines)}
    told = sorted(first.values(), key=lambda line: line.entry.number)
    return [_row(stage, line, counts[line.entry.kind] - 1) for line in told]


def _row(stage: Stage, line: Line, more: int) -> tuple[str | Text, ...]:
    entry = line.entry
    number = f"{entry.number:>2} {stage.at(entry.at)}"
    gist = _gist(stage, entry) + (f"; {more} more" if more else "")
    return number, Text(entry.kind), entry.actor.id, Text(line.hash[:8], style="dim"), gist


def _gist(stage: Stage, entry: Entry) -> str:
    """Say what a line is about: which promise, what of the escalation, or which fields of the ticket."""
    if entry.kind.startswith("escalation."):
        return movement(entry, Voice(names={}, when=stage.at))
    if "metric" in entry.facts:
        share = entry.facts.get("share")
        return f"{entry.facts['metric'].replace('_', ' ')}{f' {share:.0%}' if share else ''}"
    names = [name for name in entry.changes if name not in {"tenant", "id"}]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"sets {', '.join(names[:_NAMED])}{more}"


def _after(stage: Stage, ticket: Ticket, statements: Sequence[str], kept: Checkpoint | None = None) -> Report:
    """Tamper with a copy of the database file and verify the copy."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.db"
        named = {"tenant": ticket.tenant, "id": ticket.id}
        with (
            closing(sqlite3.connect(stage.url.removeprefix(_SQLITE))) as original,
            closing(sqlite3.connect(copy)) as target,
        ):
            original.backup(target)
            for statement in statements:
                target.execute(statement, named)
            target.commit()
        with closing(open_store(f"{_SQLITE}{copy}")) as store:
            return verify(store, ticket.tenant, kept)


def _found(report: Report) -> Text:
    if report.is_sound:
        return Text(f"sound: {report.chains} timelines, {report.lines} lines", style="green")
    flaw = report.flaws[0]
    return Text(f"found: ticket {flaw.ticket_id}, line {flaw.number}: {flaw.what} [{flaw.code}]", style="red")


def apart(stage: Stage) -> None:
    """Let each tenant ask for the other's tickets."""
    notice = "a ticket of another tenant does not exist, whoever knows its id"
    stage.chapter(12, "Two tenants see nothing of each other", notice)
    for tenant, other in ((FIRST, SECOND), (SECOND, FIRST)):
        own, foreign = _tickets(stage, tenant), _tickets(stage, other)
        asked = foreign[0].id
        told = stage.refused(partial(stage.triage.ticket, tenant, asked))
        stage.say(f"{tenant} lists its {len(own)} tickets; it asks for {asked}, one of {other}'s {len(foreign)}:")
        stage.say(f"  {told}")
    own_ids, foreign_ids = ({ticket.id for ticket in _tickets(stage, tenant)} for tenant in (FIRST, SECOND))
    stage.claim("no ticket stands in both lists", own_ids.isdisjoint(foreign_ids))


def count(stage: Stage, tenant: str) -> int:
    """Count the tickets of a tenant, whatever became of them."""
    return len(_tickets(stage, tenant))


def _tickets(stage: Stage, tenant: str) -> tuple[Ticket, ...]:
    return stage.triage.store.page(tenant, TicketFilter(open_only=False), None, _ALL).tickets
