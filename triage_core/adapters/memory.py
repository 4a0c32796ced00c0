"""How does a store behave that keeps everything in dictionaries? For tests and first tries; nothing is durable."""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from operator import attrgetter

from msgspec.structs import replace

from triage_core.adapters import cursors
from triage_core.adapters.changes import check, repeats_answer, repeats_source
from triage_core.adapters.memory_controls import MemoryControls
from triage_core.adapters.memory_customers import MemoryCustomers
from triage_core.adapters.memory_deliveries import MemoryDeliveries
from triage_core.adapters.memory_duty import MemoryDuty
from triage_core.adapters.memory_identity import MemoryVault
from triage_core.adapters.memory_knowledge import MemoryKnowledge
from triage_core.adapters.memory_reports import MemoryReports
from triage_core.adapters.memory_sends import MemorySends
from triage_core.adapters.memory_shelf import MemoryShelf
from triage_core.domain.chain import Head, Line
from triage_core.domain.errors import AnswerTaken, ControlMoved, EventTaken, PolicyTaken, SourceTaken, StaleTicket
from triage_core.domain.model import Mode, Ticket
from triage_core.hook_ports import Vitals
from triage_core.ports import (
    Answer,
    Change,
    DueTimer,
    History,
    Message,
    Page,
    StoredCheckpoint,
    StoredPolicy,
    StoredText,
    TicketFilter,
    Timer,
)

Key = tuple[str, str]
_COMPARED = ("queue", "owner", "state", "class_name", "customer", "escalation_queue", "escalation_holder")


