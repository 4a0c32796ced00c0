"""Which profiles does a CSV file hold, and what is wrong with each line that cannot be used?

Columns: `customer` and `requester` say whom a line is about, an account, a person, or a person of an account; `name`,
`tier`, `lifetime_value`, `seniority` and `notes` say what is known. The separator is a comma or a semicolon. A file is
taken whole or not at all.
"""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Any, Final

import msgspec

from triage_core.domain.errors import TriageError
from triage_core.domain.profile import Profile, person_key
from triage_core.ports import ProfileRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_KEYS: Final = ("customer", "requester")
_FACTS: Final = ("name", "tier", "lifetime_value", "seniority", "notes")
_LONGEST: Final = {"notes": 2_000}
_LONGEST_OTHERS: Final = 200
_SHOWN: Final = 20
_FIRST_LINE: Final = 1


class Wrong(msgspec.Struct, frozen=True):
    """What is wrong in a line; the value itself is not repeated."""

    line: int
    column: str
    expected: str

    def __str__(self) -> str:
        """Write it for a person."""
        return f"line {self.line}, {self.column}: {self.expected}"


class ProfileFileInvalid(TriageError):
    """A file of profiles cannot be used."""

    code = "profile_file_invalid"

    def __init__(self, problems: tuple[Wrong, ...]) -> None:
        """List what is wrong, the first ones in full."""
        self.problems = problems
        shown = "; ".join(map(str, problems[:_SHOWN]))
        rest = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        super().__init__(f"no profile was imported: {shown}{rest}; correct the file and import it again")


def read_profiles(raw: bytes, key: bytes, tiers: Collection[str] = ()) -> tuple[ProfileRow, ...]:
    """Read a file; `key` makes the digests that stand for persons, `tiers` are those of the policy, if it is known.

    Raises `ProfileFileInvalid` with all that is wrong.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ProfileFileInvalid((Wrong(line, "file", "expected text in UTF-8"),)) from None
    problems: list[Wrong] = []
    lines = list(_lines(text, problems))
    problems += [wrong for number, given in lines for wrong in _wrong_in(number, given, tiers)]
    problems += _doubles(lines)
    if problems:
        raise ProfileFileInvalid(tuple(sorted(problems, key=lambda wrong: wrong.line)))
    return tuple(_row(given, key) for _, given in lines)


def _lines(text: str, problems: list[Wrong]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each line by its number and columns; a line that is empty all over is passed by."""
    head = text.split("\n", 1)[0]
    separator = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        problems += _wrong_columns(columns)
        while not problems:
            start = reader.line_num + 1
            values = [value.strip() for value in next(reader)]
            if len(values) != len(columns) and any(values):
                problems.append(Wrong(start, "line", f"expected {len(columns)} columns"))
            elif any(values):
                yield start, dict(zip(columns, values, strict=True))
    except StopIteration:
        return
    except csv.Error:
        problems.append(
            Wrong(reader.line_num, "line", "expected balanced quotation marks, and no field without an end")
        )


def _wrong_columns(columns: list[str]) -> list[Wrong]:
    known = (*_KEYS, *_FACTS)
    wrong = [name for name in columns if name not in known]
    if wrong:
        return [Wrong(_FIRST_LINE, "heading", f"{len(wrong)} unknown; expected columns of {', '.join(known)}")]
    if len(set(columns)) < len(columns):
        return [Wrong(_FIRST_LINE, "heading", "expected each column once")]
    if not set(columns) & set(_KEYS):
        return [Wrong(_FIRST_LINE, "heading", "expected a column customer or requester")]
    return []


def _row(given: dict[str, str], key: bytes) -> ProfileRow:
    facts: dict[str, Any] = {name: given.get(name) or None for name in _FACTS}
    person = given.get("requester")
    return ProfileRow(
        customer=given.get("customer") or None,
        requester_key=person_key(key, person) if person else None,
        profile=Profile(**{**facts, "lifetime_value": _number(given.get("lifetime_value", ""))}),
    )


def _wrong_in(number: int, given: dict[str, str], tiers: Collection[str]) -> list[Wrong]:
    wrong = [
        Wrong(number, name, f"expected at most {most} characters")
        for name, value in given.items()
        if len(value) > (most := _LONGEST.get(name, _LONGEST_OTHERS))
    ]
    if not any(given.get(name) for name in _KEYS):
        wrong.append(Wrong(number, "customer", "expected a customer or a requester"))
    if tiers and (tier := given.get("tier")) and tier not in tiers:
        wrong.append(Wrong(number, "tier", f"expected one of {', '.join(tiers)}"))
    value = _number(given.get("lifetime_value", ""))
    if value is not None and not math.isfinite(value):
        wrong.append(Wrong(number, "lifetime_value", "expected a number such as 1250 or 1250.50"))
    return wrong


def _number(written: str) -> float | None:
    """Read a number; not a number stands for one that cannot be read."""
    try:
        return float(written) if written else None
    except ValueError:
        return math.nan


def _doubles(lines: list[tuple[int, dict[str, str]]]) -> list[Wrong]:
    first: dict[tuple[str, str], int] = {}
    found: list[Wrong] = []
    for number, given in lines:
        who = given.get("customer", ""), given.get("requester", "").casefold()
        if first.setdefault(who, number) != number:
            found.append(Wrong(number, "customer", f"the same customer and requester as in line {first[who]}"))
    return found
