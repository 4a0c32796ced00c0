"""How is a timeline sealed, and what does a check of the seals find?

Each line's hash covers its own bytes and the hash before it, one chain per ticket. Inside a chain an edit, a gap and a
reordering show by themselves. That lines were cut off the end, or a whole chain was written anew, shows only against a
checkpoint that was signed and kept outside the database.
"""

from __future__ import annotations

from hashlib import blake2b, sha256
from typing import TYPE_CHECKING

import msgspec

from triage_core.domain.entry import Entry
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Entry)


class Line(Value, frozen=True, kw_only=True):
    """A sealed entry: its exact bytes, and the hash over them and the hash before."""

    entry: Entry
    body: str
    hash: str


class Flaw(Value, frozen=True, kw_only=True):
    """Something wrong in a chain."""

    ticket_id: str
    number: int
    code: str
    what: str


class Head(Value, frozen=True, kw_only=True):
    """The end of one chain at a moment."""

    ticket_id: str
    version: int
    hash: str


def link(previous: str, body: str) -> str:
    """Hash a line's bytes onto the hash before it."""
    return sha256(f"{previous}\n{body}".encode()).hexdigest()


def seal(entries: Iterable[Entry], previous: str) -> tuple[Line, ...]:
    """Append entries to the chain that ends in `previous` (empty for a new chain)."""
    lines: list[Line] = []
    for entry in entries:
        body = _ENCODER.encode(entry).decode()
        previous = link(previous, body)
        lines.append(Line(entry=entry, body=body, hash=previous))
    return tuple(lines)


def read(body: str) -> Entry:
    """Decode a stored line."""
    return _DECODER.decode(body)


def digest(key: bytes, text: str) -> str:
    """Fingerprint a text under the tenant's key, so that nobody without the key can guess a short text from it."""
    return blake2b(text.encode("utf-8", "surrogatepass"), key=key[:64], digest_size=16).hexdigest()


def flaws_of(ticket_id: str, lines: Sequence[tuple[int, str, str]], head: Head | None) -> list[Flaw]:
    """Check one stored chain: `(number, body, hash)` by number, against itself and the ticket row's head."""
    found: list[Flaw] = []
    last, previous = 0, ""
    for number, body, stored in lines:
        found += _flaws_of_line(ticket_id, last + 1, (number, body, stored), link(previous, body))
        last, previous = number, stored
    if head is None or (head.version, head.hash) != (last, previous):
        what = "the ticket row names another end of the chain"
        found.append(Flaw(ticket_id=ticket_id, number=last, code="head_differs", what=what))
    return found


def _flaws_of_line(ticket_id: str, position: int, line: tuple[int, str, str], expected: str) -> list[Flaw]:
    number, body, stored = line
    flaw = _unreadable(ticket_id, number, body)
    codes = [flaw] if flaw else []
    if number != position:
        codes.append(("gap", f"line {number} stands where line {position} belongs"))
    if stored != expected:
        codes.append(("edited", "the hash does not fit the line and the one before it"))
    return [Flaw(ticket_id=ticket_id, number=number, code=code, what=what) for code, what in codes]


def _unreadable(ticket_id: str, number: int, body: str) -> tuple[str, str] | None:
    try:
        entry = read(body)
    except msgspec.DecodeError:
        return "unreadable", "the stored line cannot be read"
    if (entry.ticket_id, entry.number) != (ticket_id, number):
        return "moved", "the line belongs to another ticket or another place"
    return None


def against_checkpoint(heads: Iterable[Head], hash_at: Mapping[tuple[str, int], str]) -> list[Flaw]:
    """Check that every chain of a signed checkpoint still holds its line: `hash_at` maps (ticket, number) to a hash."""
    found: list[Flaw] = []
    for head in heads:
        now = hash_at.get((head.ticket_id, head.version))
        if now is None:
            found.append(_against(head, "truncated", "a line of the checkpoint is gone"))
        elif now != head.hash:
            found.append(_against(head, "rewritten", "the chain differs from the checkpoint"))
    return found


def _against(head: Head, code: str, what: str) -> Flaw:
    return Flaw(ticket_id=head.ticket_id, number=head.version, code=code, what=what)
