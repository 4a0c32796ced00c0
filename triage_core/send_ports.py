"""What does sending directly need from the world outside? A part of the store, and somebody for each surface."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from triage_core.domain.sending import Envelope, Send, SendLane, SendRecord, SendSettlement, SendState, Surface, Told
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Puts together what an intent tells, from what is true now; none where it is no longer true.
Compose = Callable[[str, Send], Envelope | None]
#: Hears how an intent ended: the tenant, the intent, its state and its receipt. It may be told more than once.
Settled = Callable[[str, Send, SendState, str], None]


class SendFilter(Value, frozen=True, kw_only=True):
    """Which intents a list shows."""

    ticket_id: str | None = None
    surface: Surface | None = None
    state: SendState | None = None


class SendQueue(Protocol):
    """Hands out what is to be sent."""

    def lane(self, now: datetime, until: datetime, claim: str, limit: int) -> SendLane | None:
        """Claim up to a number of due intents of one surface of one tenant until a moment.

        A surface that rests, or that another worker is serving, is passed over; of several intents about the same thing
        to the same people only the first that waits is due. A claim that lapses can be taken by another worker; where
        an attempt had begun that must not be made twice, its intent becomes unknown instead.
        """

    def begin(self, lane: SendLane, record: SendRecord, now: datetime) -> bool:
        """Write down, durable on return, that an attempt begins; tell whether the claim still holds, for else none may.

        The attempt counts from then on, also where nobody lives to tell how it went.
        """

    def settle(self, lane: SendLane, record: SendRecord, settlement: SendSettlement) -> bool:
        """Record how an intent stands; tell whether the claim still held, for else nothing changes."""

    def release(self, lane: SendLane) -> None:
        """Give back what was claimed and not begun."""


class SendDesk(Protocol):
    """Shows what became of intents, and takes a person's word on them."""

    def listed(self, tenant: str, which: SendFilter, limit: int) -> tuple[SendRecord, ...]:
        """Return intents, the newest first."""

    def ended(self, tenant: str, state: SendState, after: datetime, until: datetime) -> tuple[SendRecord, ...]:
        """Return intents that came to a state from after a moment until another and are there still, in that order."""

    def retry(self, tenant: str, send_id: str, by: str, at: datetime) -> bool:
        """Queue an intent that failed or is unknown anew, and write down who wanted it; tell whether it was one."""

    def unreported(self, limit: int) -> tuple[SendRecord, ...]:
        """Return intents that are over and whose end nobody was told yet, the oldest end first."""

    def report(self, record: SendRecord) -> None:
        """Write down that this end of an intent was told; one that goes on meanwhile stays untold."""

    def forget(self, before: datetime) -> int:
        """Delete intents from before a moment that are over and whose end was told; return how many."""


class SendBook(SendQueue, SendDesk, Protocol):
    """All that a store does for sending directly."""


class HasSends(Protocol):
    """A store that keeps intents too."""

    @property
    def sends(self) -> SendBook:
        """Where they are."""


class SurfaceSender(Protocol):
    """Sends to one surface of one tenant."""

    def send(self, envelope: Envelope) -> Told:
        """Send once, within a time limit and to a permitted address only; every failure is told and none raised."""


class Surfaces(Protocol):
    """Knows what is set up for whom."""

    def sender(self, tenant: str, surface: Surface) -> SurfaceSender | None:
        """Return who sends to a surface of a tenant; nobody where it is not set up."""

    def of(self, tenant: str) -> Iterable[Surface]:
        """Return what is set up for a tenant."""

    def record_url(self, tenant: str, source: str, source_id: str) -> str | None:
        """Return where people find a source's ticket; none where its system is not set up."""
