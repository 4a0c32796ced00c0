"""How are hooks and deliveries kept in tables, so that several workers share the work?

A worker claims a hook and serves it alone until its claim ends; nothing it records later has an effect. That keeps the
order of a ticket's events even when workers die or stall.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from triage_core.adapters.sql import hook_queries as queries
from triage_core.adapters.sql.encoding import escape, escape_optional, micros, moment, unescape
from triage_core.adapters.sql.reading import Reader
from triage_core.domain.delivery import (
    Delivery,
    DeliveryState,
    Hook,
    HookState,
    Lane,
    Parcel,
    Settlement,
    SigningSecret,
)
from triage_core.ports import Message

if TYPE_CHECKING:
    from triage_core.adapters.sql.reading import Found, Given, Statement

#: Runs a statement inside a transaction.
Act = Callable[["Statement", "Given"], "Found"]


class HookTables(Reader):
    """Answers `Post` but for its vitals."""

    def __init__(self, dialect: str) -> None:
        """Build the statements that databases spell differently."""
        self._put_hook = queries.put_hook(dialect)
        self._add_secret = queries.add_secret(dialect)
        self._pass_on = queries.pass_on(dialect)

    @abstractmethod
    def act(self, statement: Statement, given: Given) -> Found:
        """Run one writing statement for good and return what it returns."""

    @abstractmethod
    def together(self, work: Callable[[Act], Found]) -> Found:
        """Run several writing statements for good, all or none."""

    # --- registrations ------------------------------------------------------------------------------------------------

    def put_hook(self, hook: Hook) -> Hook:
        """Store a registration and return it; one out of service comes back, one in service stays as it is."""
        given = {name: _column_of(getattr(hook, name)) for name in queries.HOOK_FIELDS}
        self.act(self._put_hook, given)
        return next(known for known in self.hooks(hook.tenant) if known.id == hook.id)

    def hooks(self, tenant: str) -> tuple[Hook, ...]:
        """Return all registrations, the newest first."""
        return tuple(_hook_of(row) for row in self.rows(queries.HOOKS, {"tenant": escape(tenant)}))

    def drop_hook(self, tenant: str, hook_id: str) -> None:
        """Forget a registration and what was not delivered to it; an unknown one is no error."""
        given = {"tenant": escape(tenant), "hook_id": escape(hook_id)}
        self.together(lambda act: [*act(queries.DROP_HOOK, given), *act(queries.DROP_DELIVERIES, given)])

    def set_header(self, tenant: str, hook_id: str, name: str, value: str) -> None:
        """Set the extra header of a registration."""
        key = {"tenant": escape(tenant), "hook_id": escape(hook_id)}
        self.act(queries.SET_HEADER, {**key, "name": escape(name), "value": escape(value)})

    def signing_secrets(self, tenant: str) -> tuple[SigningSecret, ...]:
        """Return a tenant's secrets, the newest first."""
        return tuple(
            SigningSecret(number=number, secret=secret, made_at=moment(made_at), until=_moment_of(until))
            for number, secret, made_at, until in self.rows(queries.SECRETS, {"tenant": escape(tenant)})
        )

    def add_signing_secret(self, tenant: str, secret: SigningSecret, old_until: datetime) -> None:
        """Store the next secret and let those before it end; a number that is taken changes nothing."""
        key: Given = {"tenant": escape(tenant), "number": secret.number}

        def work(act: Act) -> Found:
            added = act(self._add_secret, {**key, "secret": secret.secret, "made_at": micros(secret.made_at)})
            if added:
                act(queries.END_SECRETS, {**key, "old_until": micros(old_until)})
            return added

        self.together(work)

    # --- delivering ---------------------------------------------------------------------------------------------------

    def fan_out(self, now: datetime, limit: int) -> int:
        """Turn queued messages into one delivery for each hook that wants them; return how many messages it were."""

        def work(act: Act) -> Found:
            taken = act(queries.TAKE_MESSAGES, {"limit": limit})
            for row in taken:
                act(self._pass_on, {**dict(zip(_TAKEN, row, strict=True)), "now": micros(now)})
            return taken

        return len(self.together(work))

    def lane(self, now: datetime, until: datetime, claim: str, limit: int) -> Lane | None:
        """Claim a hook that has something due until a moment; a claim that lapses can be taken by another worker."""
        claimed = self.act(queries.CLAIM_HOOK, {"now": micros(now), "until": micros(until), "claim": claim})
        if not claimed:
            return None
        hook = _hook_of(claimed[0])
        given: Given = {**_key_of(hook), "now": micros(now), "limit": limit}
        parcels = tuple(
            Parcel(
                message_id=unescape(message_id),
                ticket_id=unescape(ticket_id),
                type=unescape(kind),
                body=unescape(body),
                attempts=attempts,
            )
            for message_id, ticket_id, kind, body, attempts in self.rows(queries.DUE, given)
        )
        return Lane(hook=hook, claim=claim, until=until, parcels=parcels)

    def settle(self, lane: Lane, parcel: Parcel, settlement: Settlement) -> bool:
        """Record an attempt and count it at the hook; tell whether the claim still held, for else nothing changes."""
        key = {**_key_of(lane.hook), "claim": lane.claim}
        failure = settlement.failure.value if settlement.failure else None

        def work(act: Act) -> Found:
            counted = act(queries.COUNT_AT_HOOK, {**key, **_hook_columns(settlement)})
            if counted:
                act(queries.SETTLE, {**key, **_delivery_columns(parcel, settlement)})
            if counted and settlement.hook_state is HookState.GONE:
                act(queries.BURY, {**key, "failure": failure})
            return counted

        return bool(self.together(work))

    def release(self, lane: Lane, now: datetime) -> None:
        """Give a claimed hook back."""
        self.act(queries.RELEASE, {**_key_of(lane.hook), "claim": lane.claim, "now": micros(now)})

    # --- looking ------------------------------------------------------------------------------------------------------

    def deliveries(
        self, tenant: str, hook_id: str | None, state: DeliveryState | None, limit: int
    ) -> tuple[Delivery, ...]:
        """Return deliveries, the newest first."""
        given: Given = {
            "tenant": escape(tenant),
            "hook_id": escape_optional(hook_id),
            "state": state.value if state else None,
            "limit": limit,
        }
        return tuple(_delivery_of(tenant, row) for row in self.rows(queries.DELIVERIES, given))

    def replay(self, tenant: str, hook_id: str | None, message_id: str | None, now: datetime) -> int:
        """Queue dead deliveries of hooks in service anew; return how many it were."""
        which = {"hook_id": escape_optional(hook_id), "message_id": escape_optional(message_id)}
        return len(self.act(queries.REPLAY, {"tenant": escape(tenant), "now": micros(now), **which}))

    def latest_messages(self, tenant: str, event_type: str, limit: int) -> tuple[Message, ...]:
        """Return the latest events of a type, the newest first."""
        given: Given = {"tenant": escape(tenant), "type": escape(event_type), "limit": limit}
        return tuple(
            Message(id=unescape(key), type=unescape(kind), payload=unescape(payload), at=moment(at))
            for key, kind, payload, at in self.rows(queries.LATEST, given)
        )

    def forget(self, before: datetime) -> int:
        """Delete messages, deliveries and callbacks from before a moment that nothing waits for; return how many."""
        return sum(len(self.act(statement, {"before": micros(before)})) for statement in queries.FORGET)


