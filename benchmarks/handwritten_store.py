"""What would somebody write who needs these rows and nothing else? The same rows, statement by statement, by hand.

The rival of our store: one connection, one transaction for each decision, every column and every statement spelt out,
no ports, no group commit, no check of anything but what the tables themselves refuse. Both sides write into tables
that our migrations made, and `contents` proves that the rows are the same.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import psycopg
import sqlalchemy
from msgspec.structs import replace

from triage_core.domain.chain import seal
from triage_core.domain.entry import Entry, Kind
from triage_core.domain.model import Actor, ActorKind, Clock, RiskTag, State, TagSource, Ticket
from triage_core.domain.policy.service_levels import Metric
from triage_core.ports import Answer, Change, Message, Store, StoredText, Timer

if TYPE_CHECKING:
    from collections.abc import Iterator

    Row = tuple[str | int | None, ...]

TABLES = ("tickets", "entries", "texts", "timers", "outbox", "answers")
START = datetime(2024, 3, 4, 9, 30, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
KINDS = (Kind.SUBMITTED, Kind.TRIAGED, Kind.ASSIGNED)
METRICS = (Metric.INTAKE, Metric.FIRST_REPLY, Metric.RESOLUTION)


class Decision(NamedTuple):
    """What was decided about a new ticket, before anything is sealed or laid out in rows."""

    ticket: Ticket
    entries: tuple[Entry, ...]
    texts: tuple[StoredText, ...]
    timers: tuple[Timer, ...]
    messages: tuple[Message, ...]
    answer: Answer


def decision_of(change: Change) -> Decision:
    """Take a change apart into what was decided, so that somebody else can seal and write it."""
    if change.answer is None:
        raise ValueError("a measured change answers an idempotency key")
    entries = tuple(line.entry for line in change.lines)
    return Decision(change.ticket, entries, change.texts, change.timers or (), change.messages, change.answer)


def decision(number: int) -> Decision:
    """Make a ticket of about 1.5 kB with three lines of about 600 B each, two texts, a timer, a message, an answer."""
    ticket_id = f"01hr3{number:021d}"
    at = START + timedelta(seconds=number)
    return Decision(
        ticket=_ticket(ticket_id, at),
        entries=tuple(_entry(ticket_id, place, at) for place in range(1, 4)),
        texts=tuple(
            StoredText(id=f"{ticket_id}-{kind}", kind=kind, content="The printer is on fire. " * words, at=at)
            for kind, words in (("subject", 2), ("body", 25))
        ),
        timers=(Timer(purpose="resolution", due_at=at + timedelta(hours=4), edge=f"{ticket_id}/resolution/1/breach"),),
        messages=(Message(id=f"{ticket_id}-1", type="ticket.triaged", payload=f'{{"ticket":"{ticket_id}"}}', at=at),),
        answer=Answer(key=f"key-{ticket_id}", request_digest="0f" * 16, body=f'{{"id":"{ticket_id}"}}' * 20, at=at),
    )


def _ticket(ticket_id: str, at: datetime) -> Ticket:
    return Ticket(
        tenant="acme",
        id=ticket_id,
        source="zendesk",
        source_id=ticket_id[5:],
        state=State.ASSIGNED,
        created_at=at,
        updated_at=at,
        customer="initech",
        requester_key="a1" * 16,
        intake={"impact": "high", "urgency": "medium", "service": "printing", "affected": ["print-1", "print-2"]},
        policy_version="2024.1",
        class_name="P2",
        class_rank=1,
        severity="major",
        tags=tuple(RiskTag(name=name, source=TagSource.RULE, by="R04") for name in ("safety", "outage", "vip")),
        order_key=int(at.timestamp() * 1000),
        queue="workplace",
        owner="ana",
        secondary="bo",
        clocks=tuple(_clock(metric, at) for metric in METRICS),
        version=3,
    )


def _clock(metric: Metric, at: datetime) -> Clock:
    within = timedelta(hours=4)
    return Clock(
        metric=metric,
        calendar="office",
        target=within,
        started_at=at,
        due_at=at + within,
        warn_at=at + within / 2,
        class_name="P2",
        policy_version="2024.1",
    )


def _entry(ticket_id: str, number: int, at: datetime) -> Entry:
    rules = [{"rule": f"R{place:02}", "words": ["fire"], "offsets": [[15, 19]], "why": "term"} for place in range(3)]
    return Entry(
        tenant="acme",
        ticket_id=ticket_id,
        number=number,
        id=f"{ticket_id}-{number}",
        kind=KINDS[number - 1],
        at=at,
        recorded_at=at,
        actor=Actor(kind=ActorKind.PERSON, id="ana", roles=("agent",)),
        policy_version="2024.1",
        changes={"state": "assigned", "owner": "ana", "queue": "workplace", "class_name": "P2"},
        facts={"rules": rules},
    )


def through_the_store(store: Store, made: Decision) -> None:
    """Write a decision the way our services do."""
    lines = seal(made.entries, "")
    store.save(
        Change(
            ticket=replace(made.ticket, head=lines[-1].hash),
            expected=0,
            lines=lines,
            texts=made.texts,
            timers=made.timers,
            messages=made.messages,
            answer=made.answer,
        ),
    )


def _micros(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def _statements(mark: str) -> dict[str, str]:
    widths = {"answers": 5, "tickets": 23, "entries": 8, "texts": 8, "timers": 5, "outbox": 11}
    columns = {"timers": " (tenant, ticket_id, purpose, due_at, edge)"}
    return {
        table: f"INSERT INTO {table}{columns.get(table, '')} VALUES ({', '.join([mark] * width)})"  # noqa: S608 - constants
        for table, width in widths.items()
    }


def _rows(made: Decision) -> Iterator[tuple[str, Row]]:
    ticket, answer = made.ticket, made.answer
    key = ticket.tenant, ticket.id
    sealed, head = [], ""
    for entry in made.entries:
        body = msgspec.json.encode(entry).decode()
        head = sha256(f"{head}\n{body}".encode()).hexdigest()
        sealed.append((*key, entry.number, body, head, entry.kind.value, _micros(entry.at), entry.source_event_id))
    yield "answers", (key[0], answer.key, answer.request_digest, answer.body, _micros(answer.at))
    yield "tickets", _ticket_row(replace(ticket, head=head))
    for row in sealed:
        yield "entries", row
    for place, text in enumerate(made.texts):
        yield "texts", (*key, text.id, ticket.version, place, text.kind, text.content, _micros(text.at))
    for timer in made.timers:
        yield "timers", (*key, timer.purpose, _micros(timer.due_at), timer.edge)
    for place, message in enumerate(made.messages):
        at = _micros(message.at)
        first = key[0], message.id, key[1], ticket.version, place
        yield "outbox", (*first, message.type, message.payload, "queued", 0, at, at)


def _ticket_row(ticket: Ticket) -> Row:
    return (
        ticket.tenant,
        ticket.id,
        ticket.source,
        ticket.source_id,
        ticket.source_version,
        ticket.mode.value,
        ticket.state.value,
        1,
        ticket.class_name,
        ticket.class_rank,
        ticket.order_key,
        ticket.queue,
        ticket.owner,
        ticket.customer,
        ticket.requester_key,
        _micros(ticket.created_at),
        _micros(ticket.updated_at),
        ticket.version,
        ticket.head,
        msgspec.json.encode(ticket).decode(),
        ticket.escalation_queue,
        ticket.escalation_holder,
        1 if ticket.waits_for_approval else None,
    )


class HandwrittenSqlite:
    """One sqlite3 connection in write-ahead mode with full synchronisation."""

    def __init__(self, path: str) -> None:
        """Open a file that has our tables."""
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._inserts = _statements("?")

    def save(self, made: Decision) -> None:
        """Write a decision in one transaction."""
        self._connection.execute("BEGIN IMMEDIATE")
        for table, row in _rows(made):
            self._connection.execute(self._inserts[table], row)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


class HandwrittenPostgres:
    """One psycopg connection; each writer has its own."""

    def __init__(self, url: str) -> None:
        """Connect to a database that has our tables."""
        self._connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        self._inserts = _statements("%s")

    def save(self, made: Decision) -> None:
        """Write a decision in one transaction."""
        with self._connection.transaction():
            for table, row in _rows(made):
                self._connection.execute(self._inserts[table], row)

    def close(self) -> None:
        self._connection.close()


def contents(url: str) -> dict[str, list[Row]]:
    """Read all rows of all tables, in order."""
    engine = sqlalchemy.create_engine(url)
    with engine.connect() as connection:
        found = {
            table: sorted(map(tuple, connection.execute(sqlalchemy.text(f"SELECT * FROM {table}"))), key=str)  # noqa: S608 - constants
            for table in TABLES
        }
    engine.dispose()
    return found
