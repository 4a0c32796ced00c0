"""What can be done with tickets? One method for each use case: load, decide, save."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
import structlog

from triage_core import telemetry
from triage_core.domain import assigning, chain, triaging, updating
from triage_core.domain.consequences import followed
from triage_core.domain.entry import Kind
from triage_core.domain.errors import AnswerTaken, NaiveTime, SourceTaken, StaleTicket
from triage_core.domain.explanation import Explanation, explain_ticket
from triage_core.domain.feedback import Feedback, give
from triage_core.domain.gating import weakening
from triage_core.domain.happening import Event, Happened, steps_of
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import SYSTEM, Actor, Link, State, Ticket
from triage_core.domain.profile import person_key
from triage_core.domain.statement import Statement, state
from triage_core.domain.submission import Submission, Submitted, named_by_caller, texts_of, version_event
from triage_core.domain.value import Value
from triage_core.service.acting import Steps
from triage_core.service.beginning import begun, readable
from triage_core.service.case import Case, opening
from triage_core.service.closing import Closing
from triage_core.service.counting import judged
from triage_core.service.customers import Customers
from triage_core.service.following_up import FollowingUp, Reply
from triage_core.service.learning import Learning
from triage_core.service.playbooks import NoPolicy
from triage_core.service.relating import Relating
from triage_core.service.repeating import Once, outcome_of, recall

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from triage_core.domain.context import Context
    from triage_core.domain.overriding import Correction
    from triage_core.domain.playbook import Playbook
    from triage_core.ports import Profiles, Store

__all__ = ["Submission", "Submitted", "Swept", "Triage"]

_LOG: Final = structlog.get_logger(__name__)
#: More threads than these say nothing new.
_MOST_THREADS: Final = 8


class Swept(Value, frozen=True, kw_only=True):
    """What a sweep did."""

    looked_at: int = 0
    steps: int = 0
    #: Tickets and tenants that could not be looked at; each is told in the log and tried again.
    failed: int = 0
    #: How often a kind of action stepped down because a trigger of the policy was reached.
    fell: int = 0


class Triage(Closing, FollowingUp, Learning):
    """The product's use cases over a store, a clock and a source of ids."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        profiles: Profiles | None = None,
    ) -> None:
        """Bind the use cases to their surroundings; `now` gives aware UTC moments, `new_id` sortable ids."""
        super().__init__(store, now, new_id)
        self._relating: Final = Relating(store)
        self.customers: Final = Customers(store, profiles)

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
        case = self.arrival(submission, actor)
        self.save(case)
        self.loads.add(submission.tenant, case.ticket.owner)
        return _submitted(case.ticket, outcome_of(None, case.ticket))

    def arrival(self, submission: Submission, actor: Actor, links: tuple[Link, ...] = ()) -> Case:
        """Return what becomes of a new ticket, without saving it."""
        now = self.now()
        digest_key = self.store.digest_key(submission.tenant)
        playbook = self.playbooks.active(submission.tenant, now)
        profile, filled = self.customers.known(submission, playbook.form)
        blank = self._blank(submission, now, digest_key, playbook)
        lesson = self.wanted(submission.tenant, submission.mode)
        ticket = msgspec.structs.replace(blank, from_profile=filled.from_profile, links=links, lesson=lesson)
        text = triaging.joined(submission.subject, submission.body)
        context = self.around(submission.tenant, playbook, actor, now, text)
        arrived = followed(context, ticket, triaging.arrive(context, ticket, filled.given))
        case = Case(ticket, actor, now, digest_key)
        texts = texts_of(submission, profile)
        submitted = Step(kind=Kind.SUBMITTED, changes=opening(ticket), facts=filled.facts, texts=texts)
        self.sees(case, context)
        case.take([submitted, *arrived], version_event(submission).source_event_id)
        self._relating.relate(case, context, digest_key)
        return case

    def _blank(self, submission: Submission, now: datetime, digest_key: bytes, playbook: Playbook) -> Ticket:
        key = person_key(digest_key, submission.requester) if submission.requester else None
        threads = tuple(chain.digest(digest_key, thread) for thread in submission.thread_keys[:_MOST_THREADS])
        ticket = begun(submission, now, playbook)
        return msgspec.structs.replace(ticket, id=self.new_id(), requester_key=key, thread_keys=threads)

    def _known(self, submission: Submission, actor: Actor) -> Submitted:
        tenant = submission.tenant
        if self.once and (answered := recall(self.store, tenant, self.once)):
            then = self.as_of(tenant, answered.ticket_id, answered.version)
            return _submitted(then, answered.outcome, replayed=True)
        ticket = self.store.by_source(tenant, submission.source, submission.source_id)
        if ticket is None:
            raise StaleTicket
        after = self.act(tenant, ticket.id, actor, _update(submission), version_event(submission))
        effect = outcome_of(ticket, after)
        return _submitted(after, effect, replayed=effect == "known")

    # --- working on tickets ---------------------------------------------------------------------------------------

    def complete(self, tenant: str, ticket_id: str, given: dict[str, Any], actor: Actor) -> Ticket:
        """Add missing intake values to a blocked ticket."""
        return self.act(tenant, ticket_id, actor, lambda seen, ticket: triaging.complete(seen, ticket, given))

    def override(self, tenant: str, ticket_id: str, correction: Correction, actor: Actor) -> Ticket:
        """Correct class, severity, tags or intake of a triaged ticket."""
        return self.act(tenant, ticket_id, actor, lambda seen, ticket: weakening.correct(seen, ticket, correction))

    def assign(self, tenant: str, ticket_id: str, owner: str, actor: Actor, reason: str = "") -> Ticket:
        """Give a ticket to a person."""
        return self.act(tenant, ticket_id, actor, lambda seen, ticket: assigning.assign(seen, ticket, owner, reason))

    def transfer(self, tenant: str, ticket_id: str, to: str, actor: Actor, note: str = "") -> Ticket:
        """Offer a ticket to somebody who must accept it."""
        return self.act(tenant, ticket_id, actor, lambda seen, ticket: assigning.offer(seen, ticket, to, note))

    def accept(self, tenant: str, ticket_id: str, actor: Actor) -> Ticket:
        """Take over an offered ticket."""
        return self.act(tenant, ticket_id, actor, assigning.accept)

    def decline(self, tenant: str, ticket_id: str, actor: Actor, reason: str = "") -> Ticket:
        """Turn an offered ticket down."""
        return self.act(tenant, ticket_id, actor, lambda seen, ticket: assigning.decline(seen, ticket, reason))

    def hear(self, tenant: str, ticket_id: str, feedback: Feedback, actor: Actor) -> Ticket:
        """Keep what somebody says about the handling of a ticket."""
        return self.act(tenant, ticket_id, actor, lambda seen, _: give(seen, feedback))

    def record(self, tenant: str, ticket_id: str, event: Event, actor: Actor, body: str = "") -> Ticket:
        """Record what happened on a ticket; the same source event has one effect.

        A customer's reply that comes too late begins a ticket of its own with `body`, and that one is returned.
        """
        event = named_by_caller(event)
        if event.what is Happened.CUSTOMER_REPLIED:
            return self.customer_replied(tenant, ticket_id, Reply(body=body, event=event), actor)
        if event.what is Happened.MERGED and event.into is not None:
            return self.merged_at_source(tenant, ticket_id, event, actor)
        return self.act(tenant, ticket_id, actor, lambda seen, ticket: steps_of(seen, ticket, event), event)

    # --- time -----------------------------------------------------------------------------------------------------

    @telemetry.measured("tick")
    def tick(self, worker: str, lease: timedelta, limit: int = 200) -> Swept:
        """Do what is due now; late, doubled and lost sweeps end in the same timeline."""
        now = self.now()
        looked = taken = failed = 0
        while due := self.store.claim(now, now + lease, worker, limit):
            tickets = dict.fromkeys((item.tenant, item.ticket_id) for item in due)
            steps = [self._caught_up(tenant, ticket_id) for tenant, ticket_id in tickets]
            looked += len(steps)
            failed += steps.count(None)
            taken += sum(filter(None, steps))
        falls = [self._fell(tenant) for tenant in self.store.tenants()]
        return Swept(looked_at=looked, steps=taken, failed=failed + falls.count(None), fell=sum(filter(None, falls)))

    def _fell(self, tenant: str) -> int | None:
        """Let automation of a tenant step down where it went wrong too often."""
        try:
            return len(judged(self.store, self.rollout, tenant, self.now()))
        except NoPolicy:
            return 0
        except Exception:  # noqa: BLE001 - as below
            _LOG.exception("judging_failed", tenant=tenant)
            return None

    def _caught_up(self, tenant: str, ticket_id: str) -> int | None:
        """Let time catch up with one ticket; whatever is wrong with it must not keep the others waiting."""
        try:
            before = self.ticket(tenant, ticket_id)
            return self.learn(self.act(tenant, ticket_id, SYSTEM, _nothing)).version - before.version
        except Exception:  # noqa: BLE001 - told with its trace, and tried again when the claim lapses
            _LOG.exception("sweep_failed", tenant=tenant, ticket_id=ticket_id)
            return None

    # --- reading --------------------------------------------------------------------------------------------------

    def explanation(self, tenant: str, ticket_id: str) -> Explanation | None:
        """Explain the ticket's present facts under the policy stamped on it; an incomplete ticket has no decision."""
        ticket = self.ticket(tenant, ticket_id)
        if ticket.class_name is None:
            return None
        rules = self.playbooks.stamped(ticket, self.now()).rules
        return explain_ticket(rules, ticket, self.text(tenant, ticket_id))

    def statement(self, ticket: Ticket) -> Statement | None:
        """Return impact, rationale and cadence of a triaged ticket."""
        return state(ticket, self.playbooks.stamped(ticket, self.now()).policy)


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
