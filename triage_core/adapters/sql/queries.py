"""Which questions does the store ask its tables? Each is built once and takes its values by name."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Select, and_, bindparam, column, func, or_, select, tuple_, values
from sqlalchemy.sql.dml import ReturningUpdate

from triage_core.adapters.sql.tables import (
    IS_COUNTED,
    IS_ESCALATED,
    IS_OPEN,
    KEY,
    WAITS,
    answers,
    checkpoints,
    digest_keys,
    entries,
    outbox,
    policies,
    texts,
    tickets,
    timers,
)

#: How many lines, heads or hashes are asked for at a time when whole chains are read.
CHAIN_PAGE = 1_000
HASH_PAGE = 100


def _text(name: str) -> BindParameter[str]:
    return bindparam(name, type_=KEY)


def _count(name: str) -> BindParameter[int]:
    return bindparam(name, type_=BigInteger)


TENANT, TICKET_ID = _text("tenant"), _text("ticket_id")

TICKET = select(tickets.c.document).where(tickets.c.tenant == TENANT, tickets.c.id == TICKET_ID)
BY_SOURCE = select(tickets.c.document).where(
    tickets.c.tenant == TENANT,
    tickets.c.source == _text("source"),
    tickets.c.source_id == _text("source_id"),
)
LOADS = (
    select(tickets.c.owner, func.count())
    .where(tickets.c.tenant == TENANT, tickets.c.owner.is_not(None), IS_OPEN)
    .group_by(tickets.c.owner)
)
TIMELINE = (
    select(entries.c.body, entries.c.hash)
    .where(entries.c.tenant == TENANT, entries.c.ticket_id == TICKET_ID)
    .order_by(entries.c.number)
)
COUNTED = (
    select(entries.c.body)
    .where(
        entries.c.tenant == TENANT,
        entries.c.kind == bindparam("kind", type_=entries.c.kind.type),
        IS_COUNTED,
        entries.c.at > _count("after"),
        entries.c.at <= _count("until"),
    )
    .order_by(entries.c.at, entries.c.ticket_id, entries.c.number)
)
EVENTS = select(entries.c.number, entries.c.source_event_id).where(
    entries.c.tenant == TENANT,
    entries.c.ticket_id == TICKET_ID,
    entries.c.source_event_id.is_not(None),
)
TEXTS = (
    select(texts.c.id, texts.c.kind, texts.c.content, texts.c.at)
    .where(texts.c.tenant == TENANT, texts.c.ticket_id == TICKET_ID)
    .order_by(texts.c.number, texts.c.position)
)
ANSWER = select(answers.c.request_digest, answers.c.body, answers.c.created_at).where(
    answers.c.tenant == TENANT,
    answers.c.key == _text("key"),
)
MESSAGES = (
    select(outbox.c.id, outbox.c.type, outbox.c.payload, outbox.c.created_at)
    .where(outbox.c.tenant == TENANT, outbox.c.ticket_id == TICKET_ID)
    .order_by(outbox.c.number, outbox.c.position)
)
POLICIES = (
    select(policies.c.version, policies.c.document, policies.c.digest, policies.c.active_from)
    .where(policies.c.tenant == TENANT)
    .order_by(policies.c.active_from, policies.c.version)
)
FORGET_ANSWERS = (
    answers.delete().where(answers.c.created_at < bindparam("before", type_=BigInteger)).returning(answers.c.key)
)
DIGEST_KEY = select(digest_keys.c.key).where(digest_keys.c.tenant == TENANT)
CHECKPOINTS = (
    select(checkpoints.c.number, checkpoints.c.at, checkpoints.c.count, checkpoints.c.root)
    .where(checkpoints.c.tenant == TENANT)
    .order_by(checkpoints.c.number)
)

_AFTER = _text("after")
#: The next tenant in either table; a skip from name to name, not a scan.
NEXT_TENANT = (
    select(func.min(tickets.c.tenant).label("tenant")).where(tickets.c.tenant > _AFTER),
    select(func.min(entries.c.tenant).label("tenant")).where(entries.c.tenant > _AFTER),
)
HEADS = (
    select(tickets.c.id, tickets.c.version, tickets.c.head)
    .where(tickets.c.tenant == TENANT, tickets.c.id > _AFTER)
    .order_by(tickets.c.id)
    .limit(CHAIN_PAGE)
)
CHAINS = (
    select(entries.c.ticket_id, entries.c.number, entries.c.body, entries.c.hash)
    .where(
        entries.c.tenant == TENANT,
        tuple_(entries.c.ticket_id, entries.c.number) > tuple_(_AFTER, _count("after_number")),
    )
    .order_by(entries.c.ticket_id, entries.c.number)
    .limit(CHAIN_PAGE)
)

_ONE = select(TICKET_ID.label("id")).subquery("one")
#: One statement, so that head and lines are of one moment.
CHAIN = (
    select(tickets.c.version, tickets.c.head, entries.c.number, entries.c.body, entries.c.hash)
    .select_from(
        _ONE.outerjoin(tickets, and_(tickets.c.tenant == TENANT, tickets.c.id == _ONE.c.id)).outerjoin(
            entries,
            and_(entries.c.tenant == TENANT, entries.c.ticket_id == _ONE.c.id),
        ),
    )
    .order_by(entries.c.number)
)

_WANTED = (
    values(column("ticket_id", KEY), column("number", BigInteger), name="wanted")
    .data([(_text(f"ticket_{place}"), _count(f"number_{place}")) for place in range(HASH_PAGE)])
    .cte("wanted")
)
HASHES = select(entries.c.ticket_id, entries.c.number, entries.c.hash).join(
    _WANTED,
    and_(
        entries.c.tenant == TENANT,
        entries.c.ticket_id == _WANTED.c.ticket_id,
        entries.c.number == _WANTED.c.number,
    ),
)

_NOW = _count("now")
#: PostgreSQL passes over what another worker is claiming; SQLite has one writer, and leaves the hint out.
_DUE = (
    select(timers.c.tenant, timers.c.ticket_id, timers.c.purpose)
    .where(timers.c.due_at <= _NOW, or_(timers.c.claimed_until.is_(None), timers.c.claimed_until <= _NOW))
    .order_by(timers.c.due_at, timers.c.tenant, timers.c.ticket_id, timers.c.purpose)
    .limit(_count("limit"))
    .with_for_update(skip_locked=True)
    .cte("due")
)
CLAIM: ReturningUpdate[Any] = (
    timers.update()
    .where(
        timers.c.tenant == _DUE.c.tenant,
        timers.c.ticket_id == _DUE.c.ticket_id,
        timers.c.purpose == _DUE.c.purpose,
    )
    .values(claimed_by=_text("worker"), claimed_until=_count("until"))
    .returning(timers.c.due_at, timers.c.tenant, timers.c.ticket_id, timers.c.purpose, timers.c.edge)
)

#: The fields of a filter and the columns they compare.
FILTERS = {
    name: tickets.c[name]
    for name in ("queue", "owner", "state", "class_name", "customer", "escalation_queue", "escalation_holder")
}
#: What a list may be narrowed to, whatever its filter.
NARROWED = {"open_only": IS_OPEN, "escalated_only": IS_ESCALATED, "waiting_only": WAITS}


@cache
def page(names: frozenset[str], narrowed: frozenset[str], *, starts_after: bool) -> Select[Any]:
    """Build the question for one page, by the filters that are set."""
    place = tickets.c.class_rank, tickets.c.order_key, tickets.c.id
    query = select(tickets.c.document).where(tickets.c.tenant == TENANT)
    for name in sorted(names):
        query = query.where(FILTERS[name] == _text(name))
    for name in sorted(narrowed):
        query = query.where(NARROWED[name])
    if starts_after:
        query = query.where(tuple_(*place) > tuple_(_count("rank"), _count("order_key"), _AFTER))
    return query.order_by(*place).limit(_count("limit"))
