"""How do two tickets become one, both in one transaction?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core import telemetry
from triage_core.domain import merging
from triage_core.domain.errors import StaleTicket
from triage_core.domain.happening import Event, Happened
from triage_core.domain.merging import MergeRefused
from triage_core.service.acting import Acting

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.domain.context import Context
    from triage_core.domain.lifecycle import Step
    from triage_core.domain.model import Actor, Ticket
    from triage_core.service.case import Case

#: How often something is repeated where somebody else changed one of the tickets in between.
ATTEMPTS: Final = 5
_WHY: Final = "merged in the source system"
#: Stands for what happens when it is asked for.
_NOW: Final = Event(what=Happened.NOTE_ADDED)


class Merging(Acting):
    """Merging, as a use case over a store."""

    def merge(self, tenant: str, ticket_id: str, into: str, actor: Actor, reason: str) -> Ticket:
        """Merge a ticket into another one of the same sender, and return the one that stays.

        Raises `TicketNotFound` for either, `MergeRefused`, `ReasonMissing`, and `ActionNotAllowed` for a ticket that is
        over.
        """

        def cases() -> list[Case]:
            child, survivor = self.ticket(tenant, ticket_id), self.ticket(tenant, into)
            merging.check(survivor, child)
            event = Event(what=Happened.MERGED, into=into, reason=reason)
            # The first one has the answer to the request, and the one that stays is what is answered.
            return [self._kept(child, survivor, actor), self._gone(child, survivor, actor, event)]

        self._together(cases)
        return self.ticket(tenant, into)

    def merged_at_source(self, tenant: str, ticket_id: str, event: Event, actor: Actor) -> Ticket:
        """Record that the source merged a ticket, and return that ticket; the same source event has one effect.

        Where the two cannot become one here, the source's word holds for the one that went, and the other stays as it
        is. Raises `TicketNotFound` for either, and `ActionNotAllowed` for a ticket that is over.
        """
        event = replace(event, reason=event.reason.strip() or _WHY)

        def cases() -> list[Case]:
            child, survivor = self.ticket(tenant, ticket_id), self.ticket(tenant, str(event.into))
            gone = self._gone(child, survivor, actor, event)
            if gone.is_empty:
                return [gone] if self.once else []
            try:
                merging.check(survivor, child)
            except MergeRefused:
                return [gone]
            return [gone, self._kept(child, survivor, actor)]

        self._together(cases)
        return self.ticket(tenant, ticket_id)

    def _gone(self, child: Ticket, survivor: Ticket, actor: Actor, event: Event) -> Case:
        def steps(seen: Context, ticket: Ticket) -> list[Step]:
            return merging.leave(seen, ticket, event.reason, survivor.id)

        return self._case(child, actor, steps, event)

    def _kept(self, child: Ticket, survivor: Ticket, actor: Actor) -> Case:
        def steps(seen: Context, ticket: Ticket) -> list[Step]:
            return merging.take_over(seen, ticket, child)

        return self._case(survivor, actor, steps, _NOW)

    def _together(self, cases: Callable[[], list[Case]]) -> None:
        """Save several tickets in one transaction; again from the start where somebody was quicker."""
        for _ in range(ATTEMPTS):
            found = cases()
            if not found or self.saves_all(found):
                return
        raise StaleTicket

    def saves_all(self, cases: list[Case]) -> bool:
        """Write several tickets in one transaction, or nothing where somebody changed one of them in between."""
        changes = [case.change(None if place else self.once) for place, case in enumerate(cases)]
        try:
            self.store.save(*changes)
        except StaleTicket:
            return False
        for case, change in zip(cases, changes, strict=True):
            telemetry.saved(change)
            self.loads.moved(change.ticket.tenant, case.before, change.ticket)
        return True
