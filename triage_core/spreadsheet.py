"""How is a value written so that a spreadsheet shows it and never runs it?"""

from __future__ import annotations

import csv
import unicodedata
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: What a cell begins with that a spreadsheet takes for a formula or for a command.
_RUNS: Final = frozenset("=+-@|\t\r")
#: Makes everything behind it a text.
_MARK: Final = "'"


def neutralised(cell: str) -> str:
    """Return a text that no spreadsheet takes for a formula, also behind blanks and in wide letters."""
    if cell[:1] in _RUNS:
        return _MARK + cell
    first = next((char for char in cell if char.isprintable() and not char.isspace()), "")
    return _MARK + cell if unicodedata.normalize("NFKC", first)[:1] in _RUNS else cell


def cell(held: object) -> str:
    """Write a value into a cell; what does not exist stays empty, and several are listed."""
    text = "; ".join(map(str, held)) if isinstance(held, tuple) else "" if held is None else str(held)
    return neutralised(text)


def write(stream: TextIO, columns: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a table as CSV; every cell is quoted, so that no other separator cuts one in two."""
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerows([cell(held) for held in row] for row in rows)