class MemoryStore(MemoryCustomers, MemoryShelf, MemoryDeliveries, MemoryControls):
    """Every row in a dictionary, every call under one lock."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.vault = MemoryVault()
        self.duty = MemoryDuty()
        self.sends = MemorySends()
        self.knowledge = MemoryKnowledge()
        self.reports = MemoryReports(self._lock, self._put_messages)
        self._tickets: dict[Key, Ticket] = {}
        self._by_source: dict[tuple[str, str, str], Key] = {}
        self._lines: defaultdict[Key, list[Line]] = defaultdict(list)
        self._events: defaultdict[Key, set[str]] = defaultdict(set)
        self._texts: defaultdict[Key, list[StoredText]] = defaultdict(list)
        self._timers: dict[Key, tuple[Timer, ...]] = {}
        self._claims: dict[tuple[Key, str], datetime] = {}
        self._answers: dict[Key, Answer] = {}
        self._policies: dict[Key, StoredPolicy] = {}
        self._checkpoints: defaultdict[str, list[StoredCheckpoint]] = defaultdict(list)
        self._digest_keys: dict[str, bytes] = {}

    def close(self) -> None:
        """Keep everything; there is nothing to release."""

    def save(self, *changes: Change) -> None:
        """Write all changes or none."""
        check(changes)
        with self._lock:
            self._refuse_conflicts(changes)
            for change in changes:
                self._write(change)

    def _refuse_conflicts(self, changes: Sequence[Change]) -> None:
        if repeats_answer(changes) or any(map(self._is_answered, changes)):
            raise AnswerTaken
        if repeats_source(changes) or any(map(self._is_submitted, changes)):
            raise SourceTaken
        if any(map(self._is_stale, changes)):
            raise StaleTicket
        if any(map(self._is_handled, changes)):
            raise EventTaken
        if any(map(self._control_moved, changes)):
            raise ControlMoved

    def _is_answered(self, change: Change) -> bool:
        return change.answer is not None and (change.ticket.tenant, change.answer.key) in self._answers

    def _is_submitted(self, change: Change) -> bool:
        known = self._by_source.get(_source_of(change.ticket))
        return known is not None and (not change.expected or known != _key_of(change))

    def _is_stale(self, change: Change) -> bool:
        known = self._tickets.get(_key_of(change))
        return (known.version if known else None) != (change.expected or None)

    def _is_handled(self, change: Change) -> bool:
        events = _events_of(change)
        return len(set(events)) < len(events) or not self._events[_key_of(change)].isdisjoint(events)

    def _write(self, change: Change) -> None:
        key = _key_of(change)
        self._tickets[key] = change.ticket
        self._by_source[_source_of(change.ticket)] = key
        self._lines[key] += change.lines
        self._events[key].update(_events_of(change))
        self._texts[key] += change.texts
        self._put_messages(key, change.messages)
        self.sends.put(change.ticket.tenant, change.sends)
        if change.timers is not None:
            for timer in self._timers.get(key, ()):
                self._claims.pop((key, timer.purpose), None)
            self._timers[key] = change.timers
        if change.candidate:
            self._candidates[key] = change.candidate
        if change.answer:
            self._answers[change.ticket.tenant, change.answer.key] = change.answer
        self._erase(key, change)

    def _erase(self, key: Key, change: Change) -> None:
        if change.erased or change.rewritten:
            new = {text.id: text for text in change.rewritten}
            kept = [text for text in self._texts[key] if text.id not in change.erased]
            self._texts[key] = [_rewritten(text, new.get(text.id)) for text in kept]
        if change.uncompared:
            self._candidates.pop(key, None)

    def ticket(self, tenant: str, ticket_id: str) -> Ticket | None:
        """Return the state of a ticket."""
        return self._tickets.get((tenant, ticket_id))

    def by_source(self, tenant: str, source: str, source_id: str) -> Ticket | None:
        """Return the ticket that stands for a source's ticket."""
        with self._lock:
            key = self._by_source.get((tenant, source, source_id))
            return self._tickets[key] if key else None

    def page(self, tenant: str, which: TicketFilter, cursor: str | None, limit: int) -> Page:
        """List tickets in queue order."""
        found = sorted((t for t in self._of_tenant(tenant) if _passes(t, which)), key=cursors.place_of)
        if cursor is not None:
            start = cursors.read(cursor)
            found = [ticket for ticket in found if cursors.place_of(ticket) > start]
        shown = tuple(found[:limit])
        has_more = len(found) > limit
        return Page(tickets=shown, next_cursor=cursors.write(cursors.place_of(shown[-1])) if has_more else None)

    def loads(self, tenant: str) -> dict[str, int]:
        """Count the open tickets of every owner."""
        return dict(Counter(t.owner for t in self._of_tenant(tenant) if t.is_open and t.owner is not None))

    def _of_tenant(self, tenant: str) -> list[Ticket]:
        with self._lock:
            return [ticket for (owner, _), ticket in self._tickets.items() if owner == tenant]

    def timeline(self, tenant: str, ticket_id: str) -> tuple[Line, ...]:
        """Return the sealed lines in order."""
        return tuple(self._lines.get((tenant, ticket_id), ()))

    def texts(self, tenant: str, ticket_id: str) -> tuple[StoredText, ...]:
        """Return a ticket's texts, oldest first."""
        return tuple(self._texts.get((tenant, ticket_id), ()))

    def answer(self, tenant: str, key: str) -> Answer | None:
        """Return what a key was answered."""
        return self._answers.get((tenant, key))

    def messages(self, tenant: str, ticket_id: str) -> tuple[Message, ...]:
        """Return a ticket's outgoing intents, oldest first."""
        return tuple(self._messages.get((tenant, ticket_id), ()))

    def history(self, tenant: str, customer: str, limit: int) -> History:
        """Return a customer's live tickets: all of them counted, and so many of the latest."""
        past = [t for t in self._of_tenant(tenant) if t.customer == customer and t.mode is Mode.LIVE]
        past.sort(key=attrgetter("created_at", "id"), reverse=True)
        classes = Counter(ticket.class_name for ticket in past if ticket.class_name is not None)
        return History(classes=dict(classes), latest=tuple(past[:limit]))

    def claim(self, now: datetime, until: datetime, worker: str, limit: int) -> tuple[DueTimer, ...]:  # noqa: ARG002 - who claims is only told, never asked
        """Claim due timers until a moment; a claim that lapses can be taken by another worker."""
        with self._lock:
            due = sorted(self._due(now), key=_urgency_of)[:limit]
            for found in due:
                self._claims[(found.tenant, found.ticket_id), found.timer.purpose] = until
            return tuple(due)

    def _due(self, now: datetime) -> Iterator[DueTimer]:
        for key, timers in self._timers.items():
            for timer in timers:
                claimed_until = self._claims.get((key, timer.purpose), now)
                if timer.due_at <= now and claimed_until <= now:
                    yield DueTimer(tenant=key[0], ticket_id=key[1], timer=timer)

    def put_policy(self, tenant: str, policy: StoredPolicy) -> None:
        """Store a version; storing the same version with other content raises `PolicyTaken`."""
        with self._lock:
            known = self._policies.setdefault((tenant, policy.version), policy)
        if (known.document, known.digest) != (policy.document, policy.digest):
            raise PolicyTaken

    def policies(self, tenant: str) -> tuple[StoredPolicy, ...]:
        """Return all versions, the newest last."""
        with self._lock:
            found = [policy for (owner, _), policy in self._policies.items() if owner == tenant]
        return tuple(sorted(found, key=attrgetter("active_from", "version")))

    def forget_answers(self, before: datetime) -> int:
        """Remove the answers of all tenants that are older, and return how many there were."""
        with self._lock:
            old = [key for key, answer in self._answers.items() if answer.at < before]
            for key in old:
                del self._answers[key]
            return len(old)

    def digest_key(self, tenant: str) -> bytes:
        """Return the tenant's key, made at the first call and the same ever after."""
        return self._digest_keys.setdefault(tenant, secrets.token_bytes(32))

    def tenants(self) -> tuple[str, ...]:
        """Return every tenant that has tickets."""
        with self._lock:
            return tuple(sorted({tenant for tenant, _ in self._tickets}))

    def heads(self, tenant: str) -> Iterator[Head]:
        """Return the head that each ticket row names, by ticket id."""
        for ticket in sorted(self._of_tenant(tenant), key=attrgetter("id")):
            yield _head_of(ticket)

    def chains(self, tenant: str) -> Iterator[tuple[str, Sequence[tuple[int, str, str]]]]:
        """Return each ticket's raw lines by ticket id."""
        with self._lock:
            found = sorted((key[1], tuple(lines)) for key, lines in self._lines.items() if key[0] == tenant and lines)
        for ticket_id, lines in found:
            yield ticket_id, _raw(lines)

    def hashes(self, tenant: str, heads: Iterable[Head]) -> dict[tuple[str, int], str]:
        """Return the stored hash at each head's ticket and version, where that line still exists."""
        found: dict[tuple[str, int], str] = {}
        for head in heads:
            lines = self.timeline(tenant, head.ticket_id)
            if 0 < head.version <= len(lines):
                found[head.ticket_id, head.version] = lines[head.version - 1].hash
        return found

    def chain(self, tenant: str, ticket_id: str) -> tuple[Head | None, Sequence[tuple[int, str, str]]]:
        """Return one ticket's head and raw lines as of one moment."""
        with self._lock:
            ticket = self.ticket(tenant, ticket_id)
            return _head_of(ticket) if ticket else None, _raw(self.timeline(tenant, ticket_id))

    def _standing(self, now: datetime) -> Vitals:
        due = [timer.due_at for timers in self._timers.values() for timer in timers if timer.due_at <= now]
        has_policy = any(policy.active_from <= now for policy in self._policies.values())
        send, failed, unknown = self.sends.vitals(now)
        return Vitals(
            is_current=True,
            has_policy=has_policy,
            oldest_timer=min(due, default=None),
            oldest_send=send,
            failed_sends=failed,
            unknown_sends=unknown,
        )

    def add_checkpoint(self, tenant: str, at: datetime, count: int, root: str) -> int:
        """Record a checkpoint and return its number; a tenant's checkpoints count from 1."""
        with self._lock:
            number = len(self._checkpoints[tenant]) + 1
            self._checkpoints[tenant].append(StoredCheckpoint(number=number, at=at, count=count, root=root))
            return number

    def checkpoints(self, tenant: str) -> tuple[StoredCheckpoint, ...]:
        """Return what was recorded, oldest first."""
        return tuple(self._checkpoints.get(tenant, ()))