#: The columns of a message that was taken, by the names that its deliveries give them.
_TAKEN = ("tenant", "message_id", "ticket_id", "number", "position", "type", "created_at")


def _column_of(value: object) -> str | int | None:
    if isinstance(value, datetime):
        return micros(value)
    return escape(str(value)) if isinstance(value, str) else value  # type: ignore[return-value] # a hook has no others


def _hook_of(row: tuple[Any, ...]) -> Hook:
    read = dict(zip(queries.HOOK_FIELDS, row, strict=True))
    texts = {name: unescape(value) for name, value in read.items() if isinstance(value, str)}
    times = {name: _moment_of(read[name]) for name in ("created_at", "since", "expires_at", "resume_at")}
    return Hook(**{**read, **texts, **times, "state": HookState(read["state"])})


def _key_of(hook: Hook) -> dict[str, str]:
    return {"tenant": escape(hook.tenant), "hook_id": escape(hook.id)}


def _moment_of(count: int | None) -> datetime | None:
    return None if count is None else moment(count)


def _micros_of(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _hook_columns(settlement: Settlement) -> dict[str, str | int | None]:
    return {
        "is_success": int(settlement.failure is None),
        "status": settlement.status,
        "resume_at": _micros_of(settlement.resume_at),
        "hook_state": settlement.hook_state.value if settlement.hook_state else None,
    }


def _delivery_columns(parcel: Parcel, settlement: Settlement) -> dict[str, str | int | None]:
    return {
        "message_id": escape(parcel.message_id),
        "state": settlement.state.value,
        "attempt": int(not settlement.is_uncounted),
        "next_at": _micros_of(settlement.next_at),
        "status": settlement.status,
        "failure": settlement.failure.value if settlement.failure else None,
    }


def _delivery_of(tenant: str, row: tuple[Any, ...]) -> Delivery:
    message_id, hook_id, ticket_id, kind, state, attempts, next_at, status, failure, created_at = row
    return Delivery(
        tenant=tenant,
        message_id=unescape(message_id),
        hook_id=unescape(hook_id),
        ticket_id=unescape(ticket_id),
        type=unescape(kind),
        state=DeliveryState(state),
        attempts=attempts,
        next_at=_moment_of(next_at),
        last_status=status,
        last_failure=failure,
        created_at=moment(created_at),
    )
