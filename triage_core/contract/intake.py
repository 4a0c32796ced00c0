"""Which fields does the intake form offer to callers by name?

They are texts, checked against the policy's lists when the ticket is decided: a missing or unlisted value blocks the
ticket and is no error. Fields that a tenant adds travel as lines of one text, which every platform can fill in.
"""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator

from triage_core.contract.fields import LONGEST_NAME, field, text
from triage_core.contract.messages import Given

_LONGEST_VALUE: Final = 500
_LONGEST_FORM: Final = 10_000


def _value(title: str, description: str, example: str) -> object:
    return field(title, description, example, max_length=_LONGEST_VALUE)


def _in_lines(value: str) -> str:
    if any(not line.partition("=")[0].strip() or "=" not in line for line in _lines(value)):
        raise ValueError("expected one name=value in each line")
    return value


def _lines(value: str) -> list[str]:
    return [line for line in value.splitlines() if line.strip()]


Impact = Annotated[str, _value("Impact", "How much of the business is affected.", "high")]
Urgency = Annotated[str, _value("Urgency", "How fast the matter must be solved.", "high")]
AffectedSystem = Annotated[str, _value("Affected System", "System that the ticket is about.", "sso")]
CustomerTier = Annotated[str, _value("Customer Tier", "Service tier of the customer.", "enterprise")]
DataSensitivity = Annotated[str, _value("Data Sensitivity", "How sensitive the data in the ticket is.", "internal")]
Category = Annotated[str, _value("Category", "Kind of the request.", "incident")]
ServiceLine = Annotated[str, _value("Service Line", "Service that the affected system belongs to.", "identity")]
UsersAffected = Annotated[str, _value("Users Affected", "How many users are affected, as a number.", "120")]
FieldName = Annotated[str, text("Field", "Name of an intake field of the policy.", "impact", LONGEST_NAME)]
OtherFields = Annotated[
    str,
    field(
        "Other Fields",
        "Intake fields that the policy adds, one name=value in each line.",
        "region=emea",
        max_length=_LONGEST_FORM,
    ),
    AfterValidator(_in_lines),
]

#: The fields of the form that every request may carry by name.
NAMED: Final = (
    "impact",
    "urgency",
    "affected_system",
    "customer_tier",
    "data_sensitivity",
    "category",
    "service_line",
    "users_affected",
)


class Intake(Given):
    """The intake form, every field optional."""

    impact: Impact | None = None
    urgency: Urgency | None = None
    affected_system: AffectedSystem | None = None
    customer_tier: CustomerTier | None = None
    data_sensitivity: DataSensitivity | None = None
    category: Category | None = None
    service_line: ServiceLine | None = None
    users_affected: UsersAffected | None = None
    other_fields: OtherFields | None = None


def values_of(form: Intake) -> dict[str, str]:
    """Return the form as the policy reads it; fields that were not sent are left out."""
    others = (line.partition("=") for line in _lines(form.other_fields or ""))
    named = {name: value for name in NAMED if (value := getattr(form, name)) is not None}
    return {**{name.strip(): value.strip() for name, _, value in others}, **named}


def pointer_to(field_name: str) -> str:
    """Return where a request carries an intake field."""
    return f"/{field_name}" if field_name in NAMED else "/other_fields"
