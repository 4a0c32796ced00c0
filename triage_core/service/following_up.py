"""Where does a customer's reply belong that comes too late to reopen its ticket?

Into a ticket of its own, linked both ways, with clocks that begin with the reply. A reply to a ticket that was merged
belongs to the one that stayed, and a second late reply to the follow-up that is there already.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core.domain import working
from triage_core.domain.context import Context
from triage_core.domain.entry import Kind
from triage_core.domain.errors import StaleTicket
from triage_core.domain.happening import Event, Happened, moment, steps_of
from triage_core.domain.lifecycle import Step
from triage_core.domain.merging import MERGED_INTO
from triage_core.domain.model import Link, State, Ticket
from triage_core.domain.submission import Submission, named_by_caller
from triage_core.domain.triaging import said
from triage_core.domain.value import Value
from triage_core.service.merging import ATTEMPTS, Merging

if TYPE_CHECKING:
    from triage_core.domain.model import Actor
    from triage_core.service.case import Case

FOLLOWED_BY: Final = "followed_by"
FOLLOWS: Final = "follows"
#: A chain of merged tickets is never longer; one that is has been tampered with.
_LONGEST_CHAIN: Final = 50


class Reply(Value, frozen=True, kw_only=True):
    """What a customer wrote, and which event of the source it was."""

    body: str = ""
    event: Event = Event(what=Happened.CUSTOMER_REPLIED)


class FollowingUp(Merging):
    """Customers' replies, as a use case over a store."""

    @abstractmethod
    def arrival(self, submission: Submission, actor: Actor, links: tuple[Link, ...] = ()) -> Case:
        """Return what becomes of a new ticket, without saving it."""

    def customer_replied(self, tenant: str, ticket_id: str, reply: Reply, actor: Actor) -> Ticket:
        """Record a customer's reply where it belongs, and return the ticket that it belongs to.

        That is a new ticket where the reply comes too late. The same source event has one effect. Raises
        `TicketNotFound`.
        """
        event = named_by_caller(replace(reply.event, what=Happened.CUSTOMER_REPLIED))
        for _ in range(ATTEMPTS):
            ticket = self._standing(self._remaining(self.ticket(tenant, ticket_id)), event)
            if not self._too_late(ticket, event):
                return self.act(tenant, ticket.id, actor, lambda seen, it: steps_of(seen, it, event), event)
            cases = self._follow_up(ticket, replace(reply, event=event), actor)
            if self.saves_all(cases):
                return self.ticket(tenant, cases[0].ticket.id)
        raise StaleTicket

    def _remaining(self, ticket: Ticket) -> Ticket:
        """Go from a ticket that was merged to the one that stayed."""
        for _ in range(_LONGEST_CHAIN):
            into = _last(ticket, MERGED_INTO)
            if ticket.state is not State.MERGED or into is None:
                break
            ticket = self.store.ticket(ticket.tenant, into) or ticket
        return ticket

    def _standing(self, ticket: Ticket, event: Event) -> Ticket:
        """Go on to the follow-up that a ticket has, unless this very event has its line on the ticket."""
        for _ in range(_LONGEST_CHAIN):
            after = _last(ticket, FOLLOWED_BY)
            if after is None or (event.source_event_id and self._happened(ticket, event.source_event_id)):
                break
            ticket = self._remaining(self.store.ticket(ticket.tenant, after) or ticket)
        return ticket

    def _too_late(self, ticket: Ticket, event: Event) -> bool:
        if not event.substantive or (event.source_event_id and self._happened(ticket, event.source_event_id)):
            return False
        at = moment(event, self.now())
        return working.needs_follow_up(Context(playbook=self.playbooks.stamped(ticket, at), now=at), ticket)

    def _follow_up(self, old: Ticket, reply: Reply, actor: Actor) -> list[Case]:
        """Return the new ticket, and the old one with the reply and the link to it."""
        new = self.arrival(self._submission(old, reply), actor, (Link(kind=FOLLOWS, to=old.id),))

        def steps(seen: Context, ticket: Ticket) -> list[Step]:
            links = (*ticket.links, Link(kind=FOLLOWED_BY, to=new.ticket.id))
            followed = Step(kind=Kind.FOLLOWED_UP, changes={"links": links}, facts={"by": new.ticket.id})
            return [*steps_of(seen, ticket, reply.event), followed]

        return [new, self._case(old, actor, steps, reply.event)]

    def _submission(self, old: Ticket, reply: Reply) -> Submission:
        """Return the ticket that a reply would be if it had come alone; what was erased stays erased."""
        texts = {text.kind: text.content for text in self.store.texts(old.tenant, old.id)}
        return Submission(
            tenant=old.tenant,
            source=old.source,
            source_id=f"{old.source_id}/follow-up/{self.new_id()}",
            channel=old.channel,
            created_at=moment(reply.event, self.now()),
            subject=texts.get("subject", ""),
            body=reply.body,
            customer=old.customer,
            requester=texts.get("requester"),
            intake=said(old),
            mode=old.mode,
        )


def _last(ticket: Ticket, kind: str) -> str | None:
    return next((link.to for link in reversed(ticket.links) if link.kind == kind), None)
