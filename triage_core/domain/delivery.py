"""Who gets which event, and how far is it?

A hook is a receiver's registration. Every event becomes one delivery for each hook that wants it. Deliveries of one
ticket to one hook happen in order; a delivery is tried until it is taken, refused for good, or out of attempts.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from triage_core.domain.value import Value

#: Begins the kind of event that a callback waits for; the approval whose end it tells comes after it.
CALLBACK: Final = "approval.ended/"


class HookState(StrEnum):
    """Whether a receiver gets events."""

    ACTIVE = "active"
    #: The receiver said that it wants no more.
    GONE = "gone"
    #: Taken out of service; what waits is kept until the receiver registers again.
    DISABLED = "disabled"


class DeliveryState(StrEnum):
    """How far a delivery is; nothing is sent and forgotten."""

    QUEUED = "queued"
    SENT = "sent"
    #: The last attempt failed, another one follows.
    FAILED = "failed"
    #: The last attempt was sent and never answered: it may have arrived. Another one follows.
    UNKNOWN = "unknown"
    #: Nothing follows unless somebody replays it.
    DEAD = "dead"


class Failure(StrEnum):
    """Why an attempt failed; stored, so never changed."""

    HOST_FORBIDDEN = "host_forbidden"
    ADDRESS_FORBIDDEN = "address_forbidden"
    NAME_UNKNOWN = "name_unknown"
    NOT_CONNECTED = "not_connected"
    TLS_FAILED = "tls_failed"
    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"
    BUSY = "busy"
    REDIRECTED = "redirected"
    GONE = "gone"


class Hook(Value, frozen=True, kw_only=True):
    """A receiver's registration for one type of event."""

    tenant: str
    id: str
    #: Whoever knows it can send to it: it is never shown in full.
    url: str
    event_type: str
    #: The platform whose key registered it; a person's registration has none.
    platform: str | None = None
    created_by: str
    created_at: datetime
    #: Events from this moment on are delivered.
    since: datetime
    state: HookState = HookState.ACTIVE
    #: Attempts that failed since the last success.
    failures: int = 0
    last_status: int | None = None
    expires_at: datetime | None = None
    #: Nothing is tried before this moment.
    resume_at: datetime | None = None
    #: An extra header that the receiver asks for; its value is a secret.
    header_name: str = ""
    header_value: str = ""

    @property
    def host(self) -> str:
        """Where events go, without what only the receiver should know."""
        return self.url.partition("://")[2].partition("/")[0].partition("?")[0]

    @property
    def is_callback(self) -> bool:
        """A step that waits for one event, and is over once it has it."""
        return self.event_type.startswith(CALLBACK)

    @property
    def is_active(self) -> bool:
        """Events are delivered."""
        return self.state is HookState.ACTIVE

    def __repr__(self) -> str:
        """Show what tells it apart, and no secret."""
        return f"Hook(id={self.id!r}, event_type={self.event_type!r}, state={self.state.value!r})"


class Parcel(Value, frozen=True, kw_only=True):
    """A delivery that is due."""

    message_id: str
    ticket_id: str
    type: str
    body: str
    attempts: int = 0


class Lane(Value, frozen=True, kw_only=True):
    """A hook that one worker serves alone for a while, and what is due there: of each ticket the first."""

    hook: Hook
    claim: str
    until: datetime
    parcels: tuple[Parcel, ...]


class Reply(Value, frozen=True, kw_only=True):
    """What came back from a receiver."""

    status: int | None = None
    failure: Failure | None = None
    #: As the receiver wrote it.
    retry_after: str = ""


class Settlement(Value, frozen=True, kw_only=True):
    """What an attempt means for its delivery and for its hook."""

    state: DeliveryState
    #: None where nothing follows.
    next_at: datetime | None = None
    status: int | None = None
    failure: Failure | None = None
    #: The attempt is not counted: it was never made.
    is_uncounted: bool = False
    #: The hook rests until then.
    resume_at: datetime | None = None
    #: The hook's new state, where it changes.
    hook_state: HookState | None = None


class Delivery(Value, frozen=True, kw_only=True):
    """One delivery, as people look at it."""

    tenant: str
    message_id: str
    hook_id: str
    ticket_id: str
    type: str
    state: DeliveryState
    attempts: int = 0
    next_at: datetime | None = None
    last_status: int | None = None
    last_failure: str | None = None
    created_at: datetime


class SigningSecret(Value, frozen=True, kw_only=True):
    """What a tenant's events are signed with."""

    number: int
    secret: str
    made_at: datetime
    #: An older one signs as well until this moment.
    until: datetime | None = None

    def __repr__(self) -> str:
        """Show which one it is."""
        return f"SigningSecret(number={self.number})"


def hook_id(tenant: str, url: str, event_type: str) -> str:
    """Return the id of a registration: the same receiver for the same events is the same hook."""
    key = msgspec.json.encode([tenant, url, event_type])
    return f"h{hashlib.sha256(key).hexdigest()[:24]}"
