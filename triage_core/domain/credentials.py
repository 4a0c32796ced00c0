"""What proves who is calling: a key, a session, a link for one sign-in, a change that waits for a second person?

Only digests of secrets are among these values; a secret itself exists where it was handed out and nowhere else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from triage_core.domain.value import Value

#: How long a key lives that nobody gave another end, and the longest that anybody can give.
KEY_LIFE: Final = timedelta(days=180)
LONGEST_KEY_LIFE: Final = timedelta(days=366)
#: How long the old key goes on beside the new one.
OVERLAP: Final = timedelta(days=7)
#: How often the last use of a key, or the last sight of a session, is written down at most.
TOUCHED_EVERY: Final = timedelta(minutes=1)
SESSION_IDLE: Final = timedelta(hours=8)
SESSION_LIFE: Final = timedelta(hours=24)
LINK_LIFE: Final = timedelta(minutes=10)
CHANGE_LIFE: Final = timedelta(hours=24)


class KeyPlatform(StrEnum):
    """What a key is used by; the policy says which data each may carry."""

    POWER_AUTOMATE = "power_automate"
    ZAPIER = "zapier"
    MAKE = "make"
    PYTHON = "python"
    DIRECT = "direct"


#: Who made the first key of a tenant, before anybody could be on its roster.
SERVICE_MAKER: Final = "triage serve"
#: Where flows are built by hand and run in somebody else's service.
FLOW_PLATFORMS: Final = frozenset({KeyPlatform.POWER_AUTOMATE, KeyPlatform.ZAPIER, KeyPlatform.MAKE})
#: The right that nothing shipped for a platform asks for, and beside which a key needs no other.
ADMIN: Final = "admin"


class ApiKey(Value, frozen=True, kw_only=True):
    """A key of a tenant, as it is stored."""

    tenant: str
    #: The visible part, which names the key everywhere.
    prefix: str
    secret_hash: str
    name: str
    platform: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    #: The key that this one took over from.
    rotated_from: str | None = None

    @property
    def ends_at(self) -> datetime:
        """When the key stops to work, or stopped."""
        return min(self.expires_at, self.revoked_at or self.expires_at)

    def is_alive(self, now: datetime) -> bool:
        """Tell whether the key works at a moment."""
        return self.created_at <= now < self.ends_at

    @property
    def holds_too_much(self) -> bool:
        """Tell whether the key has more rights than one connection needs.

        One connection of a platform may need every right but the administrator's: the connector, the app and the flows
        that are shipped read, write, send, escalate, report and listen with one key.
        """
        return ADMIN in self.scopes and (len(self.scopes) > 1 or self.platform in FLOW_PLATFORMS)


class Session(Value, frozen=True, kw_only=True):
    """A person who signed in with a browser, as it is stored."""

    tenant: str
    #: Digest of what the browser holds.
    id: str
    person_id: str
    #: How the person proved to be it: a link, or a provider.
    method: str
    #: When that was; a grave decision may ask for a fresh one.
    auth_time: datetime
    last_seen_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When the session ends unless it is used again before."""
        return min(self.last_seen_at + SESSION_IDLE, self.auth_time + SESSION_LIFE)

    def is_alive(self, now: datetime) -> bool:
        """Tell whether the session holds at a moment."""
        return now < self.ends_at


class SignInLink(Value, frozen=True, kw_only=True):
    """An invitation to sign in once, as it is stored."""

    tenant: str
    #: Digest of what stands in the link.
    id: str
    person_id: str
    expires_at: datetime


class ChangeKind(StrEnum):
    """Which changes need a second person."""

    ADMIN_KEY = "admin_key"
    ROSTER = "roster"


class PendingChange(Value, frozen=True, kw_only=True):
    """A change that one administrator asked for and another confirms or refuses."""

    tenant: str
    id: str
    kind: ChangeKind
    #: What it is about, in words for the second person.
    summary: str
    #: All that is needed to carry it out.
    document: str
    proposed_by: str
    proposed_at: datetime
    settled_by: str | None = None
    settled_at: datetime | None = None

    @property
    def expires_at(self) -> datetime:
        """When it can no longer be confirmed."""
        return self.proposed_at + CHANGE_LIFE

    def is_open(self, now: datetime) -> bool:
        """Tell whether it waits at a moment."""
        return self.settled_at is None and self.proposed_at <= now < self.expires_at
