"""Which events leave the service, and what do they say?

Every event has the same flat fields; those that do not concern it are null. None carries a text of a ticket.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from triage_core.contract import fields as f
from triage_core.contract.messages import Told
from triage_core.domain.closure.facts import ResolutionCode
from triage_core.domain.closure.items import CauseVerdict
from triage_core.domain.escalating.state import Standing
from triage_core.domain.feedback import About
from triage_core.domain.gating.state import ApprovalOutcome
from triage_core.domain.policy.escalation import LadderKind
from triage_core.domain.policy.gates import Stage, TemplateKind
from triage_core.domain.policy.rollout import Action


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
