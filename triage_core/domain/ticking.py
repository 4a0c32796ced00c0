"""What is due on a ticket now, and when does it need the next look?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from triage_core.domain import assigning, sla, triaging
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import State, Ticket
from triage_core.domain.triaging import edge_steps
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.context import Context


#: How soon a ticket without an owner is looked at again.
_LOOK_AGAIN: Final = timedelta(minutes=5)


class Due(Value, frozen=True, kw_only=True):
    """The next moment of one purpose; the store keeps one timer for each."""

    purpose: str
    at: datetime
    edge: str


def due(context: Context, ticket: Ticket) -> list[Step]:
    """Return what time did to the ticket up to now, in the order it happened.

    A sweep may come late, twice or not at all: the same moments give the same steps, each once.
    """
    happened = sla.tick(context.playbook.desk(ticket), ticket.clocks, context.now)
    steps = [*edge_steps(ticket.id, happened), *assigning.lapse(ticket, context.now), *_found_owner(context, ticket)]
    return sorted(steps, key=lambda step: step.at or context.now)


def _found_owner(context: Context, ticket: Ticket) -> list[Step]:
    """Assign a ticket that arrived when nobody was there, as soon as somebody is."""
    if not _wants_owner(ticket):
        return []
    step = triaging.routed(context, ticket, str(ticket.class_name))
    return [step] if "owner" in step.changes else []


def _wants_owner(ticket: Ticket) -> bool:
    return ticket.state is State.TRIAGED and ticket.owner is None


def timers(ticket: Ticket) -> tuple[Due, ...]:
    """Return the next moment at which each purpose needs a look."""
    found: list[Due] = []
    if (edge := sla.next_edge(ticket.clocks)) is not None:
        at, clock = edge
        found.append(Due(purpose="sla", at=at, edge=f"{ticket.id}/{clock.id}"))
    if ticket.handover is not None:
        found.append(Due(purpose="handover", at=ticket.handover.expires_at, edge=f"{ticket.id}/handover"))
    if _wants_owner(ticket):
        found.append(Due(purpose="assignment", at=ticket.updated_at + _LOOK_AGAIN, edge=f"{ticket.id}/assignment"))
    return tuple(found)
