"""Which operations are about texts to the customer and approvals?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract import messages, outbound, tickets
from triage_core.contract.operation import Operation, Scope, Surface, reads, works

if TYPE_CHECKING:
    from pydantic import BaseModel

_V1: Final = "/api/v1"
_MESSAGE: Final = f"{_V1}/messages/{{message_id}}"
_APPROVAL: Final = f"{_V1}/approvals/{{approval_id}}"
_TICKETS_MESSAGES: Final = f"{_V1}/tickets/{{ticket_id}}/messages"


def _on(
    name: str, part: str, sent: tuple[type[BaseModel] | None, type[BaseModel]], said: tuple[str, str], scope: Scope
) -> Operation:
    fixed: dict[str, Any] = {"params": outbound.MessagePath, "scope": scope}
    return works(name, _MESSAGE + part, sent, said, **fixed)


ROWS: Final = (
    works(
        "PrepareMessage",
        _TICKETS_MESSAGES,
        (outbound.Preparation, outbound.MessageView),
        ("Prepare a message", "Keeps a text for the customer, checks it, and asks for approval where one is needed."),
        params=tickets.TicketPath,
        scope=Scope.MESSAGES_PREPARE,
    ),
    reads(
        "ListMessages",
        _TICKETS_MESSAGES,
        outbound.MessagePage,
        ("List messages", "Lists the texts of a ticket and how far each is, without the texts."),
        params=tickets.TicketPath,
        query=messages.Paged,
    ),
    reads(
        "GetMessage",
        _MESSAGE,
        outbound.MessageView,
        ("Get a message", "Returns how far a text is and what stands in its way, without the text."),
        params=outbound.MessagePath,
    ),
    _on(
        "EditMessage",
        "/edit",
        (outbound.TextGiven, outbound.MessageView),
        ("Change a message", "Changes a text; whatever was decided about the old one is void."),
        Scope.MESSAGES_PREPARE,
    ),
    _on(
        "RequestApproval",
        "/approval",
        (outbound.ApprovalAsked, outbound.MessageView),
        ("Request an approval", "Asks people to approve a text, where nobody decided in time; a flow can wait for it."),
        Scope.MESSAGES_PREPARE,
    ),
    works(
        "RequestException",
        f"{_MESSAGE}/exception",
        (outbound.ExceptionWanted, outbound.MessageView),
        ("Request an exception", "Asks people to let a text pass that the checks refuse, where the policy allows it."),
        params=outbound.MessagePath,
        scope=Scope.MESSAGES_PREPARE,
        surface=Surface.CONSOLE,
    ),
    _on(
        "WithdrawMessage",
        "/withdraw",
        (outbound.Withdrawal, outbound.MessageView),
        ("Withdraw a message", "Takes a text back that has not left."),
        Scope.MESSAGES_PREPARE,
    ),
    works(
        "ReleaseMessage",
        f"{_MESSAGE}/release",
        (outbound.Release, outbound.Released),
        ("Release a message", "Judges a text anew, and gives it out once or says why it stays."),
        params=outbound.MessagePath,
        scope=Scope.MESSAGES_RELEASE,
        carries_text=True,
    ),
    _on(
        "ConfirmMessage",
        "/confirm",
        (outbound.Confirmation, outbound.MessageView),
        ("Confirm a message", "Tells whether a released text was sent."),
        Scope.MESSAGES_RELEASE,
    ),
    reads(
        "ListApprovals",
        f"{_V1}/approvals",
        outbound.ApprovalPage,
        ("List approvals", "Lists the approvals that wait for people."),
        query=outbound.ApprovalList,
    ),
    reads(
        "GetApproval",
        _APPROVAL,
        outbound.ApprovalView,
        ("Get an approval", "Returns who has to decide, until when, and what was decided."),
        params=outbound.ApprovalPath,
    ),
    works(
        "DecideApproval",
        f"{_APPROVAL}/decide",
        (outbound.Ruling, outbound.ApprovalView),
        ("Decide an approval", "Lets a person who signed in a short while ago approve or reject."),
        params=outbound.ApprovalPath,
        scope=Scope.MESSAGES_RELEASE,
        surface=Surface.CONSOLE,
    ),
)
