"""Which policy decides: the tenant's active one for new tickets, the stamped one for those that have it?"""

from __future__ import annotations

from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from triage_core.control_ports import Controls
from triage_core.domain.errors import TriageError
from triage_core.domain.model import Actor, ActorKind
from triage_core.domain.playbook import Playbook
from triage_core.domain.policy import Policy
from triage_core.domain.promises import with_pinned_holidays
from triage_core.domain.rollout.rights import Deed
from triage_core.ports import Policies, StoredPolicy
from triage_core.service.controlling import ControlDesk, Hand, adoption_of, read_control

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.model import Ticket
    from triage_core.domain.rollout.state import Adoption


class NoPolicy(TriageError):
    """The tenant has no policy, or not the version that a ticket was decided under."""

    code = "no_policy"

    def __init__(self) -> None:
        """Say how a tenant gets one."""
        super().__init__(
            "this tenant has no active policy; activate one with: triage policy activate FILE --tenant NAME"
        )


class PolicyUnapproved(TriageError):
    """The policy names nobody who approved it."""

    code = "policy_unapproved"

    def __init__(self) -> None:
        """Say what is missing, and what can be done without it."""
        super().__init__("this policy is not approved: name who approved it in change_note.approved_by")


class PolicyStore(Policies, Controls, Protocol):
    """What policies, and the moment of their adoption, are kept in."""


class Playbooks:
    """Compiled policies by tenant and version; a version never changes, so it is compiled once."""

    def __init__(self, store: PolicyStore) -> None:
        """Read versions from a store."""
        self._store = store
        #: At which adoption the active versions of a tenant were read.
        self._adoptions: dict[str, int] = {}
        self._compiled: dict[tuple[str, str], Playbook] = {}
        self._active: dict[str, tuple[StoredPolicy, ...]] = {}
        self._lock = Lock()

    def activate(self, tenant: str, policy: Policy, active_from: datetime) -> Playbook:
        """Store a policy version for a tenant, its holidays pinned; new tickets use it from that moment.

        Raises `PolicyTaken` where the version exists with other content, and `PolicyUnapproved`.
        """
        if policy.change_note.approved_by is None:
            raise PolicyUnapproved
        policy = with_pinned_holidays(policy)
        document = policy.model_dump_json(by_alias=True, exclude_defaults=True)
        playbook = Playbook(policy)
        fingerprint = sha256(document.encode()).hexdigest()
        stored = StoredPolicy(version=policy.id, document=document, digest=fingerprint, active_from=active_from)
        self._store.put_policy(tenant, stored)
        self._adopt(tenant, policy, active_from)
        with self._lock:
            self._compiled[tenant, policy.id] = playbook
            self._active.pop(tenant, None)
        return playbook

    def _adopt(self, tenant: str, policy: Policy, active_from: datetime) -> None:
        """Move what releases are guarded by, so that none that was judged under another policy is saved from now on."""
        by = Actor(kind=ActorKind.PERSON, id=str(policy.change_note.approved_by))
        hand = Hand(tenant, by, policy.change_note.why)

        def decide(before: Adoption) -> tuple[Deed, Adoption]:
            order = (*(known for known in before.order if known != policy.id), policy.id)
            return Deed.POLICY_ACTIVATED, replace(before, policy=policy.id, active_from=active_from, order=order)

        ControlDesk(self._store, lambda: active_from).change(adoption_of(tenant), hand, decide)

    def keep_up(self, tenant: str, adoption: int) -> None:
        """Forget which versions are active where one was adopted since they were read, by whatever process."""
        with self._lock:
            if self._adoptions.get(tenant) != adoption:
                self._active.pop(tenant, None)
                self._adoptions[tenant] = adoption

    def active(self, tenant: str, now: datetime) -> Playbook:
        """Return the playbook for new tickets; raises `NoPolicy`."""
        return self._playbook(tenant, self._current(tenant, now))

    def active_since(self, tenant: str, now: datetime) -> datetime:
        """Return when the playbook for new tickets came into force; raises `NoPolicy`."""
        return self._current(tenant, now).active_from

    def _current(self, tenant: str, now: datetime) -> StoredPolicy:
        with self._lock:  # what is read before an activation must not be kept after it
            versions = self._active.get(tenant) or self._in_order(tenant)
            if versions:
                self._active[tenant] = versions
        current = [stored for stored in versions if stored.active_from <= now]
        if not current:
            raise NoPolicy
        return current[-1]

    def _in_order(self, tenant: str) -> tuple[StoredPolicy, ...]:
        """Return all versions in the order in which they come into force; of two at once the one activated later."""
        order = read_control(self._store, adoption_of(tenant)).order
        places = {version: place for place, version in enumerate(order)}
        versions = self._store.policies(tenant)
        return tuple(sorted(versions, key=lambda stored: (stored.active_from, places.get(stored.version, -1))))

    def refresh(self, tenant: str | None = None) -> None:
        """Forget which versions are active, of one tenant or of all, after another process may have changed them."""
        for known in [tenant] if tenant is not None else list(self._active):
            self._active.pop(known, None)

    def stamped(self, ticket: Ticket, now: datetime) -> Playbook:
        """Return the playbook that decided a ticket, or the active one where nothing is decided yet."""
        if not ticket.policy_version:
            return self.active(ticket.tenant, now)
        return self.version(ticket.tenant, ticket.policy_version)

    def version(self, tenant: str, policy_version: str) -> Playbook:
        """Return the playbook of a stamp; raises `NoPolicy`."""
        known = self._compiled.get((tenant, policy_version))
        if known is not None:
            return known
        for stored in self._store.policies(tenant):
            if stored.version == policy_version:
                return self._playbook(tenant, stored)
        raise NoPolicy

    def shelf(self, tenant: str) -> Shelf:
        """Return a tenant's playbooks for a decision to choose from."""
        return Shelf(self, tenant)

    def _playbook(self, tenant: str, stored: StoredPolicy) -> Playbook:
        known = self._compiled.get((tenant, stored.version))
        if known is None:
            known = Playbook(Policy.model_validate_json(stored.document))
            with self._lock:
                self._compiled[tenant, stored.version] = known
        return known


class Shelf:
    """The playbooks of one tenant."""

    def __init__(self, playbooks: Playbooks, tenant: str) -> None:
        """Look at one tenant's."""
        self._playbooks, self._tenant = playbooks, tenant

    def in_force(self, at: datetime) -> Playbook:
        """Return the policy that new things are decided under at a moment; raises `NoPolicy`."""
        return self._playbooks.active(self._tenant, at)

    def version(self, policy_version: str) -> Playbook:
        """Return a policy by its stamp; raises `NoPolicy`."""
        return self._playbooks.version(self._tenant, policy_version)
