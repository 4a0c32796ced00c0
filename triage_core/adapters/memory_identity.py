"""How are keys, sessions, links and pending changes kept in dictionaries? For tests and first tries."""

from __future__ import annotations

import threading
from operator import attrgetter
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.credentials import ApiKey, PendingChange, Session, SignInLink


class MemoryVault:
    """Every row in a dictionary, every change under one lock."""

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.RLock()
        self._keys: dict[str, ApiKey] = {}
        self._sessions: dict[str, Session] = {}
        self._links: dict[str, SignInLink] = {}
        self._changes: dict[tuple[str, str], PendingChange] = {}

    # --- keys ---------------------------------------------------------------------------------------------------------

    def add_key(self, key: ApiKey) -> None:
        """Store a new key."""
        self._keys[key.prefix] = key

    def key(self, prefix: str) -> ApiKey | None:
        """Return the key with this visible part, of whichever tenant."""
        return self._keys.get(prefix)

    def keys(self, tenant: str) -> tuple[ApiKey, ...]:
        """Return all keys of a tenant, the newest first, ended ones among them."""
        with self._lock:
            found = [key for key in self._keys.values() if key.tenant == tenant]
        found.sort(key=attrgetter("prefix"))
        return tuple(sorted(found, key=attrgetter("created_at"), reverse=True))

    def end_key(self, tenant: str, prefix: str, at: datetime) -> None:
        """Let a key end at a moment, unless it ends before."""
        with self._lock:
            if (key := self._key_of(tenant, prefix)) and key.expires_at > at:
                self._keys[prefix] = replace(key, expires_at=at)

    def revoke_key(self, tenant: str, prefix: str, at: datetime) -> None:
        """Let a key end for good; a second revocation changes nothing."""
        with self._lock:
            if (key := self._key_of(tenant, prefix)) and key.revoked_at is None:
                self._keys[prefix] = replace(key, revoked_at=at)

    def touch_key(self, tenant: str, prefix: str, at: datetime) -> None:
        """Write down when a key was last used, unless a later use is known."""
        with self._lock:
            if (key := self._key_of(tenant, prefix)) and (key.last_used_at is None or key.last_used_at < at):
                self._keys[prefix] = replace(key, last_used_at=at)

    def _key_of(self, tenant: str, prefix: str) -> ApiKey | None:
        key = self._keys.get(prefix)
        return key if key and key.tenant == tenant else None

    # --- sessions -----------------------------------------------------------------------------------------------------

    def add_session(self, session: Session) -> None:
        """Store a new session."""
        self._sessions[session.id] = session

    def session(self, session_id: str) -> Session | None:
        """Return a session, of whichever tenant."""
        return self._sessions.get(session_id)

    def sessions(self, tenant: str, person_id: str) -> tuple[Session, ...]:
        """Return a person's sessions, the newest first."""
        with self._lock:
            found = [held for held in self._sessions.values() if (held.tenant, held.person_id) == (tenant, person_id)]
        found.sort(key=attrgetter("id"))
        return tuple(sorted(found, key=attrgetter("auth_time"), reverse=True))

    def touch_session(self, tenant: str, session_id: str, at: datetime) -> None:
        """Write down when a session was last seen, unless a later sight is known."""
        with self._lock:
            held = self._sessions.get(session_id)
            if held and held.tenant == tenant and held.last_seen_at < at:
                self._sessions[session_id] = replace(held, last_seen_at=at)

    def drop_session(self, tenant: str, person_id: str, session_id: str) -> None:
        """End a session of a person; an unknown one is no error."""
        with self._lock:
            held = self._sessions.get(session_id)
            if held and (held.tenant, held.person_id) == (tenant, person_id):
                del self._sessions[session_id]

    def drop_old_sessions(self, before: datetime) -> int:
        """Forget sessions that began before a moment; return how many."""
        with self._lock:
            old = [held.id for held in self._sessions.values() if held.auth_time < before]
            for session_id in old:
                del self._sessions[session_id]
            return len(old)

    # --- links --------------------------------------------------------------------------------------------------------

    def add_link(self, link: SignInLink) -> None:
        """Store a new link."""
        self._links[link.id] = link

    def link(self, link_id: str) -> SignInLink | None:
        """Return a link that was not used yet."""
        return self._links.get(link_id)

    def take_link(self, link_id: str) -> SignInLink | None:
        """Return a link and forget it; of two takers one gets it."""
        return self._links.pop(link_id, None)

    def drop_old_links(self, before: datetime) -> int:
        """Forget links that ended before a moment; return how many."""
        with self._lock:
            old = [link.id for link in self._links.values() if link.expires_at < before]
            for link_id in old:
                del self._links[link_id]
            return len(old)

    # --- pending changes ----------------------------------------------------------------------------------------------

    def add_change(self, change: PendingChange) -> None:
        """Store a new change."""
        self._changes[change.tenant, change.id] = change

    def change(self, tenant: str, change_id: str) -> PendingChange | None:
        """Return a change of a tenant."""
        return self._changes.get((tenant, change_id))

    def changes(self, tenant: str) -> tuple[PendingChange, ...]:
        """Return all changes of a tenant, the newest first."""
        with self._lock:
            found = [change for (owner, _), change in self._changes.items() if owner == tenant]
        found.sort(key=attrgetter("id"))
        return tuple(sorted(found, key=attrgetter("proposed_at"), reverse=True))

    def settle_change(self, tenant: str, change_id: str, by: str, at: datetime) -> bool:
        """Write down who settled an unsettled change; of two people one does, and only that one is told so."""
        with self._lock:
            change = self._changes.get((tenant, change_id))
            if change is None or change.settled_at is not None:
                return False
            self._changes[tenant, change_id] = replace(change, settled_by=by, settled_at=at)
            return True
