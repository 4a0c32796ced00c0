"""What does the delivery of events need from the world outside? A part of the store, and somebody who sends."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from triage_core.domain.delivery import Delivery, DeliveryState, Hook, Lane, Parcel, Reply, Settlement, SigningSecret
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from triage_core.ports import Message


class HookBook(Protocol):
    """Keeps who receives which events."""

    def put_hook(self, hook: Hook) -> Hook:
        """Store a registration and return it; one out of service comes back, one in service stays as it is."""

    def hooks(self, tenant: str) -> tuple[Hook, ...]:
        """Return all registrations, the newest first."""

    def drop_hook(self, tenant: str, hook_id: str) -> None:
        """Forget a registration and what was not delivered to it; an unknown one is no error."""

    def set_header(self, tenant: str, hook_id: str, name: str, value: str) -> None:
        """Set the extra header of a registration."""


class SigningSecrets(Protocol):
    """Keeps what events are signed with."""

    def signing_secrets(self, tenant: str) -> tuple[SigningSecret, ...]:
        """Return a tenant's secrets, the newest first."""

    def add_signing_secret(self, tenant: str, secret: SigningSecret, old_until: datetime) -> None:
        """Store the next secret and let those before it end; a number that is taken changes nothing."""


class Outbox(Protocol):
    """Hands out what is to be delivered."""

    def fan_out(self, now: datetime, limit: int) -> int:
        """Turn queued messages into one delivery for each hook that wants them; return how many messages it were."""

    def lane(self, now: datetime, until: datetime, claim: str, limit: int) -> Lane | None:
        """Claim a hook that has something due until a moment; a claim that lapses can be taken by another worker."""

    def settle(self, lane: Lane, parcel: Parcel, settlement: Settlement) -> bool:
        """Record an attempt and count it at the hook; tell whether the claim still held, for else nothing changes."""

    def release(self, lane: Lane, now: datetime) -> None:
        """Give a claimed hook back."""


class Deliveries(Protocol):
    """Shows what became of events."""

    def deliveries(
        self, tenant: str, hook_id: str | None, state: DeliveryState | None, limit: int
    ) -> tuple[Delivery, ...]:
        """Return deliveries, the newest first."""

    def replay(self, tenant: str, hook_id: str | None, message_id: str | None, now: datetime) -> int:
        """Queue dead deliveries of hooks in service anew; return how many it were."""

    def latest_messages(self, tenant: str, event_type: str, limit: int) -> tuple[Message, ...]:
        """Return the latest events of a type, the newest first."""

    def forget(self, before: datetime) -> int:
        """Delete messages, deliveries and callbacks from before a moment that nothing waits for; return how many."""


class Vitals(Value, frozen=True, kw_only=True):
    """How a store stands at a moment."""

    #: Whether the tables are those of this version.
    is_current: bool
    #: What the database's own clock says; none where the store has no clock of its own.
    clock: datetime | None = None
    has_policy: bool
    oldest_timer: datetime | None = None
    #: The oldest event that nobody has looked at.
    oldest_message: datetime | None = None
    #: Since when something could have been delivered that was not.
    oldest_delivery: datetime | None = None
    dead: int = 0
    #: Since when something could have been sent directly that was not.
    oldest_send: datetime | None = None
    failed_sends: int = 0
    #: Of these nobody knows whether they arrived.
    unknown_sends: int = 0


class Watch(Protocol):
    """Tells how the store is."""

    def vitals(self, now: datetime) -> Vitals:
        """Look at everything that grows old when nobody works."""


class Post(HookBook, SigningSecrets, Outbox, Deliveries, Watch, Protocol):
    """All that a store does for the delivery of events."""


class Sender(Protocol):
    """Hands a message to a receiver."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Send once, within a time limit and to a permitted address only; every failure is a reply."""
