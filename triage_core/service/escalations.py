"""What can be done with escalations? One method for each use case: find the ticket, decide, save."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.domain.escalating import holding, raising, state
from triage_core.domain.escalating.errors import EscalationNotFound
from triage_core.domain.escalating.state import BlastRadius, Escalation
from triage_core.domain.model import SYSTEM
from triage_core.domain.value import Value
from triage_core.ports import Page, TicketFilter

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.chain import Line
    from triage_core.domain.context import Context
    from triage_core.domain.lifecycle import Step
    from triage_core.domain.model import Actor, Ticket
    from triage_core.service.acting import Acting, Steps

_LOGGED: Final = "escalation."
_PAGE: Final = 100


class Progress(Value, frozen=True, kw_only=True):
    """What a holder tells at a checkpoint."""

    note: str
    next_checkpoint_at: datetime | None = None
    #: What is known of the damage now; it stays as it was where this is left out.
    blast: BlastRadius | None = None


class Escalations:
    """The use cases about escalations, over the one way to change a ticket."""

    def __init__(self, acting: Acting) -> None:
        """Act through the tickets' own way."""
        self._acting: Final = acting

    # --- reading --------------------------------------------------------------------------------------------------

    def ticket(self, tenant: str, escalation_id: str) -> Ticket:
        """Return the ticket of an escalation, the latest of that ticket; raises `EscalationNotFound`."""
        ticket_id, number = _named(escalation_id)
        ticket = self._acting.store.ticket(tenant, ticket_id)
        if ticket is None or ticket.escalation is None or ticket.escalation.number < number:
            raise EscalationNotFound
        return ticket

    def of(self, tenant: str, escalation_id: str) -> tuple[Ticket, Escalation]:
        """Return an escalation with its ticket, also one that ended; raises `EscalationNotFound`."""
        ticket, (_, number) = self.ticket(tenant, escalation_id), _named(escalation_id)
        if ticket.escalation is not None and ticket.escalation.number == number:
            return ticket, ticket.escalation
        for line in reversed(self._acting.store.timeline(tenant, ticket.id)):
            if line.entry.facts.get("number") == number and "escalation" in line.entry.changes:
                then = self._acting.as_of(tenant, ticket.id, line.entry.number)
                if then.escalation is not None and then.escalation.number == number:
                    return ticket, then.escalation
        raise EscalationNotFound

    def running(self, tenant: str, which: TicketFilter, cursor: str | None, limit: int) -> Page:
        """List the tickets whose escalation runs, in queue order."""
        return self._acting.store.page(tenant, which, cursor, limit)

    def log(self, tenant: str, escalation_id: str) -> list[Line]:
        """Return every movement of an escalation, oldest first."""
        ticket, (_, number) = self.ticket(tenant, escalation_id), _named(escalation_id)
        lines = self._acting.store.timeline(tenant, ticket.id)
        return [line for line in lines if _is_of(line, number)]

    # --- acting ---------------------------------------------------------------------------------------------------

    def escalate(self, tenant: str, ticket_id: str, reason: str, actor: Actor) -> Ticket:
        """Raise an escalation by hand, or add a cause to the one that runs."""
        return self._acting.act(tenant, ticket_id, actor, lambda seen, ticket: raising.by_person(seen, ticket, reason))

    def acknowledge(
        self, tenant: str, escalation_id: str, actor: Actor, next_checkpoint_at: datetime | None = None
    ) -> Ticket:
        """Take an escalation over."""
        return self._on(
            tenant, escalation_id, actor, lambda seen, ticket: holding.acknowledge(seen, ticket, next_checkpoint_at)
        )

    def report(self, tenant: str, escalation_id: str, progress: Progress, actor: Actor) -> Ticket:
        """Tell how things stand, and when the next news come."""
        said = (progress.note, progress.next_checkpoint_at, progress.blast)
        return self._on(tenant, escalation_id, actor, lambda seen, ticket: holding.post_checkpoint(seen, ticket, *said))

    def offer(self, tenant: str, escalation_id: str, to: str, actor: Actor, note: str = "") -> Ticket:
        """Offer an escalation to another person, who must accept it."""
        return self._on(tenant, escalation_id, actor, lambda seen, ticket: holding.offer(seen, ticket, to, note))

    def accept(self, tenant: str, escalation_id: str, actor: Actor) -> Ticket:
        """Take over what was offered."""
        return self._on(tenant, escalation_id, actor, holding.accept)

    def decline(self, tenant: str, escalation_id: str, actor: Actor, reason: str = "") -> Ticket:
        """Turn an offer down."""
        return self._on(tenant, escalation_id, actor, lambda seen, ticket: holding.decline(seen, ticket, reason))

    def resolve(self, tenant: str, escalation_id: str, reason: str, actor: Actor) -> Ticket:
        """End an escalation with a reason."""
        return self._on(tenant, escalation_id, actor, lambda seen, ticket: holding.resolve(seen, ticket, reason))

    def wake(self, tenant: str) -> int:
        """Let every call go on that maintenance held back and holds back no more; return how many."""
        woken, cursor = 0, None
        which = TicketFilter(open_only=False, escalated_only=True)
        while True:
            page = self.running(tenant, which, cursor, _PAGE)
            held = [ticket for ticket in page.tickets if holding.is_held_back(ticket)]
            for ticket in held:
                self._acting.act(tenant, ticket.id, SYSTEM, holding.wake)
            woken, cursor = woken + len(held), page.next_cursor
            if cursor is None:
                return woken

    def _on(self, tenant: str, escalation_id: str, actor: Actor, steps: Steps) -> Ticket:
        number = _named(escalation_id)[1]

        def of_this_one(seen: Context, ticket: Ticket) -> list[Step]:
            holding.running(ticket, number)
            return steps(seen, ticket)

        return self._acting.act(tenant, self.ticket(tenant, escalation_id).id, actor, of_this_one)


def _named(escalation_id: str) -> tuple[str, int]:
    found = state.ticket_of(escalation_id)
    if found is None:
        raise EscalationNotFound
    return found


def _is_of(line: Line, number: int) -> bool:
    return line.entry.kind.startswith(_LOGGED) and line.entry.facts.get("number") == number
