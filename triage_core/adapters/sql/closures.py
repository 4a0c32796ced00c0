"""Which tables hold the closings that still owe their facts, and the promises that are still open?

A row comes and goes with the ticket's own, in the same transaction, so no list is ever behind.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Column, Index, Select, Table, and_, bindparam, select

from triage_core.adapters.sql.encoding import escape, micros
from triage_core.adapters.sql.tables import KEY, metadata, tickets
from triage_core.domain.model import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.adapters.sql.reading import Given
    from triage_core.closure_ports import Promises
    from triage_core.domain.closure.items import ActionItem
    from triage_core.domain.model import Ticket
    from triage_core.ports import Change

open_closures = Table(
    "open_closures",
    metadata,
    Column("tenant", KEY, primary_key=True),
    Column("ticket_id", KEY, primary_key=True),
    Column("closed_at", BigInteger, nullable=False),
)
Index("open_closures_by_time", open_closures.c.tenant, open_closures.c.closed_at, open_closures.c.ticket_id)

#: What closings promised and nobody has done yet.
promises = Table(
    "promises",
    metadata,
    Column("tenant", KEY, primary_key=True),
    Column("ticket_id", KEY, primary_key=True),
    Column("action", KEY, primary_key=True),
    Column("owner", KEY, nullable=False),
    Column("due_at", BigInteger, nullable=False),
)
Index("promises_by_time", *(promises.c[name] for name in ("tenant", "due_at", "ticket_id", "action")))

_OF_TENANT = open_closures.c.tenant == bindparam("tenant", type_=KEY)
OWED = (
    select(tickets.c.document)
    .select_from(
        open_closures.join(
            tickets, and_(tickets.c.tenant == open_closures.c.tenant, tickets.c.id == open_closures.c.ticket_id)
        )
    )
    .where(_OF_TENANT)
    .order_by(open_closures.c.closed_at, open_closures.c.ticket_id)
    .limit(bindparam("limit", type_=BigInteger))
)


def owed_row_of(ticket: Ticket) -> tuple[str, str, int] | None:
    """Return the row of a closing that owes its facts, in the order of the table's columns."""
    if not ticket.closure_missing or ticket.closed_at is None:
        return None
    return escape(ticket.tenant), escape(ticket.id), micros(ticket.closed_at)


def is_settled(ticket: Ticket) -> bool:
    """Tell whether a ticket is closed and owes nothing."""
    return ticket.state is State.CLOSED and not ticket.closure_missing


# --- promises ---------------------------------------------------------------------------------------------------------


def promised_rows_of(change: Change) -> Iterator[tuple[str, str, str, str, int]]:
    """Return the rows of what a change leaves open, in the order of the table's columns."""
    for item in _moved(change):
        if item.done_at is None:
            yield (*_key_of(change), escape(item.id), escape(item.owner), micros(item.due_at))


def kept_rows_of(change: Change) -> Iterator[tuple[str, str, str]]:
    """Return the keys of what is done by now."""
    for item in _moved(change):
        if item.done_at is not None:
            yield (*_key_of(change), escape(item.id))


def _moved(change: Change) -> tuple[ActionItem, ...]:
    is_touched = any("actions" in line.entry.changes for line in change.lines)
    return change.ticket.actions if is_touched else ()


def _key_of(change: Change) -> tuple[str, str]:
    return escape(change.ticket.tenant), escape(change.ticket.id)


def question(tenant: str, which: Promises, first: int, limit: int) -> tuple[Select[Any], Given]:
    """Return the statement that lists open promises, and its values."""
    wanted: dict[str, str | int] = {}
    if which.owner is not None:
        wanted["owner"] = escape(which.owner)
    if which.due_by is not None:
        wanted["due_by"] = micros(which.due_by)
    return _promised(frozenset(wanted)), {"tenant": escape(tenant), "first": first, "limit": limit, **wanted}


_CONDITIONS = {
    "owner": promises.c.owner == bindparam("owner", type_=KEY),
    "due_by": promises.c.due_at <= bindparam("due_by", type_=BigInteger),
}


@cache
def _promised(names: frozenset[str]) -> Select[Any]:
    is_same = and_(tickets.c.tenant == promises.c.tenant, tickets.c.id == promises.c.ticket_id)
    return (
        select(tickets.c.document, promises.c.action)
        .select_from(promises.join(tickets, is_same))
        .where(promises.c.tenant == bindparam("tenant", type_=KEY), *(_CONDITIONS[name] for name in sorted(names)))
        .order_by(promises.c.due_at, promises.c.ticket_id, promises.c.action)
        .limit(bindparam("limit", type_=BigInteger))
        .offset(bindparam("first", type_=BigInteger))
    )
