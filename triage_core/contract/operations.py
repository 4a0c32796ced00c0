"""Which operations does the service offer? The table that every edge and every packager reads.

Labels, verbs and visibility on single platforms are not told here; each platform keeps its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract import (
    account,
    closing_rows,
    escalation_rows,
    hooks,
    knowledge_rows,
    messages,
    outbound_rows,
    reading,
    report_rows,
    retention_rows,
    rollout_rows,
    tickets,
    views,
    work,
)
from triage_core.contract.operation import Operation, Repeat, Scope, Surface, reads, works

if TYPE_CHECKING:
    from pydantic import BaseModel

_V1: Final = "/api/v1"
_TICKET: Final = f"{_V1}/tickets/{{ticket_id}}"


def _about(name: str, part: str, response: type[BaseModel], said: tuple[str, str], **more: Any) -> Operation:  # noqa: ANN401 - fields of Operation
    """Return an operation that reads something of one ticket."""
    return reads(name, _TICKET + part, response, said, params=tickets.TicketPath, **more)


def _choices(name: str, path: str, what: str, **more: Any) -> Operation:  # noqa: ANN401 - fields of Operation
    """Return an operation that lists what a field may hold."""
    said = (f"List {what}", f"Lists {what} of the active policy, to choose from.")
    return reads(name, f"{_V1}/lists/{path}", messages.Choices, said, query=messages.Limited, **more)


def _work(name: str, part: str, request: type[BaseModel] | None, said: tuple[str, str], **more: Any) -> Operation:  # noqa: ANN401 - fields of Operation
    """Return an operation that changes one ticket and answers with it."""
    sent = (request, views.TicketView)
    return works(name, _TICKET + part, sent, said, params=tickets.TicketPath, **{"carries_text": True, **more})


_ROWS: Final = (
    # --- taking tickets in --------------------------------------------------------------------------------------------
    Operation(
        name="SubmitTicket",
        method="POST",
        path=f"{_V1}/tickets",
        summary="Submit a ticket",
        description="Submits a ticket and returns its class, risks, deadlines, queue and owner in one answer.",
        request=tickets.Submission,
        response=views.TicketView,
        scope=Scope.TICKETS_WRITE,
        carries_text=True,
        repeat=Repeat.NATURAL,
    ),
    Operation(
        name="SubmitTickets",
        method="POST",
        path=f"{_V1}/bulk/tickets",
        summary="Submit many tickets",
        description="Submits up to a hundred tickets and returns one result for each of them.",
        request=tickets.Batch,
        response=views.BatchResult,
        scope=Scope.TICKETS_WRITE,
        repeat=Repeat.NATURAL,
    ),
    Operation(
        name="PreviewTicket",
        method="POST",
        path=f"{_V1}/previews",
        summary="Preview a decision",
        description="Shows how a ticket would be decided, and keeps nothing of it.",
        request=tickets.Draft,
        response=views.TicketView,
        carries_text=True,
    ),
    # --- reading tickets ----------------------------------------------------------------------------------------------
    reads(
        "ListTickets",
        f"{_V1}/tickets",
        views.CardPage,
        ("List tickets", "Lists tickets in the order in which they should be worked on."),
        query=tickets.TicketList,
        carries_text=True,
    ),
    reads(
        "SearchTickets",
        f"{_V1}/search/tickets",
        views.CardPage,
        ("Find tickets", "Finds a ticket by its identifier or its source system's, or the tickets of a customer."),
        query=tickets.TicketSearch,
        carries_text=True,
    ),
    _about("GetTicket", "", views.TicketView, ("Get a ticket", "Returns one ticket as it stands."), carries_text=True),
    _about(
        "GetTimeline",
        "/timeline",
        reading.Timeline,
        ("Get a timeline", "Returns everything that happened on a ticket, oldest first."),
        query=messages.Paged,
    ),
    _about(
        "GetExplanation",
        "/explanation",
        reading.ExplanationView,
        ("Explain a decision", "Returns why a ticket was decided so, rule by rule, and what would change it."),
        carries_text=True,
    ),
    _about(
        "GetSlaStatus",
        "/sla",
        reading.SlaStatus,
        ("Get deadlines", "Returns every clock of a ticket with the time spent and the time left."),
    ),
    # --- working on tickets -------------------------------------------------------------------------------------------
    _work(
        "CompleteIntake",
        "/intake",
        work.Completion,
        ("Complete a blocked ticket", "Adds the missing intake values to a blocked ticket and decides it."),
    ),
    _work(
        "OverrideTicket",
        "/override",
        work.Override,
        ("Correct a decision", "Corrects class, severity, risks or intake of a ticket, with a reason."),
    ),
    _work(
        "RecordEvent",
        "/events",
        work.TicketEvent,
        (
            "Record an event",
            "Records what happened on a ticket, such as a reply or the solution; a late reply begins a new ticket.",
        ),
        repeat=Repeat.NATURAL,
    ),
    _work("AssignTicket", "/assign", work.Assignment, ("Assign a ticket", "Gives a ticket to a person.")),
    _work(
        "TransferTicket",
        "/transfer",
        work.Transfer,
        ("Offer a ticket", "Offers a ticket to another person, who holds it once it is accepted."),
    ),
    _work("AcceptTicket", "/accept", None, ("Accept a ticket", "Takes over a ticket that was offered to the caller.")),
    _work(
        "DeclineTicket",
        "/decline",
        work.Refusal,
        ("Decline a ticket", "Turns down a ticket that was offered to the caller; it stays with its owner."),
    ),
    _work(
        "GiveFeedback",
        "/feedback",
        work.Feedback,
        ("Give feedback", "Keeps a rating, a remark or a correction of a ticket for the weekly review."),
    ),
    *closing_rows.ROWS,
    *knowledge_rows.ROWS,
    *escalation_rows.ROWS,
    *outbound_rows.ROWS,
    *rollout_rows.ROWS,
    *report_rows.ROWS,
    *retention_rows.ROWS,
    # --- lists to choose from -----------------------------------------------------------------------------------------
    _choices("ListClasses", "classes", "classes"),
    _choices("ListSeverities", "severities", "severities"),
    _choices("ListRiskTags", "risk-tags", "risks"),
    _choices("ListQueues", "queues", "queues"),
    _choices("ListPeople", "people", "people"),
    _choices("ListIntakeValues", "intake-values/{field}", "values of an intake field", params=account.IntakeFieldPath),
    _choices("ListEventTypes", "event-types", "kinds of event"),
    # --- hooks --------------------------------------------------------------------------------------------------------
    Operation(
        name="CreateHook",
        method="POST",
        path=f"{_V1}/hooks",
        summary="Register a hook",
        description="Registers an address that receives events of one kind.",
        request=hooks.HookRequest,
        response=hooks.HookView,
        success=201,
        scope=Scope.HOOKS_WRITE,
        repeat=Repeat.NATURAL,
    ),
    Operation(
        name="SubscribeToEvent",
        method="POST",
        path=f"{_V1}/events/{{event_type}}/hooks",
        summary="Subscribe to an event",
        description="Registers an address for the kind of event that the path names.",
        request=hooks.HookAddress,
        params=hooks.EventTypePath,
        response=hooks.HookView,
        success=201,
        scope=Scope.HOOKS_WRITE,
        repeat=Repeat.NATURAL,
    ),
    reads(
        "ListHooks",
        f"{_V1}/hooks",
        hooks.HookPage,
        ("List hooks", "Lists the registrations of the caller's key."),
        query=messages.Paged,
        scope=Scope.HOOKS_WRITE,
    ),
    Operation(
        name="DeleteHook",
        method="DELETE",
        path=f"{_V1}/hooks/{{hook_id}}",
        summary="Remove a hook",
        description="Removes a registration; removing it again is no error.",
        params=hooks.HookPath,
        response=messages.Nothing,
        scope=Scope.HOOKS_WRITE,
        repeat=Repeat.NATURAL,
    ),
    reads(
        "ListSampleEvents",
        f"{_V1}/sample-events",
        hooks.SamplePage,
        ("List sample events", "Lists recent events of one kind, or an example where there are none yet."),
        query=hooks.SampleQuery,
        scope=Scope.HOOKS_WRITE,
    ),
    # --- the caller and the service -----------------------------------------------------------------------------------
    reads(
        "GetMe",
        f"{_V1}/me",
        account.Me,
        ("Test the connection", "Returns who the caller is, with all rights."),
    ),
    reads(
        "CheckSetup",
        f"{_V1}/setup",
        account.SetupView,
        ("Check the setup", "Returns whether people, hours, channels and the service itself are as they have to be."),
    ),
    reads(
        "GetHealth",
        f"{_V1}/health",
        account.Health,
        ("Get health", "Returns that the service runs."),
        scope=None,
        surface=Surface.SYSTEM,
    ),
    reads(
        "GetReady",
        f"{_V1}/ready",
        account.Ready,
        ("Get readiness", "Returns that the service can do its work."),
        scope=None,
        surface=Surface.SYSTEM,
    ),
)

OPERATIONS: Final[dict[str, Operation]] = {row.name: row for row in _ROWS}
