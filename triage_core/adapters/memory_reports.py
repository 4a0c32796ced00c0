"""What does the store in memory keep of reports?"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from threading import RLock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from triage_core.ports import Message
    from triage_core.report_ports import StoredReport


class MemoryReports:
    """Every document in a dictionary, under the lock of the store."""

    def __init__(self, lock: RLock, post: Callable[[tuple[str, str], tuple[Message, ...]], None]) -> None:
        """Start empty; `post` queues messages of a tenant in a lane."""
        self._lock: Final = lock
        self._post: Final = post
        self._known: Final[dict[tuple[str, str, str], StoredReport]] = {}

    def add(self, report: StoredReport, message: Message | None = None) -> bool:
        """Write a document and what it tells the outside; tell whether it was new."""
        key = report.tenant, report.kind, report.name
        with self._lock:
            if key in self._known:
                return False
            self._known[key] = report
            if message is not None:
                self._post((report.tenant, message.id), (message,))
            return True

    def get(self, tenant: str, kind: str, name: str) -> StoredReport | None:
        """Return a document."""
        return self._known.get((tenant, kind, name))

    def all(self, tenant: str, kind: str) -> tuple[StoredReport, ...]:
        """Return the documents of a kind, the oldest first."""
        with self._lock:
            found = [report for (owner, what, _), report in self._known.items() if (owner, what) == (tenant, kind)]
        return tuple(sorted(found, key=attrgetter("at", "name")))
