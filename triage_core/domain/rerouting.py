"""Who takes over when a ticket is raised into a class that has owners of its own?

The ticket stays with its owner until the class's primary owner accepts it, so that nobody loses it unasked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from triage_core.domain.entry import Kind
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import SYSTEM, Handover, Ticket

if TYPE_CHECKING:
    from triage_core.domain.context import Context


def rerouted(context: Context, before: Ticket, after: Ticket) -> tuple[Ticket, list[Step]]:
    """Return the ticket with the secondary lead of a class that it was raised to, and the offer to its primary owner.

    A ticket that nobody owns is left to its assignment, which asks the owners of its class first.
    """
    owners = context.playbook.policy.routing.owners.get(str(after.class_name))
    if owners is None or after.class_rank >= before.class_rank or after.owner is None:
        return after, []
    led = replace(after, secondary=owners.secondary)
    return led, _offers(context, led, owners.primary)


def _offers(context: Context, ticket: Ticket, primary: str) -> list[Step]:
    """Offer the ticket to its class's primary owner, who must be there and not know of it yet."""
    asked = ticket.handover.to if ticket.handover else None
    directory = context.playbook.directory
    if primary in {ticket.owner, asked} or directory.why_away(directory.person(primary), context.now, context.loads):
        return []
    expires = context.now + context.playbook.policy.routing.handover_within
    handover = Handover(to=primary, by=SYSTEM.id, offered_at=context.now, expires_at=expires)
    facts = {"to": primary, "expires_at": expires, "class": ticket.class_name}
    return [Step(kind=Kind.HANDOVER_OFFERED, changes={"handover": handover}, facts=facts)]
