"""How do registrations of receivers behave that are kept in dictionaries? Like those in tables."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from operator import attrgetter

from msgspec.structs import replace

from triage_core.domain.delivery import Delivery, DeliveryState, Hook, SigningSecret

Key = tuple[str, str]
#: Tenant, message and hook.
DeliveryKey = tuple[str, str, str]


class MemoryHooks:
    """Every registration and every secret in a dictionary."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._lock = threading.RLock()
        self._hooks: dict[Key, Hook] = {}
        self._claimed: dict[Key, tuple[str, datetime]] = {}
        self._deliveries: dict[DeliveryKey, Delivery] = {}
        self._secrets: defaultdict[str, list[SigningSecret]] = defaultdict(list)

    def put_hook(self, hook: Hook) -> Hook:
        """Store a registration and return it; one out of service comes back, one in service stays as it is."""
        with self._lock:
            key = hook.tenant, hook.id
            known = self._hooks.get(key)
            if known is None:
                self._hooks[key] = hook
            elif not known.is_active or known.expires_at is not None:
                anew = {name: getattr(hook, name) for name in ("since", "state", "failures", "expires_at", "resume_at")}
                self._hooks[key] = replace(known, **anew)
            return self._hooks[key]

    def hooks(self, tenant: str) -> tuple[Hook, ...]:
        """Return all registrations, the newest first."""
        with self._lock:
            found = sorted((hook for (owner, _), hook in self._hooks.items() if owner == tenant), key=attrgetter("id"))
        return tuple(sorted(found, key=attrgetter("created_at"), reverse=True))

    def drop_hook(self, tenant: str, hook_id: str) -> None:
        """Forget a registration and what was not delivered to it; an unknown one is no error."""
        with self._lock:
            self._hooks.pop((tenant, hook_id), None)
            self._claimed.pop((tenant, hook_id), None)
            for key, delivery in [*self._of_hook(tenant, hook_id)]:
                if delivery.state is not DeliveryState.SENT:
                    del self._deliveries[key]

    def set_header(self, tenant: str, hook_id: str, name: str, value: str) -> None:
        """Set the extra header of a registration."""
        with self._lock:
            if (hook := self._hooks.get((tenant, hook_id))) is not None:
                self._hooks[tenant, hook_id] = replace(hook, header_name=name, header_value=value)

    def signing_secrets(self, tenant: str) -> tuple[SigningSecret, ...]:
        """Return a tenant's secrets, the newest first."""
        return tuple(reversed(self._secrets.get(tenant, ())))

    def add_signing_secret(self, tenant: str, secret: SigningSecret, old_until: datetime) -> None:
        """Store the next secret and let those before it end; a number that is taken changes nothing."""
        with self._lock:
            known = self._secrets[tenant]
            if all(secret.number != one.number for one in known):
                ended = [one if one.until else replace(one, until=old_until) for one in known]
                self._secrets[tenant] = [*ended, secret]

    def _of_hook(self, tenant: str, hook_id: str) -> Iterator[tuple[DeliveryKey, Delivery]]:
        """Return a hook's deliveries in the order of their messages."""
        return (item for item in self._deliveries.items() if (item[0][0], item[0][2]) == (tenant, hook_id))
