"""Does a change fit together, before anything of it is written?"""

from __future__ import annotations

from collections.abc import Sequence

from triage_core.ports import Change


def check(changes: Sequence[Change]) -> None:
    """Refuse a change that would break its ticket's chain; this is a mistake of the program, never of a user."""
    keys = {(change.ticket.tenant, change.ticket.id) for change in changes}
    if len(keys) != len(changes):
        raise ValueError("a save holds two changes of one ticket; join them into one change")
    for change in changes:
        _check_numbers(change)


def _check_numbers(change: Change) -> None:
    ticket, lines = change.ticket, change.lines
    numbers = [line.entry.number for line in lines]
    if numbers != list(range(change.expected + 1, ticket.version + 1)):
        raise ValueError("the lines of a change must count from its expected version to the ticket's version")
    if lines and lines[-1].hash != ticket.head:
        raise ValueError("the ticket's head must be the hash of its last line")
    if any((line.entry.tenant, line.entry.ticket_id) != (ticket.tenant, ticket.id) for line in lines):
        raise ValueError("a change holds a line of another ticket")
