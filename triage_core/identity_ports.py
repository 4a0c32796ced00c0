"""What does identity need from the world outside? A part of the store that keeps keys, sessions, links and changes."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from triage_core.domain.credentials import ApiKey, PendingChange, Session, SignInLink


class Keys(Protocol):
    """Keeps keys."""

    def add_key(self, key: ApiKey) -> None:
        """Store a new key."""

    def key(self, prefix: str) -> ApiKey | None:
        """Return the key with this visible part, of whichever tenant."""

    def keys(self, tenant: str) -> tuple[ApiKey, ...]:
        """Return all keys of a tenant, the newest first, ended ones among them."""

    def end_key(self, tenant: str, prefix: str, at: datetime) -> None:
        """Let a key end at a moment, unless it ends before."""

    def revoke_key(self, tenant: str, prefix: str, at: datetime) -> None:
        """Let a key end for good; a second revocation changes nothing."""

    def touch_key(self, tenant: str, prefix: str, at: datetime) -> None:
        """Write down when a key was last used, unless a later use is known."""


class Sessions(Protocol):
    """Keeps sessions."""

    def add_session(self, session: Session) -> None:
        """Store a new session."""

    def session(self, session_id: str) -> Session | None:
        """Return a session, of whichever tenant."""

    def sessions(self, tenant: str, person_id: str) -> tuple[Session, ...]:
        """Return a person's sessions, the newest first."""

    def touch_session(self, tenant: str, session_id: str, at: datetime) -> None:
        """Write down when a session was last seen, unless a later sight is known."""

    def drop_session(self, tenant: str, person_id: str, session_id: str) -> None:
        """End a session of a person; an unknown one is no error."""

    def drop_old_sessions(self, before: datetime) -> int:
        """Forget sessions that began before a moment; return how many."""


class Links(Protocol):
    """Keeps links."""

    def add_link(self, link: SignInLink) -> None:
        """Store a new link."""

    def link(self, link_id: str) -> SignInLink | None:
        """Return a link that was not used yet."""

    def take_link(self, link_id: str) -> SignInLink | None:
        """Return a link and forget it; of two takers one gets it."""

    def drop_old_links(self, before: datetime) -> int:
        """Forget links that ended before a moment; return how many."""


class PendingChanges(Protocol):
    """Keeps what waits for a second person."""

    def add_change(self, change: PendingChange) -> None:
        """Store a new change."""

    def change(self, tenant: str, change_id: str) -> PendingChange | None:
        """Return a change of a tenant."""

    def changes(self, tenant: str) -> tuple[PendingChange, ...]:
        """Return all changes of a tenant, the newest first."""

    def settle_change(self, tenant: str, change_id: str, by: str, at: datetime) -> bool:
        """Write down who settled an unsettled change; of two people one does, and only that one is told so."""


class Vault(Keys, Sessions, Links, PendingChanges, Protocol):
    """All that a store does for identity."""


class HasVault(Protocol):
    """A store that keeps identity too."""

    @property
    def vault(self) -> Vault:
        """Where keys, sessions, links and pending changes are."""
