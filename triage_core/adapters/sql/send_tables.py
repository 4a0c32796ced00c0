"""In which tables are intents to send kept, and how is one laid out in a row?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import BigInteger, Column, ColumnElement, Index, SmallInteger, Table, Text, literal_column

from triage_core.adapters.sql.encoding import escape, micros, moment, unescape
from triage_core.adapters.sql.tables import KEY, metadata
from triage_core.domain.sending import Purpose, Send, SendRecord, SendState, Surface

if TYPE_CHECKING:
    from datetime import datetime


def _key(name: str) -> Column[str]:
    return Column(name, KEY, primary_key=True)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


def _required(name: str) -> Column[str]:
    return Column(name, KEY, nullable=False)


def _number(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _flag(name: str) -> Column[int]:
    return Column(name, SmallInteger, nullable=False)


#: `number` and `position` keep the order of writing; `next_at` is empty once nothing follows; `began_at` stands while
#: an attempt is under way, and stays where its worker died.
sends = Table(
    "sends",
    metadata,
    _key("tenant"),
    _key("id"),
    _required("ticket_id"),
    _number("number"),
    _number("position"),
    _required("surface"),
    _text("purpose"),
    _required("about"),
    _required("recipients"),
    _number("at"),
    _flag("at_most_once"),
    _required("state"),
    _number("attempts"),
    _number("next_at", nullable=True),
    _number("began_at", nullable=True),
    _text("claimed_by", nullable=True),
    _number("claimed_until", nullable=True),
    _text("failure", nullable=True),
    _text("receipt"),
    _flag("may_have_arrived"),
    _number("over_at", nullable=True),
    _flag("is_reported"),
    _text("retried_by", nullable=True),
    _number("retried_at", nullable=True),
)
#: Spelt the same in indexes and queries: SQLite uses a partial index only where the condition is literally its own.
IS_WAITING: Final = sends.c.next_at.is_not(None)
IS_UNTOLD: ColumnElement[bool] = literal_column("is_reported = 0 AND next_at IS NULL")
IS_AMISS: Final = sends.c.state.in_([literal_column("'failed'"), literal_column("'unknown'")])


def _index(name: str, *columns: str, where: Any = None) -> None:  # noqa: ANN401 - any condition
    Index(name, *(sends.c[column] for column in columns), sqlite_where=where, postgresql_where=where)


_index("sends_waiting", "next_at", "tenant", "surface", where=IS_WAITING)
_index("sends_in_order", "tenant", "surface", "ticket_id", where=IS_WAITING)
#: Few rows at a time, so that whether a surface is served is seen at a glance however much waits for it.
_index("sends_claimed", "tenant", "surface", "claimed_until", where=sends.c.claimed_until.is_not(None))
_index("sends_untold", "over_at", "tenant", where=IS_UNTOLD)
_index("sends_amiss", "tenant", "state", where=IS_AMISS)
_index("sends_by_ticket", "tenant", "ticket_id", "at")
_index("sends_by_time", "tenant", "at")

#: How a surface of a tenant fares; one that was never in trouble has no row.
send_lanes = Table(
    "send_lanes",
    metadata,
    _key("tenant"),
    _key("surface"),
    _number("failures"),
    _number("resume_at", nullable=True),
)

Row = tuple[str | int | None, ...]


def row_of(tenant: str, send: Send, place: tuple[int, int]) -> Row:
    """Lay a new intent out in the order of the table's columns; it is due at once."""
    at = micros(send.at)
    names = (escape(send.surface.value), send.purpose.value, escape(send.about), _recipients(send))
    standing = (SendState.QUEUED.value, 0, at, *(None,) * 4, "", 0, None, 0, None, None)
    key = escape(tenant), escape(send.id), escape(send.ticket_id)
    return (*key, *place, *names, at, int(send.at_most_once), *standing)


def _recipients(send: Send) -> str:
    return msgspec.json.encode([escape(person) for person in send.to]).decode()


#: What an intent is read from.
FIELDS: Final = (
    *("tenant", "id", "ticket_id", "surface", "purpose", "about", "recipients", "at", "at_most_once", "state"),
    *("attempts", "next_at", "failure", "receipt", "may_have_arrived", "over_at", "is_reported"),
    *("retried_by", "retried_at"),
)


def record_of(row: tuple[Any, ...]) -> SendRecord:
    """Read an intent."""
    read = dict(zip(FIELDS, row, strict=True))
    return SendRecord(
        tenant=unescape(read["tenant"]),
        send=_send_of(read),
        state=SendState(read["state"]),
        attempts=read["attempts"],
        next_at=_moment_of(read["next_at"]),
        failure=read["failure"],
        receipt=unescape(read["receipt"]),
        may_have_arrived=bool(read["may_have_arrived"]),
        over_at=_moment_of(read["over_at"]),
        is_reported=bool(read["is_reported"]),
        retried_by=None if read["retried_by"] is None else unescape(read["retried_by"]),
        retried_at=_moment_of(read["retried_at"]),
    )


def _send_of(read: dict[str, Any]) -> Send:
    return Send(
        id=unescape(read["id"]),
        ticket_id=unescape(read["ticket_id"]),
        surface=Surface(read["surface"]),
        purpose=Purpose(read["purpose"]),
        about=unescape(read["about"]),
        to=tuple(unescape(person) for person in msgspec.json.decode(read["recipients"])),
        at=moment(read["at"]),
        at_most_once=bool(read["at_most_once"]),
    )


def _moment_of(count: int | None) -> datetime | None:
    return None if count is None else moment(count)
