"""Who handles what, who may do what, and who is called when nobody answers?"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from triage_core.domain.policy.values import Duration, Labels, Name, Names, Section, as_list


class Right(StrEnum):
    """What a role may do."""

    OVERRIDE_CLASS = "override_class"
    OVERRIDE_SEVERITY = "override_severity"
    OVERRIDE_TAGS = "override_tags"
    OVERRIDE_OWNER = "override_owner"
    LOWER_GATED = "lower_gated"
    COMPLETE_INTAKE = "complete_intake"
    WORK_TICKETS = "work_tickets"
    APPROVE = "approve"
    CLEAR_COMMUNICATION = "clear_communication"
    ESCALATE = "escalate"
    ACKNOWLEDGE = "acknowledge"
    CHANGE_STAGE = "change_stage"
    CHANGE_POLICY = "change_policy"
    ADMINISTER = "administer"
    READ_EVERYTHING = "read_everything"


class Role(Section):
    """What people of a role may do."""

    name: Name
    rights: Annotated[tuple[Right, ...], BeforeValidator(as_list, json_schema_input_type=Right | list[Right])] = ()


class Queue(Section):
    """Where tickets of one kind wait."""

    name: Name
    label: str = ""
    labels: Labels = Field(default_factory=dict)
    """The label in other languages."""
    service_lines: Names = ()
    """Service lines whose tickets come here."""
    skills: Names = ()
    """Skills that a ticket of this queue needs."""
    manager: Name | None = None
    """The support manager who is alerted on a breach."""


class Absence(Section):
    """Days on which somebody is away; both ends belong to it."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            message = "expected the last day of an absence on or after its first"
            raise ValueError(message)
        return self


class Person(Section):
    """A named person of the roster."""

    id: Name
    name: str
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    roles: Names
    queues: Names = ()
    skills: Names = ()
    support_tier: Annotated[int, Field(ge=1, le=3)] = 1
    calendar: Name | None = None
    """Working hours; always available when empty."""
    absences: tuple[Absence, ...] = ()
    capacity: Annotated[int, Field(ge=1, le=1_000)] = 20
    """Open tickets from which on somebody counts as overloaded."""
    slack: str | None = None
    """Workspace user id that proves this person on Slack."""


class ClassOwners(Section):
    """Who leads the tickets of a class."""

    primary: Name
    secondary: Name | None = None
    """Takes over when the primary is away or overloaded."""


class Routing(Section):
    """How a ticket finds its queue and its owner."""

    default_queue: Name
    """For service lines that no queue names."""
    escalation_queue: Name | None = None
    """Where escalation tasks go; the default queue when empty."""
    owners: dict[Name, ClassOwners] = Field(default_factory=dict)
    """Primary owner and secondary lead by class; other classes are assigned by skill, availability and load."""
    handover_within: Duration = Field(default="30m", validate_default=True)
    """A hand-over that nobody accepts in this time goes back to its owner."""
