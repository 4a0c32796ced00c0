"""How does a ticket change hands so that nobody and nothing falls between two owners?

A transfer is an offer: the old owner holds the ticket until the new one accepts, and an offer that nobody accepts in
time goes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, HandoverNotOpen, NotPermitted, ReasonMissing
from triage_core.domain.lifecycle import Action, Step, allowed, move
from triage_core.domain.model import ActorKind, Handover, Ticket
from triage_core.domain.policy.people import Right

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.context import Context


def assign(context: Context, ticket: Ticket, owner: str, reason: str = "") -> list[Step]:
    """Give a ticket to a person: an unowned one to oneself without more, any other by right and with a reason."""
    person = context.playbook.directory.person(owner)
    taking = context.actor.id == owner and ticket.owner is None
    if not taking and context.actor.kind is ActorKind.PERSON:
        _check_override(context, reason)
    state = move(ticket.state, Action.ASSIGN)
    changes: dict[str, Any] = {"owner": owner, "support_tier": person.support_tier, "state": state, "handover": None}
    if not taking:
        changes["pinned"] = tuple(sorted({*ticket.pinned, "owner"}))
    facts = {"reason": "taken" if taking else "assigned by a person", "before": ticket.owner}
    texts = {"reason": reason} if reason.strip() else {}
    return [Step(kind=Kind.ASSIGNED, changes=changes, facts=facts, texts=texts)]


def _check_override(context: Context, reason: str) -> None:
    directory = context.playbook.directory
    if not directory.may(context.actor.roles, Right.OVERRIDE_OWNER):
        raise NotPermitted("assign a ticket to somebody", directory.holders(Right.OVERRIDE_OWNER))
    if not reason.strip():
        raise ReasonMissing("assign a ticket to somebody")


def offer(context: Context, ticket: Ticket, to: str, note: str) -> list[Step]:
    """Offer the ticket to somebody, with a warm hand-over note; the owner or a lead may."""
    context.playbook.directory.person(to)
    if Action.ASSIGN not in allowed(ticket.state):
        raise ActionNotAllowed("transfer", ticket.state, allowed(ticket.state))
    if context.actor.id != ticket.owner and not context.playbook.directory.may(
        context.actor.roles, Right.OVERRIDE_OWNER
    ):
        raise NotPermitted("transfer somebody else's ticket", context.playbook.directory.holders(Right.OVERRIDE_OWNER))
    expires = context.now + context.playbook.policy.routing.handover_within
    handover = Handover(to=to, by=context.actor.id, offered_at=context.now, expires_at=expires)
    texts = {"handover_note": note} if note.strip() else {}
    facts = {"to": to, "expires_at": expires}
    return [Step(kind=Kind.HANDOVER_OFFERED, changes={"handover": handover}, facts=facts, texts=texts)]


def _waiting_for(context: Context, ticket: Ticket) -> Handover:
    handover = ticket.handover
    if handover is None or handover.to != context.actor.id or context.now >= handover.expires_at:
        raise HandoverNotOpen
    return handover


def accept(context: Context, ticket: Ticket) -> list[Step]:
    """Take over an offered ticket; an offer that expired a moment ago cannot be taken any more."""
    handover = _waiting_for(context, ticket)
    person = context.playbook.directory.person(handover.to)
    changes = {
        "owner": person.id,
        "support_tier": person.support_tier,
        "handover": None,
        "state": move(ticket.state, Action.ASSIGN),
    }
    return [Step(kind=Kind.HANDOVER_ACCEPTED, changes=changes, facts={"from": ticket.owner, "offered_by": handover.by})]


def decline(context: Context, ticket: Ticket, reason: str) -> list[Step]:
    """Turn an offered ticket down; it stays with its owner."""
    _waiting_for(context, ticket)
    texts = {"reason": reason} if reason.strip() else {}
    return [Step(kind=Kind.HANDOVER_DECLINED, changes={"handover": None}, facts={"owner": ticket.owner}, texts=texts)]


def lapse(ticket: Ticket, now: datetime) -> list[Step]:
    """Send an offer back that nobody accepted in time, at the moment it expired."""
    handover = ticket.handover
    if handover is None or now < handover.expires_at:
        return []
    facts = {"to": handover.to, "owner": ticket.owner}
    return [Step(kind=Kind.HANDOVER_LAPSED, changes={"handover": None}, facts=facts, at=handover.expires_at)]
