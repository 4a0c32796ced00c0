"""What if a person wants a grave ticket handled with less caution? A second person has to agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from triage_core.domain import overriding
from triage_core.domain.gating import deciding, excepting
from triage_core.domain.gating.errors import ApprovalNotFound
from triage_core.domain.gating.needing import weakening_gate
from triage_core.domain.gating.state import ApprovalOutcome, Subject
from triage_core.domain.overriding import Correction

if TYPE_CHECKING:
    from triage_core.domain.context import Context
    from triage_core.domain.gating.deciding import Choice, Proof
    from triage_core.domain.lifecycle import Step
    from triage_core.domain.model import Ticket


def correct(context: Context, ticket: Ticket, correction: Correction) -> list[Step]:
    """Apply a correction, or ask a second person where it lowers the caution on a ticket of the highest class."""
    steps = overriding.override(context, ticket, correction)
    if not overriding.lowers_highest(context, ticket, correction):
        return steps
    written = written_as(correction)
    seal = context.seal(written)
    if any(each.seal == seal and each.is_open for each in ticket.approvals):
        return []
    gate = weakening_gate(context, ticket, "less_caution")
    about = (seal, len(correction.reason.split()), None, (context.actor.id,))
    approval = deciding.requested(context, ticket, Subject.CORRECTION, gate, about)
    asked = deciding.asked(approval)
    return [msgspec.structs.replace(asked, texts={kind_of(approval.number): written})]


def kind_of(number: int) -> str:
    """Return under which kind a correction that waits lies with the texts of its ticket."""
    return f"correction/{number}"


def written_as(correction: Correction) -> str:
    """Write a correction so that its seal is always the same."""
    return msgspec.json.encode(correction, order="deterministic").decode()


def decide(
    context: Context, ticket: Ticket, number: int, given: tuple[Choice, Proof], written: str | None
) -> list[Step]:
    """Decide about a request; what follows when everybody needed agreed follows with the last decision.

    A correction takes effect, and a text that was let pass goes on.
    """
    choice, proof = given
    steps = deciding.decide(context, ticket, number, choice, proof)
    if not steps:
        return steps
    approval = next(each for each in steps[0].changes["approvals"] if each.number == number)
    if approval.subject is Subject.EXCEPTION:
        return excepting.followed(context, ticket, approval, steps)
    if approval.subject is not Subject.CORRECTION or approval.outcome is not ApprovalOutcome.APPROVED:
        return steps
    if written is None or context.seal(written) != approval.seal:
        raise ApprovalNotFound
    correction = msgspec.json.decode(written, type=Correction)
    return [*steps, *overriding.override(context, ticket, correction, agreed_with=approval.requested_by)]
