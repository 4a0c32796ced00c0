"""Why can changes not be saved? The database refused them; here the first reason is found, in the promised order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from triage_core.adapters.changes import repeats_answer, repeats_source
from triage_core.adapters.sql import controls, queries
from triage_core.adapters.sql.encoding import escape
from triage_core.adapters.sql.reading import Reader
from triage_core.domain.errors import AnswerTaken, ControlMoved, EventTaken, SourceTaken, StaleTicket, TriageError
from triage_core.ports import Change


def conflict(reader: Reader, changes: Sequence[Change]) -> TriageError | None:
    """Say why changes cannot be saved, or nothing when nothing stands against them."""
    for error, repeats, holds in _REASONS:
        if repeats(changes) or any(holds(reader, change) for change in changes):
            return error()
    return None


def _is_answered(reader: Reader, change: Change) -> bool:
    return change.answer is not None and reader.answer(change.ticket.tenant, change.answer.key) is not None


def _is_submitted(reader: Reader, change: Change) -> bool:
    ticket = change.ticket
    known = reader.by_source(ticket.tenant, ticket.source, ticket.source_id)
    return known is not None and (not change.expected or known.id != ticket.id)


def _is_stale(reader: Reader, change: Change) -> bool:
    known = reader.ticket(change.ticket.tenant, change.ticket.id)
    if known is None:
        return change.expected > 0
    return not change.expected or known.version != change.expected


def _is_handled(reader: Reader, change: Change) -> bool:
    given = {"tenant": escape(change.ticket.tenant), "ticket_id": escape(change.ticket.id)}
    handled = {event for _, event in reader.rows(queries.EVENTS, given)}
    events = [escape(event) for line in change.lines if (event := line.entry.source_event_id) is not None]
    return len(set(events)) < len(events) or not handled.isdisjoint(events)


def _never(_changes: Sequence[Change]) -> bool:
    return False


#: The error, when changes of one save raise it against each other, and when one raises it against what is stored.
_Reason = tuple[
    type[AnswerTaken | SourceTaken | StaleTicket | EventTaken],
    Callable[[Sequence[Change]], bool],
    Callable[[Reader, Change], bool],
]
_REASONS: tuple[_Reason, ...] = (
    (AnswerTaken, repeats_answer, _is_answered),
    (SourceTaken, repeats_source, _is_submitted),
    (StaleTicket, _never, _is_stale),
    (EventTaken, _never, _is_handled),
    (ControlMoved, _never, controls.has_moved),
)
