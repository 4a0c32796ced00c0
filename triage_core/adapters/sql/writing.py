"""Which statements write the rows of a decision? In the driver's own words, values by position."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Table, bindparam, func, literal_column, select
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.sql.dml import UpdateBase

from triage_core.adapters.sql.closures import open_closures, promises
from triage_core.adapters.sql.controls import controls
from triage_core.adapters.sql.neighbours import candidates, threads
from triage_core.adapters.sql.send_tables import sends
from triage_core.adapters.sql.tables import TICKET_COLUMNS, answers, entries, outbox, texts, tickets, timers


class Stale(Exception):
    """A ticket's row, or a control, was not at the version that the change expects."""


def _insert(table: Table) -> str:
    return _text(table.insert(), [column.name for column in table.columns])


def _replace(table: Table) -> str:
    statement = insert(table)
    fields = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    replacing = statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=fields)
    return _text(replacing, [column.name for column in table.columns])


def _add(table: Table) -> str:
    return _text(insert(table).on_conflict_do_nothing(), [column.name for column in table.columns])


def _move() -> str:
    key = tickets.c.tenant == bindparam("_tenant"), tickets.c.id == bindparam("_id")
    update = tickets.update().where(*key, tickets.c.version == bindparam("_expected"))
    names = [column.name for column, _ in TICKET_COLUMNS]
    return _text(update.values({name: bindparam(name) for name in names}), [*names, "_tenant", "_id", "_expected"])


def _drop(table: Table, *names: str) -> str:
    key = [table.c[name] == bindparam(f"_{name}") for name in names]
    return _text(table.delete().where(*key), [f"_{name}" for name in names])


def _rewrite() -> str:
    key = [texts.c[name] == bindparam(f"_{name}") for name in _TEXT]
    update = texts.update().where(*key).values(kind=bindparam("kind"), content=bindparam("content"))
    return _text(update, ["kind", "content", *(f"_{name}" for name in _TEXT)])


def _guarded() -> str:
    this = controls.c.tenant == bindparam("_tenant"), controls.c.name == bindparam("_name")
    found = func.coalesce(select(controls.c.version).where(*this).scalar_subquery(), literal_column("0"))
    return _text(select(found == bindparam("_version")), ["_tenant", "_name", "_version"])


def _text(statement: UpdateBase | Select[Any], order: list[str]) -> str:
    """Compile for values in this order; `rows` lays them out so."""
    compiled = statement.compile(dialect=sqlite_dialect(paramstyle="qmark"))
    if compiled.positiontup != order:
        raise AssertionError(f"the statement takes {compiled.positiontup}, the rows bring {order}")
    return str(compiled)


#: Asks whether a control stands at a version; one that was never written stands at 0.
GUARDED = _guarded()
_OF_TICKET = ("tenant", "ticket_id")
_TEXT = (*_OF_TICKET, "id")

#: One statement for each list of `Rows` that is written.
WRITES = {
    "answers": _insert(answers),
    "created": _insert(tickets),
    "moved": _move(),
    "entries": _insert(entries),
    "texts": _insert(texts),
    "dropped": _drop(timers, *_OF_TICKET),
    "timers": _insert(timers),
    "outbox": _insert(outbox),
    "sends": _insert(sends),
    "candidates": _replace(candidates),
    "threads": _add(threads),
    "owed": _add(open_closures),
    "settled": _drop(open_closures, *_OF_TICKET),
    "promised": _add(promises),
    "kept": _drop(promises, *_OF_TICKET, "action"),
    "erased": _drop(texts, *_TEXT),
    "rewritten": _rewrite(),
    "uncompared": _drop(candidates, *_OF_TICKET),
}
#: Where one list takes more than one statement.
MORE_WRITES = {"uncompared": _drop(threads, *_OF_TICKET)}
