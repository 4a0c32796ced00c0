"""How are samples, changes and reviews read from the store and written to it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from triage_core.learning_ports import StoredRecord

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.learning_ports import Records

Kept = TypeVar("Kept")


class RecordBook(Generic[Kept]):
    """Records of one kind."""

    def __init__(self, store: Records, kind: str, of: type[Kept]) -> None:
        """Read and write records of this type."""
        self._store, self._kind = store, kind
        self._decoder = msgspec.json.Decoder(of)
        self._encoder = msgspec.json.Encoder()

    def put(self, key: tuple[str, str], version: int, at: datetime, record: Kept) -> None:
        """Write the version of a tenant's record; raises `RecordMoved`."""
        document = self._encoder.encode(record).decode()
        tenant, record_id = key
        self._store.put(
            StoredRecord(tenant=tenant, kind=self._kind, id=record_id, version=version, at=at, document=document)
        )

    def get(self, tenant: str, record_id: str) -> Kept | None:
        """Return the newest version of a record."""
        found = self._store.get(tenant, self._kind, record_id)
        return None if found is None else self._decoder.decode(found.document)

    def latest(self, tenant: str, limit: int) -> tuple[Kept, ...]:
        """Return the newest versions, those that were begun last first."""
        return tuple(self._decoder.decode(each.document) for each in self._store.latest(tenant, self._kind, limit))

    def versions(self, tenant: str, record_id: str) -> tuple[Kept, ...]:
        """Return all versions of a record, the oldest first."""
        found = self._store.versions(tenant, self._kind, record_id)
        return tuple(self._decoder.decode(each.document) for each in found)
