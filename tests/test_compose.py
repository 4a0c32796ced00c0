"""Does every URL lead to its store, and every mistake to a word of help?"""

from __future__ import annotations

import pytest

from triage_core.adapters.failures import DriverMissing, UrlUnsupported
from triage_core.adapters.memory import MemoryStore
from triage_core.adapters.sql.sqlite import SqliteStore
from triage_core.compose import open_store


def test_memory_needs_nothing() -> None:
    assert isinstance(open_store("memory:"), MemoryStore)


def test_sqlite_is_opened_by_its_url() -> None:
    store = open_store("sqlite://")
    assert isinstance(store, SqliteStore)
    store.close()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_the_driver_of_postgres_is_chosen(postgres_url: str, scheme: str) -> None:
    store = open_store(postgres_url.replace("postgresql+psycopg", scheme))
    store.close()


@pytest.mark.parametrize("url", ["", "mysql://user:hunter2@host/db", "triage.db"])
def test_an_unknown_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(UrlUnsupported, match="sqlite:///FILE") as caught:
        open_store(url)
    assert "hunter2" not in str(caught.value)


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triage_core.compose.find_spec", lambda _name: None)
    with pytest.raises(DriverMissing, match=r"triage-core\[postgres\]"):
        open_store("postgresql://localhost/triage")
