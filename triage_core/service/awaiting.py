"""How does a flow that asked for an approval learn of its end? It leaves an address, and is called back there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain.gating.awaiting import awaited
from triage_core.domain.gating.errors import MessageNotFound
from triage_core.domain.gating.state import approval_id, named

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.domain.context import Context
    from triage_core.domain.lifecycle import Step
    from triage_core.domain.model import Actor, Ticket
    from triage_core.service.acting import Acting

    #: Keeps where to call back about an approval that ends by itself at a moment.
    Arrange = Callable[[str, datetime], None]


def await_end(acting: Acting, tenant: str, message: str, actor: Actor, arrange: Arrange) -> Ticket:
    """Ask for approval where nobody has, and let a flow wait for the end.

    The address is kept before the ticket says that somebody waits: an end that comes in between finds it. Raises
    `MessageNotFound`, `MessageNotOpen` and `NothingAwaited`, and whatever speaks against the address.
    """
    found = named(message, "m")
    if found is None or acting.store.ticket(tenant, found[0]) is None:
        raise MessageNotFound
    ticket_id, number = found

    def steps(seen: Context, ticket: Ticket) -> list[Step]:
        waiting = awaited(seen, ticket, number)
        arrange(approval_id(ticket.id, waiting.approval.number), waiting.approval.expires_at)
        return waiting.steps

    return acting.act(tenant, ticket_id, actor, steps)
