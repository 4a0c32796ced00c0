"""What do people read about each kind of event, and which fields does it fill?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from triage_core.contract.events import Event, EventType
from triage_core.contract.shape import shapes_of
from triage_core.domain.gating.state import ApprovalOutcome
from triage_core.domain.model import State
from triage_core.domain.policy.service_levels import Metric

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
