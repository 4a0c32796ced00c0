"""May a grave ticket be closed? Only with the clearance of exactly what is said at its closing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from triage_core.domain.closure import closing
from triage_core.domain.closure.closing import ApprovalNeeded
from triage_core.domain.closure.facts import words_of, written
from triage_core.domain.closure.gaps import is_grave
from triage_core.domain.errors import TriageError
from triage_core.domain.gating import deciding
from triage_core.domain.gating.needing import closing_gate
from triage_core.domain.gating.state import Approval, ApprovalOutcome, Subject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.closure.facts import ClosureFacts
    from triage_core.domain.context import Context
    from triage_core.domain.lifecycle import Step
    from triage_core.domain.model import Ticket


class ClearanceNotNeeded(TriageError):
    """Nobody has to agree to the closing of this ticket."""

    code = "clearance_not_needed"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("nobody has to agree to the closing of this ticket; close it")


def is_needed(context: Context, ticket: Ticket) -> bool:
    """Tell whether a named person has to agree before the ticket is closed, under the policy stamped on it or now."""
    return any(is_grave(book.policy, ticket) for book in (context.playbook, context.in_force))


def close(context: Context, ticket: Ticket, facts: ClosureFacts) -> list[Step]:
    """Close a ticket; a grave one with its clearance. Raises `ApprovalNeeded`, after what `closing.close` raises."""
    steps = closing.close(context, ticket, facts)
    if is_needed(context, ticket) and not is_cleared(context, ticket, facts):
        raise ApprovalNeeded
    return steps


def is_cleared(context: Context, ticket: Ticket, facts: ClosureFacts) -> bool:
    """Tell whether those who have to agree did so to exactly these facts, not too long ago, and still may."""
    seal, gate = seal_of(context, ticket, facts), closing_gate(context, ticket)
    return any(each.seal == seal and deciding.still_holds(context, each, gate) for each in _asked(ticket))


def request(context: Context, ticket: Ticket, facts: ClosureFacts) -> list[Step]:
    """Ask for the clearance of a closing that lacks nothing else; what was asked or granted for other facts is void.

    The same again changes nothing. Raises what `closing.close` raises, and `ClearanceNotNeeded`.
    """
    closing.close(context, ticket, facts)
    if not is_needed(context, ticket):
        raise ClearanceNotNeeded
    seal = seal_of(context, ticket, facts)
    waits = any(each.is_open and each.seal == seal for each in _asked(ticket))
    if waits or is_cleared(context, ticket, facts):
        return []
    void = tuple(
        deciding.ended(each, ApprovalOutcome.SUPERSEDED, context.now) for each in _asked(ticket) if each.is_standing
    )
    approval = deciding.requested(
        context,
        ticket,
        Subject.CLOSING,
        closing_gate(context, ticket),
        (seal, words_of(facts), None, (context.actor.id,)),
    )
    asked = replace(deciding.asked(approval), texts={kind_of(approval.number): written(facts)})
    return [*deciding.superseded(void), asked]


def seal_of(context: Context, ticket: Ticket, facts: ClosureFacts) -> str:
    """Return the seal of a closing: of what is said, on this ticket, since it was last opened."""
    return context.seal(f"closing/{ticket.id}/{ticket.reopen_count}/{written(facts)}")


def kind_of(number: int) -> str:
    """Return under which kind a closing that waits lies with the texts of its ticket."""
    return f"closing/{number}"


def _asked(ticket: Ticket) -> Iterable[Approval]:
    return (each for each in ticket.approvals if each.subject is Subject.CLOSING)
