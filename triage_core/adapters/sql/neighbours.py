"""Which tables hold what tickets are compared by, and which question finds those around a moment?

A new ticket is compared with few others: the newest of each key that it shares, and the newest of all. Each key has an
index that ends in the time, so the question reads no more rows than it returns.
"""

from __future__ import annotations

from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import BigInteger, Column, ColumnElement, Index, Select, Table, Text, and_, bindparam, select, union

from triage_core.adapters.sql.encoding import escape, escape_optional, micros
from triage_core.adapters.sql.tables import KEY, metadata
from triage_core.domain.related import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.adapters.sql.reading import Given
    from triage_core.ports import Nearby

candidates = Table(
    "candidates",
    metadata,
    Column("tenant", KEY, primary_key=True),
    Column("ticket_id", KEY, primary_key=True),
    Column("created_at", BigInteger, nullable=False),
    Column("requester_key", KEY),
    Column("customer", KEY),
    Column("system", KEY),
    Column("document", Text, nullable=False),
)
#: The keys of a candidate, by which others find it.
_KEYS = ("requester_key", "customer", "system")
Index("candidates_by_time", candidates.c.tenant, candidates.c.created_at)
for _name in _KEYS:
    _held = candidates.c[_name].is_not(None)
    _places = candidates.c.tenant, candidates.c[_name], candidates.c.created_at
    Index(f"candidates_by_{_name}", *_places, sqlite_where=_held, postgresql_where=_held)

#: A ticket may belong to several threads.
threads = Table(
    "candidate_threads",
    metadata,
    Column("tenant", KEY, primary_key=True),
    Column("thread_key", KEY, primary_key=True),
    Column("ticket_id", KEY, primary_key=True),
    Column("created_at", BigInteger, nullable=False),
)

_ENCODER = msgspec.json.Encoder()
_CANDIDATES = msgspec.json.Decoder(Candidate)
_TENANT = bindparam("tenant", type_=KEY)
_MOST_THREADS = 8


def row_of(tenant: str, candidate: Candidate) -> tuple[str | int | None, ...]:
    """Lay a candidate out in the order of the table's columns."""
    return (
        escape(tenant),
        escape(candidate.ticket_id),
        micros(candidate.created_at),
        *(escape_optional(getattr(candidate, name)) for name in _KEYS),
        _ENCODER.encode(candidate).decode(),
    )


def thread_rows_of(tenant: str, candidate: Candidate) -> list[tuple[str | int | None, ...]]:
    """Lay a candidate's threads out in the order of their table's columns."""
    ticket_id, at = escape(candidate.ticket_id), micros(candidate.created_at)
    return [(escape(tenant), escape(thread), ticket_id, at) for thread in dict.fromkeys(candidate.thread_keys)]


def question(tenant: str, around: Nearby, limit: int) -> tuple[Select[Any], Given]:
    """Return the statement that finds the tickets around another one, and its values."""
    keys = {name: value for name in _KEYS if (value := getattr(around, name)) is not None}
    given: dict[str, str | int] = {name: escape(value) for name, value in keys.items()}
    wanted = dict.fromkeys(around.thread_keys)
    given |= {f"thread_{place}": escape(key) for place, key in enumerate([*wanted][:_MOST_THREADS])}
    time = {"since": micros(around.since), "until": micros(around.until)}
    count = min(len(wanted), _MOST_THREADS)
    return _around(frozenset(keys), count), {"tenant": escape(tenant), "limit": limit, **time, **given}


def read(documents: Iterable[str]) -> tuple[Candidate, ...]:
    """Read stored candidates and put the newest first; to sort so few rows here leads the database to no other plan."""
    return tuple(sorted(map(_CANDIDATES.decode, documents), key=attrgetter("created_at", "ticket_id"), reverse=True))


@cache
def _around(names: frozenset[str], thread_count: int) -> Select[Any]:
    parts = [_newest(candidates), *(_newest(candidates, candidates.c[name] == _key(name)) for name in sorted(names))]
    if thread_count:
        given = [_key(f"thread_{place}") for place in range(thread_count)]
        parts.append(_newest(threads, threads.c.thread_key.in_(given)))
    found = union(*parts).subquery("found")
    is_found = and_(candidates.c.tenant == _TENANT, candidates.c.ticket_id == found.c.ticket_id)
    return select(candidates.c.document).select_from(found.join(candidates, is_found))


def _key(name: str) -> ColumnElement[str]:
    return bindparam(name, type_=KEY)


def _newest(table: Table, *shared: ColumnElement[bool]) -> Select[Any]:
    """Return the newest of a time; wrapped, because SQLite limits no part of a union otherwise."""
    since, until = (bindparam(name, type_=BigInteger) for name in ("since", "until"))
    query = select(table.c.ticket_id).where(
        table.c.tenant == _TENANT, table.c.created_at.between(since, until), *shared
    )
    newest = query.order_by(table.c.created_at.desc(), table.c.ticket_id.desc())
    return select(newest.limit(bindparam("limit", type_=BigInteger)).subquery())
