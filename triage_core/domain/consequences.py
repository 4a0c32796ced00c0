"""What follows from a line of the timeline by itself, whoever wrote it?

An escalation is set off or ended here and nowhere else, so that no use case can forget it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.domain.clocks import Edge
from triage_core.domain.entry import Kind
from triage_core.domain.escalating import elapsing
from triage_core.domain.escalating.raising import causes, ended, set_off
from triage_core.domain.escalating.state import Standing
from triage_core.domain.gating.preparing import gated_again
from triage_core.domain.gating.state import MessageState
from triage_core.domain.lifecycle import Step, apply
from triage_core.domain.model import ActorKind
from triage_core.domain.triaging import edge_steps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket

#: After these a gate may be closed that was open.
_REGATING: Final = frozenset({Kind.TRIAGED, Kind.OVERRIDDEN, Kind.UPDATED, Kind.INTAKE_ALERTED, Kind.INCIDENT_JOINED})
#: What ends the ticket ends its escalation.
_ENDS: Final = {
    Kind.RESOLVED: Standing.RESOLVED,
    Kind.CLOSED: Standing.RESOLVED,
    Kind.MERGED: Standing.CANCELLED,
    Kind.VOIDED: Standing.CANCELLED,
}


def followed(context: Context, ticket: Ticket, steps: Iterable[Step]) -> list[Step]:
    """Return the steps and, behind them, what follows from each at the context's moment.

    Behind them all, because a ticket that is triaged has its owner only a line later.
    """
    taken = list(steps)
    taken += _breaches(ticket, taken)
    ticket = _after(ticket, taken)
    for step in tuple(taken):
        for more in _consequences(context, ticket, step):
            ticket = apply(ticket, more.changes)
            taken.append(more)
    return taken


def _breaches(ticket: Ticket, steps: Sequence[Step]) -> list[Step]:
    """Write down the breaches that a change makes by itself, such as a shorter target whose time had passed already."""
    told = {step.facts.get("edge") for step in steps}
    before = {clock.id for clock in ticket.clocks if clock.breached_at is not None}
    edges = [
        (clock, Edge(kind="breached", at=clock.breached_at))
        for clock in _after(ticket, steps).clocks
        if clock.breached_at is not None and clock.id not in before
    ]
    return [step for step in edge_steps(ticket.id, edges) if step.facts["edge"] not in told]


def _after(ticket: Ticket, steps: Iterable[Step]) -> Ticket:
    for step in steps:
        ticket = apply(ticket, step.changes)
    return ticket


def _consequences(context: Context, ticket: Ticket, step: Step) -> Iterator[Step]:
    escalation, standing = ticket.escalation, _ENDS.get(step.kind)
    if standing is not None and escalation is not None and escalation.is_open:
        by = context.actor.id if context.actor.kind is ActorKind.PERSON else None
        yield ended(context, ticket, standing, str(step.kind), by)
    if step.kind in _REGATING:
        for more in _gated(context, ticket):
            ticket = apply(ticket, more.changes)
            yield more
    for cause in causes(context, ticket, step):
        raised = set_off(context, ticket, cause)
        ticket = _after(ticket, raised)
        called = elapsing.due(context, ticket) if raised else []  # the first call is made at once
        ticket = _after(ticket, called)
        yield from (*raised, *called)


def _gated(context: Context, ticket: Ticket) -> Iterator[Step]:
    """Put texts that were ready before their gate, where the ticket has one now."""
    for message in ticket.messages:
        if message.state is MessageState.READY:
            yield from gated_again(context, ticket, message)
