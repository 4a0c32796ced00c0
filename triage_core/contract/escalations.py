"""How are escalations told, and what do people do with them?"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from triage_core.contract import fields as f
from triage_core.contract.messages import Given, Paged, Told
from triage_core.domain.escalating.state import Confidence, Standing, Trend
from triage_core.domain.policy.escalation import LadderKind

EscalationId = Annotated[
    str, f.text("Escalation", "Identifier of the escalation in this service.", "0192f3a7c1d25b9e4a7f03-e1", 80)
]
_CHECKPOINT: Final = "2026-03-02T09:30:00Z"
NextCheckpoint = Annotated[
    f.GivenMoment,
    f.field("Next Checkpoint At", "When the next news come; the cadence of the class when empty.", _CHECKPOINT),
]
_NOBODY_YET: Final[dict[str, Any]] = {
    "holder": None,
    "holder_name": None,
    "acknowledged_at": None,
    "next_checkpoint_at": None,
    "lease_until": None,
    "offered_to": None,
    "ended_at": None,
    "held_back": None,
    "joined_csv": "",
}


class EscalationPath(Given):
    """Which escalation."""

    escalation_id: EscalationId


class EscalationList(Paged):
    """Which running escalations."""

    queue: Annotated[f.Queue, f.field("Queue", "Queue in which the escalation waits.", "escalations")] | None = None
    holder: Annotated[f.PersonId, f.field("Holder", "Person who answers for it.", "lee")] | None = None


class Alarm(Given):
    """Why a ticket is escalated."""

    reason: f.Reason


class Acknowledgement(Given):
    """That a person takes an escalation over."""

    next_checkpoint_at: NextCheckpoint | None = None


class Checkpoint(Given):
    """How things stand."""

    note: Annotated[
        str, f.text("Note", "How things stand, for people inside.", "The provider confirms the outage.", 10_000)
    ]
    next_checkpoint_at: NextCheckpoint | None = None
    customers_least: (
        Annotated[int, f.field("Customers at Least", "How many are affected at the least.", 20, ge=0)] | None
    ) = None
    customers_most: (
        Annotated[int, f.field("Customers at Most", "How many are affected at the most.", 50, ge=0)] | None
    ) = None
    services_csv: Annotated[str, f.csv("Services", "Services that are affected.", "mail,calendar")] | None = None
    regions_csv: Annotated[str, f.csv("Regions", "Regions that are affected.", "emea")] | None = None
    trend: Annotated[Trend, f.field("Trend", "Where the damage is going.", "stable")] | None = None
    confidence: Annotated[Confidence, f.field("Confidence", "How sure this is.", "confirmed")] | None = None


class Hand(Given):
    """Who is offered the escalation."""

    to: f.PersonId
    note: f.Note | None = None


class NoThanks(Given):
    """Why an offered escalation is turned down."""

    reason: f.Reason | None = None


class Ending(Given):
    """Why an escalation ends."""

    reason: f.Reason


class Call(Told):
    """A call that comes next if nobody takes the escalation over."""

    at: Annotated[f.Moment, f.field("At", "When it is made.", "2026-03-02T09:10:00Z")]
    level: Annotated[int, f.field("Level", "Rung that is called, counted from one.", 2)]
    people_csv: Annotated[str, f.csv("People", "People who would be called.", "lee,kim")]


class EscalationFacts(Told):
    """An escalation, flat; it holds no word of the customer."""

    escalation_id: EscalationId
    ticket_id: f.TicketId
    standing: Annotated[Standing, f.field("Standing", "Where the escalation stands.", "calling")]
    class_name: Annotated[f.ClassName | None, Field(alias="class")]
    severity: f.Severity | None
    risk_tags_csv: f.RiskTagsCsv
    gate_required: f.GateRequired
    holder: Annotated[f.PersonId, f.field("Holder", "Person who answers for it.", "lee")] | None
    holder_name: f.PersonName | None
    acknowledge_by: (
        Annotated[f.Moment, f.field("Acknowledge By", "When somebody must have taken it over.", f.AT)] | None
    )
    next_checkpoint_at: (
        Annotated[f.Moment, f.field("Next Checkpoint At", "When news are promised.", _CHECKPOINT)] | None
    )
    page_url: Annotated[str, f.field("Page", "Page on which a person takes it over.", "https://triage.example.com/e")]
    called_csv: Annotated[str, f.csv("Called People", "People who were called last.", "lee,kim")]
    level: Annotated[int, f.field("Level", "Rung that was called last, counted from one.", 1)] | None
    cycle: Annotated[int, f.field("Cycle", "How often it was nobody's, counted from one.", 1)]
    calls: Annotated[int, f.field("Calls", "How often people were called.", 1)]
    next_call_at: Annotated[f.Moment, f.field("Next Call At", "When the next rung is called.", f.AT)] | None
    held_back: Annotated[str, f.field("Held Back", "Why calls wait: hours or maintenance.", "hours")] | None
    cause: Annotated[str, f.field("Cause", "What set it off.", "class:P1")]
    joined_csv: Annotated[str, f.csv("Joined Causes", "Causes that came while it ran.", "breach:first_reply/1")]
    kind: Annotated[LadderKind, f.field("Kind", "Along which line it climbs.", "hierarchical")]
    ladder: Annotated[str, f.field("Ladder", "Ladder that it climbs.", "major")]
    queue: f.Queue
    owner: f.Owner | None
    raised_at: Annotated[f.Moment, f.field("Raised At", "When it was raised.", f.AT)]
    raised_by: Annotated[f.PersonId, f.field("Raised By", "Person who raised it.", "kim")] | None
    acknowledged_at: Annotated[f.Moment, f.field("Acknowledged At", "When it was taken over.", f.AT)] | None
    lease_until: (
        Annotated[f.Moment, f.field("Lease Until", "When it lapses without news.", "2026-03-02T10:00:00Z")] | None
    )
    offered_to: Annotated[f.PersonId, f.field("Offered To", "Person who was offered it.", "kim")] | None
    ended_at: Annotated[f.Moment, f.field("Ended At", "When it ended.", f.AT)] | None
    customers_least: Annotated[int, f.field("Customers at Least", "How many are affected at the least.", 20)] | None
    customers_most: Annotated[int, f.field("Customers at Most", "How many are affected at the most.", 50)] | None
    services_csv: Annotated[str, f.csv("Services", "Services that are affected.", "mail,calendar")]
    data_classes_csv: Annotated[str, f.csv("Data Classes", "Data that is affected.", "internal")]
    regions_csv: Annotated[str, f.csv("Regions", "Regions that are affected.", "emea")]
    since: Annotated[f.Moment, f.field("Since", "Since when.", f.AT)] | None
    trend: Annotated[Trend, f.field("Trend", "Where the damage is going.", "stable")]
    confidence: Annotated[Confidence, f.field("Confidence", "How sure this is.", "confirmed")]
    policy_version: f.PolicyVersion
    source: f.Source
    source_id: f.SourceId


class EscalationItem(EscalationFacts):
    """An escalation in a list."""

    like: ClassVar[dict[str, Any]] = _NOBODY_YET


class EscalationView(EscalationFacts):
    """An escalation, and what comes next."""

    like: ClassVar[dict[str, Any]] = _NOBODY_YET

    ahead: Annotated[tuple[Call, ...], f.listing("Ahead", "The calls that come if nobody takes it over.")]


class EscalationPage(Told):
    """Running escalations, the gravest first."""

    like: ClassVar[dict[str, Any]] = {"next_cursor": None}

    items: Annotated[tuple[EscalationItem, ...], f.listing("Items", "The escalations of this page.")]
    next_cursor: f.NextCursor | None
