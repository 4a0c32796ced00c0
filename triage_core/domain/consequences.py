"""What follows from a line of the timeline by itself, whoever wrote it?

An escalation is set off or ended here and nowhere else, so that no use case can forget it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.domain.entry import Kind
from triage_core.domain.escalating import elapsing
from triage_core.domain.escalating.raising import causes, ended, set_off
from triage_core.domain.escalating.state import Standing
from triage_core.domain.lifecycle import Step, apply
from triage_core.domain.model import ActorKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket

#: What ends the ticket ends its escalation.
_ENDS: Final = {
    Kind.RESOLVED: Standing.RESOLVED,
    Kind.CLOSED: Standing.RESOLVED,
    Kind.MERGED: Standing.CANCELLED,
    Kind.VOIDED: Standing.CANCELLED,
}


def followed(context: Context, ticket: Ticket, steps: Iterable[Step]) -> list[Step]:
    """Return the steps, each with what follows from it at the context's moment right behind it."""
    taken: list[Step] = []
    for step in steps:
        ticket = apply(ticket, step.changes)
        taken.append(step)
        for more in _consequences(context, ticket, step):
            ticket = apply(ticket, more.changes)
            taken.append(more)
    return taken


def _consequences(context: Context, ticket: Ticket, step: Step) -> list[Step]:
    escalation = ticket.escalation
    standing = _ENDS.get(step.kind)
    if standing is not None and escalation is not None and escalation.is_open:
        by = context.actor.id if context.actor.kind is ActorKind.PERSON else None
        return [ended(context, ticket, standing, str(step.kind), by)]
    found: list[Step] = []
    for cause in causes(context, ticket, step):
        raised = _called(context, ticket, set_off(context, ticket, cause))
        for more in raised:
            ticket = apply(ticket, more.changes)
        found += raised
    return found


def _called(context: Context, ticket: Ticket, steps: list[Step]) -> list[Step]:
    """Make the first call at the moment of the raising."""
    for step in steps:
        ticket = apply(ticket, step.changes)
    return [*steps, *elapsing.due(context, ticket)] if steps else steps
