"""What do reports need from the world outside? A part of the store that keeps what was frozen or issued, for good."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.ports import Message


class StoredReport(Value, frozen=True, kw_only=True):
    """A document that nobody changes after it was written."""

    tenant: str
    #: What it is, such as baseline or weekly.
    kind: str
    #: Its own name among those of its kind, such as a week.
    name: str
    at: datetime
    document: str


class Reports(Protocol):
    """Keeps documents; each is written once."""

    def add(self, report: StoredReport, message: Message | None = None) -> bool:
        """Write a document and what it tells the outside, both or none; tell whether it was new, for else nothing is.

        The message waits in a lane of its own, which has the message's id for a name.
        """

    def get(self, tenant: str, kind: str, name: str) -> StoredReport | None:
        """Return a document."""

    def all(self, tenant: str, kind: str) -> tuple[StoredReport, ...]:
        """Return the documents of a kind, the oldest first."""


class HasReports(Protocol):
    """A store that keeps reports too."""

    @property
    def reports(self) -> Reports:
        """Where they are."""
