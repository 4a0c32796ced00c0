"""Which tables hold tickets and all that is written with them?

The tenant leads every primary key. Texts compare by code point on every database, so that lists and chains come in the
same order everywhere and no index depends on the server's language.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from sqlalchemy import BigInteger, Column, Index, LargeBinary, MetaData, SmallInteger, Table, Text, literal_column
from sqlalchemy.dialects.postgresql import TEXT

from triage_core.adapters.sql.encoding import document_of, escape, escape_optional, micros
from triage_core.domain.model import Ticket
from triage_core.domain.rollout.measuring import COUNTED

KEY = Text().with_variant(TEXT(collation="C"), "postgresql")

metadata = MetaData()


def _required(name: str) -> Column[str]:
    return Column(name, KEY, nullable=False)


def _number(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _key(name: str) -> Column[str]:
    return Column(name, KEY, primary_key=True)


#: Every column of a ticket beside its key, and how it follows from the state; nothing else fills them.
TICKET_COLUMNS: tuple[tuple[Column[str] | Column[int], Callable[[Ticket], str | int | None]], ...] = (
    (_required("source"), lambda ticket: escape(ticket.source)),
    (_required("source_id"), lambda ticket: escape(ticket.source_id)),
    (_required("source_version"), lambda ticket: escape(ticket.source_version)),
    (_required("mode"), lambda ticket: ticket.mode.value),
    (_required("state"), lambda ticket: ticket.state.value),
    (Column("is_open", SmallInteger, nullable=False), lambda ticket: int(ticket.is_open)),
    (Column("class_name", KEY), lambda ticket: escape_optional(ticket.class_name)),
    (Column("class_rank", SmallInteger, nullable=False), attrgetter("class_rank")),
    (_number("order_key"), attrgetter("order_key")),
    (Column("queue", KEY), lambda ticket: escape_optional(ticket.queue)),
    (Column("owner", KEY), lambda ticket: escape_optional(ticket.owner)),
    (Column("customer", KEY), lambda ticket: escape_optional(ticket.customer)),
    (Column("requester_key", KEY), lambda ticket: escape_optional(ticket.requester_key)),
    (_number("created_at"), lambda ticket: micros(ticket.created_at)),
    (_number("updated_at"), lambda ticket: micros(ticket.updated_at)),
    (_number("version"), attrgetter("version")),
    (_required("head"), attrgetter("head")),
    (Column("document", Text, nullable=False), document_of),
    (Column("escalation_queue", KEY), lambda ticket: escape_optional(ticket.escalation_queue)),
    (Column("escalation_holder", KEY), lambda ticket: escape_optional(ticket.escalation_holder)),
    (Column("waits_for_approval", SmallInteger), lambda ticket: 1 if ticket.waits_for_approval else None),
)

tickets = Table("tickets", metadata, _key("tenant"), _key("id"), *(column for column, _ in TICKET_COLUMNS))

#: Spelt the same in indexes and queries: SQLite uses a partial index only where the condition is literally its own.
IS_OPEN = tickets.c.is_open == literal_column("1")
IS_ESCALATED = tickets.c.escalation_queue.is_not(None)
WAITS = tickets.c.waits_for_approval.is_not(None)

_PLACE = (tickets.c.class_rank, tickets.c.order_key, tickets.c.id)


def _open_index(name: str, *columns: Column[str] | Column[int]) -> Index:
    return Index(name, tickets.c.tenant, *columns, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN)


Index("tickets_by_source", tickets.c.tenant, tickets.c.source, tickets.c.source_id, unique=True)
_HAS_CUSTOMER = tickets.c.customer.is_not(None)
Index(
    "tickets_by_customer",
    *(tickets.c[name] for name in ("tenant", "customer", "created_at", "id")),
    sqlite_where=_HAS_CUSTOMER,
    postgresql_where=_HAS_CUSTOMER,
)
_open_index("tickets_open", *_PLACE)
_open_index("tickets_open_by_queue", tickets.c.queue, *_PLACE)
_open_index("tickets_open_by_owner", tickets.c.owner, *_PLACE)
Index("tickets_waiting", tickets.c.tenant, *_PLACE, sqlite_where=WAITS, postgresql_where=WAITS)
Index("tickets_escalated", tickets.c.tenant, *_PLACE, sqlite_where=IS_ESCALATED, postgresql_where=IS_ESCALATED)

#: The timeline. Lines name no ticket row by a foreign key: they are evidence, and outlive a row that was taken away.
entries = Table(
    "entries",
    metadata,
    _key("tenant"),
    _key("ticket_id"),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("body", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("kind", Text, nullable=False),
    _number("at"),
    Column("source_event_id", KEY),
)
_HAS_EVENT = entries.c.source_event_id.is_not(None)
Index(
    "entries_by_event",
    entries.c.tenant,
    entries.c.ticket_id,
    entries.c.source_event_id,
    unique=True,
    sqlite_where=_HAS_EVENT,
    postgresql_where=_HAS_EVENT,
)

#: Spelt the same in the index and the query, as above.
IS_COUNTED = entries.c.kind.in_([literal_column(f"'{kind}'") for kind in COUNTED])
Index(
    "entries_counted",
    *(entries.c[name] for name in ("tenant", "kind", "at")),
    sqlite_where=IS_COUNTED,
    postgresql_where=IS_COUNTED,
)

#: `number` and `position` keep the order of writing: the ticket's version after the change, the place in the change.
texts = Table(
    "texts",
    metadata,
    _key("tenant"),
    _key("ticket_id"),
    _key("id"),
    _number("number"),
    _number("position"),
    Column("kind", Text, nullable=False),
    Column("content", Text, nullable=False),
    _number("at"),
)

timers = Table(
    "timers",
    metadata,
    _key("tenant"),
    _key("ticket_id"),
    _key("purpose"),
    _number("due_at"),
    Column("edge", Text, nullable=False),
    Column("claimed_by", Text),
    _number("claimed_until", nullable=True),
)
Index("timers_due", timers.c.due_at, timers.c.tenant, timers.c.ticket_id, timers.c.purpose)

outbox = Table(
    "outbox",
    metadata,
    _key("tenant"),
    _key("id"),
    _required("ticket_id"),
    _number("number"),
    _number("position"),
    Column("type", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", Text, nullable=False),
    _number("attempts"),
    _number("next_at"),
    _number("created_at"),
)
Index("outbox_by_ticket", outbox.c.tenant, outbox.c.ticket_id, outbox.c.number, outbox.c.position)

answers = Table(
    "answers",
    metadata,
    _key("tenant"),
    _key("key"),
    Column("request_digest", Text, nullable=False),
    Column("body", Text, nullable=False),
    _number("created_at"),
)

policies = Table(
    "policies",
    metadata,
    _key("tenant"),
    _key("version"),
    Column("document", Text, nullable=False),
    Column("digest", Text, nullable=False),
    _number("active_from"),
)

digest_keys = Table("digest_keys", metadata, _key("tenant"), Column("key", LargeBinary, nullable=False))

checkpoints = Table(
    "checkpoints",
    metadata,
    _key("tenant"),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _number("at"),
    _number("count"),
    Column("root", Text, nullable=False),
)

# --- who receives which events, and what became of each ---------------------------------------------------------------

#: Every message starts so, at once, after no attempt.
QUEUED = "queued"
#: Spelt the same in indexes and queries, as above.
IS_QUEUED = outbox.c.state == literal_column("'queued'")
Index(
    "outbox_queued",
    outbox.c.created_at,
    outbox.c.tenant,
    outbox.c.id,
    sqlite_where=IS_QUEUED,
    postgresql_where=IS_QUEUED,
)
Index("outbox_by_type", outbox.c.tenant, outbox.c.type, outbox.c.created_at)

#: `since` starts anew when a hook comes back into service; `claimed_by` is the worker that serves it alone.
hooks = Table(
    "hooks",
    metadata,
    _key("tenant"),
    _key("id"),
    Column("url", Text, nullable=False),
    _required("event_type"),
    Column("platform", Text),
    Column("created_by", Text, nullable=False),
    _number("created_at"),
    _number("since"),
    Column("state", Text, nullable=False),
    _number("failures"),
    _number("last_status", nullable=True),
    _number("expires_at", nullable=True),
    _number("resume_at", nullable=True),
    Column("header_name", Text, nullable=False),
    Column("header_value", Text, nullable=False),
    Column("claimed_by", Text),
    _number("claimed_until", nullable=True),
)
Index("hooks_by_type", hooks.c.tenant, hooks.c.event_type)

#: `number` and `position` are those of the message; `next_at` is empty once nothing follows.
deliveries = Table(
    "deliveries",
    metadata,
    _key("tenant"),
    _key("message_id"),
    _key("hook_id"),
    _required("ticket_id"),
    _number("number"),
    _number("position"),
    Column("state", Text, nullable=False),
    _number("attempts"),
    _number("next_at", nullable=True),
    _number("last_status", nullable=True),
    Column("last_failure", Text),
    _number("created_at"),
)
IS_WAITING = deliveries.c.next_at.is_not(None)
#: What is due at a hook, and what comes before it.
Index(
    "deliveries_waiting",
    deliveries.c.tenant,
    deliveries.c.hook_id,
    deliveries.c.next_at,
    sqlite_where=IS_WAITING,
    postgresql_where=IS_WAITING,
)
Index(
    "deliveries_in_order",
    deliveries.c.tenant,
    deliveries.c.hook_id,
    deliveries.c.ticket_id,
    deliveries.c.number,
    deliveries.c.position,
    sqlite_where=IS_WAITING,
    postgresql_where=IS_WAITING,
)
Index("deliveries_by_time", deliveries.c.tenant, deliveries.c.created_at)

signing_secrets = Table(
    "signing_secrets",
    metadata,
    _key("tenant"),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("secret", Text, nullable=False),
    _number("made_at"),
    _number("until", nullable=True),
)
