"""What happened to a ticket, in dated lines that a customer understands?

Only lines of the timeline with words in the voice's table are told, so a new kind of line stays inside until somebody
gives it words. Nothing that anybody wrote is told.
"""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final

from triage_core.domain.drafting.voices import moment
from triage_core.domain.entry import Kind
from triage_core.domain.model import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from zoneinfo import ZoneInfo

    from triage_core.domain.drafting.voices import Voice
    from triage_core.domain.entry import Entry
    from triage_core.domain.model import Ticket

#: Of a longer past the first and the last lines are told.
MOST_LINES: Final = 24

_Event = tuple[datetime, str]


class Past:
    """A ticket's past in one voice and one zone."""

    def __init__(self, voice: Voice, zone: ZoneInfo, names: Mapping[str, str]) -> None:
        """Know how to say it, and how people are called."""
        self._voice: Final = voice
        self._zone: Final = zone
        self._names: Final = names

    def lines(self, ticket: Ticket, entries: Iterable[Entry]) -> list[str]:
        """Return the dated lines in the order in which things happened; of the same thing in a row only the first."""
        told = sorted([*self._events(entries), *self._escalation(ticket)], key=itemgetter(0))
        firsts = [next(group) for _, group in groupby(told, key=itemgetter(1))]
        lines = [f"{moment(self._voice, at, self._zone)}: {what}" for at, what in firsts]
        half = MOST_LINES // 2
        return lines if len(lines) <= MOST_LINES else [*lines[:half], "…", *lines[-half:]]

    def _events(self, entries: Iterable[Entry]) -> list[_Event]:
        return [(entry.at, what) for entry in entries if (what := self._words(entry))]

    def _words(self, entry: Entry) -> str | None:
        if entry.kind is Kind.WAITING and entry.changes.get("state") == State.WAITING_THIRD_PARTY:
            return self._voice.waits_for_others
        return self._voice.events.get(entry.kind)

    def _escalation(self, ticket: Ticket) -> list[_Event]:
        """Return what the ticket itself says about its escalation; the table has no words for lines about it."""
        found, voice = ticket.escalation, self._voice
        if found is None:
            return []
        lead = self._names.get(found.holder or "")
        events = [
            (found.raised_at, voice.escalated),
            (found.acknowledged_at, voice.lead.format(name=lead) if lead else ""),
        ]
        return [(at, what) for at, what in events if at is not None and what]
