"""Which people, platforms and clock do tests of identity know?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sample_cases import MONDAY
from tests.small_policy import document, policy
from triage_core.adapters.memory import MemoryStore
from triage_core.identity.desk import open_identity
from triage_core.identity.keys import KeyWish
from triage_core.identity.limits import Limits
from triage_core.service.access import NoHooks, Services
from triage_core.service.triage import Triage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from triage_core.domain.policy import Policy
    from triage_core.identity.keys import MadeKey
    from triage_core.identity.providers import Provider
    from triage_core.ports import Store

TENANT = "acme"
BASE = document()


def staffed_policy(**changes: Any) -> Policy:
    """Return the small policy with two administrators, Ada and Eve, and an auditor, Kit."""
    roles = [
        *BASE["roles"],
        {"name": "admin", "rights": ["administer", "change_policy"]},
        {"name": "auditor", "rights": ["read_everything"]},
    ]
    people = [
        *BASE["people"],
        {"id": "ada", "name": "Ada", "email": "ada@example.com", "roles": ["admin"]},
        {"id": "eve", "name": "Eve", "email": "eve@example.com", "roles": ["admin", "agent"]},
        {"id": "kit", "name": "Kit", "email": "kit@example.com", "roles": ["auditor"]},
    ]
    return policy(**{"roles": roles, "people": people, **changes})


class SampleIdentity:
    """Two tenants with the same people; the clock is set by hand."""

    def __init__(
        self,
        store: Store | None = None,
        providers: Sequence[Provider] = (),
        now: datetime = MONDAY,
        burst: int = 1_000,
    ) -> None:
        """Open on a Monday morning."""
        self.time = now
        self.store = MemoryStore() if store is None else store
        self.triage = Triage(self.store, self.now, lambda: "t1")
        for tenant in (TENANT, "other"):
            self.triage.playbooks.activate(tenant, staffed_policy(), now)
        limits = Limits(self.now, per_second=2, burst=burst)
        self.identity = open_identity(self.store.vault, self.triage.playbooks, self.now, providers, limits)

    @property
    def services(self) -> Services:
        """What pages and operations work with."""
        return Services(self.triage, self.identity.gatekeeper, NoHooks(), self.now)

    def now(self) -> datetime:
        """Return the moment that was set."""
        return self.time

    def passes(self, time: timedelta) -> None:
        """Let time pass."""
        self.time += time

    def key(self, *scopes: str, tenant: str = TENANT, **changes: Any) -> MadeKey:
        """Make a key of Zapier's."""
        return self.identity.keys.create(wish(*scopes, tenant=tenant, **changes))


def wish(*scopes: str, tenant: str = TENANT, **changes: Any) -> KeyWish:
    """Return a wish for a key of Zapier's that reads tickets."""
    base = KeyWish(tenant, "sheet to desk", "zapier", scopes or ("tickets:read",), "ada")
    return base._replace(**changes)
