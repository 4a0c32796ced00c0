"""How are samples, verdicts and changes kept in dictionaries? For tests and first tries."""

from __future__ import annotations

import threading
from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING

from triage_core.learning_ports import RecordMoved, SeatTaken

if TYPE_CHECKING:
    from triage_core.domain.calibration.labelling import Label
    from triage_core.learning_ports import StoredRecord


class MemoryLearning:
    """Every version in a list, every change under one lock."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.Lock()
        self._records: dict[tuple[str, str, str], list[StoredRecord]] = {}
        self._labels: defaultdict[tuple[str, str], list[Label]] = defaultdict(list)

    def put(self, record: StoredRecord) -> None:
        """Store a version as the one after the last; raises `RecordMoved` where it is not."""
        with self._lock:
            versions = self._records.get((record.tenant, record.kind, record.id), [])
            if record.version != len(versions) + 1:
                raise RecordMoved
            self._records[record.tenant, record.kind, record.id] = [*versions, record]

    def get(self, tenant: str, kind: str, record_id: str) -> StoredRecord | None:
        """Return the newest version of a record."""
        versions = self.versions(tenant, kind, record_id)
        return versions[-1] if versions else None

    def latest(self, tenant: str, kind: str, limit: int) -> tuple[StoredRecord, ...]:
        """Return the newest versions of a tenant's records of a kind, those that were begun last first."""
        with self._lock:
            found = [versions for key, versions in self._records.items() if key[:2] == (tenant, kind)]
        found.sort(key=lambda versions: versions[0].id)
        found.sort(key=lambda versions: versions[0].at, reverse=True)
        return tuple(versions[-1] for versions in found[:limit])

    def versions(self, tenant: str, kind: str, record_id: str) -> tuple[StoredRecord, ...]:
        """Return all versions of a record, the oldest first."""
        return tuple(self._records.get((tenant, kind, record_id), ()))

    def add_label(self, label: Label) -> None:
        """Store a verdict; raises `SeatTaken` where there is one in that seat or of that person."""
        with self._lock:
            given = self._labels[label.tenant, label.sample]
            about = [known for known in given if known.ticket_id == label.ticket_id]
            if any(known.seat is label.seat or known.by == label.by for known in about):
                raise SeatTaken
            given.append(label)

    def labels(self, tenant: str, sample: str) -> tuple[Label, ...]:
        """Return the verdicts on a sample, in the order of their time."""
        with self._lock:
            given = tuple(self._labels.get((tenant, sample), ()))
        return tuple(sorted(given, key=attrgetter("at", "ticket_id", "seat")))
