"""What is due on a ticket now, and when does it need the next look?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from triage_core.domain import assigning, sla, triaging
from triage_core.domain.closure import following
from triage_core.domain.consequences import followed
from triage_core.domain.escalating import elapsing
from triage_core.domain.gating import elapsing as gates
from triage_core.domain.knowledge import lessons
from triage_core.domain.lifecycle import Step, apply
from triage_core.domain.model import State, Ticket
from triage_core.domain.triaging import edge_steps
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.context import Context


#: How soon a ticket without an owner is looked at again.
_LOOK_AGAIN: Final = timedelta(minutes=5)


#: The smallest step of a clock.
_INSTANT: Final = timedelta(microseconds=1)


class Due(Value, frozen=True, kw_only=True):
    """The next moment of one purpose; the store keeps one timer for each."""

    purpose: str
    at: datetime
    edge: str


def due(context: Context, ticket: Ticket) -> list[Step]:
    """Return what time did to the ticket up to now, in the order it happened.

    A sweep may come late, twice or not at all: each moment is gone through by itself, with all that follows from it,
    so the same moments give the same steps, each once.
    """
    steps: list[Step] = []
    while (moment := _next(context, ticket)) is not None and moment.passed <= context.now:
        taken = _happened(context, ticket, moment)
        if not taken:
            break
        for step in taken:
            ticket = apply(ticket, step.changes)
        steps += taken
    return [*steps, *_found_owner(context, ticket)]


class _Moment(NamedTuple):
    """When something happens, and the first instant at which it has: a target is missed only after its due moment."""

    passed: datetime
    at: datetime


def _next(context: Context, ticket: Ticket) -> _Moment | None:
    """Return the next moment that is known whenever it is looked at."""
    moments: list[_Moment] = []
    if (edge := sla.next_edge(ticket.clocks)) is not None:
        at, clock = edge
        moments.append(_Moment(at if at == clock.warn_at else at + _INSTANT, at))
    if ticket.handover is not None:
        moments.append(_Moment(ticket.handover.expires_at, ticket.handover.expires_at))
    if (called := elapsing.next_moment(ticket.escalation)) is not None:
        moments.append(_Moment(called.at, called.at))
    if (waits := gates.next_moment(ticket)) is not None:
        moments.append(_Moment(waits.at, waits.at))
    if (promised := following.next_due(ticket)) is not None:
        moments.append(_Moment(promised[0], promised[0]))
    if (opening := _opening(context, ticket)) is not None:
        moments.append(_Moment(opening, opening))
    return min(moments, default=None)


def _happened(context: Context, ticket: Ticket, moment: _Moment) -> list[Step]:
    edges = sla.tick(context.playbook.desk(ticket), ticket.clocks, moment.passed)
    then = replace(context, now=moment.at)
    steps = [*edge_steps(ticket.id, edges), *assigning.lapse(ticket, moment.at), *gates.due(then, ticket)]
    steps += following.due(ticket, moment.at)
    if _opening(context, ticket) == moment.at:
        steps += [replace(step, at=moment.at) for step in _found_owner(then, ticket)]
    if (at := _followed_at(context, ticket, moment)) is not None:
        steps = followed(replace(context, now=at), ticket, steps)
    for step in steps:
        ticket = apply(ticket, step.changes)
    return [*steps, *elapsing.due(then, ticket)]


def _followed_at(context: Context, ticket: Ticket, moment: _Moment) -> datetime | None:
    """Return when what an edge sets off begins: with the edge, or now where only a late report shows that it was there.

    What lies before an import calls nobody.
    """
    if context.is_past:
        return None
    if moment.at >= ticket.updated_at:
        return moment.at
    return context.now if context.is_late else None


def _opening(context: Context, ticket: Ticket) -> datetime | None:
    """Return when the hours of somebody begin who can own a ticket that nobody could at the last look."""
    if not _wants_owner(ticket):
        return None
    line, since = ticket.intake.get("service_line"), ticket.updated_at
    directory = context.playbook.directory
    at = directory.free_from(str(ticket.class_name), str(line) if line else None, since, context.loads)
    return at if at is not None and at > since else None


def _found_owner(context: Context, ticket: Ticket) -> list[Step]:
    """Assign a ticket that arrived when nobody was there, as soon as somebody is or has less to do."""
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
    if (moment := elapsing.next_moment(ticket.escalation)) is not None:
        found.append(Due(purpose="escalation", at=moment.at, edge=_rung_of(ticket, moment.what)))
    if (waits := gates.next_moment(ticket)) is not None:
        found.append(Due(purpose="gate", at=waits.at, edge=f"{ticket.id}/{waits.what}/{waits.number}"))
    if (promised := following.next_due(ticket)) is not None:
        at, name = promised
        found.append(Due(purpose="action", at=at, edge=name))
    if ticket.handover is not None:
        found.append(Due(purpose="handover", at=ticket.handover.expires_at, edge=f"{ticket.id}/handover"))
    if (lesson := lessons.due(ticket)) is not None:
        found.append(Due(purpose="lesson", at=ticket.updated_at, edge=f"{ticket.id}/lesson/{lesson}"))
    if _wants_owner(ticket):
        found.append(Due(purpose="assignment", at=ticket.updated_at + _LOOK_AGAIN, edge=f"{ticket.id}/assignment"))
    return tuple(found)


def _rung_of(ticket: Ticket, what: str) -> str:
    """Name a moment of an escalation so that the same moment has the same name at every look."""
    escalation = ticket.escalation
    if escalation is None:
        return f"{ticket.id}/escalation"
    return f"{ticket.id}/escalation/{escalation.number}/{escalation.cycle}/{escalation.calls}/{what}"
