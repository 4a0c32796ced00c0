"""How many open tickets does each person hold, closely enough to give the next one to the least loaded?

Counting all open tickets for every new one would cost more than the decision itself, so the counts are read now and
then and moved along in between. Another process's assignments show at the next reading; the store's own state is what
counts everywhere else.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.model import Ticket
    from triage_core.ports import Tickets

_FRESH: Final = timedelta(seconds=5)


class Loads:
    """Open tickets by tenant and person."""

    def __init__(self, store: Tickets) -> None:
        """Read from a store."""
        self._store: Final = store
        self._known: Final[dict[str, tuple[datetime, dict[str, int]]]] = {}
        self._lock: Final = Lock()

    def of(self, tenant: str, now: datetime) -> dict[str, int]:
        """Return a tenant's counts, at most a few seconds old."""
        known = self._known.get(tenant)
        if known is None or not known[0] <= now < known[0] + _FRESH:
            known = (now, self._store.loads(tenant))
            with self._lock:
                self._known[tenant] = known
        return known[1]

    def add(self, tenant: str, owner: str | None, by: int = 1) -> None:
        """Move a count along."""
        known = self._known.get(tenant)
        if owner is None or known is None:
            return
        with self._lock:
            known[1][owner] = known[1].get(owner, 0) + by

    def moved(self, tenant: str, before: Ticket, after: Ticket) -> None:
        """Move the counts along after a change of owner or state."""
        self.add(tenant, before.owner if before.is_open else None, -1)
        self.add(tenant, after.owner if after.is_open else None)
