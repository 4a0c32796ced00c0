"""Which rows does a change write? One list for each statement, values in the order of the table's columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from triage_core.adapters.sql import closures, controls, neighbours
from triage_core.adapters.sql.encoding import escape, escape_optional, micros
from triage_core.adapters.sql.send_tables import row_of
from triage_core.adapters.sql.tables import QUEUED, TICKET_COLUMNS
from triage_core.ports import Change

Row = tuple[str | int | None, ...]

_GETTERS = tuple(getter for _, getter in TICKET_COLUMNS)


@dataclass(slots=True, kw_only=True)
class Rows:
    """What one or several changes write, by statement and in the order of writing."""

    #: Controls that must stand at a version: tenant, name, version.
    guards: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)
    created: list[Row] = field(default_factory=list)
    #: The columns beside the key, then the key and the version that must still stand.
    moved: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    texts: list[Row] = field(default_factory=list)
    #: Keys of tickets whose timers give way to new ones.
    dropped: list[Row] = field(default_factory=list)
    timers: list[Row] = field(default_factory=list)
    outbox: list[Row] = field(default_factory=list)
    sends: list[Row] = field(default_factory=list)
    candidates: list[Row] = field(default_factory=list)
    threads: list[Row] = field(default_factory=list)
    #: Closings that owe their facts, and keys of those that do not any more.
    owed: list[Row] = field(default_factory=list)
    settled: list[Row] = field(default_factory=list)
    #: Promises that are open, and keys of those that are kept.
    promised: list[Row] = field(default_factory=list)
    kept: list[Row] = field(default_factory=list)
    #: Texts that go, those that take another form, and keys of tickets that nothing is compared with any more.
    erased: list[Row] = field(default_factory=list)
    rewritten: list[Row] = field(default_factory=list)
    uncompared: list[Row] = field(default_factory=list)


NAMES = tuple(Rows.__dataclass_fields__)


def rows_of(changes: Iterable[Change]) -> Rows:
    """Lay changes out in rows."""
    rows = Rows()
    for change in changes:
        rows.guards += map(controls.guard_row, change.guards)
        _add_ticket(rows, change)
        _add_lines(rows, change)
        _add_beside(rows, change)
        _add_erasures(rows, change)
    return rows


def merged(parts: Iterable[Rows]) -> Rows:
    """Join the rows of independent saves, so that each statement runs once."""
    parts = tuple(parts)
    return Rows(**{name: list(chain.from_iterable(getattr(part, name) for part in parts)) for name in NAMES})


def _add_ticket(rows: Rows, change: Change) -> None:
    ticket = change.ticket
    key = escape(ticket.tenant), escape(ticket.id)
    values = tuple([getter(ticket) for getter in _GETTERS])
    if change.expected:
        rows.moved.append((*values, *key, change.expected))
    else:
        rows.created.append((*key, *values))


def _add_lines(rows: Rows, change: Change) -> None:
    tenant, ticket_id = escape(change.ticket.tenant), escape(change.ticket.id)
    for line in change.lines:
        entry = line.entry
        event = escape_optional(entry.source_event_id)
        rows.entries.append(
            (tenant, ticket_id, entry.number, line.body, line.hash, entry.kind.value, micros(entry.at), event),
        )


def _add_beside(rows: Rows, change: Change) -> None:
    tenant, ticket_id = key = escape(change.ticket.tenant), escape(change.ticket.id)
    number = change.ticket.version
    rows.texts += [
        (*key, escape(text.id), number, position, escape(text.kind), escape(text.content), micros(text.at))
        for position, text in enumerate(change.texts)
    ]
    if change.timers is not None:
        rows.dropped.append(key)
        rows.timers += [
            (*key, escape(timer.purpose), micros(timer.due_at), escape(timer.edge), None, None)
            for timer in change.timers
        ]
    for position, message in enumerate(change.messages):
        place = tenant, escape(message.id), ticket_id, number, position
        at = micros(message.at)
        rows.outbox.append((*place, escape(message.type), escape(message.payload), QUEUED, 0, at, at))
    rows.sends += [row_of(change.ticket.tenant, send, (number, position)) for position, send in enumerate(change.sends)]
    if change.candidate:
        rows.candidates.append(neighbours.row_of(change.ticket.tenant, change.candidate))
        rows.threads += neighbours.thread_rows_of(change.ticket.tenant, change.candidate)
    if answer := change.answer:
        rows.answers.append(
            (tenant, escape(answer.key), answer.request_digest, escape(answer.body), micros(answer.at)),
        )


def _add_erasures(rows: Rows, change: Change) -> None:
    key = escape(change.ticket.tenant), escape(change.ticket.id)
    if (owed := closures.owed_row_of(change.ticket)) is not None:
        rows.owed.append(owed)
    elif change.expected and closures.is_settled(change.ticket):
        rows.settled.append(key)
    rows.promised += closures.promised_rows_of(change)
    rows.kept += closures.kept_rows_of(change)
    rows.erased += [(*key, escape(text_id)) for text_id in change.erased]
    rows.rewritten += [(escape(text.kind), escape(text.content), *key, escape(text.id)) for text in change.rewritten]
    if change.uncompared:
        rows.uncompared.append(key)
