"""Which statements keep intents to send and hand them out? Each is built once and takes its values by name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.selectable import CTE

from triage_core.adapters.sql.queries import TENANT
from triage_core.adapters.sql.reading import Statement
from triage_core.adapters.sql.send_tables import FIELDS, IS_AMISS, IS_UNTOLD, IS_WAITING, send_lanes, sends
from triage_core.adapters.sql.tables import KEY


def _text(name: str) -> BindParameter[str]:
    return bindparam(name, type_=KEY)


def _count(name: str) -> BindParameter[int]:
    return bindparam(name, type_=BigInteger)


_NOW, _CLAIM = _count("now"), _text("claim")
_SEND = [sends.c[name] for name in FIELDS]
_THIS = and_(sends.c.tenant == TENANT, sends.c.id == _text("id"))

# --- handing out ------------------------------------------------------------------------------------------------------

_IS_UNCLAIMED = or_(sends.c.claimed_until.is_(None), sends.c.claimed_until <= _NOW)
_AT_MOST_ONCE = sends.c.at_most_once == literal(1, BigInteger)
#: An attempt of which nobody will tell any more. What must not be sent twice ends with it.
LAPSE = (
    sends.update()
    .where(IS_WAITING, sends.c.began_at.is_not(None), sends.c.claimed_until <= _NOW)
    .values(
        state=case((_AT_MOST_ONCE, "unknown"), else_=sends.c.state),
        next_at=case((_AT_MOST_ONCE, null()), else_=sends.c.next_at),
        over_at=case((_AT_MOST_ONCE, _NOW), else_=null()),
        failure=_text("interrupted"),
        may_have_arrived=1,
        began_at=null(),
        claimed_by=null(),
        claimed_until=null(),
    )
    .returning(sends.c.id)
)

_earlier = sends.alias("earlier")
#: Nothing about the same to the same people waits before it.
_IS_NEXT = ~exists().where(
    *(_earlier.c[name] == sends.c[name] for name in ("tenant", "surface", "ticket_id", "about", "recipients")),
    _earlier.c.next_at.is_not(None),
    or_(
        _earlier.c.number < sends.c.number,
        and_(_earlier.c.number == sends.c.number, _earlier.c.position < sends.c.position),
    ),
)
_other = sends.alias("other")
_IS_SERVED = exists().where(
    _other.c.tenant == sends.c.tenant,
    _other.c.surface == sends.c.surface,
    _other.c.claimed_until > _NOW,
)
_RESTS = exists().where(
    send_lanes.c.tenant == sends.c.tenant, send_lanes.c.surface == sends.c.surface, send_lanes.c.resume_at > _NOW
)
_IS_DUE = and_(sends.c.next_at <= _NOW, IS_WAITING, _IS_UNCLAIMED, sends.c.began_at.is_(None), _IS_NEXT)
_PLACE = (sends.c.next_at, sends.c.at, sends.c.tenant, sends.c.id)


def _first() -> CTE:
    """Choose the surface on which something has waited the longest."""
    free = select(sends.c.tenant, sends.c.surface).where(_IS_DUE, ~_IS_SERVED, ~_RESTS)
    return free.order_by(*_PLACE).limit(1).cte("first")


def _taken() -> CTE:
    """Take what is due there; PostgreSQL passes over what another worker is claiming."""
    first = _first()
    due = select(sends.c.tenant, sends.c.id).where(
        sends.c.tenant == first.c.tenant, sends.c.surface == first.c.surface, _IS_DUE
    )
    return due.order_by(*_PLACE).limit(_count("limit")).with_for_update(skip_locked=True, of=sends).cte("taken")


_TAKEN = _taken()
CLAIM = (
    sends.update()
    .where(sends.c.tenant == _TAKEN.c.tenant, sends.c.id == _TAKEN.c.id)
    .values(claimed_by=_CLAIM, claimed_until=_count("until"))
    .returning(*_SEND)
)
FAILURES = select(send_lanes.c.failures).where(send_lanes.c.tenant == TENANT, send_lanes.c.surface == _text("surface"))
_IS_MINE = sends.c.claimed_by == _CLAIM
BEGIN = (
    sends.update()
    .where(_THIS, _IS_MINE, sends.c.claimed_until > _NOW, IS_WAITING)
    .values(began_at=_NOW, attempts=_count("attempts"))
    .returning(sends.c.id)
)
SETTLE = (
    sends.update()
    .where(_THIS, _IS_MINE)
    .values(
        state=_text("state"),
        attempts=_count("attempts"),
        next_at=_count("next_at"),
        over_at=_count("over_at"),
        failure=_text("failure"),
        receipt=func.coalesce(func.nullif(_text("receipt"), ""), sends.c.receipt),
        may_have_arrived=_count("may_have_arrived"),
        began_at=null(),
        claimed_by=null(),
        claimed_until=null(),
    )
    .returning(sends.c.id)
)
RELEASE = (
    sends.update()
    .where(sends.c.tenant == TENANT, sends.c.surface == _text("surface"), _IS_MINE, sends.c.began_at.is_(None))
    .values(claimed_by=null(), claimed_until=null())
)


def put_lane(dialect: str) -> Statement:
    """Write down how a surface fares."""
    insert = sqlite.insert(send_lanes) if dialect == "sqlite" else postgresql.insert(send_lanes)
    given = {column.name: bindparam(column.name, type_=column.type) for column in send_lanes.columns}
    anew = {name: insert.excluded[name] for name in ("failures", "resume_at")}
    return insert.values(given).on_conflict_do_update(index_elements=["tenant", "surface"], set_=anew)


# --- looking ----------------------------------------------------------------------------------------------------------


def _optional(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    return or_(_text(name).is_(None), column == _text(name))


LISTED = (
    select(*_SEND)
    .where(sends.c.tenant == TENANT, *(_optional(sends.c[name], name) for name in ("ticket_id", "surface", "state")))
    .order_by(*(sends.c[name].desc() for name in ("at", "id")))
    .limit(_count("limit"))
)
ENDED = (
    select(*_SEND)
    .where(
        sends.c.tenant == TENANT,
        sends.c.state == _text("state"),
        sends.c.over_at > _count("after"),
        sends.c.over_at <= _count("until"),
    )
    .order_by(sends.c.over_at, sends.c.id)
)
#: The same for what has an index, which asks for its condition word by word.
ENDED_AMISS = ENDED.where(IS_AMISS)
RETRY = (
    sends.update()
    .where(_THIS, IS_AMISS)
    .values(
        state="queued",
        attempts=0,
        next_at=_NOW,
        over_at=null(),
        is_reported=0,
        retried_by=_text("by"),
        retried_at=_NOW,
    )
    .returning(sends.c.id)
)
UNREPORTED = select(*_SEND).where(IS_UNTOLD).order_by(sends.c.over_at, sends.c.tenant, sends.c.id)
UNREPORTED = UNREPORTED.limit(_count("limit"))
REPORT = sends.update().where(_THIS, sends.c.over_at == _count("over_at")).values(is_reported=1)
FORGET = (
    sends.delete()
    .where(sends.c.at < _count("before"), sends.c.next_at.is_(None), sends.c.is_reported == literal(1, BigInteger))
    .returning(sends.c.id)
)


def _number_of(state: str) -> Select[Any]:
    return select(func.count()).select_from(sends).where(IS_AMISS, sends.c.state == state)


VITALS = select(
    select(func.min(sends.c.next_at)).where(_IS_DUE, ~_RESTS).scalar_subquery(),
    _number_of("failed").scalar_subquery(),
    _number_of("unknown").scalar_subquery(),
)
