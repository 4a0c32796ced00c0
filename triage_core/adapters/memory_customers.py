"""What does the store in memory keep of customers: what their tickets are compared by, and their profiles?"""

from __future__ import annotations

from itertools import islice
from operator import attrgetter
from threading import RLock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage_core.domain.related import Candidate
    from triage_core.ports import Nearby, ProfileRow


class MemoryCustomers:
    """Candidates and profiles in dictionaries, under the lock of the store."""

    _lock: RLock

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._candidates: dict[tuple[str, str], Candidate] = {}
        self._profiles: dict[tuple[str, str | None, str | None], ProfileRow] = {}

    def recent(self, tenant: str, around: Nearby, limit: int) -> tuple[Candidate, ...]:
        """Return up to `limit` tickets for each key, the newest first, each once."""
        with self._lock:
            known = [candidate for (owner, _), candidate in self._candidates.items() if owner == tenant]
        near = [candidate for candidate in known if around.since <= candidate.created_at <= around.until]
        near.sort(key=attrgetter("created_at", "ticket_id"), reverse=True)
        found = {one.ticket_id for shares in _SHARES for one in islice((c for c in near if shares(around, c)), limit)}
        return tuple(candidate for candidate in near if candidate.ticket_id in found)

    def put_profiles(self, tenant: str, rows: Sequence[ProfileRow]) -> None:
        """Write rows; a row of the same account and person is replaced."""
        with self._lock:
            self._profiles.update({(tenant, row.customer, row.requester_key): row for row in rows})

    def drop_profiles(self, tenant: str, requester_key: str) -> int:
        """Forget what the profile table knows of a person; return how many rows that were."""
        with self._lock:
            gone = [key for key in self._profiles if (key[0], key[2]) == (tenant, requester_key)]
            for key in gone:
                del self._profiles[key]
            return len(gone)

    def profiles(self, tenant: str, customer: str | None, requester_key: str | None) -> tuple[ProfileRow, ...]:
        """Return the rows of a person and of an account: the account's first, then the person's."""
        with self._lock:
            rows = [row for (owner, _, _), row in self._profiles.items() if owner == tenant]
        account = [row for row in rows if row.requester_key is None and row.customer == customer]
        person = [row for row in rows if requester_key is not None and row.requester_key == requester_key]
        return (*account, *sorted(person, key=lambda row: row.customer or ""))


#: How a candidate may share a key with the ticket that it is compared with.
_SHARES: Final[tuple[Callable[[Nearby, Candidate], bool], ...]] = (
    lambda _around, _candidate: True,
    lambda around, candidate: not set(around.thread_keys).isdisjoint(candidate.thread_keys),
    lambda around, candidate: around.requester_key is not None and around.requester_key == candidate.requester_key,
    lambda around, candidate: around.customer is not None and around.customer == candidate.customer,
    lambda around, candidate: around.system is not None and around.system == candidate.system,
)
