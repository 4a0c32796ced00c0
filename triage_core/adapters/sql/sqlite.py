"""How does a decision become durable in an SQLite file?

The file is in write-ahead mode with full synchronisation: what `save` returned from survives a crash and a power cut,
as far as the disk keeps its word. One thread writes and commits in groups, readers have connections of their own.
Several processes may share a file and stay correct, but only one writing process is fast and fair.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from triage_core.adapters.changes import check
from triage_core.adapters.failures import StoreBusy
from triage_core.adapters.sql import schema
from triage_core.adapters.sql.conflicts import conflict
from triage_core.adapters.sql.group_commit import GroupCommit, Task
from triage_core.adapters.sql.hooks import Act
from triage_core.adapters.sql.knowledge_tables import FULL_TEXT
from triage_core.adapters.sql.reading import Reader
from triage_core.adapters.sql.rows import Rows, merged, rows_of
from triage_core.adapters.sql.statements import Statements
from triage_core.adapters.sql.store import SqlStore
from triage_core.adapters.sql.writing import GUARDED, MORE_WRITES, WRITES, Stale
from triage_core.ports import Change

if TYPE_CHECKING:
    from triage_core.adapters.sql.reading import Found, Given, Statement

#: How long a write waits for another process before it gives up.
PATIENCE = timedelta(seconds=30)
_STATEMENTS_KEPT = 256
#: The full-text index keeps words of rows that are gone until its pieces are joined.
_COMPACT = (f"INSERT INTO {FULL_TEXT}({FULL_TEXT}) VALUES ('optimize')", "VACUUM")  # noqa: S608 - a constant


class SqliteStore(SqlStore):
    """The store in one file, or in memory for tests."""

    def __init__(self, url: str, patience: timedelta = PATIENCE) -> None:
        """Open the database and make it if it is new."""
        super().__init__("sqlite")
        self._engine = schema.prepared(engine_for(url, patience))
        in_memory = isinstance(self._engine.pool, StaticPool)
        # In memory there is one connection, so readers and the writer take turns.
        self._turn: AbstractContextManager[object] = threading.RLock() if in_memory else nullcontext()
        self._statements = Statements(sqlite_dialect(paramstyle="named"))
        self._writer = GroupCommit(self._write)

    def close(self) -> None:
        """Finish what is under way and release the connections."""
        self._writer.close()
        self._engine.dispose()

    def save(self, *changes: Change) -> None:
        """Write all changes or none, durable on return."""
        check(changes)
        self._writer.run(_Saving(changes, self._statements))

    def rows(self, statement: Statement, given: Given) -> Found:
        """Run a reading statement on a connection of its own."""
        text, values = self._statements.ready(statement, given)
        with self._connection() as connection:
            return connection.execute(text, values).fetchall()

    def act(self, statement: Statement, given: Given) -> Found:
        """Run one writing statement for good and return what it returns."""
        return self.together(lambda act: act(statement, given))

    def together(self, work: Callable[[Act], Found]) -> Found:
        """Run several writing statements for good, all or none."""
        return self._writer.run(_Acting(work, self._statements))

    def compact(self) -> None:
        """Write the file anew, so that nothing that was erased is left in it; raises `StoreBusy`.

        Needs as much free space as the file takes, and lets writers wait.
        """
        with self._connection() as connection:
            try:
                for statement in _COMPACT:
                    connection.execute(statement).fetchall()
                ((is_busy, *_),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlite3.OperationalError as error:
                raise StoreBusy if error.sqlite_errorcode == sqlite3.SQLITE_BUSY else error from error
        if is_busy:
            raise StoreBusy

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._turn:
            borrowed = self._engine.raw_connection()
            try:
                connection = borrowed.driver_connection
                yield connection  # type: ignore[misc] # the pool hands out what sqlite3 made
            finally:
                borrowed.close()

    def _write(self, tasks: Sequence[Task]) -> None:
        with self._connection() as connection:
            cursor = connection.cursor()
            try:
                _in_transaction(cursor, lambda: _together(cursor, tasks))
            except StoreBusy:
                raise
            except Exception:  # noqa: BLE001 - whatever it was, it may be one task's own
                _in_transaction(cursor, lambda: _one_by_one(cursor, tasks))


def engine_for(url: str, patience: timedelta = PATIENCE) -> Engine:
    """Build an engine whose connections are durable and leave transactions to us."""
    options: dict[str, Any] = {} if make_url(url).database not in (None, "", ":memory:") else {"poolclass": StaticPool}
    engine = create_engine(
        url,
        pool_reset_on_return=None,
        connect_args={
            "isolation_level": None,
            "check_same_thread": False,
            "timeout": patience.total_seconds(),
            "cached_statements": _STATEMENTS_KEPT,
        },
        **options,
    )
    event.listen(engine, "connect", _set_up)
    return engine


def _set_up(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").fetchall()


class _Saving(Task):
    def __init__(self, changes: Sequence[Change], statements: Statements) -> None:
        super().__init__()
        self.changes = changes
        self.rows = rows_of(changes)
        self._statements = statements

    def run(self, cursor: sqlite3.Cursor) -> None:
        try:
            _write_rows(cursor, self.rows)
        except (Stale, sqlite3.IntegrityError) as error:
            cursor.execute("ROLLBACK TO task")
            raise conflict(_CursorReader(cursor, self._statements), self.changes) or error from None


class _Acting(Task):
    def __init__(self, work: Callable[[Act], Found], statements: Statements) -> None:
        super().__init__()
        self._work, self._statements = work, statements

    def run(self, cursor: sqlite3.Cursor) -> None:
        self.result = self._work(lambda *step: cursor.execute(*self._statements.ready(*step)).fetchall())


class _CursorReader(Reader):
    """Reads inside the writer's transaction, so that it sees what the group wrote before."""

    def __init__(self, cursor: sqlite3.Cursor, statements: Statements) -> None:
        self._cursor, self._statements = cursor, statements

    def rows(self, statement: Statement, given: Given) -> Found:
        return self._cursor.execute(*self._statements.ready(statement, given)).fetchall()


