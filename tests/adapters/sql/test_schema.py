"""Do migrations lead to the tables the code uses, and is any other database refused?"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from triage_core.adapters.failures import SchemaNewer, SchemaOutdated
from triage_core.adapters.sql import schema
from triage_core.adapters.sql.knowledge_tables import FULL_TEXT
from triage_core.adapters.sql.postgres import PostgresStore
from triage_core.adapters.sql.postgres import engine_for as postgres_engine_for
from triage_core.adapters.sql.sqlite import SqliteStore
from triage_core.adapters.sql.sqlite import engine_for as sqlite_engine_for
from triage_core.adapters.sql.tables import metadata
from triage_core.compose import open_store

COLUMNS = text(
    "SELECT table_name, column_name, ordinal_position, data_type, is_nullable, collation_name "
    "FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 3",
)
INDEXES = text("SELECT replace(indexdef, schemaname || '.', '') FROM pg_indexes WHERE schemaname = current_schema()")
CONSTRAINTS = text(
    "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace "
    "AND contype <> 'n'",
)


@pytest.fixture
def engine(sql_url: str) -> Iterator[Engine]:
    """An empty database."""
    made = sqlite_engine_for(sql_url) if sql_url.startswith("sqlite") else postgres_engine_for(sql_url)
    with made.connect() as connection:
        metadata.drop_all(connection)
        connection.execute(text(f"DROP TABLE IF EXISTS {schema.VERSION_TABLE}"))
        connection.commit()
    yield made
    made.dispose()


def set_revision(engine: Engine, revision: str) -> None:
    with engine.connect() as connection:
        connection.execute(text("UPDATE triage_schema SET version_num = :revision"), {"revision": revision})
        connection.commit()


def test_the_code_names_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(schema.configuration()).get_heads() == [schema.REVISION]


def test_alembic_sees_no_difference(engine: Engine) -> None:
    schema.prepare(engine)
    with engine.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": True,
            "version_table": schema.VERSION_TABLE,
            # Full-text indexes are written in each database's own words; the tests below compare them.
            "include_name": lambda name, _kind, _parents: not (name or "").startswith(FULL_TEXT),
        }
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def sqlite_schema(engine: Engine) -> set[tuple[str, ...]]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return {(name, " ".join(sql.split())) for name, sql in rows if name != schema.VERSION_TABLE}


def test_sqlite_has_exactly_the_tables_of_the_code(sqlite_url: str) -> None:
    migrated, made = sqlite_engine_for(sqlite_url), sqlite_engine_for("sqlite://")
    schema.prepare(migrated)
    metadata.create_all(made)
    assert sqlite_schema(migrated) == sqlite_schema(made)
    migrated.dispose()
    made.dispose()


def postgres_schema(connection: Connection) -> list[list[tuple[object, ...]]]:
    rows = [sorted(map(tuple, connection.execute(question))) for question in (COLUMNS, INDEXES, CONSTRAINTS)]
    return [[row for row in part if schema.VERSION_TABLE not in str(row)] for part in rows]


def test_postgres_has_exactly_the_tables_of_the_code(clean_postgres_url: str) -> None:
    engine = postgres_engine_for(clean_postgres_url)
    schema.prepare(engine)
    with engine.connect() as connection:
        migrated = postgres_schema(connection)
        connection.execute(text("CREATE SCHEMA of_the_code"))
        connection.execute(text("SET search_path TO of_the_code"))
        metadata.create_all(connection)
        made = postgres_schema(connection)
        connection.execute(text("DROP SCHEMA of_the_code CASCADE"))
        connection.invalidate()
    engine.dispose()
    version_key = "PRIMARY KEY (version_num)"
    assert [[row for row in part if version_key not in str(row)] for part in migrated] == made


def test_opening_a_current_database_asks_one_question(engine: Engine) -> None:
    schema.prepare(engine)
    asked: list[str] = []
    sqlalchemy.event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    schema.prepare(engine)
    assert asked == ["SELECT version_num FROM triage_schema"]


def test_a_newer_database_is_refused(engine: Engine, sql_url: str) -> None:
    schema.prepare(engine)
    set_revision(engine, "9999")
    with pytest.raises(SchemaNewer):
        open_store(sql_url)
    with pytest.raises(SchemaNewer):
        schema.upgrade(engine)
    set_revision(engine, schema.REVISION)


def test_an_older_database_waits_for_its_upgrade(
    engine: Engine,
    sql_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    schema.prepare(engine)
    newest = schema.REVISION
    monkeypatch.setattr(schema, "REVISION", "9998")
    with pytest.raises(SchemaOutdated, match=rf"has schema {newest}.*needs 9998"):
        open_store(sql_url)


def test_a_database_of_others_keeps_their_tables(engine: Engine, sql_url: str) -> None:
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        connection.commit()
    open_store(sql_url).close()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar() == 0
        connection.execute(text("DROP TABLE alembic_version"))
        connection.commit()


def open_once(url: str) -> None:
    kind = SqliteStore if url.startswith("sqlite") else PostgresStore
    kind(url).close()


def test_processes_that_start_together_make_the_tables_once(engine: Engine, sql_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    starting = [context.Process(target=open_once, args=(sql_url,)) for _ in range(2)]
    for process in starting:
        process.start()
    for process in starting:
        process.join()
    assert [process.exitcode for process in starting] == [0, 0]
    schema.prepare(engine)
