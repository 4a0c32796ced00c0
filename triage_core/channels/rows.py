"""What does a row of a CSV or JSONL file become under its mapping?"""

from __future__ import annotations

import csv
import json
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import msgspec

from triage_core.channels import moments
from triage_core.channels.charsets import decoded, storable
from triage_core.channels.document import Document, text_of
from triage_core.channels.mapping import Column, EventColumn, Form, MappingFile
from triage_core.channels.normalised import ChannelSettings, Normalised, TicketKey, headline, identity
from triage_core.channels.refusals import MappingMissing, PayloadIncomplete, PayloadUnreadable
from triage_core.domain.happening import Event
from triage_core.domain.model import Problem
from triage_core.domain.submission import Submission

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

_MAX_LINE: Final = 1_000_000


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row with its place, and why it could not be read where it could not."""

    #: Where it ends, counted from 1.
    line: int
    record: dict[str, Any] = {}
    problem: str = ""


def read(lines: Iterable[str], mapping: MappingFile) -> Iterator[Row]:
    """Yield the rows of a file one by one; a bad one says so and the others go on.

    Raises `PayloadIncomplete` where the file lacks columns that the mapping reads.
    """
    return _csv(lines, mapping) if mapping.form is Form.CSV else _jsonl(lines)


def _csv(lines: Iterable[str], mapping: MappingFile) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=mapping.delimiter)
    header: list[str] | None = None
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(line=reader.line_num, problem="no_csv")
            continue
        if header is None:
            header = [name.strip().removeprefix("\ufeff") for name in cells]
            _check(header, mapping)
        elif len(cells) != len(header):
            yield Row(line=reader.line_num, problem="wrong_number_of_cells")
        else:
            yield Row(line=reader.line_num, record=dict(zip(header, map(storable, cells), strict=True)))


def _check(header: list[str], mapping: MappingFile) -> None:
    missing = [name for name in mapping.columns() if name not in header]
    if missing:
        problems = (Problem(pointer=f"/{name}", expected="a column of this name", code="missing") for name in missing)
        raise PayloadIncomplete("csv", tuple(problems))


def _jsonl(lines: Iterable[str]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line.removeprefix("\ufeff")) if len(line) <= _MAX_LINE else None
        except (ValueError, RecursionError):
            data = None
        if isinstance(data, dict):
            yield Row(line=number, record=data)
        else:
            yield Row(line=number, problem="no_json_object")


def normalise(form: Form, raw: bytes, settings: ChannelSettings) -> Normalised:
    """Read one row: a line of JSON, or a CSV header with one row below it.

    Raises `MappingMissing`.
    """
    mapping = settings.mapping
    if mapping is None or mapping.form is not form:
        raise MappingMissing(form)
    text = decoded(raw)
    lines = text.splitlines(keepends=True) if form is Form.CSV else [text]
    found = list(islice(read(lines, mapping), 2))
    if len(found) != 1 or found[0].problem:
        raise PayloadUnreadable(form, "exactly one row" + (" below the header" if form is Form.CSV else ""))
    return from_record(found[0].record, mapping, settings)


def from_record(record: Mapping[str, Any], mapping: MappingFile, settings: ChannelSettings) -> Normalised:
    """Turn a row into a ticket and its events; raises `PayloadIncomplete` where the source id or all text is empty."""
    cells = Cells(record, mapping)
    ticket = mapping.ticket
    source_id = ":".join(filter(None, (cells.said(column) for column in ticket.source_id)))
    subject, body = cells.said(ticket.subject), cells.said(ticket.body)
    _complete(mapping, {"source_id": source_id, "subject": subject or body})
    intake = {name: found for name, column in mapping.intake.items() if (found := cells.said(column))}
    key = TicketKey(source=settings.source or mapping.source, source_id=identity(source_id))
    submission = Submission(
        tenant=settings.tenant,
        source=key.source or "",
        source_id=key.source_id or "",
        source_version=cells.said(ticket.source_version) or "1",
        channel=cells.said(ticket.channel) or "import",
        created_at=cells.moment(cells.said(ticket.created_at)),
        subject=subject or headline(body),
        body=body,
        customer=cells.said(ticket.customer) or None,
        requester=cells.said(ticket.requester) or None,
        intake=dict(intake),
        tags=cells.tags(),
        severity=cells.said(ticket.severity) or None,
        mode=settings.mode,
    )
    events = tuple(filter(None, (cells.event(event, key.source_id or "") for event in mapping.events)))
    constants = tuple(name for name, column in mapping.intake.items() if cells.is_constant(column))
    return Normalised(
        submission=submission, events=_in_order(events), about=key if events else None, constants=constants
    )


def _complete(mapping: MappingFile, said: Mapping[str, str]) -> None:
    places = {"source_id": mapping.ticket.source_id[0].column, "subject": mapping.ticket.subject.column}
    missing = [
        Problem(pointer=f"/{places[name]}", expected=f"the ticket's {name}", code="missing")
        for name in said
        if not said[name]
    ]
    if missing:
        raise PayloadIncomplete(mapping.form, tuple(missing))


def _in_order(events: tuple[Event, ...]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda event: event.at.timestamp() if event.at else 0.0))


class Cells:
    """A row as its mapping reads it."""

    def __init__(self, record: Mapping[str, Any], mapping: MappingFile) -> None:
        """Prepare the time zone."""
        self._document: Final = Document(mapping.form, record)
        self._mapping: Final = mapping
        self._zone: Final = ZoneInfo(mapping.times.zone)

    def cell(self, name: str) -> str:
        """Return what a column says, or nothing where the file does not know it; a pointer reaches into nested rows."""
        found = self._document.at(name) if name.startswith("/") else self._document.data.get(name)
        text = str(found).lower() if isinstance(found, bool) else text_of(found)
        return "" if text.strip() in self._mapping.unknown else text

    def said(self, column: Column | None) -> str:
        """Return a column's value on the ticket: mapped, as it is, or the declared constant."""
        if column is None:
            return ""
        text = self.cell(column.column) if column.column else ""
        return column.values.get(text.strip(), text) or column.constant or ""

    def is_constant(self, column: Column) -> bool:
        """Tell whether the declared constant stands in for the row."""
        return column.constant is not None and not (column.column and self.cell(column.column))

    def moment(self, text: str) -> datetime | None:
        """Read a time as the file writes it."""
        times = self._mapping.times
        if times.format == "iso":
            return moments.from_iso(text, self._zone)
        return moments.from_pattern(text, times.format, self._zone)

    def tags(self) -> tuple[str, ...]:
        """Return the listed tags."""
        column = self._mapping.tags
        if column is None:
            return ()
        listed = self._document.data.get(column.column)
        texts = map(text_of, listed) if isinstance(listed, list) else self.cell(column.column).split(column.separator)
        return tuple(dict.fromkeys(filter(None, (text.strip() for text in texts))))

    def event(self, column: EventColumn, source_id: str) -> Event | None:
        """Return the event that a row reports, or none."""
        at = self.moment(self.cell(column.at))
        holds = all(self.cell(name).strip() in values for name, values in column.when.items())
        if at is None or not holds:
            return None
        stamp = sha256(f"{source_id}:{column.what}:{at.isoformat()}".encode()).hexdigest()[:32]
        return Event(what=column.what, at=at, source_event_id=f"{self._mapping.source}:{stamp}", reason=column.reason)
