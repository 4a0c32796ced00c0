"""How does a named person take an escalation over, show progress, hand it on and end it?

An acknowledgement is a lease: it names the next checkpoint, and lapses where nothing is heard. Nobody is replaced
silently: whoever holds an escalation holds it until somebody else has accepted it.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from triage_core.domain import clocks, sla
from triage_core.domain.entry import Kind
from triage_core.domain.errors import NotPermitted, ReasonMissing, TimeOrder
from triage_core.domain.escalating.climbing import MAINTENANCE
from triage_core.domain.escalating.errors import CheckpointTooLate, EscalationHeld, EscalationNotOpen, OfferNotOpen
from triage_core.domain.escalating.ladders import plan_of
from triage_core.domain.escalating.raising import ended
from triage_core.domain.escalating.state import BlastRadius, Escalation, Offer, Standing
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import ActorKind
from triage_core.domain.policy.people import Right
from triage_core.domain.policy.service_levels import Metric

if TYPE_CHECKING:
    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket


def running(ticket: Ticket, number: int | None = None) -> Escalation:
    """Return the running escalation; raises `EscalationNotOpen` where there is none, or another one."""
    found = ticket.escalation
    if found is None or not found.is_open or number not in {None, found.number}:
        raise EscalationNotOpen
    return found


def may_hold(context: Context, escalation: Escalation) -> bool:
    """Tell whether the person who acts may answer for an escalation: called by its ladder, or by right."""
    actor, directory = context.actor, context.in_force.directory
    if actor.kind is not ActorKind.PERSON or actor.id not in directory.people:
        return False
    return actor.id in escalation.reached or directory.may(actor.roles, Right.ACKNOWLEDGE)


def acknowledge(context: Context, ticket: Ticket, next_checkpoint_at: datetime | None) -> list[Step]:
    """Take an escalation over until news are due; the same person again changes nothing.

    Without a moment of the caller's the news are due after the cadence of the ticket's class, and early enough for a
    reminder to be of use before the lease ends. Raises `EscalationNotOpen`, `NotPermitted`, `EscalationHeld` where
    somebody else holds it, `TimeOrder` and `CheckpointTooLate`.
    """
    escalation = running(ticket)
    _check_person(context, escalation)
    if escalation.standing is Standing.HELD:
        if escalation.holder == context.actor.id:
            return []
        raise EscalationHeld
    lease_until, checkpoint_at = _terms(context, ticket, escalation, next_checkpoint_at)
    held = replace(
        escalation,
        standing=Standing.HELD,
        holder=context.actor.id,
        acknowledged_at=context.now,
        lease_until=lease_until,
        checkpoint_at=checkpoint_at,
        reminded=False,
        next_call_at=None,
        held_back="",
        offer=None,
    )
    facts = {"number": held.number, "cycle": held.cycle, "checkpoint_at": checkpoint_at, "lease_until": lease_until}
    changes = _answered({"escalation": held}, ticket, context.now)
    return [Step(kind=Kind.ESCALATION_ACKNOWLEDGED, changes=changes, facts=facts)]


def _check_person(context: Context, escalation: Escalation) -> None:
    if not may_hold(context, escalation):
        holders = context.in_force.directory.holders(Right.ACKNOWLEDGE)
        raise NotPermitted("answer for this escalation", holders)


def _answered(changes: dict[str, Any], ticket: Ticket, at: datetime) -> dict[str, Any]:
    waiting = sla.latest(ticket.clocks, Metric.ACKNOWLEDGEMENT)
    stopped = clocks.stop(waiting, at) if waiting is not None else waiting
    return changes if stopped is waiting else {**changes, "clocks": (stopped,)}


def _terms(
    context: Context, ticket: Ticket, escalation: Escalation, wished: datetime | None
) -> tuple[datetime, datetime]:
    """Return when the acknowledgement lapses and when news are due."""
    rule = plan_of(context, escalation).rule
    lease_until = context.now + rule.lease
    if wished is None:
        latest = lease_until - rule.checkpoint_grace if rule.checkpoint_grace < rule.lease else lease_until
        every = next((c.update_every for c in context.playbook.policy.classes if c.name == ticket.class_name), None)
        return lease_until, min(context.now + every, latest) if every else latest
    if wished <= context.now:
        raise TimeOrder("the next checkpoint", context.now)
    if wished > lease_until:
        raise CheckpointTooLate(lease_until)
    return lease_until, wished


def post_checkpoint(
    context: Context,
    ticket: Ticket,
    note: str,
    next_checkpoint_at: datetime | None = None,
    blast: BlastRadius | None = None,
) -> list[Step]:
    """Tell how things stand and when the next news come; that renews the lease. Only the holder may."""
    escalation = _own(context, running(ticket))
    if not note.strip():
        raise ReasonMissing("post a checkpoint")
    lease_until, checkpoint_at = _terms(context, ticket, escalation, next_checkpoint_at)
    on_time = escalation.checkpoint_at is not None and context.now <= escalation.checkpoint_at
    told = replace(
        escalation,
        lease_until=lease_until,
        checkpoint_at=checkpoint_at,
        reminded=False,
        blast=blast or escalation.blast,
    )
    facts = {"number": told.number, "on_time": on_time, "due_at": escalation.checkpoint_at, "next_at": checkpoint_at}
    return [Step(kind=Kind.CHECKPOINT_POSTED, changes={"escalation": told}, facts=facts, texts={"checkpoint": note})]


def _own(context: Context, escalation: Escalation) -> Escalation:
    if escalation.standing is not Standing.HELD or escalation.holder != context.actor.id:
        raise EscalationHeld if escalation.standing is Standing.HELD else EscalationNotOpen
    return escalation


def offer(context: Context, ticket: Ticket, to: str, note: str) -> list[Step]:
    """Offer the escalation to another person, with a warm hand-over note; the holder or somebody by right may."""
    escalation = running(ticket)
    book = context.in_force
    book.directory.person(to)
    if escalation.standing is not Standing.HELD:
        raise EscalationNotOpen
    if context.actor.id != escalation.holder and not book.directory.may(context.actor.roles, Right.ESCALATE):
        raise NotPermitted("hand on somebody else's escalation", book.directory.holders(Right.ESCALATE))
    expires_at = context.now + book.policy.routing.handover_within
    offered = replace(escalation, offer=Offer(to=to, by=context.actor.id, expires_at=expires_at))
    facts = {"number": escalation.number, "to": to, "holder": escalation.holder, "expires_at": expires_at}
    texts = {"handover_note": note} if note.strip() else {}
    return [Step(kind=Kind.ESCALATION_OFFERED, changes={"escalation": offered}, facts=facts, texts=texts)]


def accept(context: Context, ticket: Ticket) -> list[Step]:
    """Take over what was offered; the checkpoint stays when it was due."""
    escalation = running(ticket)
    _offered(context, escalation)
    lease_until = context.now + plan_of(context, escalation).rule.lease
    held = replace(
        escalation,
        holder=context.actor.id,
        acknowledged_at=context.now,
        lease_until=lease_until,
        checkpoint_at=min(escalation.checkpoint_at or lease_until, lease_until),
        offer=None,
    )
    facts = {"number": held.number, "from": escalation.holder, "to": held.holder, "checkpoint_at": held.checkpoint_at}
    return [Step(kind=Kind.ESCALATION_TRANSFERRED, changes={"escalation": held}, facts=facts)]


def decline(context: Context, ticket: Ticket, reason: str) -> list[Step]:
    """Turn an offer down; the holder goes on holding."""
    escalation = running(ticket)
    _offered(context, escalation)
    return [kept(escalation, "declined", context.actor.id, reason)]


def kept(escalation: Escalation, why: str, by: str | None, reason: str = "") -> Step:
    """Take an offer back, so that its holder holds on alone."""
    facts = {"number": escalation.number, "holder": escalation.holder, "why": why, "by": by}
    texts = {"reason": reason} if reason.strip() else {}
    alone = replace(escalation, offer=None)
    return Step(kind=Kind.ESCALATION_KEPT, changes={"escalation": alone}, facts=facts, texts=texts)


def _offered(context: Context, escalation: Escalation) -> Offer:
    found = escalation.offer
    if found is None or found.to != context.actor.id or context.now >= found.expires_at:
        raise OfferNotOpen
    if context.actor.kind is not ActorKind.PERSON or context.actor.id not in context.in_force.directory.people:
        raise NotPermitted("answer for this escalation", context.in_force.directory.holders(Right.ACKNOWLEDGE))
    return found


def resolve(context: Context, ticket: Ticket, reason: str) -> list[Step]:
    """End the escalation with a reason; its holder may, and others by right."""
    escalation = running(ticket)
    if not reason.strip():
        raise ReasonMissing("end an escalation")
    directory = context.in_force.directory
    is_holder = escalation.standing is Standing.HELD and escalation.holder == context.actor.id
    if context.actor.kind is not ActorKind.PERSON or not (
        is_holder or directory.may(context.actor.roles, Right.ESCALATE)
    ):
        raise NotPermitted("end somebody else's escalation", directory.holders(Right.ESCALATE))
    step = ended(context, ticket, Standing.RESOLVED, "by a person", context.actor.id)
    return [replace(step, texts={"reason": reason})]


def is_held_back(ticket: Ticket) -> bool:
    """Tell whether maintenance keeps the escalation from calling."""
    escalation = ticket.escalation
    return escalation is not None and escalation.is_open and escalation.held_back == MAINTENANCE


def wake(context: Context, ticket: Ticket) -> list[Step]:
    """Look again at once whether maintenance still holds the escalation back."""
    escalation = ticket.escalation
    if escalation is None or not is_held_back(ticket):
        return []
    awake = replace(escalation, next_call_at=context.now, held_back="")
    facts = {"number": escalation.number, "until": context.now, "reason": ""}
    return [Step(kind=Kind.ESCALATION_HELD_BACK, changes={"escalation": awake}, facts=facts)]
