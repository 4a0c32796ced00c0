"""What happened to all escalations of a tenant in a period? Read from the sealed lines themselves."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final

from triage_core.domain import chain
from triage_core.domain.entry import Entry
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.ports import Evidence

_LOGGED: Final = "escalation."
#: Stands in the bytes of every line that is wanted, so that no other one is decoded.
_MARK: Final = f'"kind":"{_LOGGED}'


class Logged(Value, frozen=True, kw_only=True):
    """A line of the log, and the hash that seals it."""

    escalation_id: str
    entry: Entry
    hash: str


def logged(store: Evidence, tenant: str, since: datetime | None, until: datetime) -> list[Logged]:
    """Return the movements that happened in [since, until), oldest first."""
    found = [
        _line(ticket_id, chain.read(body), sealed)
        for ticket_id, lines in store.chains(tenant)
        for _, body, sealed in lines
        if _MARK in body
    ]
    wanted = [line for line in found if (since is None or line.entry.at >= since) and line.entry.at < until]
    return sorted(wanted, key=_moment)


def _line(ticket_id: str, entry: Entry, sealed: str) -> Logged:
    return Logged(escalation_id=f"{ticket_id}-e{entry.facts['number']}", entry=entry, hash=sealed)


_moment = attrgetter("entry.at", "entry.ticket_id", "entry.number")
