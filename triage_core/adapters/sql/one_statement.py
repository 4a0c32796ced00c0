"""How is a whole decision written by one statement of PostgreSQL?

Every table has its own step, and a step takes its rows as one JSON list: far fewer values for the driver to convert
than one for each field, and the number of rows does not change the statement, so the server prepares few of them.

Controls that the decision rests on are locked before the ticket, and shared: whoever wants to move one waits until the
decision is durable, and a decision that comes later sees the moved one. A decision that waits for a control holds
nothing that another could wait for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache, partial
from typing import Any

import msgspec
from sqlalchemy import (
    CTE,
    JSON,
    BigInteger,
    ColumnElement,
    Delete,
    Select,
    Table,
    and_,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import TableValuedAlias

from triage_core.adapters.sql.closures import open_closures, promises
from triage_core.adapters.sql.controls import controls
from triage_core.adapters.sql.neighbours import candidates, threads
from triage_core.adapters.sql.reading import Given
from triage_core.adapters.sql.rows import NAMES, Row, Rows
from triage_core.adapters.sql.send_tables import sends
from triage_core.adapters.sql.tables import TICKET_COLUMNS, answers, entries, outbox, texts, tickets, timers

_ENCODER = msgspec.json.Encoder()

_LISTS = {
    "entries": entries,
    "texts": texts,
    "timers": timers,
    "outbox": outbox,
    "sends": sends,
    "candidates": candidates,
    "threads": threads,
    "owed": open_closures,
    "promised": promises,
}
_TEXT = ("tenant", "ticket_id", "id")
_PROMISE = ("tenant", "ticket_id", "action")
_LIST_COLUMNS = {
    **{name: tuple(table.columns.keys()) for name, table in _LISTS.items()},
    "kept": _PROMISE,
    "erased": _TEXT,
    "rewritten": ("kind", "content", *_TEXT),
}

_GUARD_COLUMNS = ("tenant", "name", "version")
_KEY = ("tenant", "id")
_TICKET = tuple(column.name for column, _ in TICKET_COLUMNS)
#: The values of a list of `Rows` that holds one row, by the names that the statement gives them.
_SINGLES = {
    "created": (*_KEY, *_TICKET),
    "moved": (*_TICKET, *_KEY, "expected"),
    "answers": tuple(f"answer_{name}" for name in answers.columns.keys()),  # noqa: SIM118 - not a dictionary
}


def statement_of(rows: Rows) -> Select[Any]:
    """Return the statement that writes the rows of one change."""
    return _statement(tuple(name for name in NAMES if getattr(rows, name)))


def given_of(rows: Rows) -> Given:
    """Lay the rows of one change out as the values of its statement."""
    given: dict[str, str | int | None] = {}
    for name, names in _SINGLES.items():
        for row in getattr(rows, name):
            given |= zip(names, row, strict=True)
    for name, names in _LIST_COLUMNS.items():
        if found := getattr(rows, name):
            given[name] = _as_json(names, found)
    if rows.guards:
        guards = list(dict.fromkeys(rows.guards))
        given |= {"guards": _as_json(_GUARD_COLUMNS, guards), "guard_count": len(guards)}
    return given


def _as_json(names: tuple[str, ...], rows: list[Row]) -> str:
    return _ENCODER.encode([dict(zip(names, row, strict=True)) for row in rows]).decode()


@cache
def _statement(names: Collection[str]) -> Select[Any]:
    """Write the ticket first and the lists beside it, or fail by a division by zero when no ticket was written."""
    stands = _stands() if "guards" in names else None
    written = _create(stands) if "created" in names else _move(stands)
    ticket = written.returning(literal_column("1")).cte("ticket")
    steps = [_insert_list(name).cte(f"write_{name}") for name in _LISTS if name in names]
    if "answers" in names:
        steps.append(_insert_answer().cte("write_answer"))
    if "dropped" in names and "moved" in names:
        steps.append(_drop_timers(is_replaced="timers" in names).cte("drop_timers"))
    steps += [
        step().cte(f"step_{name}_{place}")
        for name in _STEPS
        if name in names
        for place, step in enumerate(_STEPS[name])
    ]
    return _after(ticket, steps)


def _after(ticket: CTE, steps: list[CTE]) -> Select[Any]:
    # The ticket is what this query reads, so its row is locked before any other step runs.
    return select(literal_column("1 / count(*)", BigInteger)).select_from(ticket).add_cte(*steps)


def _stands() -> ColumnElement[bool]:
    """Lock the controls, and ask whether all of them stand as they should."""
    given = _given("guards", controls, _GUARD_COLUMNS)
    same = and_(*(controls.c[name] == given.c[name] for name in _GUARD_COLUMNS))
    found = select(literal_column("1", BigInteger).label("one")).select_from(controls.join(given, same))
    count = select(func.count()).select_from(found.with_for_update(read=True, of=controls).cte("held"))
    return count.scalar_subquery() == bindparam("guard_count", type_=BigInteger)


def _create(stands: ColumnElement[bool] | None) -> Insert:
    values = {name: bindparam(name, type_=tickets.c[name].type) for name in _SINGLES["created"]}
    if stands is None:
        return insert(tickets).values(values)
    return insert(tickets).from_select(list(values), select(*values.values()).where(stands))


def _move(stands: ColumnElement[bool] | None) -> UpdateBase:
    key = [tickets.c[name] == bindparam(name, type_=tickets.c[name].type) for name in _KEY]
    update = tickets.update().where(*key, tickets.c.version == bindparam("expected", type_=tickets.c.version.type))
    update = update if stands is None else update.where(stands)
    return update.values({name: bindparam(name, type_=tickets.c[name].type) for name in _TICKET})


def _insert_answer() -> Insert:
    return insert(answers).values(
        {column: bindparam(f"answer_{column.name}", type_=column.type) for column in answers.columns},
    )


def _insert_list(name: str) -> Insert:
    table = _LISTS[name]
    given = _given(name, table)
    statement = insert(table).from_select(_LIST_COLUMNS[name], select(*given.columns))
    again = _AGAIN.get(name)
    return again(statement) if again else statement


def _replacing(statement: Insert) -> Insert:
    """Take the place of a row with the same key; a timer drops its claim by that."""
    new = statement.excluded
    fields = [column.name for column in statement.table.columns if not column.primary_key]
    key = list(statement.table.primary_key)
    return statement.on_conflict_do_update(index_elements=key, set_={name: new[name] for name in fields})


#: Lists whose rows may be there already, and what becomes of the old row.
_AGAIN: dict[str, Callable[[Insert], Insert]] = {
    "timers": _replacing,
    "candidates": _replacing,
    "threads": Insert.on_conflict_do_nothing,
    "owed": Insert.on_conflict_do_nothing,
    "promised": Insert.on_conflict_do_nothing,
}


def _drop_timers(*, is_replaced: bool) -> Delete:
    kept = select(_given("timers", timers).c.purpose)
    statement = _drop_of_ticket(timers)
    return statement.where(timers.c.purpose.not_in(kept)) if is_replaced else statement


def _drop_of_ticket(table: Table) -> Delete:
    return table.delete().where(
        table.c.tenant == bindparam("tenant", type_=table.c.tenant.type),
        table.c.ticket_id == bindparam("id", type_=table.c.ticket_id.type),
    )


def _drop_kept() -> Delete:
    given = _given("kept", promises, _PROMISE)
    return promises.delete().where(*(promises.c[name] == given.c[name] for name in _PROMISE))


def _erase_texts() -> Delete:
    return texts.delete().where(*_is_given(_given("erased", texts, _TEXT)))


def _rewrite_texts() -> UpdateBase:
    given = _given("rewritten", texts, _LIST_COLUMNS["rewritten"])
    return texts.update().where(*_is_given(given)).values(kind=given.c.kind, content=given.c.content)


def _is_given(given: TableValuedAlias) -> list[ColumnElement[bool]]:
    return [texts.c[name] == given.c[name] for name in _TEXT]


#: Steps that write no list of new rows.
_STEPS: dict[str, tuple[Callable[[], UpdateBase], ...]] = {
    "settled": (partial(_drop_of_ticket, open_closures),),
    "kept": (_drop_kept,),
    "erased": (_erase_texts,),
    "rewritten": (_rewrite_texts,),
    "uncompared": (partial(_drop_of_ticket, candidates), partial(_drop_of_ticket, threads)),
}


def _given(name: str, table: Table, names: tuple[str, ...] = ()) -> TableValuedAlias:
    rows = func.json_to_recordset(bindparam(name, type_=JSON))
    columns = [literal_column(name, table.c[name].type) for name in names or table.columns.keys()]
    return rows.table_valued(*columns).render_derived(name=f"given_{name}", with_types=True)
