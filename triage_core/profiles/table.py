"""What does the product's own table say about a customer?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from triage_core.domain.profile import Profile, person_key
from triage_core.ports import DigestKeys, ProfileTable

if TYPE_CHECKING:
    from triage_core.ports import ProfileRow


class KeyedTable(ProfileTable, DigestKeys, Protocol):
    """A profile table and the keys by which it names persons."""


class TableProfiles:
    """Profiles from the store, a person's over the account's."""

    def __init__(self, store: KeyedTable) -> None:
        """Read from a store."""
        self._store: Final = store

    def lookup(self, tenant: str, customer: str | None, requester: str | None) -> Profile | None:
        """Return what the table says; a person's line also leads to the account when the ticket names none."""
        key = person_key(self._store.digest_key(tenant), requester) if requester else None
        rows = self._store.profiles(tenant, customer, key)
        person = next((row for row in rows if row.requester_key and customer in (None, row.customer)), None)
        if customer is None and person is not None and person.customer is not None:
            rows = (*rows, *self._store.profiles(tenant, person.customer, None))
        account = next((row for row in rows if row.requester_key is None), None)
        return _joined(person, account)


def _joined(person: ProfileRow | None, account: ProfileRow | None) -> Profile | None:
    if person is None or account is None:
        known = person or account
        return known.profile if known else None
    return person.profile.over(account.profile)
