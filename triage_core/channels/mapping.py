"""How do the columns of a foreign file become tickets?

A mapping is a document that a person writes; `mapping_file` reads it with line numbers.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from triage_core.domain.happening import Happened
from triage_core.domain.policy.values import Name, Section, as_entry, as_list


class Form(StrEnum):
    """How a row is written."""

    CSV = "csv"
    JSONL = "jsonl"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = "expected a time zone such as Europe/Berlin or UTC"
        raise ValueError(message) from None
    return name


class Column(Section):
    """Where a value comes from: a column (a JSON pointer for nested rows), or a constant."""

    column: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(default=None, alias="from")
    values: dict[str, str] = Field(default_factory=dict)
    """`value in the file: value on the ticket`; other values pass as they are."""
    constant: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    """Used where the row says nothing; every use is shown on the ticket."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.column is None and self.constant is None:
            message = "expected `from`, `constant` or both"
            raise ValueError(message)
        return self


Source = Annotated[Column, as_entry("from", Column)]
Sources = Annotated[tuple[Source, ...], BeforeValidator(as_list), Field(min_length=1, max_length=5)]


class TicketColumns(Section):
    """Where the ticket's own fields stand."""

    source_id: Sources
    """Makes a row one ticket; several columns are joined."""
    source_version: Source | None = None
    subject: Source
    body: Source | None = None
    created_at: Source | None = None
    customer: Source | None = None
    requester: Source | None = None
    severity: Source | None = None
    channel: Source = Column(constant="import")


class TagColumn(Section):
    """A column that lists tags."""

    column: Annotated[str, Field(min_length=1)] = Field(alias="from")
    separator: Annotated[str, Field(min_length=1, max_length=3)] = ","


class Times(Section):
    """How the file writes times."""

    format: Annotated[str, Field(min_length=2, max_length=60)] = "iso"
    """`iso`, or a form of strptime such as `%d/%m/%Y %H:%M`."""
    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    """Of times without an offset."""


class EventColumn(Section):
    """An event that a row reports: by the time in a column, or by a value and the time in a column."""

    what: Happened
    at: Annotated[str, Field(min_length=1)]
    """The column of the moment; no event where it is empty."""
    when: dict[str, Annotated[tuple[str, ...], BeforeValidator(as_list)]] = Field(default_factory=dict)
    """`column: values`; the event is there only when all of them hold."""
    reason: str = ""


class MappingFile(Section):
    """Everything that turns a row into a ticket."""

    mapping: Name
    """The mapping's name."""
    description: str = ""
    form: Form
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    source: Name
    """The source that the tickets carry."""
    unknown: tuple[str, ...] = ("",)
    """What the file writes for a value it does not know."""
    times: Times = Times()
    ticket: TicketColumns
    tags: TagColumn | None = None
    intake: dict[Name, Source] = Field(default_factory=dict)
    """`intake field: column`."""
    events: tuple[EventColumn, ...] = ()
    future: tuple[str, ...] = ()
    """Columns that hold what was not known when the row was written; reading one is an error of the mapping."""

    @model_validator(mode="after")
    def _reads_no_future(self) -> Self:
        for name in self.columns():
            if name in self.future:
                message = f"expected no use of {name}: it is listed as a column of the future"
                raise ValueError(message)
        return self

    def columns(self) -> tuple[str, ...]:
        """Return every column that is read."""
        ticket = self.ticket
        single = (getattr(ticket, name) for name in TicketColumns.model_fields if name != "source_id")
        sources = [*ticket.source_id, *(item for item in single if item), *self.intake.values()]
        named = [item.column for item in sources if item.column]
        listed = [self.tags.column] if self.tags else []
        for event in self.events:
            listed += [event.at, *event.when]
        return tuple(dict.fromkeys([*named, *listed]))

    def constants(self) -> tuple[str, ...]:
        """Return the intake fields that may be filled with a declared constant."""
        return tuple(name for name, item in self.intake.items() if item.constant is not None)
