"""How do intents get to their surfaces? What is true when they are sent goes out, and how each ended is told.

A worker claims what is due on one surface of one tenant and serves it alone. It writes down that an attempt begins
before the request leaves: whoever takes over after it died knows that it may have arrived. It begins no attempt that
might end after its claim.
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from time import perf_counter
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core.domain.sending import (
    INTERRUPTED,
    NOT_SET_UP,
    Envelope,
    SendAttempt,
    SendLane,
    SendRecord,
    SendSettlement,
    SendState,
    Surface,
    Told,
    ended,
    is_spent,
    key_of,
    settled,
)
from triage_core.observability import logger
from triage_core.service.delivering import Pace
from triage_core.service.lanes import served
from triage_core.telemetry import SENDS, span

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.send_ports import Compose, SendBook, Settled, Surfaces, SurfaceSender

_LOG: Final = logger("triage.sending")
#: How many ends are told in one round.
_REPORTS: Final = 200
#: Something went wrong in this program before anything left, and in the middle of sending.
_NOT_COMPOSED: Final = Told(failure="not_composed", may_retry=True)
_BROKE: Final = Told(failure="sender_broke", may_retry=True, is_unconfirmed=True)

#: What a round did: how many intents came to which state.
Dispatched = Counter[SendState]


class NoSurfaces:
    """Sends nothing: what holds as long as nothing is set up."""

    def sender(self, tenant: str, surface: Surface) -> None:
        """Return nobody."""
        del tenant, surface

    def of(self, tenant: str) -> tuple[Surface, ...]:
        """Return nothing."""
        del tenant
        return ()

    def record_url(self, tenant: str, source: str, source_id: str) -> None:
        """Return nothing."""
        del tenant, source, source_id

    def mapping(self, tenant: str) -> None:
        """Return nothing."""
        del tenant


def untold(*_end: object) -> None:
    """Tell nobody how an intent ended."""


class Dispatcher:
    """A worker that sends."""

    def __init__(  # noqa: PLR0913 - all that sending needs, by name
        self,
        book: SendBook,
        surfaces: Surfaces,
        compose: Compose,
        now: Callable[[], datetime],
        *,
        pace: Pace | None = None,
        settled: Settled = untold,
    ) -> None:
        """Work on a book through surfaces; `compose` says what goes out, `settled` hears how each intent ended."""
        self._book: Final = book
        self._surfaces: Final = surfaces
        self._compose: Final = compose
        self._now: Final = now
        self._pace: Final = pace or Pace(worker="dispatcher")
        self._settled: Final = settled

    def round(self, until: datetime | None = None) -> Dispatched:
        """Send everything that is due and tell what ended; begin nothing after a moment."""
        lanes = served(lambda: self._lane(until), lambda lane: self._serve(lane, until), self._pace.lanes)
        try:
            return sum(lanes, Dispatched())
        finally:
            self._report()

    def _is_over(self, until: datetime | None) -> bool:
        return until is not None and self._now() >= until

    def _lane(self, until: datetime | None) -> SendLane | None:
        if self._is_over(until):
            return None
        now = self._now()
        claim = f"{self._pace.worker}-{secrets.token_hex(8)}"
        return self._book.lane(now, now + self._pace.lease, claim, self._pace.parcels)

    def _serve(self, lane: SendLane, until: datetime | None) -> Dispatched:
        """Send what is due on one surface, until it needs a rest or the claim comes to its end."""
        done, sender = Dispatched(), self._surfaces.sender(lane.tenant, lane.surface)
        try:
            for record in lane.sends:
                if self._is_over(until) or self._now() + self._pace.attempt > lane.until:
                    break
                outcome = self._outcome(lane, record, sender)
                if outcome is None or not self._book.settle(lane, record, outcome):
                    break
                done[outcome.state] += 1
                if outcome.resume_at is not None:
                    break
                lane = lane if outcome.failures is None else replace(lane, failures=outcome.failures)
        finally:
            self._book.release(lane)
        return done

    def _outcome(self, lane: SendLane, record: SendRecord, sender: SurfaceSender | None) -> SendSettlement | None:
        """Return how an intent stands after this; nothing where the claim was lost before anything left."""
        if is_spent(record):
            return self._ended(record, SendState.UNKNOWN, INTERRUPTED)
        if sender is None:
            return self._ended(record, SendState.FAILED, NOT_SET_UP)
        started = perf_counter()
        try:
            envelope = self._compose(record.tenant, record.send)
        except Exception:  # noqa: BLE001 - a mistake in one intent must not hold up the others: it is tried again
            _LOG.error("not_composed", exc_info=True, **_about(record))
            return replace(self._judged(lane, record, _NOT_COMPOSED, started), failures=None)
        if envelope is None:
            return self._ended(record, SendState.DROPPED)
        if not self._book.begin(lane, record, self._now()):
            return None
        return self._judged(lane, record, self._sent(record, envelope, sender), started)

    def _sent(self, record: SendRecord, envelope: Envelope, sender: SurfaceSender) -> Told:
        addressed = replace(
            envelope,
            key=key_of(record.tenant, record.send),
            ticket_id=record.send.ticket_id,
            begun=record.receipt,
            is_repeated=record.attempts > 0 or record.may_have_arrived,
        )
        try:
            with span("send", tenant=record.tenant, surface=record.send.surface.value, send_id=record.send.id):
                return sender.send(addressed)
        except Exception:  # noqa: BLE001 - as above, and nobody knows how far it got
            _LOG.error("sender_broke", exc_info=True, **_about(record))
            return _BROKE

    def _judged(self, lane: SendLane, record: SendRecord, told: Told, started: float) -> SendSettlement:
        outcome = settled(
            SendAttempt(
                told=told,
                at=self._now(),
                number=record.attempts + 1,
                at_most_once=record.send.at_most_once,
                may_have_arrived=record.may_have_arrived,
                failures=lane.failures,
                chance=random.random(),  # noqa: S311 - it spreads load and guards nothing
            )
        )
        _tell(record, outcome, perf_counter() - started)
        return outcome

    def _ended(self, record: SendRecord, state: SendState, failure: str | None = None) -> SendSettlement:
        outcome = ended(record, state, self._now(), failure)
        _tell(record, outcome, 0)
        return outcome

    def _report(self) -> None:
        """Tell how intents ended; what cannot be told now is told with the next round."""
        for record in self._book.unreported(_REPORTS):
            try:
                self._settled(record.tenant, record.send, record.state, record.receipt)
            except Exception:  # noqa: BLE001 - whoever hears it may be in the way of one end and not of the next
                _LOG.error("not_reported", exc_info=True, **_about(record))
                continue
            self._book.report(record)


def _about(record: SendRecord) -> dict[str, str]:
    send = record.send
    return {
        "tenant": record.tenant,
        "send_id": send.id,
        "ticket_id": send.ticket_id,
        "surface": send.surface.value,
        "purpose": send.purpose.value,
    }


def _tell(record: SendRecord, outcome: SendSettlement, seconds: float) -> None:
    if outcome.state.is_over:
        SENDS.add(1, {"tenant": record.tenant, "surface": record.send.surface.value, "state": outcome.state.value})
    level = "info" if outcome.failure is None else "warning"
    getattr(_LOG, level)(
        "send",
        **_about(record),
        attempt=outcome.attempts,
        state=outcome.state.value,
        failure=outcome.failure,
        duration_ms=round(seconds * 1000, 1),
    )
