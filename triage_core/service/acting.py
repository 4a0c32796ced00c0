"""How is something done to a ticket? Load it, let time catch up, take the steps, save; again if somebody was quicker.

Every use case that changes a ticket goes through here, so that none of them can forget one of these.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Final, Self, TypeAlias

import msgspec

from triage_core import telemetry
from triage_core.domain import chain, ticking, triaging
from triage_core.domain.consequences import followed
from triage_core.domain.context import Context
from triage_core.domain.errors import ControlMoved, StaleTicket, TicketNotFound
from triage_core.domain.happening import Event, Happened, moment
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.redaction import redacted
from triage_core.domain.rollout.readiness import Facts, surfaces_of
from triage_core.service.articles_known import ArticlesKnown
from triage_core.service.case import Case
from triage_core.service.delegations import Delegations
from triage_core.service.duty import Duty
from triage_core.service.loads import Loads
from triage_core.service.playbooks import Playbooks
from triage_core.service.relating import renew
from triage_core.service.reporting import Reporting
from triage_core.service.rollout import RolloutBook
from triage_core.service.sending import NoSurfaces

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.domain.lifecycle import Step
    from triage_core.domain.model import Actor, Ticket
    from triage_core.domain.playbook import Playbook
    from triage_core.ports import Store
    from triage_core.send_ports import Surfaces
    from triage_core.service.repeating import Once

#: What an action does to a ticket, given what it sees.
Steps: TypeAlias = "Callable[[Context, Ticket], list[Step]]"
#: Stands for actions that happen when they are asked for.
_NOW: Final = Event(what=Happened.NOTE_ADDED)
#: How often an action is repeated on a ticket that somebody else changed in between.
_ATTEMPTS: Final = 5


class Acting:
    """A store, a clock, the policies that decide, and the one way to change a ticket."""

    def __init__(self, store: Store, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        """Bind to the surroundings; `now` gives aware UTC moments, `new_id` sortable ids."""
        self.store: Final = store
        self.now: Final = now
        self.new_id: Final = new_id
        self.playbooks: Final = Playbooks(store)
        self.loads: Final = Loads(store)
        self.duty: Final = Duty(store, now)
        self.reporting: Final = Reporting(store, self.playbooks, now)
        self.rollout: Final = RolloutBook(store, self.playbooks, now, self.ready_by_itself)
        self.delegations: Final = Delegations(store, self.playbooks, now)
        self.once: Once | None = None
        self._is_guarded = False
        #: What the service itself can send to; whoever puts an installation together sets it.
        self.surfaces: Surfaces = NoSurfaces()
        self.articles: Final = ArticlesKnown(store)
        #: Takes personal data and secrets out of a text.
        self.redact: Callable[[str], str] = redacted

    def ready_by_itself(self, tenant: str) -> Facts:
        """Return what this installation knows of a tenant's readiness by itself."""
        tested = surfaces_of(self.rollout.readiness(tenant), self.surfaces.of(tenant))
        return Facts(surfaces=tested, baseline_at=self.reporting.frozen_at(tenant))

    def under(self, once: Once | None) -> Self:
        """Return the same for one request with an idempotency key, whose answer is stored with its effect.

        A repeated request raises `AnswerTaken`, or whatever else stands against it; `recall` then has its answer.
        """
        bound = copy(self)
        bound.once = once
        return bound

    def guarded(self) -> Self:
        """Return the same for what rests on the rollout and the kill switch.

        It sees both, and is not saved once one of them has changed: it is decided anew then.
        """
        bound = copy(self)
        bound._is_guarded = True  # noqa: SLF001 - a copy of itself
        return bound

    def act(self, tenant: str, ticket_id: str, actor: Actor, steps: Steps, event: Event = _NOW) -> Ticket:
        """Let time catch up, take the steps, save; again from the start where somebody was quicker."""
        for _ in range(_ATTEMPTS):
            ticket = self.ticket(tenant, ticket_id)
            case = self._case(ticket, actor, steps, event)
            if case.is_empty and self.once is None:
                return ticket
            try:
                self.save(case)
            except (StaleTicket, ControlMoved):
                continue
            self.loads.moved(tenant, ticket, case.ticket)
            return case.ticket
        raise StaleTicket

    def save(self, case: Case) -> None:
        """Write what a case holds, in one transaction."""
        change = case.change(self.once)
        self.store.save(change)
        telemetry.saved(change)

    def _case(self, ticket: Ticket, actor: Actor, steps: Steps, event: Event) -> Case:
        """Take the steps at the moment of the event, with what time did before it and after it."""
        now = self.now()
        tenant = ticket.tenant
        case = Case(ticket, actor, now, self.store.digest_key(tenant))
        if event.source_event_id and self._happened(ticket, event.source_event_id):
            return case
        seen = self.seen(ticket, actor, now)
        if self._is_guarded:
            standing = self.rollout.of(tenant)
            case.guards = standing.guards
            seen = msgspec.structs.replace(seen, rollout=standing.rollout, globally=standing.globally)
        self.sees(case, seen)
        then = msgspec.structs.replace(seen, now=moment(event, now))
        case.take(ticking.due(then, ticket))
        case.take(followed(seen, case.ticket, steps(seen, case.ticket)), event.source_event_id)
        case.take(ticking.due(msgspec.structs.replace(seen, is_late=then.now < now), case.ticket))
        renew(case, seen.text, seen.playbook.rules, self.store.digest_key(tenant))
        return case

    def sees(self, case: Case, seen: Context) -> None:
        """Let a case send what follows from it, by whatever is set up for its tenant."""
        case.seen, case.surfaces = seen, frozenset(self.surfaces.of(case.ticket.tenant))

    def seen(self, ticket: Ticket, actor: Actor, now: datetime) -> Context:
        """Return what a decision on a ticket sees."""
        text = self.text(ticket.tenant, ticket.id)
        return self.around(ticket.tenant, self.playbooks.stamped(ticket, now), actor, now, text)

    def around(self, tenant: str, playbook: Playbook, actor: Actor, now: datetime, text: str) -> Context:
        """Return what a decision in a tenant sees beside a ticket."""
        return Context(
            playbook=playbook,
            now=now,
            actor=actor,
            text=text,
            loads=self.loads.of(tenant, now),
            shelf=self.playbooks.shelf(tenant),
            seal=self.sealing(tenant),
            on_call=self.duty.of(tenant),
            delegations=self.delegations.of(tenant),
        )

    def sealing(self, tenant: str) -> Callable[[str], str]:
        """Return what makes the keyed digest of a text of a tenant."""
        key = self.store.digest_key(tenant)
        return lambda text: chain.digest(key, text)

    def _happened(self, ticket: Ticket, source_event_id: str) -> bool:
        lines = self.store.timeline(ticket.tenant, ticket.id)
        return any(line.entry.source_event_id == source_event_id for line in lines)

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