def _in_transaction(cursor: sqlite3.Cursor, work: Callable[[], None]) -> None:
    try:
        cursor.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        raise StoreBusy if error.sqlite_errorcode == sqlite3.SQLITE_BUSY else error from error
    try:
        work()
        cursor.execute("COMMIT")
    except BaseException:
        if cursor.connection.in_transaction:
            cursor.execute("ROLLBACK")
        raise


def _together(cursor: sqlite3.Cursor, tasks: Sequence[Task]) -> None:
    saves = [task.rows for task in tasks if isinstance(task, _Saving)]
    _write_rows(cursor, saves[0] if len(saves) == 1 else merged(saves))
    for task in tasks:
        if not isinstance(task, _Saving):
            task.run(cursor)


def _one_by_one(cursor: sqlite3.Cursor, tasks: Sequence[Task]) -> None:
    for task in tasks:
        cursor.execute("SAVEPOINT task")
        try:
            task.run(cursor)
        except Exception as error:  # noqa: BLE001 - it travels to the caller of this task alone
            cursor.execute("ROLLBACK TO task")
            task.error = error
        cursor.execute("RELEASE task")


def _write_rows(cursor: sqlite3.Cursor, rows: Rows) -> None:
    if any(cursor.execute(GUARDED, guard).fetchone() != (1,) for guard in set(rows.guards)):
        raise Stale
    for name, statement in WRITES.items():
        if found := getattr(rows, name):
            cursor.executemany(statement, found)
            if name == "moved" and cursor.rowcount != len(found):
                raise Stale
            if name in MORE_WRITES:
                cursor.executemany(MORE_WRITES[name], found)