def _key_of(change: Change) -> Key:
    return change.ticket.tenant, change.ticket.id


def _source_of(ticket: Ticket) -> tuple[str, str, str]:
    return ticket.tenant, ticket.source, ticket.source_id


def _events_of(change: Change) -> list[str]:
    return [event for line in change.lines if (event := line.entry.source_event_id) is not None]


def _passes(ticket: Ticket, which: TicketFilter) -> bool:
    narrowed = (
        (which.open_only, ticket.is_open),
        (which.escalated_only, ticket.escalation_queue is not None),
        (which.waiting_only, ticket.waits_for_approval),
    )
    if any(asked and not holds for asked, holds in narrowed):
        return False
    return all(getattr(which, name) in (None, getattr(ticket, name)) for name in _COMPARED)


def _head_of(ticket: Ticket) -> Head:
    return Head(ticket_id=ticket.id, version=ticket.version, hash=ticket.head)


def _rewritten(text: StoredText, new: StoredText | None) -> StoredText:
    return text if new is None else replace(text, kind=new.kind, content=new.content)


def _urgency_of(due: DueTimer) -> tuple[datetime, str, str, str]:
    return due.timer.due_at, due.tenant, due.ticket_id, due.timer.purpose


def _raw(lines: Sequence[Line]) -> list[tuple[int, str, str]]:
    return [(line.entry.number, line.body, line.hash) for line in lines]
