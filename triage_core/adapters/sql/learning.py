"""Which tables hold samples, verdicts, changes and reviews? None of their rows is ever changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec
from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

from triage_core.adapters.sql.encoding import escape, micros, moment, unescape
from triage_core.adapters.sql.tables import KEY, metadata
from triage_core.domain.calibration.labelling import Label, Seat, Verdict
from triage_core.learning_ports import RecordMoved, SeatTaken, StoredRecord

if TYPE_CHECKING:
    from triage_core.adapters.sql.reading import Found, Given, Statement

learning_records: Final = Table(
    "learning_records",
    metadata,
    *(Column(name, KEY, primary_key=True) for name in ("tenant", "kind", "id")),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    #: When the first version was written, the same on every version.
    Column("begun_at", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
)
Index("learning_records_by_time", *(learning_records.c[name] for name in ("tenant", "kind", "begun_at")))
labels: Final = Table(
    "calibration_labels",
    metadata,
    *(Column(name, KEY, primary_key=True) for name in ("tenant", "sample", "ticket_id", "seat")),
    Column("by", KEY, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("verdict", Text, nullable=False),
    UniqueConstraint("tenant", "sample", "ticket_id", "by", name="calibration_labels_one_each"),
)
_ENCODER: Final = msgspec.json.Encoder()
_VERDICTS: Final = msgspec.json.Decoder(Verdict)
_R, _L = learning_records.c, labels.c


class Runs(Protocol):
    """Runs statements on a database."""

    def rows(self, statement: Statement, given: Given) -> Found:
        """Run a reading statement."""

    def act(self, statement: Statement, given: Given) -> Found:
        """Run a writing statement for good."""


class SqlLearning:
    """Records and verdicts in the tables of a store."""

    def __init__(self, store: Runs, dialect: str) -> None:
        """Use the store's connections."""
        self._store = store
        self._put, self._add = _put(dialect), _add(dialect)

    def put(self, record: StoredRecord) -> None:
        """Store a version as the one after the last; raises `RecordMoved` where it is not."""
        given: Given = {
            **_named(record.tenant, record.kind, record.id),
            "version": record.version,
            "at": micros(record.at),
            "document": escape(record.document),
        }
        if not self._store.act(self._put, given):
            raise RecordMoved

    def get(self, tenant: str, kind: str, record_id: str) -> StoredRecord | None:
        """Return the newest version of a record."""
        versions = self.versions(tenant, kind, record_id)
        return versions[-1] if versions else None

    def latest(self, tenant: str, kind: str, limit: int) -> tuple[StoredRecord, ...]:
        """Return the newest versions of a tenant's records of a kind, those that were begun last first."""
        given: Given = {"tenant": escape(tenant), "kind": escape(kind), "limit": limit}
        return tuple(map(_record, self._store.rows(_LATEST, given)))

    def versions(self, tenant: str, kind: str, record_id: str) -> tuple[StoredRecord, ...]:
        """Return all versions of a record, the oldest first."""
        return tuple(map(_record, self._store.rows(_VERSIONS, _named(tenant, kind, record_id))))

    def add_label(self, label: Label) -> None:
        """Store a verdict; raises `SeatTaken` where there is one in that seat or of that person."""
        names = {name: escape(getattr(label, name)) for name in ("tenant", "sample", "ticket_id", "by")}
        verdict = escape(_ENCODER.encode(label.verdict).decode())
        given: Given = {**names, "seat": label.seat.value, "at": micros(label.at), "verdict": verdict}
        if not self._store.act(self._add, given):
            raise SeatTaken

    def labels(self, tenant: str, sample: str) -> tuple[Label, ...]:
        """Return the verdicts on a sample, in the order of their time."""
        given: Given = {"tenant": escape(tenant), "sample": escape(sample)}
        return tuple(map(_label, self._store.rows(_LABELS, given)))


def _bound(table: Table, *names: str) -> list[Any]:
    return [bindparam(name, type_=table.c[name].type) for name in names]


_KEY: Final = [_R[name] == bindparam(name, type_=KEY) for name in ("tenant", "kind", "id")]
_SHOWN: Final = (_R.tenant, _R.kind, _R.id, _R.version, _R.at, _R.document)
_VERSIONS: Final = select(*_SHOWN).where(*_KEY).order_by(_R.version)
_NEWER: Final = learning_records.alias("newer")
_LATEST: Final = (
    select(*_SHOWN)
    .where(_R.tenant == bindparam("tenant", type_=KEY), _R.kind == bindparam("kind", type_=KEY))
    .where(
        _R.version
        == select(func.max(_NEWER.c.version))
        .where(_NEWER.c.tenant == _R.tenant, _NEWER.c.kind == _R.kind, _NEWER.c.id == _R.id)
        .scalar_subquery()
    )
    .order_by(_R.begun_at.desc(), _R.id)
    .limit(bindparam("limit", type_=BigInteger))
)
_LABELS: Final = (
    select(_L.tenant, _L.sample, _L.ticket_id, _L.seat, _L.by, _L.at, _L.verdict)
    .where(_L.tenant == bindparam("tenant", type_=KEY), _L.sample == bindparam("sample", type_=KEY))
    .order_by(_L.at, _L.ticket_id, _L.seat)
)


def _put(dialect: str) -> Statement:
    """Return the statement that adds a version where the one before it is the last, with nothing in between."""
    names = ("tenant", "kind", "id", "version", "at")
    given = dict(zip(names, _bound(learning_records, *names), strict=True))
    last = select(func.coalesce(func.max(_R.version), 0)).where(*_KEY).scalar_subquery()
    begun = select(func.coalesce(func.min(_R.begun_at), given["at"])).where(*_KEY).scalar_subquery()
    document = bindparam("document", type_=Text)
    row = select(*given.values(), begun, document).where(given["version"] == last + 1)
    insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    statement: Statement = (
        insert(learning_records)
        .from_select([*names, "begun_at", "document"], row)
        .on_conflict_do_nothing()
        .returning(_R.version)
    )
    return statement


def _add(dialect: str) -> Statement:
    insert: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    values = {column.name: bindparam(column.name, type_=column.type) for column in labels.columns}
    statement: Statement = insert(labels).values(values).on_conflict_do_nothing().returning(_L.seat)
    return statement


def _named(tenant: str, kind: str, record_id: str) -> dict[str, str | int | bytes | None]:
    return {"tenant": escape(tenant), "kind": escape(kind), "id": escape(record_id)}


def _record(row: Any) -> StoredRecord:  # noqa: ANN401 - a row of the database
    tenant, kind, record_id, version, at, document = row
    return StoredRecord(
        tenant=unescape(tenant),
        kind=unescape(kind),
        id=unescape(record_id),
        version=version,
        at=moment(at),
        document=unescape(document),
    )


def _label(row: Any) -> Label:  # noqa: ANN401 - likewise
    tenant, sample, ticket_id, seat, by, at, verdict = row
    return Label(
        tenant=unescape(tenant),
        sample=unescape(sample),
        ticket_id=unescape(ticket_id),
        seat=Seat(seat),
        by=unescape(by),
        at=moment(at),
        verdict=_VERDICTS.decode(unescape(verdict)),
    )
