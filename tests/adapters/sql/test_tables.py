"""Do the columns of a ticket follow from its document, and do lists use the indexes made for them?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy
from msgspec.structs import replace
from sqlalchemy.dialects.sqlite import dialect

from tests.adapters.decisions import NOW, change, ticket
from tests.adapters.test_store_contract import EVERYTHING
from triage_core.adapters.sql import queries
from triage_core.adapters.sql.encoding import ticket_of
from triage_core.adapters.sql.tables import TICKET_COLUMNS, metadata, tickets
from triage_core.compose import open_store
from triage_core.domain.model import State
from triage_core.ports import Store


@pytest.fixture
def store(sql_url: str) -> Iterator[Store]:
    opened = open_store(sql_url)
    yield opened
    opened.close()


@pytest.fixture
def engine(sql_url: str) -> Iterator[sqlalchemy.Engine]:
    made = sqlalchemy.create_engine(sql_url)
    yield made
    made.dispose()


def test_every_column_follows_from_the_document(store: Store, engine: sqlalchemy.Engine) -> None:
    first = change(EVERYTHING)
    moved = replace(
        first.ticket, state=State.CLOSED, queue=None, owner="bo", class_rank=3, updated_at=NOW, customer="x"
    )
    store.save(first, change(ticket("t-2", owner="NUL \x00")))
    store.save(change(moved))
    with engine.connect() as connection:
        rows = connection.execute(sqlalchemy.select(tickets)).mappings().all()
    assert len(rows) == 2
    for row in rows:
        state = ticket_of(row["document"])
        assert (row["tenant"], row["id"]) == (state.tenant, state.id)
        assert {column.name: row[column.name] for column, _ in TICKET_COLUMNS} == {
            column.name: getter(state) for column, getter in TICKET_COLUMNS
        }


def test_the_tenant_leads_every_key_and_is_in_every_index() -> None:
    for table in metadata.tables.values():
        assert next(iter(table.primary_key)).name == "tenant"
        assert all("tenant" in index.columns for index in table.indexes)


@pytest.mark.parametrize(
    ("names", "narrowed", "index"),
    [
        ((), "open_only", "tickets_open"),
        (("queue",), "open_only", "tickets_open_by_queue"),
        (("owner",), "open_only", "tickets_open_by_owner"),
        ((), "escalated_only", "tickets_escalated"),
        (("escalation_holder",), "escalated_only", "tickets_escalated"),
    ],
)
@pytest.mark.parametrize("starts_after", [False, True])
def test_a_page_of_a_queue_is_read_off_an_index(
    sqlite_url: str,
    names: tuple[str, ...],
    narrowed: str,
    index: str,
    starts_after: bool,  # noqa: FBT001 - a value of the table above
) -> None:
    store = open_store(sqlite_url)
    store.close()
    query = queries.page(frozenset(names), frozenset({narrowed}), starts_after=starts_after)
    compiled = query.compile(dialect=dialect(paramstyle="named"))
    engine = sqlalchemy.create_engine(sqlite_url)
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", compiled.params)
        steps = [row[-1] for row in plan]
    engine.dispose()
    assert len(steps) == 1
    assert f"USING INDEX {index}" in steps[0]
