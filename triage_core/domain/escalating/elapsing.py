"""What does time do to an escalation, and when does it next need a look?"""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from triage_core.domain.entry import Kind
from triage_core.domain.escalating.climbing import climb
from triage_core.domain.escalating.holding import kept
from triage_core.domain.escalating.ladders import plan_of
from triage_core.domain.escalating.raising import ended
from triage_core.domain.escalating.state import Escalation, Standing
from triage_core.domain.lifecycle import Step

if TYPE_CHECKING:
    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket


class Moment(NamedTuple):
    """When something happens to an escalation, and what."""

    at: datetime
    what: str


def next_moment(escalation: Escalation | None) -> Moment | None:
    """Return the next thing that time does to an escalation; of what falls together the end comes first."""
    if escalation is None or not escalation.is_open:
        return None
    found = [Moment(escalation.ends_at, "end")]
    if escalation.standing is Standing.CALLING and escalation.next_call_at is not None:
        found.append(Moment(escalation.next_call_at, "call"))
    if escalation.standing is Standing.HELD:
        found += _held_moments(escalation)
    return min(found, key=attrgetter("at"))


def _held_moments(escalation: Escalation) -> list[Moment]:
    found = [Moment(escalation.offer.expires_at, "offer")] if escalation.offer is not None else []
    if escalation.checkpoint_at is not None and not escalation.reminded:
        found.append(Moment(escalation.checkpoint_at, "checkpoint"))
    if escalation.lease_until is not None:
        found.append(Moment(escalation.lease_until, "lease"))
    return found


def due(context: Context, ticket: Ticket) -> list[Step]:
    """Return what happens to the escalation at the context's moment, and not what is overdue since before it."""
    escalation = ticket.escalation
    moment = next_moment(escalation)
    if escalation is None or moment is None or moment.at != context.now:
        return []
    return _HAPPENS[moment.what](context, ticket, escalation)


def _end(context: Context, ticket: Ticket, _: Escalation) -> list[Step]:
    return [ended(context, ticket, Standing.EXPIRED, "older than the ladder allows")]


def _offer(context: Context, _: Ticket, escalation: Escalation) -> list[Step]:
    return [replace(kept(escalation, "lapsed", None), at=context.now)]


def _remind(context: Context, _: Ticket, escalation: Escalation) -> list[Step]:
    """Remind the holder; where still nothing is heard, the ladder starts again after a grace."""
    grace = plan_of(context, escalation).rule.checkpoint_grace
    lease_until = min(escalation.lease_until or context.now + grace, context.now + grace)
    reminded = replace(escalation, reminded=True, lease_until=lease_until)
    facts = {"number": escalation.number, "holder": escalation.holder, "lease_until": lease_until}
    return [Step(kind=Kind.CHECKPOINT_MISSED, changes={"escalation": reminded}, facts=facts, at=context.now)]


def _lapse(context: Context, _: Ticket, escalation: Escalation) -> list[Step]:
    lapsed = replace(
        escalation,
        standing=Standing.CALLING,
        cycle=escalation.cycle + 1,
        rung=None,
        holder=None,
        lease_until=None,
        checkpoint_at=None,
        reminded=False,
        offer=None,
        next_call_at=context.now,
    )
    facts = {"number": escalation.number, "holder": escalation.holder, "cycle": lapsed.cycle}
    return [Step(kind=Kind.ESCALATION_LAPSED, changes={"escalation": lapsed}, facts=facts, at=context.now)]


def _call(context: Context, ticket: Ticket, escalation: Escalation) -> list[Step]:
    return [step if step.at else replace(step, at=context.now) for step in climb(context, ticket, escalation)]


_HAPPENS = {"end": _end, "call": _call, "offer": _offer, "checkpoint": _remind, "lease": _lapse}
