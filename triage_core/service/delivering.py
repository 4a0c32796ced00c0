"""How do events get to their receivers? At least once, in order for each ticket, and no receiver holds up another.

A worker claims a hook for a while and serves it alone. It begins no attempt that might end after its claim: whoever
takes over can then send nothing that an attempt of its own could overtake.
"""

from __future__ import annotations

import random
import secrets
from datetime import timedelta
from operator import add
from time import perf_counter
from typing import TYPE_CHECKING, Final, Protocol

from triage_core import __version__
from triage_core.domain.attempts import Attempt, settled, settled_once
from triage_core.domain.delivery import DeliveryState, Lane, Parcel, Settlement
from triage_core.domain.value import Value
from triage_core.hook_ports import HookBook, Outbox, SigningSecrets
from triage_core.observability import logger
from triage_core.service.lanes import served
from triage_core.service.signing import signed, signing_secrets
from triage_core.telemetry import DEAD, DELIVERED, span

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.hook_ports import Sender

_LOG: Final = logger("triage.delivery")
_USER_AGENT: Final = f"triage-core/{__version__}"
#: How many messages are passed on in one transaction.
_FAN_OUT: Final = 100


class Post(HookBook, Outbox, SigningSecrets, Protocol):
    """What delivering needs of a store."""


class Pace(Value, frozen=True, kw_only=True):
    """How a worker works."""

    #: Names the worker in claims.
    worker: str = "courier"
    #: How many hooks are served at the same time.
    lanes: int = 8
    #: How many deliveries of a hook are taken at a time.
    parcels: int = 32
    #: How long a claim holds.
    lease: timedelta = timedelta(seconds=60)
    #: The longest that an attempt takes, with room for clocks that differ and workers that stall.
    attempt: timedelta = timedelta(seconds=20)


class Delivered(Value, frozen=True, kw_only=True):
    """What a round did."""

    messages: int = 0
    sent: int = 0
    failed: int = 0
    dead: int = 0

    def __add__(self, other: Delivered) -> Delivered:
        """Add up, figure by figure."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__struct_fields__)
        return Delivered(**dict(zip(self.__struct_fields__, (add(*pair) for pair in pairs), strict=True)))


class Courier:
    """A worker that delivers events."""

    def __init__(self, store: Post, sender: Sender, now: Callable[[], datetime], pace: Pace | None = None) -> None:
        """Work on a store, through a sender, by a clock."""
        self._store: Final = store
        self._sender: Final = sender
        self._now: Final = now
        self._pace: Final = pace or Pace()

    def round(self, until: datetime | None = None) -> Delivered:
        """Deliver everything that is due; begin nothing after a moment."""
        done = Delivered(messages=self._fan_out())
        return sum(served(lambda: self._lane(until), lambda lane: self._serve(lane, until), self._pace.lanes), done)

    def _fan_out(self) -> int:
        count = 0
        while passed_on := self._store.fan_out(self._now(), _FAN_OUT):
            count += passed_on
        return count

    def _lane(self, until: datetime | None) -> Lane | None:
        if self._is_over(until):
            return None
        now = self._now()
        claim = f"{self._pace.worker}-{secrets.token_hex(8)}"
        return self._store.lane(now, now + self._pace.lease, claim, self._pace.parcels)

    def _is_over(self, until: datetime | None) -> bool:
        return until is not None and self._now() >= until

    def _serve(self, lane: Lane, until: datetime | None) -> Delivered:
        """Send what is due at one hook, until the receiver needs a rest or the claim comes to its end."""
        done, failures = Delivered(), lane.hook.failures
        with_secrets = signing_secrets(self._store, lane.hook.tenant, self._now())
        for parcel in lane.parcels:
            if self._is_over(until) or self._now() + self._pace.attempt > lane.until:
                break
            outcome = self._attempt(lane, parcel, failures, with_secrets)
            if not self._store.settle(lane, parcel, outcome):
                break
            done += _counted(lane, outcome)
            if lane.hook.is_callback and outcome.state is DeliveryState.SENT:
                self._store.drop_hook(lane.hook.tenant, lane.hook.id)  # its address is a secret that is used up
            if outcome.resume_at is not None or outcome.hook_state is not None:
                break
            failures = failures + 1 if outcome.failure else 0
        if lane.parcels:  # a lane without them would be claimed again at once, and for nothing
            self._store.release(lane, self._now())
        return done

    def _attempt(self, lane: Lane, parcel: Parcel, failures: int, with_secrets: tuple[str, ...]) -> Settlement:
        hook, at, started = lane.hook, self._now(), perf_counter()
        extra = {hook.header_name: hook.header_value} if hook.header_name else {}
        headers = {"content-type": "application/json", "user-agent": _USER_AGENT, **extra}
        headers |= signed(parcel.message_id, at, parcel.body, with_secrets)
        with span("deliver", tenant=hook.tenant, hook_id=hook.id, message_id=parcel.message_id):
            reply = self._sender.post(hook.url, headers, parcel.body.encode())
        attempt = Attempt(
            reply=reply,
            at=self._now(),
            number=parcel.attempts + 1,
            failures=failures,
            chance=random.random(),  # noqa: S311 - it spreads load and guards nothing
        )
        outcome = settled_once(attempt) if hook.is_callback else settled(attempt)
        _tell(lane, parcel, outcome, perf_counter() - started)
        return outcome


def _counted(lane: Lane, outcome: Settlement) -> Delivered:
    where = {"tenant": lane.hook.tenant, "platform": lane.hook.platform or "none"}
    if outcome.state is DeliveryState.SENT:
        DELIVERED.add(1, where)
        return Delivered(sent=1)
    if outcome.state is DeliveryState.DEAD:
        DEAD.add(1, where)
        return Delivered(dead=1)
    return Delivered(failed=1)


def _tell(lane: Lane, parcel: Parcel, outcome: Settlement, seconds: float) -> None:
    level = "info" if outcome.state is DeliveryState.SENT else "warning"
    getattr(_LOG, level)(
        "delivery",
        tenant=lane.hook.tenant,
        hook_id=lane.hook.id,
        message_id=parcel.message_id,
        ticket_id=parcel.ticket_id,
        type=parcel.type,
        attempt=parcel.attempts + 1,
        state=outcome.state.value,
        status=outcome.status,
        failure=outcome.failure.value if outcome.failure else None,
        duration_ms=round(seconds * 1000, 1),
    )
