"""How do values become columns, and columns values again?

Two things that Python can hold and databases cannot: a `str` with NUL or lone surrogates, which PostgreSQL and SQLite
refuse, and a `datetime`, whose stored precision differs between them. Texts are escaped reversibly, moments are whole
microseconds since 1970 in UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import msgspec

from triage_core.domain.model import Ticket

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# DLE, "data link escape", marks what follows as four hexadecimal digits of a character that cannot stand for itself.
_MARK = "\x10"
_UNSAFE = re.compile("[\x00\x10\ud800-\udfff]")
_ESCAPED = re.compile("\x10([0-9a-f]{4})")

_ENCODER = msgspec.json.Encoder()
_TICKETS = msgspec.json.Decoder(Ticket)


def micros(moment: datetime) -> int:
    """Count the microseconds from 1970 to a moment, without rounding."""
    return (moment - EPOCH) // _MICROSECOND


def moment(count: int) -> datetime:
    """Return the moment that lies so many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=count)


def escape(text: str) -> str:
    """Replace what a database cannot hold; almost every text stays as it is."""
    if text.isascii() and "\x00" not in text and _MARK not in text:
        return text
    return _UNSAFE.sub(lambda found: f"{_MARK}{ord(found[0]):04x}", text)


def escape_optional(text: str | None) -> str | None:
    """Escape a text that may be missing."""
    return None if text is None else escape(text)


def unescape(text: str) -> str:
    """Undo `escape`."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if _MARK in text else text


def document_of(ticket: Ticket) -> str:
    """Write a ticket's whole state as JSON."""
    return _ENCODER.encode(ticket).decode()


def ticket_of(document: str) -> Ticket:
    """Read a ticket's state."""
    return _TICKETS.decode(document)
