"""Which table holds the profiles of customers, and which questions tell a customer's past?"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import BigInteger, Column, Index, Table, Text, and_, bindparam, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from triage_core.adapters.sql.encoding import escape
from triage_core.adapters.sql.tables import KEY, metadata, tickets
from triage_core.domain.model import Mode
from triage_core.ports import ProfileRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage_core.adapters.sql.reading import Given

#: The account itself has no person, a person may have no account; both are empty texts here, for the key's sake.
profiles = Table(
    "profiles",
    metadata,
    Column("tenant", KEY, primary_key=True),
    Column("customer", KEY, primary_key=True),
    Column("requester_key", KEY, primary_key=True),
    Column("document", Text, nullable=False),
)
_IS_PERSON = profiles.c.requester_key != ""
Index(
    "profiles_by_person",
    profiles.c.tenant,
    profiles.c.requester_key,
    sqlite_where=_IS_PERSON,
    postgresql_where=_IS_PERSON,
)

_TENANT, _CUSTOMER = bindparam("tenant", type_=KEY), bindparam("customer", type_=KEY)
_OF_CUSTOMER = tickets.c.tenant == _TENANT, tickets.c.customer == _CUSTOMER, tickets.c.mode == Mode.LIVE.value

CLASSES = (
    select(tickets.c.class_name, func.count())
    .where(*_OF_CUSTOMER, tickets.c.class_name.is_not(None))
    .group_by(tickets.c.class_name)
)
LATEST = (
    select(tickets.c.document)
    .where(*_OF_CUSTOMER)
    .order_by(tickets.c.created_at.desc(), tickets.c.id.desc())
    .limit(bindparam("limit", type_=BigInteger))
)
_REQUESTER = bindparam("requester_key", type_=KEY)
_ABOUT = or_(
    and_(profiles.c.customer == _CUSTOMER, profiles.c.customer != "", profiles.c.requester_key == ""),
    and_(profiles.c.requester_key == _REQUESTER, _IS_PERSON),
)
PROFILES = (
    select(profiles.c.document)
    .where(profiles.c.tenant == _TENANT, _ABOUT)
    .order_by(profiles.c.requester_key != "", profiles.c.customer)
)

#: Rows that one statement writes; a table is written in pieces of this many, and the rest one by one.
PIECE = 50

_ENCODER = msgspec.json.Encoder()
_ROWS = msgspec.json.Decoder(ProfileRow)


def read(document: str) -> ProfileRow:
    """Read a stored row."""
    return _ROWS.decode(document)


def about(tenant: str, customer: str | None, requester_key: str | None) -> Given:
    """Return the values of the question for profiles."""
    return {"tenant": escape(tenant), "customer": escape(customer or ""), "requester_key": escape(requester_key or "")}


def given_of(tenant: str, rows: Sequence[ProfileRow]) -> Given:
    """Lay rows out as the values of the statement that writes so many."""
    given: dict[str, str] = {}
    for place, row in enumerate(rows):
        key = {"customer": row.customer or "", "requester_key": row.requester_key or "", "tenant": tenant}
        given |= {f"{name}_{place}": escape(value) for name, value in key.items()}
        given[f"document_{place}"] = escape(_ENCODER.encode(row).decode())
    return given


@cache
def put(dialect: str, count: int) -> Any:  # noqa: ANN401 - the statements of two dialects
    """Return the statement that writes so many rows."""
    names = profiles.columns.keys()
    rows = [
        {name: bindparam(f"{name}_{place}", type_=profiles.c[name].type) for name in names} for place in range(count)
    ]
    insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement = insert(profiles).values(rows)
    key = list(profiles.primary_key)
    return statement.on_conflict_do_update(index_elements=key, set_={"document": statement.excluded.document})
