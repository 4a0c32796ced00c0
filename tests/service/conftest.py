"""Which databases do the services' tests use? The same as the adapters' tests."""

from __future__ import annotations

from tests.adapters.conftest import clean_postgres_url, sql_url, sqlite_url, store

__all__ = ["clean_postgres_url", "sql_url", "sqlite_url", "store"]
