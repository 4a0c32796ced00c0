"""What do calibration and policy changes need from the world outside? A part of the store that never forgets."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from triage_core.domain.errors import TriageError
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.calibration.labelling import Label


class StoredRecord(Value, frozen=True, kw_only=True):
    """One version of a sample, a change or a review."""

    tenant: str
    kind: str
    id: str
    #: Counts from 1 without gaps.
    version: int
    at: datetime
    document: str


class RecordMoved(TriageError):
    """Somebody else wrote the record in between."""

    code = "record_moved"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("somebody else changed this in the meantime; read it again and repeat what you did")


class SeatTaken(TriageError):
    """Somebody else judged the ticket in that seat in between."""

    code = "seat_taken"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("somebody else was faster with this ticket; go on with the next one")


class Records(Protocol):
    """Keeps every version of every record."""

    def put(self, record: StoredRecord) -> None:
        """Store a version as the one after the last, durable on return; raises `RecordMoved` where it is not."""

    def get(self, tenant: str, kind: str, record_id: str) -> StoredRecord | None:
        """Return the newest version of a record."""

    def latest(self, tenant: str, kind: str, limit: int) -> tuple[StoredRecord, ...]:
        """Return the newest versions of a tenant's records of a kind, those that were begun last first."""

    def versions(self, tenant: str, kind: str, record_id: str) -> tuple[StoredRecord, ...]:
        """Return all versions of a record, the oldest first."""


class Labels(Protocol):
    """Keeps verdicts; none is ever changed or taken away."""

    def add_label(self, label: Label) -> None:
        """Store a verdict, durable on return; raises `SeatTaken` where there is one in that seat or of that person."""

    def labels(self, tenant: str, sample: str) -> tuple[Label, ...]:
        """Return the verdicts on a sample, in the order of their time."""


class Learning(Records, Labels, Protocol):
    """What is learned from."""


class HasLearning(Protocol):
    """A store that keeps what is learned from too."""

    @property
    def learning(self) -> Learning:
        """Where it is."""
