"""Which columns of a log mean what, and which of them nobody may read because they know the future?"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from triage_core.domain.model import State
from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.policy.values import Name, Names, Section, as_list

Column = Annotated[str, StringConstraints(min_length=1, max_length=200)]
#: States in which a log can show a ticket; blocked, merged and void are ours to say.
LogState = Literal[
    State.TRIAGED,
    State.ASSIGNED,
    State.WAITING_CUSTOMER,
    State.WAITING_THIRD_PARTY,
    State.RESOLVED,
    State.CLOSED,
]
#: Where a column is named in a mapping file, and which one it is.
Use = tuple[tuple[str, ...], str]


class StandIn(StrEnum):
    """What stands for the first reply in a log that does not hold it."""

    MOVED = "moved"
    """The first row that is past the state `triaged`."""
    ASSIGNED = "assigned"
    """The first row with somebody in `assigned_to`."""
    NONE = "none"


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        message = "expected an IANA time zone such as Europe/Berlin, or UTC for times that are one clock without a zone"
        raise ValueError(message)
    return name


class Form(Section):
    """How the log is written down."""

    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    encoding: Literal["utf-8", "cp1252", "latin-1", "utf-16"] = "utf-8"
    """A byte order mark is understood."""
    unknown: Annotated[tuple[str, ...], BeforeValidator(as_list)] = ("",)
    """Values that mean: not known."""
    times: Annotated[str, StringConstraints(min_length=2)] = "%Y-%m-%d %H:%M:%S"
    """How times are written, in the letters of strptime."""
    zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    """The zone of times that name none. UTC also stands for one clock without a zone: nothing is converted."""


class Columns(Section):
    """The columns that tell a ticket's course; one row is the ticket after one update."""

    number: Column
    """The ticket's own number."""
    state: Column
    opened_at: Column
    """When the ticket was opened, the same in all of its rows."""
    updated_at: Column
    """When the row came to be."""
    class_name: Column | None = Field(default=None, alias="class")
    """The class that the source gave; compared with what the policy's matrix says."""
    assigned_to: Column | None = None
    subject: Column | None = None
    body: Column | None = None


class Filling(Section):
    """Where an intake field gets its value: a column, or a constant that every report names."""

    column: Column | None = None
    values: dict[str, str] = Field(default_factory=dict)
    """What the column says, and what the intake says for it; the column's own words when empty."""
    constant: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.column is None) == (self.constant is None):
            message = "expected a column or a constant, and not both"
            raise ValueError(message)
        return self


class Mapping(Section):
    """How one kind of log is read."""

    mapping: Name
    """The mapping's name."""
    source: Name
    """The system that the tickets come from."""
    description: str = ""
    form: Form = Form()
    columns: Columns
    future: tuple[Column, ...] = ()
    """Columns that know how the ticket ends, or that judge it afterwards; naming one above or below is an error."""
    states: Annotated[dict[str, LogState], Field(min_length=1)]
    """The source's states; a row with any other is set aside."""
    classes: dict[str, Name] = Field(default_factory=dict)
    """The source's classes in the words of the policy."""
    intake: dict[Name, Filling]
    roles: Names = ()
    """The policy's roles with which corrections in the log are made."""
    first_reply: StandIn = StandIn.NONE
    breaches: dict[Name, Metric] = Field(default_factory=dict)
    """Ways to judge a ticket's solution: the targets, calendars and pauses that the policy gives a metric."""

    @model_validator(mode="after")
    def _classes_named(self) -> Self:
        if self.columns.class_name is not None and not self.classes:
            message = "expected classes, which say what the column under class means in the words of the policy"
            raise ValueError(message)
        return self

    @property
    def constants(self) -> dict[str, str]:
        """Intake fields that no column fills."""
        return {name: filling.constant for name, filling in self.intake.items() if filling.constant is not None}

    @property
    def sources(self) -> dict[str, Filling]:
        """Intake fields that a column fills."""
        return {name: filling for name, filling in self.intake.items() if filling.column is not None}

    def uses(self) -> Iterator[Use]:
        """Name every column that is read, each with its place in the mapping file."""
        for name, field in Columns.model_fields.items():
            column = getattr(self.columns, name)
            if column is not None:
                yield ("columns", field.alias or name), column
        for name, filling in self.sources.items():
            if filling.column is not None:
                yield ("intake", name, "column"), filling.column
