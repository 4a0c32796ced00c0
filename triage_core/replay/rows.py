"""What does one row of a log say, or why is it set aside?"""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Final

import msgspec

from triage_core.domain.errors import TriageError
from triage_core.domain.model import State
from triage_core.replay.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage_core.replay.mapping import Mapping

#: Combinations of state, class and intake kept ready; more than listed values make.
_KEEP: Final = 50_000
#: Characters of a value that a reason shows.
_SHOWN: Final = 40
_LONGEST_NUMBER: Final = 80


class ColumnsMissing(TriageError):
    """The log lacks columns that the mapping reads."""

    code = "columns_missing"

    def __init__(self, names: Sequence[str]) -> None:
        """Name the columns."""
        super().__init__(f"the log has no column {', '.join(names)}; check the mapping and its delimiter")


class Said(msgspec.Struct, frozen=True, gc=False):
    """What a row says beside number and times; rows that say the same share it."""

    state: State
    #: Intake values by field, constants included; unknown ones are left out.
    intake: dict[str, str]
    #: The class that the source gave.
    class_name: str | None
    #: That class, and the values of the fields that the policy's matrix reads.
    judged: tuple[str | None, ...]


class Row(msgspec.Struct, frozen=True, gc=False):
    """One row: the ticket after one update."""

    number: str
    opened_at: datetime
    at: datetime
    said: Said
    assigned: bool = False
    subject: str = ""
    body: str = ""


class Rows:
    """Reads the rows of one log; cells of other columns are never looked at, those of the future least of all."""

    def __init__(self, mapping: Mapping, header: Sequence[str], judged_by: Sequence[str]) -> None:
        """Find the columns; `judged_by` are the fields that the matrix reads. Raises `ColumnsMissing`."""
        columns = mapping.columns
        self._width: Final = len(header)
        names = [columns.number, columns.opened_at, columns.updated_at]
        optional = [columns.assigned_to, columns.subject, columns.body]
        listed = [columns.state, columns.class_name, *(filling.column for filling in mapping.sources.values())]
        places = _places(header, [name for name in (*names, *optional, *listed) if name is not None])
        self.ignored: Final = tuple(name for name in header if name not in places and name not in mapping.future)
        self._fixed: Final = itemgetter(*(places[name] for name in names))
        self._optional: Final = [None if name is None else places[name] for name in optional]
        self._plain: Final = not any(place is not None for place in self._optional[1:])
        self._listed: Final = itemgetter(*(places[name] for name in listed if name is not None), places[columns.state])
        self._unknown: Final = frozenset(mapping.form.unknown)
        self._moments: Final = Moments(mapping.form.times, mapping.form.zone)
        self._judged_by: Final = judged_by
        self._mapping: Final = mapping
        self._known: Final[dict[tuple[str, ...], Said | str]] = {}

    def read(self, cells: Sequence[str]) -> Row | str:
        """Return the row, or the reason why it is set aside."""
        if len(cells) != self._width:
            return f"{len(cells)} cells instead of {self._width}" if cells else "no CSV"
        key = self._listed(cells)
        said = self._known.get(key) or self._understand(key)
        if isinstance(said, str):
            return said
        number, opened, updated = self._fixed(cells)
        opened_at, at = self._moments.read(opened), self._moments.read(updated)
        if opened_at is None or at is None:
            columns = self._mapping.columns
            return f"{columns.opened_at if opened_at is None else columns.updated_at} is no time"
        if number in self._unknown or not 0 < len(number) <= _LONGEST_NUMBER or not number.isprintable():
            return f"{self._mapping.columns.number} is no number of a ticket"
        where = self._optional[0]
        assigned = where is not None and cells[where] not in self._unknown
        if self._plain:
            return Row(number, opened_at, at, said, assigned)
        return Row(number, opened_at, at, said, assigned, *self._texts(cells))

    def _texts(self, cells: Sequence[str]) -> tuple[str, str]:
        subject, body = (
            "" if place is None or cells[place] in self._unknown else cells[place] for place in self._optional[1:]
        )
        return subject, body

    def _understand(self, key: tuple[str, ...]) -> Said | str:
        said = self._said(key)
        if len(self._known) < _KEEP:
            self._known[key] = said
        return said

    def _said(self, key: tuple[str, ...]) -> Said | str:
        mapping, cells = self._mapping, list(key)
        if not _is_text("".join(cells)):
            return "characters that are no text"
        state = cells.pop(0)
        if state not in mapping.states:
            return _strange(mapping.columns.state, state)
        class_name = None
        if mapping.columns.class_name is not None:
            given = cells.pop(0)
            class_name = mapping.classes.get(given)
            if class_name is None and given not in self._unknown:
                return _strange(mapping.columns.class_name, given)
        intake = self._intake(cells)
        if isinstance(intake, str):
            return intake
        return Said(mapping.states[state], intake, class_name, (class_name, *map(intake.get, self._judged_by)))

    def _intake(self, cells: Sequence[str]) -> dict[str, str] | str:
        intake = dict(self._mapping.constants)
        for (name, filling), cell in zip(self._mapping.sources.items(), cells, strict=False):
            if cell in self._unknown:
                continue
            if filling.values and cell not in filling.values:
                return _strange(str(filling.column), cell)
            intake[name] = filling.values.get(cell, cell)
        return intake


def _places(header: Sequence[str], names: Sequence[str]) -> dict[str, int]:
    missing = [name for name in dict.fromkeys(names) if name not in header]
    if missing:
        raise ColumnsMissing(missing)
    return {name: header.index(name) for name in names}


def _is_text(value: str) -> bool:
    """Tell whether all of it could be decoded."""
    return not any("\ud800" <= char <= "\udfff" for char in value)


def _strange(column: str, value: str) -> str:
    """Show a short code as it stands; anything longer may be somebody's words."""
    return f"{column} {value}" if len(value) <= _SHOWN and value.isprintable() else f"{column} not in the mapping"
