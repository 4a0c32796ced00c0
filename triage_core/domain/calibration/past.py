"""What was known of a ticket when automation decided it, what did automation say, and what became of the ticket?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from msgspec import field

from triage_core.domain.decision import NOTHING_GIVEN, Given
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.decision import Outcome


class Sign(StrEnum):
    """Something that happened later and makes a decision worth a second look; it proves nothing by itself."""

    #: A person set a higher class, or added a risk.
    RAISED = "raised"
    #: A person set a lower class, or took a risk off.
    LOWERED = "lowered"
    BREACHED = "breached"
    #: The customer was dissatisfied, or somebody said that the decision was wrong.
    COMPLAINED = "complained"
    #: It was escalated although automation had not asked for it.
    ESCALATED_LATE = "escalated_late"


class Said(Value, frozen=True, kw_only=True):
    """What automation said of a ticket."""

    class_name: str
    #: 0 is the highest.
    class_rank: int
    severity: str = ""
    tags: tuple[str, ...] = ()
    fired: tuple[str, ...] = ()
    gate_required: bool = False
    escalate: bool = False


class Past(Value, frozen=True, kw_only=True):
    """One ticket as it arrived, the answer it got, and its later course."""

    id: str
    created_at: datetime
    intake: dict[str, Any] = field(default_factory=dict)
    #: Subject, newline, body; empty where it was erased.
    text: str = ""
    given: Given = NOTHING_GIVEN
    policy_version: str = ""
    said: Said
    signs: tuple[Sign, ...] = ()
    first_reply_at: datetime | None = None
    resolved_at: datetime | None = None


def said_of(outcome: Outcome) -> Said:
    """Keep what of an outcome people judge."""
    return Said(
        class_name=outcome.class_name,
        class_rank=outcome.class_rank,
        severity=outcome.severity,
        tags=outcome.tags,
        fired=outcome.fired,
        gate_required=outcome.gate_required,
        escalate=outcome.must_escalate,
    )
