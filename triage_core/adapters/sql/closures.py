"""Which table holds the closings that still owe their facts?

A row comes and goes with the ticket's own, in the same transaction, so the list is never behind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column, Index, Table, and_, bindparam, select

from triage_core.adapters.sql.encoding import escape, micros
from triage_core.adapters.sql.tables import KEY, metadata, tickets
from triage_core.domain.model import State

if TYPE_CHECKING:
    from triage_core.domain.model import Ticket

open_closures = Table(
    "open_closures",
    metadata,
    Column("tenant", KEY, primary_key=True),
    Column("ticket_id", KEY, primary_key=True),
    Column("closed_at", BigInteger, nullable=False),
)
Index("open_closures_by_time", open_closures.c.tenant, open_closures.c.closed_at, open_closures.c.ticket_id)

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
