"""What does time do to texts and approvals?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from triage_core.domain.entry import Kind
from triage_core.domain.gating import deciding
from triage_core.domain.gating.state import Approval, ApprovalOutcome, MessageState, Outgoing
from triage_core.domain.lifecycle import Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket


class Moment(NamedTuple):
    """When something happens, what, and to which number."""

    at: datetime
    what: str
    number: int


def next_moment(ticket: Ticket) -> Moment | None:
    """Return the next thing that time does to the texts and approvals of a ticket."""
    found: list[Moment] = []
    for approval in ticket.approvals:
        if approval.is_open:
            half = approval.requested_at + (approval.expires_at - approval.requested_at) / 2
            found.append(Moment(approval.expires_at, "expire", approval.number))
            found += [] if approval.reminded else [Moment(half, "remind", approval.number)]
    for message in ticket.messages:
        if message.state is MessageState.RELEASED and message.permit_until is not None:
            found.append(Moment(message.permit_until, "unconfirmed", message.number))
        if message.state is MessageState.APPROVED and (until := _valid_until(ticket, message)) is not None:
            found.append(Moment(until, "lapse", message.number))
    return min(found, default=None)


def _valid_until(ticket: Ticket, message: Outgoing) -> datetime | None:
    return next((each.valid_until for each in ticket.approvals if each.number == message.approval), None)


def due(context: Context, ticket: Ticket) -> list[Step]:
    """Return what happens at the context's moment, nothing before it."""
    moment = next_moment(ticket)
    if moment is None or moment.at > context.now:
        return []
    return [replace(step, at=context.now) for step in _HAPPENS[moment.what](context, ticket, moment.number)]


def _remind(_: Context, ticket: Ticket, number: int) -> list[Step]:
    approval = deciding.find(ticket, number)
    facts = {"approval": number, "message": approval.message, "expires_at": approval.expires_at}
    told = replace(approval, reminded=True)
    return [Step(kind=Kind.APPROVAL_REMINDED, changes={"approvals": (told,)}, facts=facts)]


def _expire(context: Context, ticket: Ticket, number: int) -> list[Step]:
    """An answer that did not come is no answer; nothing is approved and nobody has rejected it."""
    approval = deciding.find(ticket, number)
    over = deciding.ended(approval, ApprovalOutcome.EXPIRED, context.now)
    changes: dict[str, tuple[Approval | Outgoing, ...]] = {"approvals": (over,)}
    message = deciding.message_of(ticket, approval)
    if message is not None and (message.state, message.approval) == (MessageState.WAITING, number):
        changes["messages"] = (replace(message, state=MessageState.EXPIRED),)
    facts = {"approval": number, "message": approval.message, "outcome": over.outcome}
    return [Step(kind=Kind.APPROVAL_EXPIRED, changes=changes, facts=facts)]


def _lapse(_: Context, ticket: Ticket, number: int) -> list[Step]:
    message = next(each for each in ticket.messages if each.number == number)
    facts = {"message": number, "approval": message.approval}
    old = replace(message, state=MessageState.EXPIRED)
    return [Step(kind=Kind.MESSAGE_LAPSED, changes={"messages": (old,)}, facts=facts)]


def _unconfirmed(_: Context, ticket: Ticket, number: int) -> list[Step]:
    message = next(each for each in ticket.messages if each.number == number)
    facts = {"message": number, "kind": message.kind, "to": message.released_to}
    unknown = replace(message, state=MessageState.UNKNOWN)
    return [Step(kind=Kind.MESSAGE_UNCONFIRMED, changes={"messages": (unknown,)}, facts=facts)]


_HAPPENS: dict[str, Callable[[Context, Ticket, int], list[Step]]] = {
    "remind": _remind,
    "expire": _expire,
    "lapse": _lapse,
    "unconfirmed": _unconfirmed,
}
