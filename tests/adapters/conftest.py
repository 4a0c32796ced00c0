"""Which stores does every contract test run on, and where do they live?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy

from triage_core.adapters.sql.tables import metadata
from triage_core.compose import open_store
from triage_core.ports import Store


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'triage.db'}"


@pytest.fixture
def clean_postgres_url(postgres_url: str) -> str:
    """The worker's database with empty tables, or none yet."""
    return emptied(postgres_url)


def emptied(url: str) -> str:
    """Empty the tables of a database, where it has any."""
    engine = sqlalchemy.create_engine(url)
    names = ", ".join(metadata.tables)
    with suppress(sqlalchemy.exc.ProgrammingError), engine.begin() as connection:
        connection.execute(sqlalchemy.text(f"TRUNCATE {names}"))
    engine.dispose()
    return url


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    urls: dict[str, Callable[[], str]] = {
        "memory": lambda: "memory:",
        "sqlite": lambda: str(request.getfixturevalue("sqlite_url")),
        "postgres": lambda: str(request.getfixturevalue("clean_postgres_url")),
    }
    opened = open_store(urls[request.param]())
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgres"])
def sql_url(request: pytest.FixtureRequest) -> str:
    """A database of either kind, empty."""
    names = {"sqlite": "sqlite_url", "postgres": "clean_postgres_url"}
    return str(request.getfixturevalue(names[request.param]))
