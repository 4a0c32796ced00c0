"""In which tables are rotas, overrides and suppressions kept, and with which statements? Nothing is ever deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from sqlalchemy import BigInteger, Column, ColumnElement, Table, Text, and_, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from triage_core.adapters.sql.encoding import escape, escape_optional, micros, moment, unescape
from triage_core.adapters.sql.tables import KEY, metadata
from triage_core.domain.rota import Override, Rota, RotaChanged, Version
from triage_core.domain.suppression import Suppression

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage_core.adapters.sql.identity import Database
    from triage_core.adapters.sql.reading import Found, Given, Statement
    from triage_core.domain.edit import Edit


def _key(name: str) -> Column[str]:
    return Column(name, KEY, primary_key=True)


def _counted(name: str) -> Column[int]:
    return Column(name, BigInteger, primary_key=True, autoincrement=False)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


rota_versions = Table(
    "rota_versions",
    metadata,
    _key("tenant"),
    _key("rota"),
    _counted("number"),
    _moment("effective_from"),
    _text("document"),
    _text("made_by"),
    _moment("made_at"),
    _text("reason"),
)


def _term(name: str, *own: str) -> Table:
    """Return a table of what lasts from one moment to another and may be ended early."""
    return Table(
        name,
        metadata,
        _key("tenant"),
        _counted("id"),
        *map(_text, own),
        *map(_moment, ("starts_at", "ends_at")),
        _text("made_by"),
        _moment("made_at"),
        _text("reason"),
        _moment("ended_at", nullable=True),
        _text("ended_by", nullable=True),
        _text("end_reason"),
    )


rota_overrides = _term("rota_overrides", "rota", "person")
#: Systems and service lines are lists in JSON.
suppressions = _term("suppressions", "systems", "service_lines")

#: Fields whose columns are called otherwise, because their names mean something to databases.
_FIELDS: Final = {"made_by": "by", "made_at": "at"}
_LISTS: Final = {"systems", "service_lines"}
_TENANT: Final = bindparam("tenant", type_=KEY)


def _all(table: Table) -> Statement:
    order = [column for column in table.primary_key if column.name != "tenant"]
    columns = [column for column in table.columns if column.name != "tenant"]
    return select(*columns).where(table.c.tenant == _TENANT).order_by(*order)


def _end(table: Table) -> Statement:
    given = {
        name: bindparam(f"given_{name}", type_=table.c[name].type) for name in ("ended_at", "ended_by", "end_reason")
    }
    this = and_(table.c.tenant == _TENANT, table.c.id == bindparam("wanted", type_=BigInteger))
    runs = and_(table.c.ended_at.is_(None), table.c.ends_at > given["ended_at"])
    return table.update().where(this, runs).values(given).returning(table.c.id)


_VERSIONS: Final = _all(rota_versions)
_ALL: Final = {table: _all(table) for table in (rota_overrides, suppressions)}
_END: Final = {table: _end(table) for table in (rota_overrides, suppressions)}


def _insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return insert.on_conflict_do_nothing()


def _given(table: Table) -> dict[str, ColumnElement[Any]]:
    return {column.name: bindparam(column.name, type_=column.type) for column in table.columns}


def _add(dialect: str, table: Table) -> Statement:
    """Insert with the next id; nothing is inserted where somebody else took it in between."""
    following = func.coalesce(func.max(table.c.id), 0) + 1
    row = select(*{**_given(table), "id": following}.values()).where(table.c.tenant == _TENANT)
    return _insert(dialect, table).from_select(table.columns.keys(), row).returning(table.c.id)


def _add_version(dialect: str) -> Statement:
    """Insert a version whose number follows the latest one, or nothing."""
    table, given = rota_versions, _given(rota_versions)
    of_rota = and_(table.c.tenant == _TENANT, table.c.rota == given["rota"])
    latest = select(func.coalesce(func.max(table.c.number), 0)).where(of_rota).scalar_subquery()
    row = select(*given.values()).where(given["number"] == latest + 1)
    return _insert(dialect, table).from_select(table.columns.keys(), row).returning(table.c.number)


class SqlDuty:
    """Answers `DutyBook` over a database."""

    def __init__(self, database: Database, dialect: str) -> None:
        """Keep everything in the tables of a store."""
        self._database = database
        self._add_version = _add_version(dialect)
        self._add = {table: _add(dialect, table) for table in (rota_overrides, suppressions)}

    def add_version(self, tenant: str, version: Version) -> None:
        """Store the next version of a rota; any other number raises `RotaChanged`."""
        given: Given = {
            "tenant": escape(tenant),
            "rota": escape(version.rota.name),
            "number": version.number,
            "effective_from": micros(version.effective_from),
            "document": escape(version.rota.model_dump_json(by_alias=True)),
            "made_by": escape(version.by),
            "made_at": micros(version.at),
            "reason": escape(version.reason),
        }
        if not self._database.act(self._add_version, given):
            raise RotaChanged

    def versions(self, tenant: str) -> tuple[Version, ...]:
        """Return all versions of all rotas of a tenant, by rota and number."""
        return tuple(
            Version(
                number=number,
                effective_from=moment(effective_from),
                rota=Rota.model_validate_json(unescape(document)),
                by=unescape(by),
                at=moment(at),
                reason=unescape(reason),
            )
            for _, number, effective_from, document, by, at, reason in self._read(_VERSIONS, tenant)
        )

    def add_override(self, tenant: str, override: Override) -> Override:
        """Store an override and return it with its id."""
        return msgspec.structs.replace(override, id=self._added(rota_overrides, tenant, override))

    def end_override(self, tenant: str, override_id: int, edit: Edit) -> bool:
        """Let an override end at the edit, unless it has ended before; tell whether it did."""
        return self._ended(rota_overrides, tenant, override_id, edit)

    def overrides(self, tenant: str) -> tuple[Override, ...]:
        """Return all overrides of a tenant, by id."""
        found = self._read(_ALL[rota_overrides], tenant)
        return tuple(Override(**_fields(rota_overrides, row)) for row in found)

    def add_suppression(self, tenant: str, suppression: Suppression) -> Suppression:
        """Store a suppression and return it with its id."""
        return msgspec.structs.replace(suppression, id=self._added(suppressions, tenant, suppression))

    def end_suppression(self, tenant: str, suppression_id: int, edit: Edit) -> bool:
        """Let a suppression end at the edit, unless it has ended before; tell whether it did."""
        return self._ended(suppressions, tenant, suppression_id, edit)

    def suppressions(self, tenant: str) -> tuple[Suppression, ...]:
        """Return all suppressions of a tenant, by id."""
        found = self._read(_ALL[suppressions], tenant)
        return tuple(Suppression(**_fields(suppressions, row)) for row in found)

    def _read(self, statement: Statement, tenant: str) -> Found:
        return self._database.rows(statement, {"tenant": escape(tenant)})

    def _added(self, table: Table, tenant: str, value: Override | Suppression) -> int:
        names = [column.name for column in table.columns if column.name not in {"tenant", "id"}]
        row = {name: _stored(getattr(value, _FIELDS.get(name, name))) for name in names}
        found: Found = ()
        while not found:  # empty when somebody else took the id in between
            found = self._database.act(self._add[table], {"tenant": escape(tenant), **row})
        return int(found[0][0])

    def _ended(self, table: Table, tenant: str, wanted: int, edit: Edit) -> bool:
        given: Given = {
            "tenant": escape(tenant),
            "wanted": wanted,
            "given_ended_at": micros(edit.at),
            "given_ended_by": escape(edit.by),
            "given_end_reason": escape(edit.reason),
        }
        return bool(self._database.act(_END[table], given))


def _stored(held: Any) -> str | int | None:  # noqa: ANN401 - what a column may hold
    if isinstance(held, tuple):
        return msgspec.json.encode(held).decode()
    return escape_optional(held) if held is None or isinstance(held, str) else micros(held)


def _fields(table: Table, row: Sequence[Any]) -> dict[str, Any]:
    names = [column.name for column in table.columns if column.name != "tenant"]
    return {_FIELDS.get(name, name): _held(name, stored) for name, stored in zip(names, row, strict=True)}


def _held(name: str, stored: str | int | None) -> Any:  # noqa: ANN401 - what a field may hold
    if name in _LISTS:
        return tuple(msgspec.json.decode(str(stored)))
    if isinstance(stored, int):
        return stored if name == "id" else moment(stored)
    return None if stored is None else unescape(stored)
