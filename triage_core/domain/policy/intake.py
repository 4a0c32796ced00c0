"""What must a ticket say, and which values may it use?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from triage_core.domain.policy.values import Duration, Labels, Name, Section, Terms, as_entry


class FieldType(StrEnum):
    """What a field holds."""

    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"


class Value(Section):
    """One allowed value of a choice field."""

    value: Name
    """The value that a ticket carries."""
    label: str = ""
    """What a person reads; the value itself when empty."""
    labels: Labels = Field(default_factory=dict)
    """The label in other languages."""
    help: str = ""
    """When to choose this value."""
    service_line: Name | None = None
    """For systems: the service line that a ticket on it belongs to."""


class IntakeField(Section):
    """One field of the intake form."""

    label: str = ""
    """What a person reads; the field's name when empty."""
    labels: Labels = Field(default_factory=dict)
    """The label in other languages."""
    help: str = ""
    """What to enter."""
    type: FieldType = FieldType.CHOICE
    """What the field holds."""
    required: bool = False
    """A ticket without it is blocked until somebody completes it."""
    ordered: bool = False
    """The values stand in order, the most serious first; rules on an ordered field may only raise."""
    values: tuple[Annotated[Value, as_entry("value", Value)], ...] = ()
    """The allowed values of a choice field."""
    default: Name | None = None
    """Used, and shown as a default, where the ticket says nothing. Never allowed for impact and urgency."""
    pattern: str | None = None
    """For text fields: a regular expression in RE2 syntax that the whole value must match."""
    minimum: float | None = None
    """For number fields."""
    maximum: float | None = None
    """For number fields."""


class Intake(Section):
    """The intake form, its own clock, and the words that ring even while it is incomplete."""

    fields: dict[Name, IntakeField]
    """The form: the five mandatory fields, category and service line, and fields of your own."""
    target: Duration | None = None
    """How long a ticket may stay incomplete before its own clock rings; calendar time."""
    alert_terms: Terms = ()
    """Words in an incomplete ticket that raise an internal alert at once, beside those of the risk rules."""
    max_text: Annotated[int, Field(ge=1_000, le=1_000_000)] = 100_000
    """Characters of subject and body that the rules read; a longer text is cut there and the explanation says so."""
