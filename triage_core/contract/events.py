"""Which events leave the service, and what do they say?

Every event has the same flat fields; those that do not concern it are null. None carries a text of a ticket.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import Field

from triage_core.contract import fields as f
from triage_core.contract.messages import Told
from triage_core.contract.shape import shapes_of
from triage_core.domain.closure.facts import ResolutionCode
from triage_core.domain.closure.items import CauseVerdict
from triage_core.domain.escalating.state import Standing
from triage_core.domain.feedback import About
from triage_core.domain.gating.state import ApprovalOutcome
from triage_core.domain.model import State
from triage_core.domain.policy.escalation import LadderKind
from triage_core.domain.policy.gates import Stage, TemplateKind
from triage_core.domain.policy.rollout import Action
from triage_core.domain.policy.service_levels import Metric


class EventType(StrEnum):
    """Kinds of event that a receiver can subscribe to."""

    TICKET_TRIAGED = "ticket.triaged"
    TICKET_BLOCKED = "ticket.blocked"
    TICKET_OVERRIDDEN = "ticket.overridden"
    TICKET_CLOSED = "ticket.closed"
    TICKET_LINKED = "ticket.linked"
    INCIDENT_PROPOSED = "incident.proposed"
    INCIDENT_DECLARED = "incident.declared"
    INTAKE_ALERTED = "intake.alerted"
    SLA_AT_RISK = "sla.at_risk"
    SLA_BREACHED = "sla.breached"
    APPROVAL_REQUESTED = "approval.requested"
    APPROVAL_REMINDED = "approval.reminded"
    APPROVAL_DECIDED = "approval.decided"
    MESSAGE_RELEASED = "message.released"
    MESSAGE_SENT = "message.sent"
    MESSAGE_FAILED = "message.failed"
    MESSAGE_UNCONFIRMED = "message.unconfirmed"
    GATE_BYPASSED = "gate.bypassed"
    ESCALATION_RAISED = "escalation.raised"
    ESCALATION_ACKNOWLEDGED = "escalation.acknowledged"
    ESCALATION_LEVEL_CHANGED = "escalation.level_changed"
    ESCALATION_LAPSED = "escalation.lapsed"
    ESCALATION_CHECKPOINT_MISSED = "escalation.checkpoint_missed"
    ESCALATION_COVERAGE_GAP = "escalation.coverage_gap"
    ESCALATION_EXHAUSTED = "escalation.exhausted"
    ESCALATION_RESOLVED = "escalation.resolved"
    ROLLOUT_PROMOTED = "rollout.promoted"
    ROLLOUT_DEMOTED = "rollout.demoted"
    ROLLOUT_KILLED = "rollout.killed"
    ROLLOUT_REVIVED = "rollout.revived"
    FEEDBACK_GIVEN = "feedback.given"
    CLOSURE_COMPLETED = "closure.completed"
    CLOSURE_PUBLISHED = "closure.published"
    ROOT_CAUSE_JUDGED = "root_cause.judged"
    FOLLOW_UP_REMINDED = "follow_up.reminded"
    FOLLOW_UP_OVERDUE = "follow_up.overdue"
    FOLLOW_UP_FINISHED = "follow_up.finished"
    ARTICLES_SUGGESTED = "articles.suggested"
    ARTICLE_DRAFTED = "article.drafted"
    ARTICLE_PUBLISHED = "article.published"
    ARTICLE_STALE = "article.stale"
    REPORT_WEEKLY_READY = "report.weekly_ready"


_DUE: Final = "2026-03-02T09:15:00Z"
_OTHER: Final = "0192f3a7c1d25b9e4a7f02"


class Event(Told):
    """Something that happened, as receivers get it."""

    id: f.EventId
    type: Annotated[EventType, f.field("Event Type", "Kind of event.", "ticket.triaged")]
    at: Annotated[f.Moment, f.field("Happened At", "When it happened.", f.AT)]
    tenant: f.Tenant
    ticket_id: f.TicketId | None
    source: f.Source | None
    source_id: f.SourceId | None
    state: f.StateName | None
    class_name: Annotated[f.ClassName | None, Field(alias="class")]
    severity: f.Severity | None
    risk_tags_csv: f.RiskTagsCsv | None
    gate_required: Annotated[f.GateRequired | None, Field()]
    queue: f.Queue | None
    owner: f.Owner | None
    mode: f.ModeName | None
    missing_csv: Annotated[str, f.csv("Missing Fields", "Intake fields that are missing.", "impact,urgency")] | None
    rules_csv: Annotated[str, f.csv("Rules", "Rules whose words rang.", "security-words")] | None
    duplicate_of: Annotated[str, f.field("Duplicate Of", "Earlier ticket that says the same.", _OTHER)] | None
    related_csv: Annotated[str, f.csv("Related Tickets", "Tickets that belong together with this one.", _OTHER)] | None
    incident_of: (
        Annotated[str, f.field("Incident Candidate", "First of many tickets of a kind, perhaps an incident.", _OTHER)]
        | None
    )
    incident_tickets_csv: (
        Annotated[str, f.csv("Incident Tickets", "Tickets of a kind, the first in front.", _OTHER)] | None
    )
    incident_senders: Annotated[int, f.field("Incident Senders", "Different senders of these tickets.", 5)] | None
    edge: (
        Annotated[str, f.field("Edge", "Stable name of the moment.", "0192f3a7c1d25b9e4a7f03/first_reply/1/breached")]
        | None
    )
    metric: f.MetricName | None
    share: Annotated[float, f.field("Share", "Part of the target that is used up.", 0.75)] | None
    cause: Annotated[str, f.field("Cause", "Why the target was missed.", "late")] | None
    due_at: Annotated[f.Moment, f.field("Due At", "When the target is used up.", _DUE)] | None
    approval_id: Annotated[str, f.field("Approval", "Identifier of the request for approval.", "a0192f3a7")] | None
    approval_outcome: (
        Annotated[ApprovalOutcome, f.field("Approval Outcome", "How the request ended.", "approved")] | None
    )
    approval_expires_at: (
        Annotated[f.Moment, f.field("Approval Expires At", "When the request ends by itself.", _DUE)] | None
    )
    message_id: Annotated[str, f.field("Message", "Identifier of the text.", "0192f3a7-m1")] | None
    message_kind: Annotated[TemplateKind, f.field("Message Kind", "What the text is for.", "status_update")] | None
    escalation_id: Annotated[str, f.field("Escalation", "Identifier of the escalation.", "e0192f3a7")] | None
    escalation_kind: (
        Annotated[LadderKind, f.field("Escalation Kind", "Along which line it climbs.", "hierarchical")] | None
    )
    escalation_level: Annotated[int, f.field("Escalation Level", "Rung that is called, counted from one.", 1)] | None
    escalation_cause: (
        Annotated[str, f.field("Escalation Cause", "What set it off.", "breach:first_reply/1/breached")] | None
    )
    escalation_queue: Annotated[f.Queue, f.field("Escalation Queue", "Queue of the task.", "escalations")] | None
    called_csv: Annotated[str, f.csv("Called People", "People who are called.", "lee,kim")] | None
    escalation_outcome: Annotated[Standing, f.field("Escalation Outcome", "How it ended.", "resolved")] | None
    acknowledge_by: (
        Annotated[f.Moment, f.field("Acknowledge By", "When the next rung is called.", "2026-03-02T09:05:00Z")] | None
    )
    acknowledged_by: Annotated[f.PersonId, f.field("Acknowledged By", "Person who took it over.", "lee")] | None
    next_checkpoint_at: (
        Annotated[f.Moment, f.field("Next Checkpoint At", "When news are promised.", "2026-03-02T09:30:00Z")] | None
    )
    rollout_action: Annotated[Action, f.field("Rollout Action", "Kind of action that was moved.", "messages")] | None
    rollout_stage: Annotated[Stage, f.field("Rollout Stage", "Stage that it came to.", "shadow")] | None
    rollout_stage_before: (
        Annotated[Stage, f.field("Rollout Stage Before", "Stage that it stood at before.", "pilot")] | None
    )
    rollout_by: (
        Annotated[str, f.field("Rollout By", "Who moved it; `triage` where a trigger did.", "petra.lindqvist")] | None
    )
    rollout_trigger: Annotated[str, f.field("Rollout Trigger", "Trigger that took it down.", "failing")] | None
    rollout_everywhere: (
        Annotated[bool, f.flag("Rollout Everywhere", "Whether the switch for all tenants was moved.", example=False)]
        | None
    )
    feedback_about: Annotated[About, f.field("Feedback About", "What kind of feedback it is.", "satisfaction")] | None
    feedback_rating: Annotated[int, f.field("Feedback Rating", "Satisfaction from one to five.", 4)] | None
    page_url: (
        Annotated[str, f.field("Page Address", "Page that shows the closure.", "https://www.notion.so/59833787")] | None
    )
    resolution_code: (
        Annotated[ResolutionCode, f.field("Resolution Code", "What became of the request.", "solved_permanent")] | None
    )
    root_cause_verdict: (
        Annotated[CauseVerdict, f.field("Root Cause Verdict", "How the root cause turned out.", "right")] | None
    )
    follow_up_id: (
        Annotated[str, f.field("Follow Up", "What was promised at a closing.", "0192f3a7c1d25b9e4a7f03-prevention-1")]
        | None
    )
    follow_up_owner: Annotated[f.PersonId, f.field("Follow Up Owner", "Person who sees to it.", "ann")] | None
    follow_up_due_at: Annotated[f.Moment, f.field("Follow Up Due At", "The end of the promised day.", _DUE)] | None
    article_id: Annotated[str, f.field("Article", "Article of the knowledge base.", _OTHER)] | None
    article_owner: Annotated[f.PersonId, f.field("Article Owner", "Person who answers for it.", "ann")] | None
    article_ids_csv: Annotated[str, f.csv("Articles", "Articles that may help, the best in front.", _OTHER)] | None
    report_id: Annotated[str, f.field("Report", "Identifier of the report.", "weekly-2026-W10")] | None
    report_week: Annotated[str, f.field("Report Week", "Week that the report is about.", "2026-W10")] | None


#: What every event about a ticket says.
ABOUT_TICKET: Final = (
    *("ticket_id", "source", "source_id", "state", "class", "severity", "risk_tags_csv", "gate_required"),
    *("queue", "owner", "mode"),
)
_ENVELOPE: Final = ("id", "type", "at", "tenant")
_CLOCK: Final = ("edge", "metric", "due_at")
_ESCALATION: Final = (
    *("escalation_id", "escalation_kind", "escalation_level", "escalation_cause", "escalation_queue"),
)
_CALL: Final = ("called_csv", "acknowledge_by")
_MOVE: Final = ("rollout_action", "rollout_stage", "rollout_stage_before")
_FOLLOW_UP: Final = ("follow_up_id", "follow_up_owner", "follow_up_due_at")
_CLOSED: Final[dict[str, Any]] = {"state": State.CLOSED}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One kind of event: what people read about it, and the fields that it fills."""

    type: EventType
    title: str
    description: str
    fills: tuple[str, ...]
    #: Values that make the sample this event and no other.
    like: dict[str, Any]


