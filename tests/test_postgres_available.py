"""Can tests reach a real PostgreSQL, each worker in a database of its own?"""

from __future__ import annotations

import pytest
import sqlalchemy


@pytest.mark.parametrize("attempt", [1, 2, 3, 4])  # several, so that more than one worker asks
def test_a_worker_reaches_its_own_database(postgres_url: str, attempt: int, worker_id: str) -> None:
    engine = sqlalchemy.create_engine(postgres_url)
    with engine.connect() as connection:
        number = connection.scalar(sqlalchemy.select(sqlalchemy.literal(attempt)))
        database = connection.scalar(sqlalchemy.text("SELECT current_database()"))
    engine.dispose()
    assert number == attempt
    assert database == f"triage_{worker_id.replace('master', 'main')}"
