"""May a text leave now, and did it arrive?

Everything is judged at this moment: class, tags, approval, its age, the people who gave it, and whatever stands in the
way outside the ticket. A flow that asked an hour ago has no promise.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core.domain import working
from triage_core.domain.entry import Kind
from triage_core.domain.gating import deciding
from triage_core.domain.gating.errors import MessageNotOpen, PermitWrong
from triage_core.domain.gating.excepting import waived
from triage_core.domain.gating.needing import gate_of
from triage_core.domain.gating.preparing import find, gated_again, may_be_drafted
from triage_core.domain.gating.state import RELEASABLE, MessageState, Origin, Outgoing
from triage_core.domain.lifecycle import Step, apply
from triage_core.domain.model import ActorKind, State
from triage_core.domain.policy.gates import TemplateKind
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket

#: The service's own senders.
DIRECT: Final = "direct"
#: How long what was given out may take to be confirmed.
PERMIT: Final = timedelta(minutes=10)
#: What a customer reads as an answer.
_ANSWERS: Final = frozenset(
    {
        TemplateKind.FIRST_RESPONSE,
        TemplateKind.STATUS_UPDATE,
        TemplateKind.ESCALATION_NOTICE,
        TemplateKind.POST_INCIDENT_NOTE,
        TemplateKind.CLOSING_NOTE,
    }
)


class Way(Value, frozen=True, kw_only=True):
    """By which way a text would leave, and what stands in it outside the ticket."""

    #: A platform, or `direct`.
    to: str
    #: Keyed digest of the permit that would be given.
    permit: str
    #: Keyed digests of the addresses that would get it.
    recipients: tuple[str, ...] = ()
    #: Codes: the rollout stage, the kill switch, the platform table, the recipients' rates, the checks as they are now.
    obstacles: tuple[str, ...] = ()


class Sent(StrEnum):
    """What became of a released text."""

    SENT = "sent"
    FAILED = "failed"


def obstacles(context: Context, ticket: Ticket, message: Outgoing, way: Way) -> tuple[str, ...]:
    """Return everything that stands between a text and the customer now; nothing means that it may leave."""
    found = []
    if ticket.state in {State.MERGED, State.VOID}:
        found.append("ticket_over")
    if message.state not in RELEASABLE:
        found.append(f"message_{message.state}")
    if set(message.findings) - waived(context, ticket, message):
        found.append("checks_failed")
    if message.origin is Origin.TEMPLATE and not may_be_drafted(context, ticket):
        found.append("draft_not_allowed")
    if not is_open(context, ticket, message):
        found.append("approval_missing")
    return tuple(dict.fromkeys((*found, *way.obstacles)))


def is_open(context: Context, ticket: Ticket, message: Outgoing) -> bool:
    """Tell whether nobody has to agree to a text as its ticket stands now, or enough people did and it still counts."""
    gate = gate_of(context, ticket, message.origin)
    return not gate.is_closed or any(
        approval.message == message.number
        and approval.seal == message.seal
        and deciding.still_holds(context, approval, gate)
        for approval in ticket.approvals
    )


def release(context: Context, ticket: Ticket, number: int, way: Way) -> list[Step]:
    """Let a text leave once, or write down why it must not. The text itself goes with the answer, not with a line.

    Raises `MessageNotFound`, and `MessageNotOpen` for one that left already.
    """
    message = find(ticket, number)
    if message.state in {MessageState.RELEASED, MessageState.SENT, MessageState.UNKNOWN, MessageState.WITHDRAWN}:
        raise MessageNotOpen
    in_the_way = obstacles(context, ticket, message, way)
    if in_the_way:
        return _withheld(context, ticket, message, way, in_the_way)
    left = replace(
        message,
        state=MessageState.RELEASED,
        released_at=context.now,
        released_to=way.to,
        recipients=way.recipients,
        permit=way.permit,
        permit_until=context.now + PERMIT,
        withheld=(),
    )
    facts = {
        "message": number,
        "version": message.version,
        "kind": message.kind,
        "seal": message.seal,
        "to": way.to,
        "approval": message.approval,
        "until": left.permit_until,
    }
    return [Step(kind=Kind.MESSAGE_RELEASED, changes={"messages": (left,)}, facts=facts)]


def _withheld(context: Context, ticket: Ticket, message: Outgoing, way: Way, in_the_way: tuple[str, ...]) -> list[Step]:
    """Say why, once; and ask people where only their approval is missing and nobody was asked."""
    steps: list[Step] = []
    if in_the_way != message.withheld:
        message = replace(message, withheld=in_the_way)
        facts = {"message": message.number, "kind": message.kind, "to": way.to, "reasons": in_the_way}
        steps = [Step(kind=Kind.MESSAGE_WITHHELD, changes={"messages": (message,)}, facts=facts)]
    if in_the_way == ("approval_missing",) and message.state in RELEASABLE:
        asked = any(each.message == message.number and each.is_open for each in ticket.approvals)
        steps += [] if asked else gated_again(context, ticket, message)
    return steps


def confirm(context: Context, ticket: Ticket, number: int, permit: str | None, outcome: Sent) -> list[Step]:
    """Write down what became of a released text; a sent one answers the customer. The same again changes nothing.

    A platform shows the permit that came with the text; a person who looked needs none. Raises `MessageNotFound`,
    `MessageNotOpen` and `PermitWrong`.
    """
    message = find(ticket, number)
    wanted = MessageState(outcome)
    if message.state is wanted:
        return []
    if message.state not in {MessageState.RELEASED, MessageState.UNKNOWN}:
        raise MessageNotOpen
    if context.actor.kind is not ActorKind.PERSON and (permit is None or permit != message.permit):
        raise PermitWrong
    ended_at = context.now if wanted is MessageState.SENT else None
    over = replace(message, state=wanted, ended_at=ended_at)
    kind = Kind.MESSAGE_SENT if wanted is MessageState.SENT else Kind.MESSAGE_FAILED
    facts = {"message": number, "kind": message.kind, "to": message.released_to, "seal": message.seal}
    told = Step(kind=kind, changes={"messages": (over,)}, facts=facts)
    return [told, *_answered(context, apply(ticket, told.changes), message, wanted)]


def _answered(context: Context, ticket: Ticket, message: Outgoing, state: MessageState) -> list[Step]:
    gone = {State.CLOSED, State.MERGED, State.VOID}
    if state is not MessageState.SENT or message.kind not in _ANSWERS or ticket.state in gone:
        return []
    return working.agent_replied(context, ticket, public=True, assisted=message.origin is not Origin.PERSON)


def is_known(ticket: Ticket, number: int | None, body_seal: str) -> bool:
    """Tell whether a public reply that was seen in the source system is a text that was released."""
    left = {MessageState.RELEASED, MessageState.SENT, MessageState.UNKNOWN}
    return any(
        message.state in left and (message.number == number or (body_seal and message.body_seal == body_seal))
        for message in ticket.messages
    )


def bypass(ticket: Ticket, body_seal: str, at: datetime) -> Step:
    """Write down that a text reached the customer of a gated ticket past the gate."""
    facts = {"seal": body_seal, "class": ticket.class_name, "tags": ticket.tag_names}
    return Step(kind=Kind.GATE_BYPASSED, changes={}, facts=facts, at=at)
