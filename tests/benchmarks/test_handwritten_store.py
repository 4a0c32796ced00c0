"""Does the store that is written by hand, for comparison, still write the rows that ours writes?"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from benchmarks.handwritten_store import TABLES, HandwrittenSqlite, decision, through_the_store
from triage_core.compose import open_store

if TYPE_CHECKING:
    from pathlib import Path


def test_by_hand_and_through_the_store_the_same_columns_are_filled(tmp_path: Path) -> None:
    made, files = decision(1), [tmp_path / "ours.db", tmp_path / "theirs.db"]
    for file in files:
        open_store(f"sqlite:///{file}").close()
    ours = open_store(f"sqlite:///{files[0]}")
    through_the_store(ours, made)
    ours.close()
    theirs = HandwrittenSqlite(str(files[1]))
    theirs.save(made)
    theirs.close()
    assert filled(files[0]) == filled(files[1])


def filled(file: Path) -> dict[str, list[list[bool]]]:
    """Return of each table which columns of its rows have a value."""
    with sqlite3.connect(file) as connection:
        rows = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}  # noqa: S608 - our own names
    connection.close()
    return {table: [[value is not None for value in row] for row in found] for table, found in rows.items()}
