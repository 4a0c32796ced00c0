"""What is carried out when a second person agrees?"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from msgspec.structs import replace

from triage_core.domain.credentials import ApiKey, ChangeKind, PendingChange
from triage_core.domain.policy import Policy
from triage_core.domain.policy.people import Right
from triage_core.observability import logger
from triage_core.service.playbooks import PolicyUnapproved
from triage_core.service.second_person import SecondPerson, changes_roster, lowers_caution

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.identity.keys import KeyRing, KeyWish, MadeKey
    from triage_core.identity.roster import Roster
    from triage_core.identity_ports import Vault
    from triage_core.service.playbooks import Playbooks

_log = logger("triage.identity")


class _PolicyChange(msgspec.Struct, frozen=True):
    policy: str
    active_from: datetime


class Proposal(NamedTuple):
    """A change that waits, and the key that works once it is confirmed."""

    change: PendingChange
    made: MadeKey


class Changes:
    """Keys of administrators and changes of the roster: proposed by one, confirmed by another."""

    def __init__(
        self, vault: Vault, keys: KeyRing, roster: Roster, playbooks: Playbooks, now: Callable[[], datetime]
    ) -> None:
        """Keep what waits in a store, and carry it out with these."""
        self._vault, self._keys, self._roster, self._playbooks, self._now = vault, keys, roster, playbooks, now
        self._second: Final = SecondPerson(vault, self._is_administrator, now)

    def propose_key(self, wish: KeyWish) -> Proposal:
        """Draw a key that works once another administrator confirms it."""
        made = self._keys.draw(wish)
        document = msgspec.json.encode(made.key).decode()
        summary = f"Key “{made.key.name}” ({made.key.prefix}) for {made.key.platform}: {', '.join(made.key.scopes)}"
        return Proposal(self._propose(wish.tenant, wish.created_by, ChangeKind.ADMIN_KEY, (summary, document)), made)

    def propose_policy(self, tenant: str, policy: Policy, active_from: datetime, by: str) -> PendingChange:
        """Let a policy wait for another administrator; raises `PolicyUnapproved`."""
        if policy.change_note.approved_by is None:
            raise PolicyUnapproved
        document = _PolicyChange(policy.model_dump_json(by_alias=True, exclude_defaults=True), active_from)
        summary = f"Policy {policy.id}, which changes people or roles or lowers caution"
        return self._propose(tenant, by, ChangeKind.ROSTER, (summary, msgspec.json.encode(document).decode()))

    def confirm(self, tenant: str, change_id: str, by: str) -> PendingChange:
        """Agree to a change as another administrator, and carry it out."""
        change = self._second.confirm(tenant, change_id, by)
        if change.kind is ChangeKind.ADMIN_KEY:
            key = msgspec.json.decode(change.document, type=ApiKey)
            self._vault.add_key(replace(key, created_at=self._now()))
        else:
            told = msgspec.json.decode(change.document, type=_PolicyChange)
            start = max(told.active_from, self._now())
            self._playbooks.activate(tenant, Policy.model_validate_json(told.policy), start)
        _log.info("change_confirmed", tenant=tenant, change=change_id, kind=change.kind.value, actor=by)
        return change

    def needs_second(self, tenant: str, policy: Policy) -> bool:
        """Tell whether a policy waits for a second person: it is grave, and there are two to ask.

        It is grave where it changes people or roles, or lowers caution.

        A tenant that has fewer administrators must be able to get its second one.
        """
        active = self._roster.policy(tenant)
        administrators = (
            [person for person in active.people if self._is_administrator(tenant, person.id)] if active else []
        )
        is_grave = changes_roster(active, policy) or lowers_caution(active, policy)
        return len(administrators) > 1 and is_grave

    def waiting(self, tenant: str) -> tuple[PendingChange, ...]:
        """Return what waits, the newest first."""
        return self._second.waiting(tenant)

    def _propose(self, tenant: str, by: str, kind: ChangeKind, told: tuple[str, str]) -> PendingChange:
        summary, document = told
        change = PendingChange(
            tenant=tenant,
            id=secrets.token_hex(8),
            kind=kind,
            summary=summary,
            document=document,
            proposed_by=by,
            proposed_at=self._now(),
        )
        self._second.propose(change)
        _log.info("change_proposed", tenant=tenant, change=change.id, kind=kind.value, actor=by)
        return change

    def _is_administrator(self, tenant: str, person_id: str) -> bool:
        person = self._roster.person(tenant, person_id)
        return person is not None and Right.ADMINISTER in self._roster.rights(tenant, person)
