"""What is due on a ticket now, and when does it need the next look?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain import assigning, sla
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import Ticket, Value
from triage_core.domain.triaging import edge_steps

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.context import Context


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
    steps = [*edge_steps(ticket.id, happened), *assigning.lapse(ticket, context.now)]
    return sorted(steps, key=lambda step: step.at or context.now)


def timers(ticket: Ticket) -> tuple[Due, ...]:
    """Return the next moment at which each purpose needs a look."""
    found: list[Due] = []
    if (edge := sla.next_edge(ticket.clocks)) is not None:
        at, clock = edge
        found.append(Due(purpose="sla", at=at, edge=f"{ticket.id}/{clock.id}"))
    if ticket.handover is not None:
        found.append(Due(purpose="handover", at=ticket.handover.expires_at, edge=f"{ticket.id}/handover"))
    return tuple(found)
