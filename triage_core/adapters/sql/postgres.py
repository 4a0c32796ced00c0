"""How does a decision become durable in PostgreSQL? In one round trip: one statement writes all its rows or none.

Read committed is enough: the ticket's row is locked first, at the version that the decision was made on, and every
other row follows from it. The statement commits by itself, so nothing is left open when a process dies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import OperationalError

from triage_core.adapters.changes import check
from triage_core.adapters.failures import CompactionDenied, StoreUnavailable
from triage_core.adapters.sql import controls, schema
from triage_core.adapters.sql.conflicts import conflict
from triage_core.adapters.sql.hooks import Act
from triage_core.adapters.sql.one_statement import given_of, statement_of
from triage_core.adapters.sql.rows import rows_of
from triage_core.adapters.sql.shelf import REWRITTEN
from triage_core.adapters.sql.statements import Statements
from triage_core.adapters.sql.store import SqlStore
from triage_core.ports import Change

if TYPE_CHECKING:
    from triage_core.adapters.sql.reading import Found, Given, Statement

Connection = psycopg.Connection[tuple[Any, ...]]

#: What the database says when another decision was first: a key that exists, or no ticket at the expected version.
_REFUSALS = (psycopg.errors.UniqueViolation, psycopg.errors.DivisionByZero)
#: Two saves of several tickets that met in opposite order; the database has undone one of them.
_DEADLOCK_ATTEMPTS = 5
#: A statement is prepared on the server when a connection runs it for the second time.
_PREPARE_AFTER = 1
_CONNECTIONS = 16


class PostgresStore(SqlStore):
    """The store on a PostgreSQL server, shared by any number of processes."""

    def __init__(self, url: str) -> None:
        """Connect and make the tables if the database is new."""
        super().__init__("postgresql")
        self._engine = schema.prepared(engine_for(url))
        self._statements = Statements(self._engine.dialect)
        self._first_controls: set[tuple[str, str]] = set()

    def close(self) -> None:
        """Release the connections."""
        self._engine.dispose()

    def save(self, *changes: Change) -> None:
        """Write all changes or none, durable on return."""
        check(changes)
        ordered = sorted(changes, key=lambda change: (change.ticket.tenant, change.ticket.id))
        self._put_first_controls(changes)
        try:
            self._write(ordered)
        except _REFUSALS as error:
            raise conflict(self, changes) or error from None

    def _put_first_controls(self, changes: Sequence[Change]) -> None:
        """Put controls there that nobody ever wrote, so that a change can hold on to them; once in a process."""
        unwritten = {(guard.tenant, guard.name) for change in changes for guard in change.guards if not guard.version}
        for tenant, name in unwritten - self._first_controls:
            self.act(controls.first(self._dialect), controls.named(tenant, name))
            self._first_controls.add((tenant, name))

    def rows(self, statement: Statement, given: Given) -> Found:
        """Run a reading statement; it sees everything that was saved before."""
        text, values = self._statements.ready(statement, given)
        with self._connection() as connection:
            return connection.execute(text, values).fetchall()

    def act(self, statement: Statement, given: Given) -> Found:
        """Run one writing statement for good and return what it returns."""
        with self._connection() as connection:
            return self._act_on(connection, statement, given)

    def together(self, work: Callable[[Act], Found]) -> Found:
        """Run several writing statements for good, all or none."""
        with self._connection() as connection, connection.transaction():
            return work(lambda *step: self._act_on(connection, *step))

    def compact(self) -> None:
        """Write the tables anew, so that nothing that was erased is left in their files; raises `CompactionDenied`.

        Each table is locked meanwhile and needs its own size in free space. The old files go at the checkpoint.
        """
        with self._connection() as connection:
            try:
                for name in REWRITTEN:
                    connection.execute(sql.SQL("VACUUM (FULL) {}").format(sql.Identifier(name)))
                connection.execute("CHECKPOINT")
            except psycopg.errors.InsufficientPrivilege as error:
                raise CompactionDenied from error

    def _act_on(self, connection: Connection, statement: Statement, given: Given) -> Found:
        cursor = connection.execute(*self._statements.ready(statement, given))
        return cursor.fetchall() if cursor.description else ()

    def _write(self, changes: Sequence[Change]) -> None:
        for attempt in range(1, _DEADLOCK_ATTEMPTS + 1):
            try:
                with self._connection() as connection:
                    return self._write_on(connection, changes)
            except psycopg.errors.DeadlockDetected:
                if attempt == _DEADLOCK_ATTEMPTS:
                    raise
        return None

    def _write_on(self, connection: Connection, changes: Sequence[Change]) -> None:
        if len(changes) == 1:
            return self._write_one(connection, changes[0])
        with connection.transaction():
            for change in changes:
                self._write_one(connection, change)
        return None

    def _write_one(self, connection: Connection, change: Change) -> None:
        rows = rows_of([change])
        connection.execute(*self._statements.ready(statement_of(rows), given_of(rows)))

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        try:
            borrowed = self._engine.raw_connection()
        except OperationalError as error:
            raise StoreUnavailable from error
        connection: Any = borrowed.driver_connection
        try:
            yield connection
        except psycopg.OperationalError as error:
            if connection.closed:
                # A restart of the server broke the idle connections too.
                self._engine.dispose()
                raise StoreUnavailable from error
            raise
        finally:
            borrowed.close()


def engine_for(url: str) -> Engine:
    """Build an engine whose statements commit by themselves."""
    return create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=_CONNECTIONS,
        max_overflow=_CONNECTIONS,
        pool_use_lifo=True,  # few connections stay warm, the others may be idle
        connect_args={"prepare_threshold": _PREPARE_AFTER},
    )
