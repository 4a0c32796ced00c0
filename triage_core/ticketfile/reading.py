"""Which tickets stand in a JSON or JSON Lines text, and on which line is each?"""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import msgspec

from triage_core.domain.errors import TriageError
from triage_core.ticketfile.written import Written

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELDS: Final = tuple(field.encode_name for field in msgspec.structs.fields(Written))
_UNKNOWN: Final = re.compile(r"Object contains unknown field `(.*?)`(?: - at `\$(.*)`)?", re.DOTALL)
_PLACE: Final = re.compile(r" - at `\$\.?(.*)`")
_OFFSET: Final = re.compile(r"\(byte (\d+)\)")
_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
#: Any escape; its group holds half of a character pair that stands alone and has no bytes.
_ESCAPE: Final = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
#: More problems than anybody mends in one go.
_TOLD: Final = 20
_SHOWN_NAME: Final = 40
_TOO_DEEP: Final = "this is nested too deeply"
_DECODER: Final = msgspec.json.Decoder(Written)

#: Line number, and the ticket that begins there.
Numbered = tuple[int, Written]


class TicketsUnreadable(TriageError):
    """A file of tickets has lines that are none."""

    code = "tickets_unreadable"

    def __init__(self, problems: tuple[str, ...]) -> None:
        """Say every problem with its line."""
        more = len(problems) - _TOLD
        told = [*problems[:_TOLD], f"and {more} more"] if more > 0 else problems
        super().__init__("\n".join(told))
        self.problems = problems


class _Twice(Exception):
    """An object names a field twice."""


def read_tickets(raw: bytes, name: str) -> tuple[Numbered, ...]:
    """Read one ticket, a list of tickets, or one ticket in each line; raises `TicketsUnreadable` with all problems."""
    raw = _ESCAPE.sub(_readable, raw.removeprefix(b"\xef\xbb\xbf"))
    tickets: list[Numbered] = []
    problems: list[str] = []
    for line, piece in _lines(raw) if _has_one_in_each_line(raw, name) else _whole(raw, name):
        try:
            tickets.append((line, _DECODER.decode(piece)))
            json.loads(piece, object_pairs_hook=_each_once, parse_int=str)
        except (*_UNREADABLE, _Twice) as error:
            problems.append(f"{name}:{line}: {_problem(error)}")
    if not tickets and not problems:
        problems.append(f"{name}:1: there is no ticket here; write one JSON object in each line")
    if problems:
        raise TicketsUnreadable(tuple(problems))
    return tuple(tickets)


def _readable(escape: re.Match[bytes]) -> bytes:
    """Replace half of a pair as the service does; the escape keeps its length, and so does every place."""
    return rb"\ufffd" if escape[1] else escape[0]


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    names: set[str] = set()
    for name, _ in pairs:
        if name in names:
            raise _Twice(name)
        names.add(name)


def _has_one_in_each_line(raw: bytes, name: str) -> bool:
    if name.endswith((".jsonl", ".ndjson")) or not raw.strip():
        return True
    first, _, rest = raw.strip().partition(b"\n")
    return bool(rest.strip()) and first.rstrip().endswith(b"}") and first.startswith(b"{")


def _lines(raw: bytes) -> Iterator[tuple[int, bytes]]:
    return ((number, line) for number, line in enumerate(raw.split(b"\n"), start=1) if line.strip())


def _whole(raw: bytes, name: str) -> Iterator[tuple[int, bytes]]:
    end = 0
    for part in _parts(raw, name):
        start = raw.find(part, end)
        end = start + len(part)
        yield _line_at(raw, start), part


def _parts(raw: bytes, name: str) -> list[bytes]:
    """Cut the text into its tickets: the members of a list, or the one value."""
    try:
        if raw.lstrip().startswith(b"["):
            return [bytes(part) for part in msgspec.json.decode(raw, type=list[msgspec.Raw])]
        return [bytes(msgspec.json.decode(raw, type=msgspec.Raw))]
    except _UNREADABLE as error:
        at = int(found[1]) if (found := _OFFSET.search(str(error))) else 0
        what = _TOO_DEEP if isinstance(error, RecursionError) else "this is no JSON"
        raise TicketsUnreadable((f"{name}:{_line_at(raw, at)}: {what}",)) from error


def _line_at(raw: bytes, offset: int) -> int:
    return raw.count(b"\n", 0, offset) + 1


def _problem(error: Exception) -> str:
    said = str(error)
    if isinstance(error, RecursionError):
        return _TOO_DEEP
    if isinstance(error, _Twice):
        return f"field {_shown(said)} stands there twice"
    if unknown := _UNKNOWN.match(said):
        return _unknown(unknown[1], unknown[2] or "")
    place = _PLACE.search(said)
    what = _PLACE.sub("", said)
    if isinstance(error, msgspec.ValidationError):
        return f"{place[1]}: {_lower(what)}" if place and place[1] else _lower(what)
    offset = _OFFSET.search(said)
    return f"this is no JSON{f', from byte {offset[1]} of the line on' if offset else ''}"


def _unknown(name: str, inside: str) -> str:
    shown = _shown(name)
    if inside:
        return f"unknown field {shown} in {inside.lstrip('.')}"
    near = get_close_matches(name, _FIELDS, n=1)
    meant = f" (did you mean {near[0]}?)" if near else f"; known are {', '.join(_FIELDS)}"
    return f"unknown field {shown}{meant}"


def _shown(name: str) -> str:
    return f'"{name}"' if name.isprintable() and len(name) <= _SHOWN_NAME else "with a strange name"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
