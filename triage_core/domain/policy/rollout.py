"""What can automation be let loose on, what must be ready before, and what takes it back by itself?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from triage_core.domain.policy.values import Duration, Name, Section, Share, as_list


class Action(StrEnum):
    """What automation does; each kind has a stage of its own."""

    MESSAGES = "messages"
    """Texts that leave for customers."""
    CALLS = "calls"
    """Cards, mails and pages for people inside."""
    WRITEBACK = "writeback"
    """Changes in the system that a ticket came from."""


class Measure(StrEnum):
    """What is counted to see whether automation goes wrong."""

    EXPIRED_APPROVALS = "expired_approvals"
    FAILED_SENDS = "failed_sends"
    OVERRIDES = "overrides"
    BYPASSES = "bypasses"
    MISSED_ESCALATIONS = "missed_escalations"


_Actions = Annotated[tuple[Action, ...], BeforeValidator(as_list, json_schema_input_type=Action | list[Action])]


class DemotionTrigger(Section):
    """When automation steps down without being asked."""

    id: Name
    measure: Measure
    actions: _Actions = ()
    """These kinds step down; all when empty."""
    window: Duration = Field(default="24h", validate_default=True)
    """How far back is counted, and never further than the last change of the stage."""
    at_least: Annotated[int, Field(ge=1, le=100_000)]
    """So many in the window."""
    share: Share | None = None
    """And at least this share of all cases in the window."""


class ReadinessRules(Section):
    """How long what was found before a promotion can be relied on."""

    attested_for: Duration = Field(default="90d", validate_default=True)
    """A person's word is open again after this time."""
    channels_tested_within: Duration = Field(default="30d", validate_default=True)
    rehearsed_within: Duration = Field(default="180d", validate_default=True)
    """The way back of a runbook was rehearsed in this time."""
