"""How do steps become sealed lines, texts, timers and intents that are written in one transaction?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec.structs import replace

from triage_core.domain import chain, ticking
from triage_core.domain.entry import Entry
from triage_core.domain.lifecycle import Step, apply
from triage_core.domain.model import Actor, Ticket
from triage_core.ports import Change, StoredText, Timer
from triage_core.service.intents import sends_of
from triage_core.service.outgoing import messages_of
from triage_core.service.repeating import kept

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from triage_core.control_ports import Guard
    from triage_core.domain.context import Context
    from triage_core.domain.related import Candidate
    from triage_core.domain.sending import Surface
    from triage_core.service.repeating import Once


class Case:
    """One ticket in the hands of one request: it collects steps and turns them into a change."""

    def __init__(self, ticket: Ticket, actor: Actor, now: datetime, digest_key: bytes) -> None:
        """Begin on a ticket as it was read; a version of 0 means that it does not exist yet."""
        self.ticket = ticket
        self.before = ticket
        self._expected = ticket.version
        self._actor = actor
        self._now = now
        self._key = digest_key
        self._entries: list[Entry] = []
        self._texts: list[StoredText] = []
        #: What the decision rests on outside the ticket.
        self.guards: tuple[Guard, ...] = ()
        #: What the decision saw, and what is set up to send to; without the first nothing is sent.
        self.seen: Context | None = None
        self.surfaces: Collection[Surface] = ()
        #: What later tickets compare this one by; none leaves it as it is.
        self.candidate: Candidate | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing happened."""
        return not self._entries

    def take(self, steps: Iterable[Step], source_event_id: str | None = None) -> None:
        """Add steps; the source's event id marks the first line, so that the same event has no second effect."""
        for step in steps:
            self._add(step, source_event_id)
            source_event_id = None

    def keep_text(self, kind: str, content: str) -> dict[str, str]:
        """Store a text beside the timeline and return the facts that stand for it."""
        number = self._expected + len(self._entries) + 1
        text_id = f"{self.ticket.id}-{number}-{kind}"
        self._texts.append(StoredText(id=text_id, kind=kind, content=content, at=self._now))
        return {f"{kind}_id": text_id, f"{kind}_digest": chain.digest(self._key, content)}

    def said(self, kind: str) -> str | None:
        """Return the newest text of a kind that this request stores, or none."""
        return next((text.content for text in reversed(self._texts) if text.kind == kind), None)

    def _add(self, step: Step, source_event_id: str | None) -> None:
        facts: dict[str, Any] = dict(step.facts)
        for kind, content in step.texts.items():
            facts |= self.keep_text(kind, content)
        number = self._expected + len(self._entries) + 1
        self.ticket = apply(self.ticket, step.changes)
        self._entries.append(
            Entry(
                tenant=self.ticket.tenant,
                ticket_id=self.ticket.id,
                number=number,
                id=f"{self.ticket.id}-{number}",
                kind=step.kind,
                at=step.at or self._now,
                recorded_at=self._now,
                actor=self._actor,
                policy_version=self.ticket.policy_version,
                mode=self.ticket.mode,
                source_event_id=source_event_id,
                changes=step.changes,
                facts=facts,
                irregular=step.irregular,
            )
        )

    def change(self, once: Once | None = None) -> Change:
        """Seal what happened, and keep its answer where it was asked for once."""
        before, lines = self.before, chain.seal(self._entries, self.ticket.head)
        if lines:
            version = self._expected + len(lines)
            self.ticket = replace(self.ticket, version=version, head=lines[-1].hash, updated_at=self._now)
        due = ticking.timers(self.ticket)
        return Change(
            ticket=self.ticket,
            expected=self._expected,
            lines=lines,
            texts=tuple(self._texts),
            timers=tuple(Timer(purpose=item.purpose, due_at=item.at, edge=item.edge) for item in due)
            if lines
            else None,
            messages=messages_of(self.ticket, self._entries),
            answer=kept(once, before if self._expected else None, self.ticket, self._now),
            candidate=self.candidate,
            guards=self.guards,
            sends=sends_of(self.seen, self.ticket, self._entries, self.surfaces) if self.seen else (),
        )


def number_of(text: StoredText, ticket_id: str) -> int:
    """Return the line that a text came with, which its id names."""
    return int(text.id.removeprefix(f"{ticket_id}-").partition("-")[0])


#: What a ticket is before anything is said about it; version, head and stamp belong to the line itself.
_BLANK: Final = {
    field.name: field.default
    for field in msgspec.structs.fields(Ticket)
    if field.name not in {"version", "head", "updated_at"}
}


def opening(ticket: Ticket) -> dict[str, Any]:
    """Return what the first line of a ticket's timeline says about it: every field that is not at its default."""
    return {name: value for name, default in _BLANK.items() if (value := getattr(ticket, name)) != default}
