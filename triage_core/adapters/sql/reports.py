"""How are reports kept in a table, each written once and with the event that tells of it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Column, Table, Text, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from triage_core.adapters.sql.encoding import escape, micros, moment, unescape
from triage_core.adapters.sql.tables import KEY, metadata, outbox
from triage_core.report_ports import StoredReport

if TYPE_CHECKING:
    from triage_core.adapters.sql.hooks import Act
    from triage_core.adapters.sql.knowledge import Runs
    from triage_core.adapters.sql.reading import Found, Given
    from triage_core.ports import Message

reports = Table(
    "reports",
    metadata,
    *(Column(name, KEY, primary_key=True) for name in ("tenant", "kind", "name")),
    Column("at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
)

_OF_KIND = (reports.c.tenant == bindparam("tenant", type_=KEY), reports.c.kind == bindparam("kind", type_=KEY))
_ALL = select(reports).where(*_OF_KIND).order_by(reports.c.at, reports.c.name)
_ONE = select(reports).where(*_OF_KIND, reports.c.name == bindparam("name", type_=KEY))
_POST = outbox.insert().values({column: bindparam(column.name, type_=column.type) for column in outbox.columns})


class SqlReports:
    """Reports in the tables of a store."""

    def __init__(self, store: Runs, dialect: str) -> None:
        """Use the store's connections."""
        self._store = store
        insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
        values = {column: bindparam(column.name, type_=column.type) for column in reports.columns}
        self._add = insert(reports).values(values).on_conflict_do_nothing().returning(reports.c.name)

    def add(self, report: StoredReport, message: Message | None = None) -> bool:
        """Write a document and what it tells the outside, both or none; tell whether it was new."""
        names = ("tenant", "kind", "name", "document")
        given: Given = {**{name: escape(getattr(report, name)) for name in names}, "at": micros(report.at)}

        def work(act: Act) -> Found:
            added = act(self._add, given)
            if added and message is not None:
                act(_POST, _posted(report.tenant, message))
            return added

        return bool(self._store.together(work))

    def get(self, tenant: str, kind: str, name: str) -> StoredReport | None:
        """Return a document."""
        given = {"tenant": escape(tenant), "kind": escape(kind), "name": escape(name)}
        found = self._store.rows(_ONE, given)
        return _report_of(found[0]) if found else None

    def all(self, tenant: str, kind: str) -> tuple[StoredReport, ...]:
        """Return the documents of a kind, the oldest first."""
        found = self._store.rows(_ALL, {"tenant": escape(tenant), "kind": escape(kind)})
        return tuple(_report_of(row) for row in found)


def _posted(tenant: str, message: Message) -> Given:
    at = micros(message.at)
    return {
        "tenant": escape(tenant),
        "id": escape(message.id),
        "ticket_id": escape(message.id),
        "number": 1,
        "position": 0,
        "type": escape(message.type),
        "payload": escape(message.payload),
        "state": "queued",
        "attempts": 0,
        "next_at": at,
        "created_at": at,
    }


def _report_of(row: tuple[Any, ...]) -> StoredReport:
    tenant, kind, name, at, document = row
    return StoredReport(
        tenant=unescape(tenant),
        kind=unescape(kind),
        name=unescape(name),
        at=moment(at),
        document=unescape(document),
    )
