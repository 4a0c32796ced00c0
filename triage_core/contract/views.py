"""How does a ticket look to a caller?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from triage_core.contract import fields as f
from triage_core.contract import intake as form
from triage_core.contract.messages import Told


class Outcome(StrEnum):
    """What came of a request about a ticket."""

    TRIAGED = "triaged"
    BLOCKED = "blocked"
    UPDATED = "updated"
    KNOWN = "known"


OutcomeName = Annotated[
    Outcome,
    f.field(
        "Outcome",
        "What came of it: triaged, or blocked until its intake is complete; updated or known for an existing ticket.",
        "triaged",
    ),
]
MissingCsv = Annotated[str, f.csv("Missing Fields", "Intake fields that keep the ticket blocked.", "impact,urgency")]


#: A sample ticket is complete and open.
_COMPLETE: Final[dict[str, Any]] = {"platform_reason": None, "missing_csv": ""}

_OPEN: Final[dict[str, Any]] = {
    **_COMPLETE,
    "missing": [],
    "handover_to": None,
    "resolved_at": None,
    "closed_at": None,
}


class Missing(Told):
    """One intake field that keeps a ticket blocked."""

    field: Annotated[str, f.field("Field", "Name of the intake field.", "impact")]
    pointer: Annotated[str, f.field("Pointer", "Where a request carries the field.", "/impact")]
    expected: Annotated[str, f.field("Expected", "What the field must hold.", "one of high, medium, low")]


class Decided(Told):
    """What was decided about a ticket, flat, the fields that flows branch on first."""

    ticket_id: f.TicketId | None
    outcome: OutcomeName
    class_name: Annotated[f.ClassName | None, Field(alias="class")]
    severity: f.Severity | None
    risk_tags_csv: f.RiskTagsCsv
    gate_required: f.GateRequired
    platform_allowed: f.PlatformAllowed
    platform_reason: f.PlatformReason | None
    state: f.StateName
    queue: f.Queue | None
    owner: f.Owner | None
    owner_name: f.OwnerName | None
    first_reply_due_at: f.FirstReplyDueAt | None
    resolution_due_at: f.ResolutionDueAt | None
    next_due_at: f.NextDueAt | None
    next_due_metric: f.MetricName | None
    score: f.Score | None
    order_key: f.OrderKey
    missing_csv: MissingCsv
    must_escalate: f.MustEscalate
    source: f.Source
    source_id: f.SourceId
    subject: f.Subject | None
    customer: f.Customer | None
    created_at: f.CreatedAt
    updated_at: f.UpdatedAt


class Card(Decided):
    """A ticket in a list."""

    like: ClassVar[dict[str, Any]] = _COMPLETE


class TicketView(Decided):
    """A ticket in full; texts are empty where the calling platform may not carry them."""

    like: ClassVar[dict[str, Any]] = {
        **_COMPLETE,
        "missing": [],
        "handover_to": None,
        "resolved_at": None,
        "closed_at": None,
    }

    explanation: f.Explanation
    impact_statement: f.ImpactStatement | None
    rationale: f.Rationale | None
    update_every_minutes: f.UpdateEvery | None
    missing: Annotated[tuple[Missing, ...], f.listing("Missing", "What keeps the ticket blocked, field by field.")]
    impact: form.Impact | None
    urgency: form.Urgency | None
    affected_system: form.AffectedSystem | None
    customer_tier: form.CustomerTier | None
    data_sensitivity: form.DataSensitivity | None
    category: form.Category | None
    service_line: form.ServiceLine | None
    users_affected: form.UsersAffected | None
    defaulted_csv: Annotated[
        str, f.csv("Defaulted Fields", "Intake fields that the policy filled in.", "category,service_line")
    ]
    requester: f.Requester | None
    source_version: f.SourceVersion
    channel: f.Channel
    mode: f.ModeName
    secondary: Annotated[f.PersonId, f.field("Secondary Lead", "Person who steps in for the owner.", "kim")] | None
    support_tier: Annotated[int, f.field("Support Tier", "Tier of the person who holds the ticket.", 2)] | None
    handover_to: Annotated[f.PersonId, f.field("Offered To", "Person who was offered the ticket.", "kim")] | None
    resolved_at: f.ResolvedAt | None
    closed_at: f.ClosedAt | None
    reopen_count: Annotated[int, f.field("Reopen Count", "How often the ticket was reopened.", 0)]
    policy_version: f.PolicyVersion
    version: Annotated[int, f.field("Version", "Number of the last line of the ticket's timeline.", 3)]


class CardPage(Told):
    """Tickets in queue order."""

    like: ClassVar[dict[str, Any]] = {"next_cursor": None}

    items: Annotated[tuple[Card, ...], f.listing("Items", "The tickets of this page.")]
    next_cursor: f.NextCursor | None


class BatchItem(Told):
    """What came of one ticket of a batch."""

    index: Annotated[int, f.field("Index", "Position in the request, counted from zero.", 0)]
    ticket_id: f.TicketId | None
    outcome: OutcomeName | None
    class_name: Annotated[f.ClassName | None, Field(alias="class")]
    severity: f.Severity | None
    risk_tags_csv: f.RiskTagsCsv
    gate_required: Annotated[f.GateRequired | None, Field()]
    queue: f.Queue | None
    owner: f.Owner | None
    first_reply_due_at: f.FirstReplyDueAt | None
    missing_csv: MissingCsv
    source: f.Source
    source_id: f.SourceId
    error_code: Annotated[str, f.field("Error Code", "Why the ticket was not taken in.", "no_policy")] | None
    error_detail: (
        Annotated[str, f.field("Error Detail", "The same in a sentence.", "This tenant has no policy.")] | None
    )


class BatchResult(Told):
    """What came of each ticket of a batch."""

    accepted: Annotated[int, f.field("Accepted", "How many tickets were taken in.", 2)]
    failed: Annotated[int, f.field("Failed", "How many tickets were not.", 0)]
    items: Annotated[tuple[BatchItem, ...], f.listing("Items", "The results, in the order of the request.")]
