"""Which operations are about escalations and incidents?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract import escalations, incidents, messages, reading, tickets
from triage_core.contract.operation import Operation, Scope, reads, works

if TYPE_CHECKING:
    from pydantic import BaseModel

_V1: Final = "/api/v1"
_ONE: Final = f"{_V1}/escalations/{{escalation_id}}"


def _acts(name: str, part: str, request: type[BaseModel] | None, said: tuple[str, str]) -> Operation:
    fixed: dict[str, Any] = {"params": escalations.EscalationPath, "scope": Scope.ESCALATIONS_WRITE}
    return works(name, _ONE + part, (request, escalations.EscalationView), said, **fixed)


_INCIDENT: Final = f"{_V1}/incidents/{{incident_id}}"


def _changes(name: str, part: str, said: tuple[str, str]) -> Operation:
    fixed: dict[str, Any] = {"params": incidents.IncidentPath, "scope": Scope.ESCALATIONS_WRITE, "carries_text": True}
    return works(name, _INCIDENT + part, (incidents.Membership, incidents.IncidentView), said, **fixed)


ROWS: Final = (
    reads(
        "ListEscalations",
        f"{_V1}/escalations",
        escalations.EscalationPage,
        ("List escalations", "Lists the escalations that run, the gravest first."),
        query=escalations.EscalationList,
    ),
    reads(
        "GetEscalation",
        _ONE,
        escalations.EscalationView,
        ("Get an escalation", "Returns who is called, who holds it, until when, and what comes next."),
        params=escalations.EscalationPath,
    ),
    reads(
        "GetEscalationLog",
        f"{_ONE}/log",
        reading.Timeline,
        ("Get an escalation log", "Returns every movement of an escalation, oldest first."),
        params=escalations.EscalationPath,
        query=messages.Paged,
    ),
    works(
        "EscalateTicket",
        f"{_V1}/tickets/{{ticket_id}}/escalate",
        (escalations.Alarm, escalations.EscalationView),
        ("Escalate a ticket", "Raises an escalation, or adds a cause to the one that runs."),
        params=tickets.TicketPath,
        scope=Scope.ESCALATIONS_WRITE,
    ),
    _acts(
        "AcknowledgeEscalation",
        "/acknowledge",
        escalations.Acknowledgement,
        ("Acknowledge an escalation", "Lets the person who calls take an escalation over until the next checkpoint."),
    ),
    _acts(
        "PostCheckpoint",
        "/checkpoints",
        escalations.Checkpoint,
        ("Post a checkpoint", "Tells how an escalation stands, and renews the hold of its person."),
    ),
    _acts(
        "TransferEscalation",
        "/transfer",
        escalations.Hand,
        ("Offer an escalation", "Offers an escalation to another person, who holds it once it is accepted."),
    ),
    _acts(
        "AcceptEscalation",
        "/accept",
        None,
        ("Accept an escalation", "Takes over an escalation that was offered to the caller."),
    ),
    _acts(
        "DeclineEscalation",
        "/decline",
        escalations.NoThanks,
        ("Decline an escalation", "Turns down an escalation that was offered to the caller."),
    ),
    _acts(
        "ResolveEscalation",
        "/resolve",
        escalations.Ending,
        ("End an escalation", "Ends an escalation with a reason; nobody is called any more."),
    ),
    works(
        "DeclareIncident",
        f"{_V1}/incidents",
        (incidents.Declaration, incidents.IncidentView),
        ("Declare an incident", "Groups tickets of one cause under one lead, and calls people once for all of them."),
        scope=Scope.ESCALATIONS_WRITE,
        carries_text=True,
        names_records=True,
    ),
    reads(
        "GetIncident",
        _INCIDENT,
        incidents.IncidentView,
        ("Get an incident", "Returns who leads an incident, and which tickets belong to it."),
        params=incidents.IncidentPath,
        carries_text=True,
    ),
    _changes("JoinIncident", "/join", ("Add a ticket to an incident", "Puts another ticket into an incident.")),
    _changes("LeaveIncident", "/leave", ("Take a ticket out", "Takes a ticket out of an incident.")),
)
