"""How do messages and their deliveries behave that are kept in dictionaries? Like those in tables."""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from operator import attrgetter

from msgspec.structs import replace

from triage_core.adapters.memory_hooks import Key, MemoryHooks
from triage_core.domain.delivery import Delivery, DeliveryState, Hook, HookState, Lane, Parcel, Settlement
from triage_core.hook_ports import Vitals
from triage_core.ports import Message


class MemoryDeliveries(MemoryHooks):
    """Every delivery in a dictionary; messages lie in the order in which they were written."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._messages: defaultdict[Key, list[Message]] = defaultdict(list)
        #: Messages that nobody has looked at, by tenant and ticket.
        self._queue: list[tuple[Key, Message]] = []
        self._served: dict[Key, datetime] = {}

    @abstractmethod
    def _standing(self, now: datetime) -> Vitals:
        """Return the vitals that concern neither messages nor deliveries."""

    def _put_messages(self, key: Key, messages: tuple[Message, ...]) -> None:
        self._messages[key] += messages
        self._queue += [(key, message) for message in messages]

    def fan_out(self, now: datetime, limit: int) -> int:
        """Turn queued messages into one delivery for each hook that wants them; return how many messages it were."""
        with self._lock:
            taken, self._queue = self._queue[:limit], self._queue[limit:]
            for (tenant, ticket_id), message in taken:
                for hook in self.hooks(tenant):
                    if _wants(hook, message, now):
                        self._add(hook, ticket_id, message, now)
            return len(taken)

    def _add(self, hook: Hook, ticket_id: str, message: Message, now: datetime) -> None:
        self._deliveries[hook.tenant, message.id, hook.id] = Delivery(
            tenant=hook.tenant,
            message_id=message.id,
            hook_id=hook.id,
            ticket_id=ticket_id,
            type=message.type,
            state=DeliveryState.QUEUED,
            next_at=now,
            created_at=message.at,
        )

    def lane(self, now: datetime, until: datetime, claim: str, limit: int) -> Lane | None:
        """Claim a hook that has something due until a moment; a claim that lapses can be taken by another worker."""
        with self._lock:
            free = [
                hook for key, hook in self._hooks.items() if self._is_free(key, now) and any(self._due_at(hook, now))
            ]
            if not free:
                return None
            hook = min(free, key=self._turn_of)
            self._claimed[hook.tenant, hook.id] = claim, until
            due = sorted(self._due_at(hook, now), key=attrgetter("next_at", "created_at", "message_id"))
            parcels = tuple(self._parcel(delivery) for delivery in due[:limit])
            return Lane(hook=hook, claim=claim, until=until, parcels=parcels)

    def _turn_of(self, hook: Hook) -> tuple[bool, datetime, Key]:
        """Say when a hook's turn comes: those that were never served first, then the longest ago."""
        key = hook.tenant, hook.id
        return key in self._served, self._served.get(key, hook.created_at), key

    def _is_free(self, key: Key, now: datetime) -> bool:
        hook = self._hooks[key]
        claimed_until = self._claimed[key][1] if key in self._claimed else now
        return _is_served(hook, now) and (hook.resume_at or now) <= now and claimed_until <= now

    def _due_at(self, hook: Hook, now: datetime) -> Iterator[Delivery]:
        """Of each ticket the first that waits, where its time has come."""
        first: dict[str, Delivery] = {}
        for _, delivery in self._of_hook(hook.tenant, hook.id):
            if delivery.next_at is not None:
                first.setdefault(delivery.ticket_id, delivery)
        return (delivery for delivery in first.values() if delivery.next_at is not None and delivery.next_at <= now)

    def _parcel(self, delivery: Delivery) -> Parcel:
        messages = self._messages[delivery.tenant, delivery.ticket_id]
        message = next(message for message in messages if message.id == delivery.message_id)
        return Parcel(
            message_id=message.id,
            ticket_id=delivery.ticket_id,
            type=message.type,
            body=message.payload,
            attempts=delivery.attempts,
        )

    def settle(self, lane: Lane, parcel: Parcel, settlement: Settlement) -> bool:
        """Record an attempt and count it at the hook; tell whether the claim still held, for else nothing changes."""
        with self._lock:
            key = lane.hook.tenant, lane.hook.id
            if self._claimed.get(key, ("", None))[0] != lane.claim:
                return False
            self._hooks[key] = _counted(self._hooks[key], settlement)
            place = (key[0], parcel.message_id, key[1])
            if place in self._deliveries:
                self._deliveries[place] = _recorded(self._deliveries[place], settlement)
            if settlement.hook_state is HookState.GONE:
                self._bury(key, settlement)
            return True

    def _bury(self, key: Key, settlement: Settlement) -> None:
        for place, delivery in [*self._of_hook(*key)]:
            if delivery.next_at is not None:
                dead = replace(delivery, state=DeliveryState.DEAD, next_at=None, last_failure=settlement.failure)
                self._deliveries[place] = dead

    def release(self, lane: Lane, now: datetime) -> None:
        """Give a claimed hook back."""
        with self._lock:
            key = lane.hook.tenant, lane.hook.id
            if self._claimed.get(key, ("", None))[0] == lane.claim:
                del self._claimed[key]
                self._served[key] = now

    # --- looking ------------------------------------------------------------------------------------------------------

    def deliveries(
        self, tenant: str, hook_id: str | None, state: DeliveryState | None, limit: int
    ) -> tuple[Delivery, ...]:
        """Return deliveries, the newest first."""
        with self._lock:
            found = [
                delivery
                for delivery in self._deliveries.values()
                if delivery.tenant == tenant and hook_id in {None, delivery.hook_id} and state in {None, delivery.state}
            ]
        found.sort(key=attrgetter("hook_id"))
        return tuple(sorted(found, key=attrgetter("created_at", "message_id"), reverse=True)[:limit])

    def replay(self, tenant: str, hook_id: str | None, message_id: str | None, now: datetime) -> int:
        """Queue dead deliveries of hooks in service anew; return how many it were."""
        with self._lock:
            dead = [
                (place, delivery)
                for place, delivery in self._deliveries.items()
                if delivery.tenant == tenant
                and delivery.state is DeliveryState.DEAD
                and hook_id in {None, delivery.hook_id}
                and message_id in {None, delivery.message_id}
                and _is_served(self._hooks[tenant, delivery.hook_id], now)
            ]
            for place, delivery in dead:
                self._deliveries[place] = replace(delivery, state=DeliveryState.QUEUED, attempts=0, next_at=now)
            return len(dead)

    def latest_messages(self, tenant: str, event_type: str, limit: int) -> tuple[Message, ...]:
        """Return the latest events of a type, the newest first."""
        with self._lock:
            found = [
                message
                for (owner, _), messages in self._messages.items()
                for message in messages
                if owner == tenant and message.type == event_type
            ]
        return tuple(sorted(found, key=attrgetter("at", "id"), reverse=True)[:limit])

    def forget(self, before: datetime) -> int:
        """Delete messages, deliveries and callbacks from before a moment that nothing waits for; return how many."""
        with self._lock:
            old = [place for place, delivery in self._deliveries.items() if self._is_over(delivery, before)]
            for place in old:
                del self._deliveries[place]
            return len(old) + self._forget_messages(before) + self._forget_callbacks(before)

    def _is_over(self, delivery: Delivery, before: datetime) -> bool:
        hook = self._hooks.get((delivery.tenant, delivery.hook_id))
        is_waiting = delivery.next_at is not None and hook is not None and hook.is_active
        return delivery.created_at < before and not is_waiting

    def _forget_callbacks(self, before: datetime) -> int:
        lapsed = [
            key
            for key, hook in self._hooks.items()
            if hook.is_callback and hook.expires_at is not None and hook.expires_at < before
        ]
        for key in lapsed:
            del self._hooks[key]
        return len(lapsed)

    def _forget_messages(self, before: datetime) -> int:
        kept = {message.id for _, message in self._queue} | {message_id for _, message_id, _ in self._deliveries}
        count = 0
        for key, messages in self._messages.items():
            rest = [message for message in messages if message.at >= before or message.id in kept]
            count += len(messages) - len(rest)
            self._messages[key] = rest
        return count

    def vitals(self, now: datetime) -> Vitals:
        """Look at everything that grows old when nobody works."""
        with self._lock:
            free = [hook for key, hook in self._hooks.items() if self._is_free(key, now)]
            due = [delivery.next_at for hook in free for delivery in self._due_at(hook, now) if delivery.next_at]
            return replace(
                self._standing(now),
                oldest_message=min((message.at for _, message in self._queue), default=None),
                oldest_delivery=min(due, default=None),
                dead=sum(delivery.state is DeliveryState.DEAD for delivery in self._deliveries.values()),
            )


def _is_served(hook: Hook, now: datetime) -> bool:
    return hook.is_active and (hook.expires_at is None or hook.expires_at > now)


def _wants(hook: Hook, message: Message, now: datetime) -> bool:
    return hook.event_type == message.type and hook.since <= message.at and _is_served(hook, now)


def _counted(hook: Hook, settlement: Settlement) -> Hook:
    return replace(
        hook,
        failures=0 if settlement.failure is None else hook.failures + 1,
        last_status=settlement.status,
        resume_at=settlement.resume_at,
        state=settlement.hook_state or hook.state,
    )


def _recorded(delivery: Delivery, settlement: Settlement) -> Delivery:
    return replace(
        delivery,
        state=settlement.state,
        attempts=delivery.attempts + (not settlement.is_uncounted),
        next_at=settlement.next_at,
        last_status=settlement.status,
        last_failure=settlement.failure,
    )
