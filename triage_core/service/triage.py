"""What can be done with tickets? One method for each use case: load, decide, save."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec
import structlog

from triage_core import telemetry
from triage_core.domain import assigning, chain, overriding, ticking, triaging, updating
from triage_core.domain.context import Context
from triage_core.domain.errors import AnswerTaken, NaiveTime, SourceTaken, StaleTicket, TicketNotFound
from triage_core.domain.explanation import Explanation, explain_ticket
from triage_core.domain.feedback import Feedback, give
from triage_core.domain.happening import Event, Happened, moment, steps_of
from triage_core.domain.lifecycle import Step, rebuild
from triage_core.domain.model import SYSTEM, Actor, Kind, State, Ticket, Value
from triage_core.domain.profile import person_key
from triage_core.domain.statement import Statement, state
from triage_core.domain.submission import Submission, Submitted, named_by_caller, texts_of, version_event
from triage_core.service.beginning import begun, readable
from triage_core.service.case import Case, opening
from triage_core.service.customers import Customers
from triage_core.service.loads import Loads
from triage_core.service.playbooks import Playbooks
from triage_core.service.relating import Relating, renew
from triage_core.service.repeating import Once, outcome_of, recall

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from triage_core.domain.overriding import Correction
    from triage_core.domain.playbook import Playbook
    from triage_core.ports import Profiles, Store

__all__ = ["Submission", "Submitted", "Swept", "Triage"]

_LOG: Final = structlog.get_logger(__name__)
#: What an action does to a ticket, given what it sees.
Steps: TypeAlias = "Callable[[Context, Ticket], list[Step]]"
#: Stands for actions that happen when they are asked for.
_NOW: Final = Event(what=Happened.NOTE_ADDED)
#: How often an action is repeated on a ticket that somebody else changed in between.
_ATTEMPTS: Final = 5
#: More threads than these say nothing new.
_MOST_THREADS: Final = 8


class Swept(Value, frozen=True, kw_only=True):
    """What a sweep did."""

    looked_at: int = 0
    steps: int = 0
    #: Tickets that could not be looked at; each is told in the log and tried again.
    failed: int = 0


class Triage:
    """The product's use cases over a store, a clock and a source of ids."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        profiles: Profiles | None = None,
    ) -> None:
        """Bind the use cases to their surroundings; `now` gives aware UTC moments, `new_id` sortable ids."""
        self.store: Final = store
        self.playbooks: Final = Playbooks(store)
        self._now: Final = now
        self._new_id: Final = new_id
        self._loads: Final = Loads(store)
        self._relating: Final = Relating(store)
        self.customers: Final = Customers(store, profiles)
        self._once: Once | None = None

    def under(self, once: Once | None) -> Triage:
        """Return the same use cases for one request with an idempotency key, whose answer is stored with its effect.

        A repeated request raises `AnswerTaken`, or whatever else stands against it; `recall` then has its answer.
        """
        bound = copy(self)
        bound._once = once  # noqa: SLF001 - a copy of itself
        return bound

    # --- taking tickets in ----------------------------------------------------------------------------------------

    @telemetry.measured("submit")
    def submit(self, submission: Submission, actor: Actor, key: str | None = None) -> Submitted:
        """Take a ticket in; the same source ticket, or the same key with the same body, has one effect.

        Raises `IdempotencyConflict` for a used key with another body, `NaiveTime`, and `NoPolicy`.
        """
        if submission.created_at is not None and submission.created_at.utcoffset() is None:
            raise NaiveTime("created_at")
        submission = readable(submission)
        if key is not None:
            digest = chain.digest(self.store.digest_key(submission.tenant), msgspec.json.encode(submission).decode())
            return self.under(Once(key=key, digest=digest)).submit(submission, actor)
        try:
            return self._take_in(submission, actor)
        except (AnswerTaken, SourceTaken):
            return self._known(submission, actor)

    def _take_in(self, submission: Submission, actor: Actor) -> Submitted:
        now = self._now()
        digest_key = self.store.digest_key(submission.tenant)
        playbook = self.playbooks.active(submission.tenant, now)
        profile, filled = self.customers.known(submission, playbook.form)
        blank = self._blank(submission, now, digest_key, playbook)
        ticket = msgspec.structs.replace(blank, from_profile=filled.from_profile)
        text = triaging.joined(submission.subject, submission.body)
        loads = self._loads.of(submission.tenant, now)
        context = Context(playbook=playbook, now=now, actor=actor, text=text, loads=loads)
        arrived = triaging.arrive(context, ticket, filled.given)
        case = Case(ticket, actor, now, digest_key)
        texts = texts_of(submission, profile)
        submitted = Step(kind=Kind.SUBMITTED, changes=opening(ticket), facts=filled.facts, texts=texts)
        case.take([submitted, *arrived], version_event(submission).source_event_id)
        self._relating.relate(case, text, playbook.rules, digest_key)
        self._save(case)
        self._loads.add(submission.tenant, case.ticket.owner)
        return _submitted(case.ticket, outcome_of(None, case.ticket))

    def _blank(self, submission: Submission, now: datetime, digest_key: bytes, playbook: Playbook) -> Ticket:
        key = person_key(digest_key, submission.requester) if submission.requester else None
        threads = tuple(chain.digest(digest_key, thread) for thread in submission.thread_keys[:_MOST_THREADS])
        ticket = begun(submission, now, playbook)
        return msgspec.structs.replace(ticket, id=self._new_id(), requester_key=key, thread_keys=threads)

    def _known(self, submission: Submission, actor: Actor) -> Submitted:
        tenant = submission.tenant
        if self._once and (answered := recall(self.store, tenant, self._once)):
            then = self.as_of(tenant, answered.ticket_id, answered.version)
            return _submitted(then, answered.outcome, replayed=True)
        ticket = self.store.by_source(tenant, submission.source, submission.source_id)
        if ticket is None:
            raise StaleTicket
        after = self._act(tenant, ticket.id, actor, _update(submission), version_event(submission))
        effect = outcome_of(ticket, after)
        return _submitted(after, effect, replayed=effect == "known")

    # --- working on tickets ---------------------------------------------------------------------------------------

    def complete(self, tenant: str, ticket_id: str, given: dict[str, Any], actor: Actor) -> Ticket:
        """Add missing intake values to a blocked ticket."""
        return self._act(tenant, ticket_id, actor, lambda seen, ticket: triaging.complete(seen, ticket, given))

    def override(self, tenant: str, ticket_id: str, correction: Correction, actor: Actor) -> Ticket:
        """Correct class, severity, tags or intake of a triaged ticket."""
        return self._act(tenant, ticket_id, actor, lambda seen, ticket: overriding.override(seen, ticket, correction))

    def assign(self, tenant: str, ticket_id: str, owner: str, actor: Actor, reason: str = "") -> Ticket:
        """Give a ticket to a person."""
        return self._act(tenant, ticket_id, actor, lambda seen, ticket: assigning.assign(seen, ticket, owner, reason))

    def transfer(self, tenant: str, ticket_id: str, to: str, actor: Actor, note: str = "") -> Ticket:
        """Offer a ticket to somebody who must accept it."""
        return self._act(tenant, ticket_id, actor, lambda seen, ticket: assigning.offer(seen, ticket, to, note))

    def accept(self, tenant: str, ticket_id: str, actor: Actor) -> Ticket:
        """Take over an offered ticket."""
        return self._act(tenant, ticket_id, actor, assigning.accept)

    def decline(self, tenant: str, ticket_id: str, actor: Actor, reason: str = "") -> Ticket:
        """Turn an offered ticket down."""
        return self._act(tenant, ticket_id, actor, lambda seen, ticket: assigning.decline(seen, ticket, reason))

    def hear(self, tenant: str, ticket_id: str, feedback: Feedback, actor: Actor) -> Ticket:
        """Keep what somebody says about the handling of a ticket."""
        return self._act(tenant, ticket_id, actor, lambda seen, _: give(seen, feedback))

    def record(self, tenant: str, ticket_id: str, event: Event, actor: Actor) -> Ticket:
        """Record what happened on a ticket; the same source event has one effect."""
        event = named_by_caller(event)
        return self._act(tenant, ticket_id, actor, lambda seen, ticket: steps_of(seen, ticket, event), event)

    def _act(self, tenant: str, ticket_id: str, actor: Actor, steps: Steps, event: Event = _NOW) -> Ticket:
        """Let time catch up, take the steps, save; again from the start where somebody was quicker."""
        for _ in range(_ATTEMPTS):
            ticket = self.ticket(tenant, ticket_id)
            case = self._case(ticket, actor, steps, event)
            if case.is_empty and self._once is None:
                return ticket
            try:
                self._save(case)
            except StaleTicket:
                continue
            self._loads.moved(tenant, ticket, case.ticket)
            return case.ticket
        raise StaleTicket

    def _save(self, case: Case) -> None:
        change = case.change(self._once)
        self.store.save(change)
        telemetry.saved(change)

    def _case(self, ticket: Ticket, actor: Actor, steps: Steps, event: Event) -> Case:
        """Take the steps at the moment of the event, with what time did before it and after it."""
        now = self._now()
        tenant = ticket.tenant
        case = Case(ticket, actor, now, self.store.digest_key(tenant))
        if event.source_event_id and self._happened(ticket, event.source_event_id):
            return case
        seen = Context(
            playbook=self.playbooks.stamped(ticket, now),
            now=now,
            actor=actor,
            text=self.text(tenant, ticket.id),
            loads=self._loads.of(tenant, now),
        )
        then = msgspec.structs.replace(seen, now=moment(event, now))
        case.take(ticking.due(then, ticket))
        case.take(steps(seen, case.ticket), event.source_event_id)
        case.take(ticking.due(seen, case.ticket))
        renew(case, seen.text, seen.playbook.rules, self.store.digest_key(tenant))
        return case

    def _happened(self, ticket: Ticket, source_event_id: str) -> bool:
        lines = self.store.timeline(ticket.tenant, ticket.id)
        return any(line.entry.source_event_id == source_event_id for line in lines)

    # --- time -----------------------------------------------------------------------------------------------------

    @telemetry.measured("tick")
    def tick(self, worker: str, lease: timedelta, limit: int = 200) -> Swept:
        """Do what is due now; late, doubled and lost sweeps end in the same timeline."""
        now = self._now()
        looked = taken = failed = 0
        while due := self.store.claim(now, now + lease, worker, limit):
            tickets = dict.fromkeys((item.tenant, item.ticket_id) for item in due)
            steps = [self._caught_up(tenant, ticket_id) for tenant, ticket_id in tickets]
            looked += len(steps)
            failed += steps.count(None)
            taken += sum(filter(None, steps))
        return Swept(looked_at=looked, steps=taken, failed=failed)

    def _caught_up(self, tenant: str, ticket_id: str) -> int | None:
        """Let time catch up with one ticket; whatever is wrong with it must not keep the others waiting."""
        try:
            before = self.ticket(tenant, ticket_id)
            return self._act(tenant, ticket_id, SYSTEM, _nothing).version - before.version
        except Exception:  # noqa: BLE001 - told with its trace, and tried again when the claim lapses
            _LOG.exception("sweep_failed", tenant=tenant, ticket_id=ticket_id)
            return None

    # --- reading --------------------------------------------------------------------------------------------------

    def ticket(self, tenant: str, ticket_id: str) -> Ticket:
        """Return a ticket; raises `TicketNotFound`."""
        ticket = self.store.ticket(tenant, ticket_id)
        if ticket is None:
            raise TicketNotFound
        return ticket

    def as_of(self, tenant: str, ticket_id: str, version: int) -> Ticket:
        """Return a ticket as it stood at a line of its timeline; raises `TicketNotFound`."""
        ticket = self.ticket(tenant, ticket_id)
        if ticket.version == version:
            return ticket
        return rebuild(self.store.timeline(tenant, ticket_id)[:version])

    def text(self, tenant: str, ticket_id: str) -> str:
        """Return subject, newline and body as the rules read them; empty where they were erased."""
        texts = {text.kind: text.content for text in self.store.texts(tenant, ticket_id)}
        return triaging.joined(texts.get("subject", ""), texts.get("body", ""))

    def explanation(self, tenant: str, ticket_id: str) -> Explanation | None:
        """Explain the ticket's present facts under the policy stamped on it; an incomplete ticket has no decision."""
        ticket = self.ticket(tenant, ticket_id)
        if ticket.class_name is None:
            return None
        rules = self.playbooks.stamped(ticket, self._now()).rules
        return explain_ticket(rules, ticket, self.text(tenant, ticket_id))

    def statement(self, ticket: Ticket) -> Statement | None:
        """Return impact, rationale and cadence of a triaged ticket."""
        return state(ticket, self.playbooks.stamped(ticket, self._now()).policy)


def _update(submission: Submission) -> Steps:
    text = triaging.joined(submission.subject, submission.body)

    def steps(seen: Context, ticket: Ticket) -> list[Step]:
        newer = msgspec.structs.replace(seen, text=text)
        said = (submission.source_version, submission.intake, submission.tags, submission.severity)
        updated, *rest = updating.update(newer, ticket, *said)
        if text == seen.text or {"ignored", "superseded"} & set(updated.facts):
            return [updated, *rest]
        texts = {**updated.texts, "subject": submission.subject, "body": submission.body}
        return [msgspec.structs.replace(updated, texts=texts), *rest]

    return steps


def _submitted(ticket: Ticket, effect: str, *, replayed: bool = False) -> Submitted:
    outcome = "blocked" if ticket.state is State.INCOMPLETE else "triaged"
    return Submitted(ticket_id=ticket.id, outcome=outcome, replayed=replayed, effect=effect, version=ticket.version)


def _nothing(seen: Context, ticket: Ticket) -> list[Step]:
    """Take no step of its own: a sweep only lets time catch up."""
    del seen, ticket
    return []
