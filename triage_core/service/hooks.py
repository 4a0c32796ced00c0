"""How do receivers register for events, and how are registrations looked after?"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core.contract.events import EventType
from triage_core.domain.delivery import CALLBACK, Hook, HookState, hook_id
from triage_core.domain.errors import TriageError
from triage_core.service import access

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.domain.receivers import Receivers
    from triage_core.hook_ports import Post
    from triage_core.service.access import Caller

#: Enough for every attempt to deliver what ended an approval.
_CALLED_BACK_WITHIN: Final = timedelta(days=2)
_HEADER_NAME: Final = re.compile(r"x-[a-z0-9][a-z0-9-]{0,60}")
_HEADER_VALUE: Final = re.compile(r"[!-~](?:[ -~]{0,498}[!-~])?")


class EventUnknown(TriageError):
    """There are no events of this type."""

    code = "event_unknown"

    def __init__(self) -> None:
        """List the types that there are."""
        super().__init__(f"there is no such type of event; use one of: {', '.join(sorted(EventType))}")


class HookNotFound(TriageError):
    """The tenant has no such registration."""

    code = "hook_not_found"

    def __init__(self) -> None:
        """Say where to find the right id."""
        super().__init__("there is no such hook for this tenant; list those that there are")


class HeaderInvalid(TriageError):
    """The extra header cannot be sent."""

    code = "header_invalid"

    def __init__(self) -> None:
        """Say what would do; the value is a secret."""
        super().__init__(
            "an extra header needs a name that begins with x-, such as x-make-apikey, and a value in ASCII"
        )


class HookRegister:
    """The registrations of all tenants, for callers of the API."""

    def __init__(
        self, store: Post, receivers: Receivers, now: Callable[[], datetime], lifetime: timedelta | None = None
    ) -> None:
        """Keep registrations in a store; where they have a lifetime, registering again prolongs it."""
        self._store: Final = store
        self._receivers: Final = receivers
        self._now: Final = now
        self._lifetime: Final = lifetime

    def create(self, caller: Caller, callback_url: str, event_type: str) -> access.Hook:
        """Register an address; the same one for the same events is the same registration, back in service if need be.

        Raises `ReceiverRefused` and `EventUnknown`.
        """
        self._receivers.target(callback_url)
        if event_type not in set(EventType):
            raise EventUnknown
        now = self._now()
        hook = Hook(
            tenant=caller.tenant,
            id=hook_id(caller.tenant, callback_url, event_type),
            url=callback_url,
            event_type=event_type,
            platform=caller.platform,
            created_by=caller.actor.id,
            created_at=now,
            since=now,
            expires_at=now + self._lifetime if self._lifetime else None,
        )
        return _told(self._store.put_hook(hook), now)

    def call_back(self, caller: Caller, callback_url: str, approval: str, expires_at: datetime) -> None:
        """Keep an address that is told once, when an approval ends; raises `ReceiverRefused`.

        It is no registration that anybody lists or deletes: it ends with its one delivery.
        """
        self._receivers.target(callback_url)
        now, event_type = self._now(), f"{CALLBACK}{approval}"
        self._store.put_hook(
            Hook(
                tenant=caller.tenant,
                id=hook_id(caller.tenant, callback_url, event_type),
                url=callback_url,
                event_type=event_type,
                platform=caller.platform,
                created_by=caller.actor.id,
                created_at=now,
                since=now,
                expires_at=max(now, expires_at) + _CALLED_BACK_WITHIN,
            )
        )

    def delete(self, caller: Caller, hook_id: str) -> None:
        """Remove a registration of the caller's platform; one that is gone already is no error."""
        if any(hook.id == hook_id for hook in self._of(caller)):
            self._store.drop_hook(caller.tenant, hook_id)

    def list(self, caller: Caller) -> tuple[access.Hook, ...]:
        """Return the registrations of the caller's platform, a person's all of the tenant's, the newest first."""
        now = self._now()
        return tuple(_told(hook, now) for hook in self._of(caller))

    def samples(self, caller: Caller, event_type: str, limit: int) -> tuple[str, ...]:
        """Return the latest events of a type, the newest first, exactly as receivers get them."""
        return tuple(message.payload for message in self._store.latest_messages(caller.tenant, event_type, limit))

    def _of(self, caller: Caller) -> tuple[Hook, ...]:
        hooks = self._store.hooks(caller.tenant)
        registered = (hook for hook in hooks if not hook.is_callback)
        return tuple(hook for hook in registered if caller.platform is None or hook.platform == caller.platform)


def _told(hook: Hook, now: datetime) -> access.Hook:
    is_served = hook.is_active and (hook.expires_at is None or hook.expires_at > now)
    return access.Hook(
        id=hook.id,
        event_type=hook.event_type,
        callback_url=hook.url,
        created_at=hook.created_at,
        active=is_served,
    )


# --- for operators ----------------------------------------------------------------------------------------------------


def found(store: Post, tenant: str, wanted: str) -> Hook:
    """Return a registration; raises `HookNotFound`."""
    for hook in store.hooks(tenant):
        if hook.id == wanted:
            return hook
    raise HookNotFound


def resume(store: Post, tenant: str, wanted: str, now: datetime) -> Hook:
    """Bring a registration back into service; what waits for it is sent, what is dead has to be replayed."""
    hook = found(store, tenant, wanted)
    fresh = replace(hook, state=HookState.ACTIVE, since=now, failures=0, resume_at=None, expires_at=None)
    return store.put_hook(fresh)


def set_header(store: Post, tenant: str, wanted: str, header: tuple[str, str]) -> None:
    """Send an extra header along, as some receivers ask for; raises `HookNotFound` and `HeaderInvalid`."""
    name, value = header[0].lower(), header[1]
    if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value):
        raise HeaderInvalid
    store.set_header(tenant, found(store, tenant, wanted).id, name, value)
