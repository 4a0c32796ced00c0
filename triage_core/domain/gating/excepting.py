"""May a text leave although the checks refuse it? Where the policy allows it, people can let this very text pass.

Nothing else is ever let pass: no approval, no stage, and no finding that the policy does not list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from triage_core.domain.errors import ReasonMissing
from triage_core.domain.gating import deciding
from triage_core.domain.gating.errors import ExceptionNotAllowed, MessageNotOpen
from triage_core.domain.gating.needing import EXCEPTED, exception_gate
from triage_core.domain.gating.preparing import find, gated_again
from triage_core.domain.gating.state import CHANGEABLE, Approval, ApprovalOutcome, MessageState, Outgoing, Subject
from triage_core.domain.lifecycle import apply

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.context import Context
    from triage_core.domain.lifecycle import Step
    from triage_core.domain.model import Ticket


def request(context: Context, ticket: Ticket, number: int, reason: str) -> list[Step]:
    """Ask people to let a text pass for everything that the checks refuse in it; asking twice asks once.

    Raises `MessageNotFound`, `MessageNotOpen`, `ReasonMissing` and `ExceptionNotAllowed`.
    """
    message = find(ticket, number)
    if message.state not in CHANGEABLE:
        raise MessageNotOpen
    if not reason.strip():
        raise ReasonMissing("ask for an exception")
    codes = tuple(sorted(message.findings))
    if not codes or set(codes) - _allowed(context):
        raise ExceptionNotAllowed(sorted(set(codes) - _allowed(context)))
    seal = seal_of(context, message, codes)
    waits = any(each.is_open and each.seal == seal for each in ticket.approvals)
    if waits or not set(codes) - waived(context, ticket, message):
        return []
    excluded = (message.author, message.editor, context.actor.id)
    about = (seal, message.words, number, excluded)
    gate = exception_gate(context, codes)
    approval = deciding.requested(context, ticket, Subject.EXCEPTION, gate, about)
    return [replace(deciding.asked(approval), texts={kind_of(approval.number): reason})]


def waived(context: Context, ticket: Ticket, message: Outgoing) -> frozenset[str]:
    """Return the codes of findings that people let pass in exactly this text, not too long ago, and still may."""
    return frozenset(
        code
        for approval in ticket.approvals
        if approval.subject is Subject.EXCEPTION and approval.message == message.number
        for codes in (codes_of(approval),)
        if approval.seal == seal_of(context, message, codes)
        and deciding.still_holds(context, approval, exception_gate(context, codes))
        for code in codes
    ) & _allowed(context)


def codes_of(approval: Approval) -> tuple[str, ...]:
    """Return which findings a request is about."""
    return tuple(reason.removeprefix(EXCEPTED) for reason in approval.reasons)


def seal_of(context: Context, message: Outgoing, codes: Iterable[str]) -> str:
    """Return the seal of an exception: of this text and of what is let pass in it."""
    return context.seal(f"exception/{message.seal}/{','.join(codes)}")


def kind_of(number: int) -> str:
    """Return under which kind the reason of an exception lies with the texts of its ticket."""
    return f"exception/{number}"


def _allowed(context: Context) -> frozenset[str]:
    return frozenset(context.in_force.policy.gates.exceptions.findings)


def followed(context: Context, ticket: Ticket, approval: Approval, steps: list[Step]) -> list[Step]:
    """Let a text go on that was blocked and may pass now: to its own gate where that is closed."""
    message = deciding.message_of(ticket, approval)
    if approval.outcome is not ApprovalOutcome.APPROVED or message is None or message.state is not MessageState.BLOCKED:
        return steps
    ready = replace(message, state=MessageState.READY)
    changes: dict[str, Any] = {**steps[0].changes, "messages": (ready,)}
    after = apply(ticket, changes)
    return [replace(steps[0], changes=changes), *gated_again(context, after, ready, approval.requested_by)]
