"""Which databases do the edge's tests use? The same as the adapters' tests."""

from __future__ import annotations

from tests.adapters.conftest import clean_postgres_url, sqlite_url

__all__ = ["clean_postgres_url", "sqlite_url"]
