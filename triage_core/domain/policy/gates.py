"""What stands between a text and the customer, and what may act on its own?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from triage_core.domain.policy.rollout import DemotionTrigger, ReadinessRules
from triage_core.domain.policy.values import Conditions, Duration, Language, Name, Names, Section, Share, Text


class ApprovalRule(Section):
    """How an approval works for some tickets; the first rule that fits holds."""

    id: Name
    classes: Names = ()
    """These classes; all when empty."""
    tags_any: Names = ()
    """One of these tags; any ticket when empty."""
    roles: Names
    """Roles that may approve."""
    quorum: Annotated[int, Field(ge=1, le=5)] = 1
    """Distinct people who must approve."""
    expires: Duration
    """An unanswered request expires after this time, and never into an approval."""


class ReviewWarning(Section):
    """When a quick approval looks like a rubber stamp."""

    under: Duration = Field(default="10s", validate_default=True)
    words_over: Annotated[int, Field(ge=1)] = 40


class Exceptable(StrEnum):
    """What people may let pass in one text: what the desk's own rules refuse, and nothing that harms somebody else."""

    TOO_LONG = "too_long"
    MISSING_PART = "missing_part"
    LINK_NOT_ALLOWED = "link_not_allowed"
    PRICE_OUTSIDE_POLICY = "price_outside_policy"
    PROMISE_OUTSIDE_POLICY = "promise_outside_policy"
    LEGAL_ADMISSION = "legal_admission"
    FORBIDDEN_NAME = "forbidden_name"


class Exceptions(Section):
    """Who may let a text pass that the checks refuse; without findings nobody may."""

    findings: tuple[Exceptable, ...] = ()
    """Codes of what may be let pass."""
    roles: Names = ()
    """Roles that may; everybody who may approve when empty."""
    quorum: Annotated[int, Field(ge=1, le=5)] = 1
    """Distinct people who must agree."""
    expires: Duration = Field(default="1h", validate_default=True)
    """An unanswered request expires after this time, and what was agreed to lapses after as long."""


class Gates(Section):
    """Who must agree before a text leaves."""

    approvals: tuple[ApprovalRule, ...]
    commander_clears: Names = ()
    """Classes whose customer communication a human incident commander clears as well."""
    fresh_session: Duration = Field(default="60m", validate_default=True)
    """Whoever decides must have signed in so long ago at the most."""
    recipient_rate: Annotated[int, Field(ge=1, le=1_000)] = 10
    """Texts that one ticket's customer gets in an hour at the most."""
    address_rate: Annotated[int, Field(ge=1, le=1_000)] | None = None
    """Texts that one address gets in an hour at the most, whatever the ticket; no limit of its own when empty."""
    tenant_rate: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Texts that leave in an hour at the most, whatever the ticket; no limit when empty."""
    review_warning: ReviewWarning = ReviewWarning()
    exceptions: Exceptions = Exceptions()


class Stage(StrEnum):
    """How far the automation may go."""

    OFF = "off"
    SHADOW = "shadow"
    PILOT = "pilot"
    FULL = "full"


class Stages(Section):
    """The rollout."""

    start: Stage = Stage.SHADOW
    """The stage in which a new tenant begins; later stages are reached by a named sign-off."""
    pilot_when: Conditions = Field(default_factory=dict)
    """Tickets of the pilot subset."""
    pilot_share: Share | None = None
    """A stable share of tickets instead of a rule."""
    sign_offs: Annotated[int, Field(ge=1, le=5)] = 1
    """Distinct people who must sign a promotion."""
    readiness: ReadinessRules = ReadinessRules()
    demote: tuple[DemotionTrigger, ...] = ()
    """What takes automation back one step by itself."""


class TemplateKind(StrEnum):
    """What a text is for."""

    INTAKE_REQUEST = "intake_request"
    AUTO_ACKNOWLEDGEMENT = "auto_acknowledgement"
    FIRST_RESPONSE = "first_response"
    STATUS_UPDATE = "status_update"
    ESCALATION_NOTICE = "escalation_notice"
    EXECUTIVE_BRIEF = "executive_brief"
    POST_INCIDENT_NOTE = "post_incident_note"
    CLOSING_NOTE = "closing_note"
    SURVEY = "survey"


class Placeholder(StrEnum):
    """What a template may say about a ticket: facts of ours, never words of the ticket."""

    TICKET_ID = "ticket_id"
    CUSTOMER_NAME = "customer_name"
    CLASS_LABEL = "class_label"
    SEVERITY_LABEL = "severity_label"
    IMPACT_LABEL = "impact_label"
    URGENCY_LABEL = "urgency_label"
    SYSTEM_LABEL = "system_label"
    SERVICE_LINE_LABEL = "service_line_label"
    CATEGORY_LABEL = "category_label"
    TAG_LABELS = "tag_labels"
    QUEUE_LABEL = "queue_label"
    OWNER_NAME = "owner_name"
    INCIDENT_LEAD_NAME = "incident_lead_name"
    CREATED_AT = "created_at"
    RESOLVED_AT = "resolved_at"
    FIRST_REPLY_DUE = "first_reply_due"
    NEXT_UPDATE_DUE = "next_update_due"
    RESOLUTION_DUE = "resolution_due"
    UPDATE_EVERY = "update_every"
    MISSING_FIELDS = "missing_fields"
    IMPACT_STATEMENT = "impact_statement"
    TIMELINE = "timeline"
    CURRENT_STATE = "current_state"
    NEXT_STEPS = "next_steps"
    WORKAROUND = "workaround"
    ROOT_CAUSE = "root_cause"
    RESOLUTION_SUMMARY = "resolution_summary"
    PREVENTION = "prevention"
    SERVICE_DESK_NAME = "service_desk_name"
    STATUS_PAGE = "status_page"
    SURVEY_PAGE = "survey_page"


class Template(Section):
    """A text with fixed placeholders in braces; no expression and no sentence of the ticket stands in it."""

    id: Name
    kind: TemplateKind
    language: Language = "en"
    classes: Names = ()
    tags_any: Names = ()
    subject: str = ""
    body: Text
