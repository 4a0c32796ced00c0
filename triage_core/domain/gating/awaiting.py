"""What does a flow wait for that asked for an approval and stands still until somebody decides?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from triage_core.domain.entry import Kind
from triage_core.domain.gating.errors import NothingAwaited
from triage_core.domain.gating.preparing import ask_again, find
from triage_core.domain.gating.state import MessageState, Subject
from triage_core.domain.lifecycle import Step

if TYPE_CHECKING:
    from triage_core.domain.context import Context
    from triage_core.domain.gating.state import Approval
    from triage_core.domain.model import Ticket


class Awaited(NamedTuple):
    """The request that a flow waits for, and what the ticket's timeline says of it."""

    approval: Approval
    steps: list[Step]


def awaited(context: Context, ticket: Ticket, number: int) -> Awaited:
    """Wait for the end of a text's request, which is made anew where nobody decided in time.

    One that has ended already is told at once. Raises `MessageNotFound`, `MessageNotOpen` for a text that has to be
    changed first, and `NothingAwaited` where nobody has to approve it.
    """
    message = find(ticket, number)
    asks = [] if message.state is MessageState.APPROVED else ask_again(context, ticket, number)
    known = asks[0].changes["approvals"] if asks else ticket.approvals
    asked = next((each for each in reversed(known) if _is_about(each, number)), None)
    if asked is None or (message.state is MessageState.READY and not asks):
        raise NothingAwaited
    waiting = replace(asked, awaited=True)
    if asks:
        changes = {**asks[0].changes, "approvals": (waiting,)}
        return Awaited(waiting, [replace(asks[0], changes=changes), *asks[1:]])
    return Awaited(waiting, [_noted(waiting)] if not (asked.awaited and asked.is_open) else [])


def _is_about(approval: Approval, number: int) -> bool:
    """Other requests that name the text are about what its checks refuse."""
    return approval.message == number and approval.subject is Subject.MESSAGE


def _noted(waiting: Approval) -> Step:
    facts = {"approval": waiting.number, "message": waiting.message, "outcome": waiting.outcome}
    return Step(kind=Kind.APPROVAL_AWAITED, changes={"approvals": (waiting,)}, facts=facts)
