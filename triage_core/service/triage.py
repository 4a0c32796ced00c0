"""What can be done with tickets? One method for each use case: load, decide, save."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import msgspec

from triage_core.domain import assigning, chain, overriding, ticking, triaging
from triage_core.domain.context import Context
from triage_core.domain.errors import (
    AnswerTaken,
    IdempotencyConflict,
    NaiveTime,
    SourceTaken,
    StaleTicket,
    TicketNotFound,
)
from triage_core.domain.explanation import Explanation, explain
from triage_core.domain.happening import Event, Happened, moment, steps_of
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import SYSTEM, Actor, Kind, Mode, RiskTag, State, TagSource, Ticket, Value
from triage_core.domain.statement import Statement, state
from triage_core.ports import Answer
from triage_core.service.case import Case, opening
from triage_core.service.loads import Loads
from triage_core.service.playbooks import Playbooks

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from triage_core.domain.overriding import Correction
    from triage_core.domain.playbook import Playbook
    from triage_core.ports import Store

#: What an action does to a ticket, given what it sees.
Steps: TypeAlias = "Callable[[Context, Ticket], list[Step]]"
#: Stands for actions that happen when they are asked for.
_NOW: Final = Event(what=Happened.NOTE_ADDED)
#: How often an action is repeated on a ticket that somebody else changed in between.
_ATTEMPTS: Final = 5


class Submission(Value, frozen=True, kw_only=True):
    """A ticket as a channel hands it over."""

    tenant: str
    source: str
    source_id: str
    source_version: str = "1"
    channel: str = "api"
    #: When the customer sent it; the moment of the submission when empty.
    created_at: datetime | None = None
    subject: str
    body: str
    customer: str | None = None
    requester: str | None = None
    intake: dict[str, Any] = msgspec.field(default_factory=dict)
    tags: tuple[str, ...] = ()
    severity: str | None = None
    mode: Mode = Mode.LIVE


class Submitted(Value, frozen=True, kw_only=True):
    """The answer to a submission, the same for every repetition."""

    ticket_id: str
    outcome: str
    replayed: bool = False


class Swept(Value, frozen=True, kw_only=True):
    """What a sweep did."""

    looked_at: int = 0
    steps: int = 0


class Triage:
    """The product's use cases over a store, a clock and a source of ids."""

    def __init__(self, store: Store, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        """Bind the use cases to their surroundings; `now` gives aware UTC moments, `new_id` sortable ids."""
        self.store: Final = store
        self.playbooks: Final = Playbooks(store)
        self._now: Final = now
        self._new_id: Final = new_id
        self._loads: Final = Loads(store)

    # --- taking tickets in ----------------------------------------------------------------------------------------

    def submit(self, submission: Submission, actor: Actor, key: str | None = None) -> Submitted:
        """Take a ticket in; the same source ticket, or the same key with the same body, has one effect.

        Raises `IdempotencyConflict` for a used key with another body, `NaiveTime`, and `NoPolicy`.
        """
        if submission.created_at is not None and submission.created_at.utcoffset() is None:
            raise NaiveTime("created_at")
        digest_key = self.store.digest_key(submission.tenant)
        fingerprint = chain.digest(digest_key, msgspec.json.encode(submission).decode())
        try:
            return self._take_in(submission, actor, key, fingerprint, digest_key)
        except (AnswerTaken, SourceTaken):
            return self._known(submission, key, fingerprint)

    def _take_in(
        self, submission: Submission, actor: Actor, key: str | None, fingerprint: str, digest_key: bytes
    ) -> Submitted:
        now = self._now()
        playbook = self.playbooks.active(submission.tenant, now)
        ticket = self._blank(submission, now, digest_key, playbook)
        text = triaging.joined(submission.subject, submission.body)
        loads = self._loads.of(submission.tenant, now)
        context = Context(playbook=playbook, now=now, actor=actor, text=text, loads=loads)
        arrived = triaging.arrive(context, ticket, submission.intake)
        case = Case(ticket, actor, now, digest_key)
        case.take([Step(kind=Kind.SUBMITTED, changes=opening(ticket), texts=_texts(submission)), *arrived])
        answer = Submitted(ticket_id=ticket.id, outcome=_outcome(case.ticket))
        stored = msgspec.json.encode(answer).decode()
        kept = Answer(key=key, request_digest=fingerprint, body=stored, at=now) if key else None
        self.store.save(case.change(kept))
        self._loads.add(submission.tenant, case.ticket.owner)
        return answer

    def _blank(self, submission: Submission, now: datetime, digest_key: bytes, playbook: Playbook) -> Ticket:
        known = playbook.rules.tag_bits
        requester = submission.requester
        return Ticket(
            tenant=submission.tenant,
            id=self._new_id(),
            source=submission.source,
            source_id=submission.source_id,
            source_version=submission.source_version,
            channel=submission.channel,
            mode=submission.mode,
            state=State.INCOMPLETE,
            created_at=min(submission.created_at or now, now).astimezone(UTC),
            updated_at=now,
            customer=submission.customer,
            requester_key=chain.digest(digest_key, requester.strip().casefold()) if requester else None,
            tags=tuple(RiskTag(name=tag, source=TagSource.SOURCE) for tag in submission.tags if tag in known),
            severity=submission.severity if submission.severity in playbook.rules.severity_ranks else None,
        )

    def _known(self, submission: Submission, key: str | None, fingerprint: str) -> Submitted:
        if key and (answer := self.store.answer(submission.tenant, key)):
            if answer.request_digest != fingerprint:
                raise IdempotencyConflict
            return msgspec.structs.replace(msgspec.json.decode(answer.body, type=Submitted), replayed=True)
        ticket = self.store.by_source(submission.tenant, submission.source, submission.source_id)
        if ticket is None:
            raise StaleTicket
        return Submitted(ticket_id=ticket.id, outcome=_outcome(ticket), replayed=True)

    # --- working on tickets ---------------------------------------------------------------------------------------

    def complete(self, tenant: str, ticket_id: str, given: dict[str, Any], actor: Actor) -> Ticket:
        """Add missing intake values to a blocked ticket."""
        return self._act(tenant, ticket_id, actor, lambda seen, ticket: triaging.complete(seen, ticket, given))

    def override(self, tenant: str, ticket_id: str, correction: Correction, actor: Actor) -> Ticket:
        """Correct class, severity, tags or intake of a triaged ticket."""
        return self._act(tenant, ticket_id, actor, lambda seen, ticket: overriding.override(seen, ticket, correction))

    def assign(self, tenant: str, ticket_id: str, owner: str, actor: Actor) -> Ticket:
        """Give a ticket to a person."""
        return self._act(tenant, ticket_id, actor, lambda seen, ticket: assigning.assign(seen, ticket, owner))

    def transfer(self, tenant: str, ticket_id: str, to: str, actor: Actor, note: str = "") -> Ticket:
        """Offer a ticket to somebody who must accept it."""
        return self._act(tenant, ticket_id, actor, lambda seen, ticket: assigning.offer(seen, ticket, to, note))

    def accept(self, tenant: str, ticket_id: str, actor: Actor) -> Ticket:
        """Take over an offered ticket."""
        return self._act(tenant, ticket_id, actor, assigning.accept)

    def decline(self, tenant: str, ticket_id: str, actor: Actor, reason: str = "") -> Ticket:
        """Turn an offered ticket down."""
        return self._act(tenant, ticket_id, actor, lambda seen, ticket: assigning.decline(seen, ticket, reason))

    def record(self, tenant: str, ticket_id: str, event: Event, actor: Actor) -> Ticket:
        """Record what happened on a ticket; the same source event has one effect."""
        return self._act(tenant, ticket_id, actor, lambda seen, ticket: steps_of(seen, ticket, event), event)

    def _act(self, tenant: str, ticket_id: str, actor: Actor, steps: Steps, event: Event = _NOW) -> Ticket:
        """Let time catch up, take the steps, save; again from the start where somebody was quicker."""
        for _ in range(_ATTEMPTS):
            ticket = self.ticket(tenant, ticket_id)
            if event.source_event_id and self._happened(ticket, event.source_event_id):
                return ticket
            case = self._case(ticket, actor, steps, event)
            if case.is_empty:
                return ticket
            try:
                self.store.save(case.change())
            except StaleTicket:
                continue
            self._loads.moved(tenant, ticket, case.ticket)
            return case.ticket
        raise StaleTicket

    def _case(self, ticket: Ticket, actor: Actor, steps: Steps, event: Event) -> Case:
        """Take the steps at the moment of the event, with what time did before it and after it."""
        now = self._now()
        tenant = ticket.tenant
        seen = Context(
            playbook=self.playbooks.stamped(ticket, now),
            now=now,
            actor=actor,
            text=self.text(tenant, ticket.id),
            loads=self._loads.of(tenant, now),
        )
        case = Case(ticket, actor, now, self.store.digest_key(tenant))
        then = msgspec.structs.replace(seen, now=moment(event, now))
        case.take(ticking.due(then, ticket))
        case.take(steps(seen, case.ticket), event.source_event_id)
        case.take(ticking.due(seen, case.ticket))
        return case

    def _happened(self, ticket: Ticket, source_event_id: str) -> bool:
        lines = self.store.timeline(ticket.tenant, ticket.id)
        return any(line.entry.source_event_id == source_event_id for line in lines)

    # --- time -----------------------------------------------------------------------------------------------------

    def tick(self, worker: str, lease: timedelta, limit: int = 200) -> Swept:
        """Do what is due now; late, doubled and lost sweeps end in the same timeline."""
        now = self._now()
        looked = taken = 0
        while due := self.store.claim(now, now + lease, worker, limit):
            tickets = dict.fromkeys((item.tenant, item.ticket_id) for item in due)
            for tenant, ticket_id in tickets:
                before = self.ticket(tenant, ticket_id)
                after = self._act(tenant, ticket_id, SYSTEM, _nothing)
                taken += after.version - before.version
            looked += len(tickets)
        return Swept(looked_at=looked, steps=taken)

    # --- reading --------------------------------------------------------------------------------------------------

    def ticket(self, tenant: str, ticket_id: str) -> Ticket:
        """Return a ticket; raises `TicketNotFound`."""
        ticket = self.store.ticket(tenant, ticket_id)
        if ticket is None:
            raise TicketNotFound
        return ticket

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
        given = triaging.given_on(ticket)
        decision = rules.decide(ticket.intake, self.text(tenant, ticket_id), given)
        return explain(rules, ticket.intake, decision, given)

    def statement(self, ticket: Ticket) -> Statement | None:
        """Return impact, rationale and cadence of a triaged ticket."""
        return state(ticket, self.playbooks.stamped(ticket, self._now()).policy)


def _texts(submission: Submission) -> dict[str, str]:
    """Return what is stored beside the timeline; the intake as given may hold anything, so it is text too."""
    given = {"given": msgspec.json.encode(submission.intake).decode()} if submission.intake else {}
    requester = {"requester": submission.requester} if submission.requester else {}
    return {"subject": submission.subject, "body": submission.body, **given, **requester}


def _outcome(ticket: Ticket) -> str:
    return "blocked" if ticket.state is State.INCOMPLETE else "triaged"


def _nothing(seen: Context, ticket: Ticket) -> list[Step]:
    """Take no step of its own: a sweep only lets time catch up."""
    del seen, ticket
    return []
