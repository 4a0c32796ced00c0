"""When do tickets belong together, and when do many of a kind look like an incident?

Tickets are linked and never merged: people decide what a link means.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from triage_core.domain.policy.values import Duration, Section, Share, as_list


class Sameness(StrEnum):
    """What tickets of one incident have in common."""

    AFFECTED_SYSTEM = "affected_system"
    SERVICE_LINE = "service_line"
    CATEGORY = "category"
    TEXT = "text"


_Same = Annotated[
    tuple[Sameness, ...],
    BeforeValidator(as_list, json_schema_input_type=Sameness | list[Sameness]),
    Field(min_length=1),
]


class IncidentRule(Section):
    """When many tickets of a kind are proposed as one incident; a person declares it, or not."""

    same: _Same = (Sameness.AFFECTED_SYSTEM,)
    """What they have in common; all of it."""
    count: Annotated[int, Field(ge=2, le=50)] = 5
    """From so many senders on; one sender counts once."""
    window: Duration = Field(default="30m", validate_default=True)
    """In this time; every further ticket of the kind joins as long as it comes in this time after another."""


class Related(Section):
    """How tickets are found that belong together."""

    window: Duration = Field(default="24h", validate_default=True)
    """Tickets that lie further apart are not compared."""
    similarity: Share = 0.8
    """The share of words that two texts have in common, from which on they say the same."""
    incident: IncidentRule | None = IncidentRule()
    """Leave it empty to propose no incidents."""
