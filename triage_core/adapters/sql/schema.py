"""Does a database have the tables that this version needs? A new one gets them; any other mismatch is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, func, inspect, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from triage_core.adapters.failures import SchemaNewer, SchemaOutdated, StoreUnavailable

if TYPE_CHECKING:
    from alembic.config import Config

#: The newest migration; a test holds it against the migrations themselves.
REVISION = "0012"
#: Named for the product, so that it can share a database with another that uses Alembic.
VERSION_TABLE = "triage_schema"
_FOUND = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 - a constant
#: Any number that other programs do not use for their own lock.
_POSTGRES_LOCK = 7_214_460_301


def prepared(engine: Engine) -> Engine:
    """Return an engine whose database is ready, or close it and say what is wrong."""
    try:
        prepare(engine)
    except OperationalError as error:
        engine.dispose()
        raise StoreUnavailable from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def prepare(engine: Engine) -> None:
    """Make the tables of a new database; refuse one of another version."""
    if (found := _revision(engine)) is None:
        upgrade(engine)
    elif found != REVISION:
        raise SchemaOutdated(found, REVISION) if found in _known_revisions() else SchemaNewer(REVISION)


def upgrade(engine: Engine) -> None:
    """Bring a database to this version; one process does it, others wait."""
    if (found := _revision(engine)) is not None and found not in _known_revisions():
        raise SchemaNewer(REVISION)
    from alembic import command  # noqa: PLC0415 - slow to import, and needed for few openings

    with _alone(engine) as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def configuration() -> Config:
    """Tell Alembic where the migrations are; they lie inside the package."""
    from alembic.config import Config  # noqa: PLC0415 - slow to import, and needed for few openings

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        try:
            found = connection.execute(_FOUND).scalar()
        except (OperationalError, ProgrammingError):
            connection.rollback()
            if inspect(connection).has_table(VERSION_TABLE):
                raise
            return None
    return None if found is None else str(found)


def _known_revisions() -> set[str]:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - slow to import, and needed for few openings

    return {script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()}


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Hold the database alone in one transaction, so that two fresh starts do not both make the tables."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execution_options(isolation_level="READ COMMITTED")
            connection.execute(select(func.pg_advisory_xact_lock(_POSTGRES_LOCK)))
        yield connection
        connection.commit()
