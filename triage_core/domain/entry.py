"""What is one line of a ticket's timeline?

A line holds ids and keyed digests of texts, never the texts, so that a text can be erased without breaking the chain.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import field

from triage_core.domain.model import Actor, Mode
from triage_core.domain.value import Value


class Kind(StrEnum):
    """What a line of the timeline reports; the names are past tense and a public promise."""

    SUBMITTED = "ticket.submitted"
    BLOCKED = "ticket.blocked"
    COMPLETED = "ticket.completed"
    UPDATED = "ticket.updated"
    TRIAGED = "ticket.triaged"
    OVERRIDDEN = "ticket.overridden"
    ASSIGNED = "ticket.assigned"
    HANDOVER_OFFERED = "ticket.handover_offered"
    HANDOVER_ACCEPTED = "ticket.handover_accepted"
    HANDOVER_DECLINED = "ticket.handover_declined"
    HANDOVER_LAPSED = "ticket.handover_lapsed"
    WORK_STARTED = "ticket.work_started"
    AGENT_REPLIED = "ticket.agent_replied"
    CUSTOMER_REPLIED = "ticket.customer_replied"
    NOTE_ADDED = "ticket.note_added"
    WAITING = "ticket.waiting"
    RESUMED = "ticket.resumed"
    RESOLVED = "ticket.resolved"
    REOPENED = "ticket.reopened"
    CLOSED = "ticket.closed"
    MERGED = "ticket.merged"
    VOIDED = "ticket.voided"
    LINKED = "ticket.linked"
    INCIDENT_PROPOSED = "incident.proposed"
    INCIDENT_DECLARED = "incident.declared"
    INCIDENT_JOINED = "incident.ticket_joined"
    INCIDENT_LEFT = "incident.ticket_left"
    SLA_AT_RISK = "sla.at_risk"
    SLA_BREACHED = "sla.breached"
    SLA_CANCELLED = "sla.cancelled"
    INTAKE_ALERTED = "intake.alerted"
    ESCALATION_RAISED = "escalation.raised"
    ESCALATION_JOINED = "escalation.joined"
    ESCALATION_CALLED = "escalation.called"
    ESCALATION_GAP = "escalation.coverage_gap"
    ESCALATION_HELD_BACK = "escalation.held_back"
    ESCALATION_EXHAUSTED = "escalation.exhausted"
    ESCALATION_ACKNOWLEDGED = "escalation.acknowledged"
    CHECKPOINT_POSTED = "escalation.checkpoint_posted"
    CHECKPOINT_MISSED = "escalation.checkpoint_missed"
    ESCALATION_LAPSED = "escalation.lapsed"
    ESCALATION_OFFERED = "escalation.transfer_offered"
    ESCALATION_TRANSFERRED = "escalation.transferred"
    ESCALATION_KEPT = "escalation.transfer_declined"
    ESCALATION_RESOLVED = "escalation.resolved"
    ESCALATION_EXPIRED = "escalation.expired"
    FEEDBACK_GIVEN = "feedback.given"
    MESSAGE_PREPARED = "message.prepared"
    MESSAGE_EDITED = "message.edited"
    MESSAGE_WITHDRAWN = "message.withdrawn"
    MESSAGE_LAPSED = "message.lapsed"
    MESSAGE_WITHHELD = "message.withheld"
    MESSAGE_RELEASED = "message.released"
    MESSAGE_SENT = "message.sent"
    MESSAGE_FAILED = "message.failed"
    MESSAGE_UNCONFIRMED = "message.unconfirmed"
    APPROVAL_REQUESTED = "approval.requested"
    APPROVAL_REMINDED = "approval.reminded"
    APPROVAL_AWAITED = "approval.awaited"
    APPROVAL_DECIDED = "approval.decided"
    APPROVAL_EXPIRED = "approval.expired"
    APPROVAL_SUPERSEDED = "approval.superseded"
    APPROVAL_WITHDRAWN = "approval.withdrawn"
    GATE_BYPASSED = "gate.bypassed"
    CLOSURE_COMPLETED = "closure.completed"
    CLOSURE_PUBLISHED = "closure.published"
    CLOSURE_UNPUBLISHED = "closure.unpublished"
    CAUSE_JUDGED = "closure.root_cause_judged"
    ACTION_REMINDED = "closure.action_reminded"
    ACTION_OVERDUE = "closure.action_overdue"
    ACTION_DONE = "closure.action_done"
    TOOK_OVER = "ticket.took_over"
    FOLLOWED_UP = "ticket.followed_up"
    TEXTS_ERASED = "texts.erased"
    ARTICLES_SUGGESTED = "articles.suggested"
    ARTICLE_DRAFTED = "article.drafted"
    ARTICLE_PUBLISHED = "article.published"
    ARTICLE_STALE = "article.stale"


class Entry(Value, frozen=True, kw_only=True):
    """One immutable line of a ticket's timeline."""

    tenant: str
    ticket_id: str
    #: Counts from 1 without gaps.
    number: int
    id: str
    kind: Kind
    #: When it happened, and when it was written down.
    at: datetime
    recorded_at: datetime
    actor: Actor
    policy_version: str = ""
    mode: Mode = Mode.LIVE
    #: The event of the source system that this line answers; the same one has no second effect.
    source_event_id: str | None = None
    #: The ticket's fields after this line, those that changed.
    changes: dict[str, Any] = field(default_factory=dict)
    #: What a reader needs beside the changes: reasons, evidence, digests.
    facts: dict[str, Any] = field(default_factory=dict)
    #: True where an imported log moved in a way the lifecycle refuses.
    irregular: bool = False
