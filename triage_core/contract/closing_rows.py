"""Which operations close tickets, tell closures, and follow up what was promised?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract import closing, follow_ups, outbound, tickets
from triage_core.contract.operation import Surface, reads, works

if TYPE_CHECKING:
    from pydantic import BaseModel

_V1: Final = "/api/v1"
_TICKET: Final = f"{_V1}/tickets/{{ticket_id}}"
_FOLLOW_UPS: Final = f"{_V1}/follow-ups"
_OF_TICKET: Final[dict[str, Any]] = {"params": tickets.TicketPath, "carries_text": True}


def _closes(name: str, part: str, request: type[BaseModel], said: tuple[str, str]) -> Any:  # noqa: ANN401 - an operation
    return works(name, _TICKET + part, (request, closing.ClosureView), said, **_OF_TICKET)


ROWS: Final = (
    _closes(
        "CloseTicket",
        "/close",
        closing.Closing,
        ("Close a ticket", "Closes a solved ticket with its facts, or names every fact that is missing."),
    ),
    works(
        "RequestClearance",
        f"{_TICKET}/clearance",
        (closing.Closing, outbound.ApprovalView),
        ("Request a clearance", "Asks somebody else to agree to closing a grave ticket with exactly these facts."),
        params=tickets.TicketPath,
        surface=Surface.CONSOLE,
    ),
    reads(
        "GetClosure",
        f"{_TICKET}/closure",
        closing.ClosureView,
        ("Get a closure", "Returns the facts of a closure, its summary, and where it is shown."),
        **_OF_TICKET,
    ),
    _closes(
        "JudgeRootCause",
        "/root-cause",
        closing.Judgement,
        ("Judge a root cause", "Keeps whether the root cause of a closed ticket was right, as was learnt later."),
    ),
    reads(
        "ListFollowUps",
        _FOLLOW_UPS,
        follow_ups.FollowUpPage,
        ("List follow ups", "Lists what was promised at closings and is not done yet, the first due in front."),
        query=follow_ups.FollowUpList,
        carries_text=True,
    ),
    works(
        "FinishFollowUp",
        f"{_FOLLOW_UPS}/{{follow_up_id}}/finish",
        (follow_ups.FollowUpNote, follow_ups.FollowUpView),
        ("Finish a follow up", "Keeps that something that was promised at a closing is done."),
        params=follow_ups.FollowUpPath,
        carries_text=True,
    ),
)
