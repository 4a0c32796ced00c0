"""Where do texts and counted lines lie in the store in memory, what left lately, and which closings owe their facts?"""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter, itemgetter
from threading import RLock
from typing import TYPE_CHECKING

from triage_core.domain.rollout.measuring import COUNTED

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.closure_ports import Promises
    from triage_core.domain.chain import Line
    from triage_core.domain.entry import Entry
    from triage_core.domain.gating.state import Outgoing
    from triage_core.domain.model import Ticket
    from triage_core.ports import StoredText


class MemoryShelf:
    """Questions about the tickets and texts of the store, under its lock."""

    _lock: RLock
    _tickets: dict[tuple[str, str], Ticket]
    _texts: defaultdict[tuple[str, str], list[StoredText]]
    _lines: defaultdict[tuple[str, str], list[Line]]

    def counted(self, tenant: str, kind: str, after: datetime, until: datetime) -> tuple[Entry, ...]:
        """Return lines of a kind that some measure counts, from after a moment until another, in the order of time."""
        with self._lock:
            entries = [line.entry for key, lines in self._lines.items() if key[0] == tenant for line in lines]
        found = [entry for entry in entries if entry.kind == kind in COUNTED and after < entry.at <= until]
        return tuple(sorted(found, key=attrgetter("at", "ticket_id", "number")))

    def texts_due(self, tenant: str, before: datetime, after: str, limit: int) -> tuple[str, ...]:
        """Return ids of tickets that have a text that is as old as a moment or older, by id."""
        with self._lock:
            texts = [(key[1], texts) for key, texts in self._texts.items() if key[0] == tenant and key[1] > after]
        found = sorted(ticket_id for ticket_id, kept in texts if any(text.at <= before for text in kept))
        return tuple(found[:limit])

    def of_requester(self, tenant: str, requester_key: str) -> tuple[Ticket, ...]:
        """Return every ticket that a person sent, the oldest first."""
        found = [ticket for ticket in self._all_of(tenant) if ticket.requester_key == requester_key]
        return tuple(sorted(found, key=attrgetter("created_at", "id")))

    def lately_released(self, tenant: str, since: datetime) -> tuple[Ticket, ...]:
        """Return the tickets of which a text left after a moment, by id."""
        found = [ticket for ticket in self._all_of(tenant) if any(_left(each, since) for each in ticket.messages)]
        return tuple(sorted(found, key=attrgetter("id")))

    def compact(self) -> None:
        """Leave everything as it is; there are no files."""

    def open_closures(self, tenant: str, limit: int) -> tuple[Ticket, ...]:
        """Return closings that owe their facts, the longest closed first."""
        owed = [ticket for ticket in self._all_of(tenant) if ticket.closure_missing and ticket.closed_at]
        return tuple(sorted(owed, key=attrgetter("closed_at", "id"))[:limit])

    def promised(self, tenant: str, which: Promises, first: int, limit: int) -> tuple[tuple[Ticket, str], ...]:
        """Return open promises as ticket and name of the action, the first due in front."""
        found = [
            (item.due_at, ticket.id, item.id, ticket)
            for ticket in self._all_of(tenant)
            for item in ticket.actions
            if item.done_at is None
            and which.owner in {None, item.owner}
            and (which.due_by is None or item.due_at <= which.due_by)
        ]
        shown = sorted(found, key=itemgetter(0, 1, 2))[first : first + limit]
        return tuple((ticket, action) for _, _, action, ticket in shown)

    def _all_of(self, tenant: str) -> list[Ticket]:
        with self._lock:
            return [ticket for (owner, _), ticket in self._tickets.items() if owner == tenant]


def _left(message: Outgoing, since: datetime) -> bool:
    return message.released_at is not None and message.released_at > since
