"""Who handles what, who may do what, and who is called when nobody answers?"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from triage_core.domain.policy.values import Conditions, Duration, Name, Names, Section, as_list


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


class TargetKind(StrEnum):
    """What a ladder's rung points at."""

    PERSON = "person"
    ROLE = "role"
    QUEUE = "queue"
    ROTA = "rota"
    OWNER = "owner"
    MANAGER = "manager"


class LadderTarget(Section):
    """Somebody to notify: `kind:name`, or `owner` and `manager` of the ticket."""

    kind: TargetKind
    name: Name | None = None


def _as_target(value: object) -> object:
    if not isinstance(value, str):
        return value
    kind, _, name = value.partition(":")
    return {"kind": kind.strip(), "name": name.strip() or None}


class LadderKind(StrEnum):
    """Along which line an escalation climbs."""

    HIERARCHICAL = "hierarchical"
    FUNCTIONAL = "functional"
    BOTH = "both"


_Target = Annotated[LadderTarget, BeforeValidator(_as_target, json_schema_input_type=str | LadderTarget)]
_Targets = Annotated[tuple[_Target, ...], BeforeValidator(as_list, json_schema_input_type=_Target | list[_Target])]


class LadderLevel(Section):
    """One rung: whom to notify, and how long to wait for an acknowledgement."""

    targets: _Targets
    timeout: Duration
    repeat: Annotated[int, Field(ge=0, le=9)] = 0


class Ladder(Section):
    """An escalation ladder."""

    name: Name
    kind: LadderKind = LadderKind.HIERARCHICAL
    levels: Annotated[tuple[LadderLevel, ...], Field(min_length=1)]
    repeat: Annotated[int, Field(ge=0, le=9)] = 2
    """How often the whole ladder starts again."""
    max_age: Duration = Field(default="7d", validate_default=True)
    """The escalation ends with a visible outcome after this time."""


class EscalationRule(Section):
    """Which ladder a ticket climbs; the first rule that fits holds."""

    id: Name
    classes: Names = ()
    tags_any: Names = ()
    ladder: Name
    acknowledge_within: Duration
    lease: Duration = Field(default="60m", validate_default=True)
    """An acknowledgement lapses after this time unless its holder shows progress."""


class EscalationStarter(Section):
    """Who may start an escalation by hand, and on which tickets."""

    roles: Names
    when: Conditions = Field(default_factory=dict)
    after: Duration | None = None
    """Only once the ticket is this old."""


class Escalation(Section):
    """The escalation matrix."""

    rules: tuple[EscalationRule, ...] = ()
    starters: tuple[EscalationStarter, ...] = ()
