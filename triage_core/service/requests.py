"""What can become of a request that waits or is over, beside a decision: asked anew, or taken back?

What it is about says how, by the same rules as when it was asked for first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from triage_core.contract.operation import Scope
from triage_core.domain.closure.facts import read
from triage_core.domain.gating import clearing, deciding, excepting, preparing, weakening
from triage_core.domain.gating.errors import ApprovalNotFound, ApprovalOver, MessageNotOpen
from triage_core.domain.gating.state import Approval, ApprovalOutcome, Subject, approval_id
from triage_core.domain.overriding import Correction
from triage_core.service.messages import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.domain.context import Context
    from triage_core.domain.lifecycle import Step
    from triage_core.domain.model import Actor, Ticket
    from triage_core.service.acting import Acting
    from triage_core.service.messages import Messages

#: What a request can end with and be asked anew, by itself or because somebody said no.
_ASKED_ANEW: Final = frozenset(
    {
        ApprovalOutcome.EXPIRED,
        ApprovalOutcome.NO_CHANNEL,
        ApprovalOutcome.REJECTED,
        ApprovalOutcome.WITHDRAWN,
    }
)
#: What somebody needs to ask anew, and to take back.
SCOPES: Final = {
    Subject.MESSAGE: Scope.MESSAGES_PREPARE,
    Subject.EXCEPTION: Scope.MESSAGES_PREPARE,
    Subject.CORRECTION: Scope.TICKETS_WRITE,
    Subject.CLOSING: Scope.TICKETS_WRITE,
}


class Requests:
    """The use cases about requests, whatever they are about."""

    def __init__(self, acting: Acting, messages: Messages) -> None:
        """Act through the tickets' own way."""
        self._acting: Final = acting
        self._messages: Final = messages

    def ask_anew(self, tenant: str, approval: str, actor: Actor) -> str:
        """Ask again what nobody decided, nobody could, or somebody rejected; return the name of the newest request.

        Raises `ApprovalOver` for what waits or was granted and for a text that was rejected, which has to be changed
        first, and whatever asking for it raises.
        """
        ticket, found = self._messages.approval(tenant, approval)
        if not may_be_asked_anew(found):
            raise ApprovalOver
        after = self._acting.act(tenant, ticket.id, actor, self._asking(ticket, found))
        return self._newest(after, found) or approval

    def _asking(self, ticket: Ticket, approval: Approval) -> Callable[[Context, Ticket], list[Step]]:
        number, written = approval.message or 0, self._written(ticket, approval)
        ask: dict[Subject, Callable[[Context, Ticket], list[Step]]] = {
            Subject.MESSAGE: lambda seen, now: preparing.ask_again(seen, now, number),
            Subject.EXCEPTION: lambda seen, now: excepting.request(seen, now, number, written),
            Subject.CORRECTION: lambda seen, now: weakening.correct(
                seen, now, msgspec.json.decode(written, type=Correction)
            ),
            Subject.CLOSING: lambda seen, now: clearing.request(seen, now, read(written)),
        }
        return ask[approval.subject]

    def _written(self, ticket: Ticket, approval: Approval) -> str:
        """Return what was asked for; raises `ApprovalNotFound` where that was erased."""
        kind_of = _KINDS.get(approval.subject)
        if kind_of is None:
            return ""
        stored = {text.kind: text.content for text in self._acting.store.texts(ticket.tenant, ticket.id)}
        found = stored.get(kind_of(approval.number))
        if found is None:
            raise ApprovalNotFound
        return found

    def _newest(self, ticket: Ticket, approval: Approval) -> str | None:
        about = [
            each.number
            for each in ticket.approvals
            if (each.subject, each.message) == (approval.subject, approval.message) and each.number > approval.number
        ]
        return approval_id(ticket.id, max(about)) if about else None

    def withdraw(self, tenant: str, approval: str, reason: str, actor: Actor) -> None:
        """Take a request back: with it the text that it is about, or what was granted by it and not used yet.

        Raises `ReasonMissing`, and `ApprovalOver` or `MessageNotOpen` where there is nothing to take back any more.
        """
        ticket, found = self._messages.approval(tenant, approval)
        number = found.message or 0

        def steps(seen: Context, now: Ticket) -> list[Step]:
            if found.subject is not Subject.MESSAGE:
                return deciding.withdrawn(seen, now, found.number, reason)
            if preparing.find(now, number).approval != found.number:
                raise MessageNotOpen
            return preparing.withdraw(seen, now, number, reason)

        self._acting.act(tenant, ticket.id, actor, steps)


def may_be_asked_anew(approval: Approval) -> bool:
    """Tell whether a request is over in a way that it can be asked anew; a text that was rejected is changed first."""
    is_refused = approval.subject is Subject.MESSAGE and approval.outcome is ApprovalOutcome.REJECTED
    return approval.outcome in _ASKED_ANEW and not is_refused


def may_be_withdrawn(approval: Approval) -> bool:
    """Tell whether there is something to take back: a text that has not left, or a request that had no effect yet."""
    if approval.subject is Subject.MESSAGE:
        return approval.outcome is not ApprovalOutcome.SUPERSEDED
    return approval.is_open or (approval.is_standing and approval.subject is not Subject.CORRECTION)


_KINDS: Final = {**KINDS, Subject.EXCEPTION: excepting.kind_of}
