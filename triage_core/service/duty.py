"""Who is on duty and what is held back, as this process knows it: seconds old at most, its own edits at once?"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from threading import Lock
from typing import TYPE_CHECKING, Final

from triage_core.domain.on_call import OnCall
from triage_core.domain.rota import Book

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.duty_ports import HasDuty

#: How soon an edit is seen that another process made.
_SEEN_WITHIN: Final = timedelta(seconds=10)


class Duty:
    """The rotas and suppressions of all tenants, for whoever has to call somebody."""

    def __init__(self, store: HasDuty, now: Callable[[], datetime]) -> None:
        """Read from a store when a tenant is first asked for."""
        self.book: Final = store.duty
        self.now: Final = now
        self._known: Final[dict[str, tuple[datetime, OnCall]]] = {}
        self._edits: Final[defaultdict[str, int]] = defaultdict(int)
        self._lock: Final = Lock()

    def of(self, tenant: str) -> OnCall:
        """Return a tenant's rotas and suppressions."""
        now, known = self.now(), self._known.get(tenant)
        if known is not None and known[0] <= now < known[0] + _SEEN_WITHIN:
            return known[1]
        edits, read = self._edits[tenant], self.read(tenant)
        with self._lock:
            # What was read before an edit must not hide it.
            if self._edits[tenant] == edits:
                self._known[tenant] = (now, read)
        return read

    def edited(self, tenant: str) -> None:
        """Forget what was read before an edit."""
        with self._lock:
            self._edits[tenant] += 1
            self._known.pop(tenant, None)

    def read(self, tenant: str) -> OnCall:
        """Return what the store says now."""
        overrides = self.book.overrides(tenant)
        versions = {name: tuple(of) for name, of in groupby(self.book.versions(tenant), attrgetter("rota.name"))}
        books = {
            name: Book(
                versions=versions.get(name, ()), overrides=tuple(each for each in overrides if each.rota == name)
            )
            for name in {*versions, *(each.rota for each in overrides)}
        }
        return OnCall(books=books, suppressions=self.book.suppressions(tenant))
