"""Which tables hold switches and stages with their log, and how does a decision rest on them?

PostgreSQL can lock only rows that exist, so a control is there, at version 0, before the first decision rests on it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, BindParameter, Column, Index, Table, Text, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from triage_core.adapters.sql.encoding import escape, micros, moment, unescape
from triage_core.adapters.sql.tables import KEY, QUEUED, metadata, outbox
from triage_core.control_ports import ControlLine, StoredControl
from triage_core.domain.errors import ControlMoved
from triage_core.domain.model import ActorKind

if TYPE_CHECKING:
    from triage_core.adapters.sql.hooks import Act
    from triage_core.adapters.sql.reading import Found, Reader, Statement
    from triage_core.control_ports import Guard, Notice
    from triage_core.ports import Change

controls = Table(
    "controls",
    metadata,
    Column("tenant", KEY, primary_key=True),
    Column("name", KEY, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
)
control_log = Table(
    "control_log",
    metadata,
    Column("tenant", KEY, primary_key=True),
    Column("name", KEY, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("actor_kind", "actor", "what", "reason", "before", "after")),
)
Index("control_log_by_time", control_log.c.tenant, control_log.c.at)


def _given(name: str, kind: Any = KEY) -> BindParameter[Any]:  # noqa: ANN401 - any type of a column
    return bindparam(f"given_{name}", type_=kind)


_THIS = controls.c.tenant == _given("tenant"), controls.c.name == _given("name")
_VERSION = _given("version", BigInteger)
CONTROL = select(controls.c.version, controls.c.document).where(*_THIS)
_MOVE = (
    controls.update()
    .where(*_THIS, controls.c.version == _VERSION - 1)
    .values(version=_VERSION, document=_given("document", Text))
    .returning(controls.c.version)
)
_LOG = control_log.insert().values(
    {column: bindparam(column.name, type_=column.type) for column in control_log.columns}
)
#: An event of no ticket has the control's name in its place, so that events about one control stay in their order.
_TELL = outbox.insert().values({column: bindparam(column.name, type_=column.type) for column in outbox.columns})
_LATEST = (
    select(control_log)
    .where(control_log.c.tenant == _given("tenant"))
    .order_by(control_log.c.at.desc(), control_log.c.version.desc(), control_log.c.name)
    .limit(_given("limit", BigInteger))
)


@cache
def first(dialect: str) -> Statement:
    """Return the statement that puts a control there, unless it is."""
    insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    fresh = {"tenant": _given("tenant"), "name": _given("name"), "version": 0, "document": ""}
    statement: Statement = insert(controls).values(fresh).on_conflict_do_nothing()
    return statement


def named(tenant: str, name: str) -> dict[str, str | int | bytes | None]:
    """Return the values that name a control."""
    return {"given_tenant": escape(tenant), "given_name": escape(name)}


def read(reader: Reader, tenant: str, name: str) -> StoredControl:
    """Return a control as it stands."""
    found = reader.rows(CONTROL, named(tenant, name))
    version, document = found[0] if found else (0, "")
    return StoredControl(tenant=tenant, name=name, version=version, document=unescape(document))


def latest(reader: Reader, tenant: str, limit: int) -> tuple[ControlLine, ...]:
    """Return the latest changes, the newest first."""
    found = reader.rows(_LATEST, {"given_tenant": escape(tenant), "given_limit": limit})
    return tuple(_line_of(row) for row in found)


def has_moved(reader: Reader, change: Change) -> bool:
    """Tell whether a control that a change rests on is not as the decision saw it."""
    return any(read(reader, guard.tenant, guard.name).version != guard.version for guard in change.guards)


def put(act: Act, dialect: str, line: ControlLine, notices: tuple[Notice, ...] = ()) -> Found:
    """Write what a line says, the line itself and what it tells; raises `ControlMoved`."""
    key = named(line.tenant, line.name)
    act(first(dialect), key)
    if not act(_MOVE, {**key, "given_version": line.version, "given_document": escape(line.after)}):
        raise ControlMoved
    for position, notice in enumerate(notices):
        act(_TELL, _told_by(line, notice, position))
    return act(_LOG, _row_of(line))


def guard_row(guard: Guard) -> tuple[str, str, int]:
    """Lay a guard out as a row."""
    return escape(guard.tenant), escape(guard.name), guard.version


def _row_of(line: ControlLine) -> dict[str, str | int | bytes | None]:
    texts = ("tenant", "name", "actor", "what", "reason", "before", "after")
    return {
        "version": line.version,
        "at": micros(line.at),
        "actor_kind": line.actor_kind.value,
        **{name: escape(getattr(line, name)) for name in texts},
    }


def _told_by(line: ControlLine, notice: Notice, position: int) -> dict[str, str | int | bytes | None]:
    return {
        "tenant": escape(notice.tenant),
        "id": escape(notice.id),
        "ticket_id": escape(line.name),
        "number": line.version,
        "position": position,
        "type": escape(notice.type),
        "payload": escape(notice.payload),
        "state": QUEUED,
        "attempts": 0,
        "next_at": micros(notice.at),
        "created_at": micros(notice.at),
    }


def _line_of(row: tuple[Any, ...]) -> ControlLine:
    tenant, name, version, at, kind, *texts = row
    actor, what, reason, before, after = map(unescape, texts)
    return ControlLine(
        tenant=unescape(tenant),
        name=unescape(name),
        version=version,
        at=moment(at),
        actor_kind=ActorKind(kind),
        actor=actor,
        what=what,
        reason=reason,
        before=before,
        after=after,
    )