def _about(event: EventType, title: str, when: str, *more: str, **like: object) -> EventRow:
    fills = (*_ENVELOPE, *ABOUT_TICKET, *more)
    return EventRow(type=event, title=title, description=f"Triggers when {when}.", fills=fills, like=like)


_T: Final = EventType
EVENTS: Final[dict[EventType, EventRow]] = {
    row.type: row
    for row in (
        _about(_T.TICKET_TRIAGED, "Ticket Triaged", "a ticket was classified and routed"),
        _about(
            _T.TICKET_BLOCKED,
            "Ticket Blocked",
            "a ticket lacks mandatory fields",
            "missing_csv",
            state=State.INCOMPLETE,
            severity=None,
            risk_tags_csv="",
            gate_required=False,
            queue=None,
            owner=None,
            **{"class": None},
        ),
        _about(_T.TICKET_OVERRIDDEN, "Ticket Overridden", "a person corrected a decision"),
        _about(_T.TICKET_CLOSED, "Ticket Closed", "a ticket was closed", "resolution_code", **_CLOSED),
        _about(
            _T.TICKET_LINKED,
            "Ticket Linked",
            "a ticket was found to belong together with earlier ones",
            *("duplicate_of", "related_csv", "incident_of"),
        ),
        _about(
            _T.INCIDENT_PROPOSED,
            "Incident Proposed",
            "many tickets of a kind arrived that may be one incident",
            *("incident_of", "incident_tickets_csv", "incident_senders"),
        ),
        _about(
            _T.INCIDENT_DECLARED,
            "Incident Declared",
            "a person declared an incident of several tickets",
            *("incident_of", "incident_tickets_csv"),
        ),
        _about(
            _T.INTAKE_ALERTED,
            "Incomplete Ticket Alerted",
            "an incomplete ticket holds words of a serious risk",
            "rules_csv",
            state=State.INCOMPLETE,
            severity=None,
            risk_tags_csv="",
            gate_required=False,
            queue=None,
            owner=None,
            **{"class": None},
        ),
        _about(
            _T.SLA_AT_RISK,
            "Deadline at Risk",
            "most of the time for a target is used up",
            *_CLOCK,
            "share",
            edge="0192f3a7c1d25b9e4a7f03/first_reply/1/at_risk_75%",
            metric=Metric.FIRST_REPLY,
        ),
        _about(_T.SLA_BREACHED, "Deadline Missed", "a target was missed", *_CLOCK, "cause"),
        _about(
            _T.APPROVAL_REQUESTED,
            "Approval Requested",
            "a text waits for the approval of a named person",
            *("approval_id", "approval_outcome", "approval_expires_at", "message_id"),
            approval_outcome=ApprovalOutcome.OPEN,
        ),
        _about(
            _T.APPROVAL_REMINDED,
            "Approval Reminded",
            "half of the time for a decision is over",
            *("approval_id", "approval_outcome", "approval_expires_at", "message_id"),
            approval_outcome=ApprovalOutcome.OPEN,
        ),
        _about(
            _T.APPROVAL_DECIDED,
            "Approval Decided",
            "a request for approval was decided or ended undecided",
            *("approval_id", "approval_outcome", "approval_expires_at", "message_id"),
        ),
        *(
            _about(event, title, when, "message_id", "message_kind")
            for event, title, when in (
                (_T.MESSAGE_RELEASED, "Message Released", "a text was released"),
                (_T.MESSAGE_SENT, "Message Sent", "a released text was sent"),
                (_T.MESSAGE_FAILED, "Message Failed", "a released text could not be sent"),
                (_T.MESSAGE_UNCONFIRMED, "Message Unconfirmed", "nobody said whether a released text was sent"),
            )
        ),
        _about(_T.GATE_BYPASSED, "Gate Bypassed", "a text reached the customer without its approval"),
        _about(
            _T.ESCALATION_RAISED,
            "Escalation Raised",
            "an escalation was raised",
            *(*_ESCALATION, *_CALL),
        ),
        _about(
            _T.ESCALATION_ACKNOWLEDGED,
            "Escalation Acknowledged",
            "a person took an escalation over",
            *(*_ESCALATION, "acknowledged_by", "next_checkpoint_at"),
        ),
        _about(
            _T.ESCALATION_LEVEL_CHANGED,
            "Escalation Level Changed",
            "an escalation called the next level",
            *(*_ESCALATION, *_CALL),
            escalation_level=2,
        ),
        _about(
            _T.ESCALATION_LAPSED,
            "Escalation Lapsed",
            "the person who held an escalation was not heard of",
            *(*_ESCALATION, *_CALL),
        ),
        _about(
            _T.ESCALATION_CHECKPOINT_MISSED,
            "Checkpoint Missed",
            "news of an escalation did not come when they were promised",
            *(*_ESCALATION, "acknowledged_by", "next_checkpoint_at"),
        ),
        _about(
            _T.ESCALATION_COVERAGE_GAP,
            "Coverage Gap",
            "nobody on a level of an escalation can be called",
            *_ESCALATION,
        ),
        _about(
            _T.ESCALATION_EXHAUSTED,
            "Escalation Exhausted",
            "nobody took an escalation over after all calls",
            *_ESCALATION,
        ),
        _about(
            _T.ESCALATION_RESOLVED,
            "Escalation Resolved",
            "an escalation ended",
            *(*_ESCALATION, "escalation_outcome"),
        ),
        *(
            EventRow(
                type=event,
                title=title,
                description=f"Triggers when {when}.",
                fills=(*_ENVELOPE, *more, "rollout_by"),
                like={"rollout_by": "triage"} if "rollout_trigger" in more else {},
            )
            for event, title, when, *more in (
                (_T.ROLLOUT_PROMOTED, "Stage Promoted", "automation came to a higher stage", *_MOVE),
                (_T.ROLLOUT_DEMOTED, "Stage Demoted", "automation came to a lower stage", *_MOVE, "rollout_trigger"),
                (_T.ROLLOUT_KILLED, "Automation Killed", "all automation was put on manual", "rollout_everywhere"),
                (_T.ROLLOUT_REVIVED, "Automation Revived", "automation was let go on", "rollout_everywhere"),
            )
        ),
        _about(
            _T.FEEDBACK_GIVEN,
            "Feedback Given",
            "somebody said something about the handling of a ticket",
            *("feedback_about", "feedback_rating"),
        ),
        _about(
            _T.CLOSURE_COMPLETED,
            "Closure Completed",
            "the facts of a closing at the source were added",
            "resolution_code",
            **_CLOSED,
        ),
        _about(_T.CLOSURE_PUBLISHED, "Closure Published", "a page shows a closure", "page_url", **_CLOSED),
        _about(
            _T.ROOT_CAUSE_JUDGED,
            "Root Cause Judged",
            "somebody learnt whether the root cause of a closed ticket was right",
            "root_cause_verdict",
            **_CLOSED,
        ),
        *(
            _about(event, title, when, *_FOLLOW_UP, **_CLOSED)
            for event, title, when in (
                (_T.FOLLOW_UP_REMINDED, "Follow Up Reminded", "something that was promised at a closing is due soon"),
                (_T.FOLLOW_UP_OVERDUE, "Follow Up Overdue", "something that was promised at a closing is overdue"),
                (_T.FOLLOW_UP_FINISHED, "Follow Up Finished", "something that was promised at a closing is done"),
            )
        ),
        _about(
            _T.ARTICLES_SUGGESTED,
            "Articles Suggested",
            "articles of the knowledge base were found that may help with a ticket",
            "article_ids_csv",
        ),
        *(
            _about(event, title, when, "article_id", "article_owner", **_CLOSED)
            for event, title, when in (
                (_T.ARTICLE_DRAFTED, "Article Drafted", "a closed ticket became the draft of an article"),
                (_T.ARTICLE_PUBLISHED, "Article Published", "an article that came from a ticket was published"),
                (_T.ARTICLE_STALE, "Article Stale", "the day of review of an article is over"),
            )
        ),
        EventRow(
            type=_T.REPORT_WEEKLY_READY,
            title="Weekly Report Ready",
            description="Triggers when the weekly escalation report is ready.",
            fills=(*_ENVELOPE, "report_id", "report_week"),
            like={},
        ),
    )
}


def sample_event(event: EventType) -> dict[str, Any]:
    """Return an example of one kind of event."""
    row = EVENTS[event]
    filled = {shape.name: shape.example if shape.name in row.fills else None for shape in shapes_of(Event)}
    return {**filled, "type": str(event), **row.like}
