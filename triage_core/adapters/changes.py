"""Do changes fit together, each in itself and with the others of its save?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from triage_core.ports import Change


def check(changes: Sequence[Change]) -> None:
    """Refuse changes that would break a ticket's chain; this is a mistake of the program, never of a user."""
    for change in changes:
        _check_numbers(change)
    if _repeats((change.ticket.tenant, change.ticket.id) for change in changes):
        raise ValueError("a save holds two changes of one ticket; join them into one change, line after line")


def repeats_answer(changes: Sequence[Change]) -> bool:
    """Tell whether two changes of one save answer the same idempotency key."""
    return _repeats((change.ticket.tenant, change.answer.key) for change in changes if change.answer)


def repeats_source(changes: Sequence[Change]) -> bool:
    """Tell whether two changes of one save stand for the same ticket of a source."""
    tickets = [change.ticket for change in changes]
    return _repeats((ticket.tenant, ticket.source, ticket.source_id) for ticket in tickets)


def _repeats(keys: Iterable[tuple[str, ...]]) -> bool:
    found = list(keys)
    return len(set(found)) < len(found)


def _check_numbers(change: Change) -> None:
    ticket, lines = change.ticket, change.lines
    numbers = [line.entry.number for line in lines]
    if numbers != list(range(change.expected + 1, ticket.version + 1)):
        raise ValueError("the lines of a change must count from its expected version to the ticket's version")
    if lines and lines[-1].hash != ticket.head:
        raise ValueError("the ticket's head must be the hash of its last line")
    if any((line.entry.tenant, line.entry.ticket_id) != (ticket.tenant, ticket.id) for line in lines):
        raise ValueError("a change holds a line of another ticket")
    if any(send.ticket_id != ticket.id for send in change.sends):
        raise ValueError("a change holds an intent of another ticket")
