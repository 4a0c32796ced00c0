"""Which tickets and changes do the store tests write? Always timelines of three lines or more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec.structs import replace

from triage_core.domain.chain import seal
from triage_core.domain.entry import Entry, Kind
from triage_core.domain.model import SYSTEM, State, Ticket
from triage_core.ports import Answer, Change, Message, StoredText, Timer
from triage_core.service.case import opening

# A field may be of any type; msgspec does not check at construction, the contract tests compare what comes back.
Fields = Any
NOW = datetime(2024, 3, 4, 9, 30, 15, 123457, tzinfo=UTC)
TENANT = "acme"
KINDS = (Kind.SUBMITTED, Kind.TRIAGED, Kind.ASSIGNED)


def ticket(ticket_id: str = "t-1", tenant: str = TENANT, **fields: Fields) -> Ticket:
    given = {"source": "zendesk", "source_id": f"source of {ticket_id}", "state": State.TRIAGED}
    times = {"created_at": NOW, "updated_at": NOW}
    return Ticket(**{"tenant": tenant, "id": ticket_id, **given, **times, **fields})


def entry(of: Ticket, number: int, event: str | None = None) -> Entry:
    return Entry(
        tenant=of.tenant,
        ticket_id=of.id,
        number=number,
        id=f"e-{of.id}-{number}",
        kind=KINDS[number % len(KINDS)],
        at=NOW + timedelta(seconds=number),
        recorded_at=NOW + timedelta(seconds=number),
        actor=SYSTEM,
        source_event_id=event,
        facts={"reason": f"line {number} of {of.id}: naïve café 🚒"},
    )


def change(before: Ticket, lines: int = 3, event: str | None = None, **parts: Fields) -> Change:
    """Append lines to a ticket as it was read, or create it; an event goes into the first line."""
    last = before.version + lines
    entries = [entry(before, number) for number in range(before.version + 1, last + 1)]
    if event is not None:
        entries[0] = replace(entries[0], source_event_id=event)
    if entries and not before.version:
        entries[0] = replace(entries[0], changes=msgspec.to_builtins(opening(before)))
    sealed = seal(entries, before.head)
    written = sealed[-1].entry.recorded_at
    after = replace(before, version=last, head=sealed[-1].hash, updated_at=written)
    return Change(ticket=after, expected=before.version, lines=sealed, **parts)


def text(text_id: str, content: str = "The printer is on fire") -> StoredText:
    return StoredText(id=text_id, kind="body", content=content, at=NOW)


def timer(purpose: str, seconds: float = 0) -> Timer:
    return Timer(purpose=purpose, due_at=NOW + timedelta(seconds=seconds), edge=f"t-1/{purpose}/1/breach")


def message(message_id: str) -> Message:
    return Message(id=message_id, type="ticket.triaged", payload='{"ticket":"t-1"}', at=NOW)


def answer(key: str = "key-1") -> Answer:
    return Answer(key=key, request_digest="0f" * 16, body='{"id":"t-1","class":"P1"}', at=NOW)
