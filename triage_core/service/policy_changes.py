"""How does a tenant's policy change: who proposes, what is tried, who approves, and how does it come back?

Whoever proposes a change never approves it. A change that lowers caution or changes the roster is approved by a second
administrator, where there are two. Bringing an earlier version back needs no second person, unless it lowers caution:
it was approved and lived with before, and it has to be quick.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from msgspec.structs import replace

from triage_core.domain.calibration.edits import edited
from triage_core.domain.changing.backtesting import backtest
from triage_core.domain.changing.change import (
    ChangeNotFound,
    NothingChanges,
    PolicyChange,
    PolicyMovedOn,
    Standing,
    approved,
    check_words,
    tried,
    withdrawn,
)
from triage_core.domain.changing.rejudging import rejudged
from triage_core.domain.errors import PolicyTaken
from triage_core.domain.kpis.weeks import Span
from triage_core.domain.playbook import Playbook
from triage_core.domain.policy import Policy
from triage_core.domain.policy.people import Right
from triage_core.policyfile import policy_digest
from triage_core.service.change_checks import check_proof, check_right, check_sound, noted, policy_in, rules_changed
from triage_core.service.records import RecordBook
from triage_core.service.remembering import pasts
from triage_core.service.sampling import CalibrationStore
from triage_core.service.second_person import NotAdministrator, SamePerson, changes_roster, lowers_caution

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from triage_core.domain.calibration.edits import Edit
    from triage_core.domain.calibration.examples import Example
    from triage_core.domain.gating.deciding import Proof
    from triage_core.policyfile import Change
    from triage_core.ports import StoredPolicy
    from triage_core.service.controlling import Hand
    from triage_core.service.playbooks import Playbooks

#: A change is tried on so many weeks.
WEEKS: Final = 4
_LISTED: Final = 200
_WEEK: Final = timedelta(days=7)


class Words(NamedTuple):
    """A change note."""

    what: str
    why: str
    evidence: tuple[str, ...] = ()


class Adopted(NamedTuple):
    """A version that is or was in force, and the change that brought it."""

    policy: Policy
    active_from: datetime
    change: PolicyChange | None


class ChangeStore(CalibrationStore, Protocol):
    """What changes of policies are kept in."""


class PolicyChanges:
    """The changes of all tenants' policies."""

    def __init__(self, store: ChangeStore, playbooks: Playbooks, now: Callable[[], datetime]) -> None:
        """Keep changes in a store."""
        self._store, self._playbooks, self._now = store, playbooks, now
        self._changes: Final = RecordBook(store.learning, "policy_change", PolicyChange)

    # --- reading --------------------------------------------------------------------------------------------------

    def change(self, tenant: str, change_id: str) -> PolicyChange:
        """Return a change; raises `ChangeNotFound`."""
        found = self._changes.get(tenant, change_id)
        if found is None:
            raise ChangeNotFound
        return found

    def changes(self, tenant: str, limit: int = _LISTED) -> tuple[PolicyChange, ...]:
        """Return the changes of a tenant, the latest first."""
        return self._changes.latest(tenant, limit)

    def differences(self, change: PolicyChange) -> tuple[Change, ...]:
        """Return what a change changes in the version that it was proposed against, its own note left out."""
        before = self._playbooks.version(change.tenant, change.based_on).policy
        return rules_changed(before, policy_in(change))

    def history(self, tenant: str) -> tuple[Adopted, ...]:
        """Return the versions of a tenant's policy, the one that came into force last first."""
        by_version = {
            each.policy_version: each for each in reversed(self.changes(tenant)) if each.standing is Standing.APPROVED
        }
        stored = sorted(self._store.policies(tenant), key=lambda each: each.active_from, reverse=True)
        return tuple(self._adopted(tenant, each, by_version.get(each.version)) for each in stored)

    def _adopted(self, tenant: str, stored: StoredPolicy, change: PolicyChange | None) -> Adopted:
        return Adopted(self._playbooks.version(tenant, stored.version).policy, stored.active_from, change)

    # --- proposing ------------------------------------------------------------------------------------------------

    def propose(self, hand: Hand, policy: Policy, words: Words) -> PolicyChange:
        """Keep a proposal, which must hold together and change something.

        Raises `NotPermitted`, `ReasonMissing`, `PolicyInvalid`, `NothingChanges` and `PolicyTaken`.
        """
        return self._propose(hand, policy, words, None)

    def propose_edits(self, hand: Hand, edits: Iterable[Edit], words: Words) -> PolicyChange:
        """Propose small changes of the policy in force, as its next version; raises what `propose` raises."""
        policy = edited(self._in_force(hand.tenant).policy, edits)
        return self.propose(hand, self._numbered(hand.tenant, policy), words)

    def _numbered(self, tenant: str, policy: Policy) -> Policy:
        """Give a policy a version that no other has."""
        taken = {stored.version for stored in self._store.policies(tenant)}
        taken |= {change.policy_version for change in self.changes(tenant)}
        base = policy.version.partition("-c")[0]
        names = (f"{base}-c{number}" for number in range(1, len(taken) + 2))
        version = next(name for name in names if f"{policy.policy}@{name}" not in taken)
        return policy.model_copy(update={"version": version})

    def _propose(self, hand: Hand, policy: Policy, words: Words, restores: str | None) -> PolicyChange:
        before, now = self._in_force(hand.tenant), self._now()
        check_right(before, hand, "propose a change of the policy")
        check_words(words.what, words.why)
        if restores is None:  # what was lived with may come back, even if today's lint would find fault with it
            check_sound(policy)
        if not rules_changed(before.policy, policy):
            raise NothingChanges
        if any(stored.version == policy.id for stored in self._store.policies(hand.tenant)):
            raise PolicyTaken
        digest = policy_digest(policy)
        if (known := self._waiting(hand, before, digest)) is not None:
            return known
        key = f"{hand.tenant}\n{before.version}\n{digest}\n{now.isoformat()}\n{hand.actor.id}"
        change = PolicyChange(
            tenant=hand.tenant,
            id=f"pc-{sha256(key.encode()).hexdigest()[:12]}",
            version=1,
            based_on=before.version,
            policy_version=policy.id,
            document=policy.model_dump_json(by_alias=True, exclude_defaults=True),
            digest=digest,
            what=words.what.strip(),
            why=words.why.strip(),
            evidence=words.evidence,
            restores=restores,
            proposed_by=hand.actor.id,
            proposed_at=now,
        )
        return self._kept(change)

    def _waiting(self, hand: Hand, before: Playbook, digest: str) -> PolicyChange | None:
        """Return the same proposal of the same person, which a request that came twice would make again."""
        said = (Standing.PROPOSED, before.version, digest, hand.actor.id)
        return next(
            (
                each
                for each in self.changes(hand.tenant)
                if (each.standing, each.based_on, each.digest, each.proposed_by) == said
            ),
            None,
        )

    # --- trying ---------------------------------------------------------------------------------------------------

    def try_out(
        self,
        hand: Hand,
        change_id: str,
        judged: tuple[Sequence[Example], dict[str, int]] = ((), {}),
        weeks: int = WEEKS,
    ) -> PolicyChange:
        """Decide the tickets of the last weeks under the change, and keep what comes of it.

        `judged` are the judged tickets and how many each stratum had. Raises `NotPermitted`, `ChangeNotFound`,
        `ChangeSettled` and `PolicyMovedOn`.
        """
        before, now = self._in_force(hand.tenant), self._now()
        check_right(before, hand, "try a change of the policy")
        change = self._current(hand.tenant, change_id, before)
        after = Playbook(policy_in(change))
        found = backtest(before, after, pasts(self._store, hand.tenant, Span(start=now - weeks * _WEEK, end=now)))
        examples, population = judged
        with_verdicts = replace(found, judged=rejudged(before, after, examples, population) if examples else ())
        return self._kept(tried(change, with_verdicts, now))

    # --- settling -------------------------------------------------------------------------------------------------

    def approve(self, hand: Hand, change_id: str, proof: Proof, effective_from: datetime | None = None) -> PolicyChange:
        """Put a change into force, as a named person who did not propose it and is here in person.

        Raises `NotInPerson`, `NotPermitted`, `ChangeNotFound`, `ChangeSettled`, `SamePerson`, `NotAdministrator`,
        `PolicyMovedOn`, `BacktestMissing`, `ReasonMissing` and `StartsInThePast`.
        """
        before, now = self._in_force(hand.tenant), self._now()
        check_proof(before, proof, now)
        check_right(before, hand, "approve a change of the policy")
        change = self._current(hand.tenant, change_id, before)
        policy = policy_in(change)
        if change.standing is Standing.APPROVED and change.settled_by == hand.actor.id:
            return self._finished(change, policy)
        self._check_other(before, change, policy, hand)
        settled = approved(change, hand.actor.id, now, hand.reason, effective_from or now)
        if change.restores is None:
            check_sound(noted(settled, policy))
        self._kept(settled)  # first: of two people who settle a change at once, one activates it
        return self._finished(settled, policy)

    def _finished(self, change: PolicyChange, policy: Policy) -> PolicyChange:
        """Activate what was approved; the same approval again finishes one that was cut off in between."""
        if all(stored.version != policy.id for stored in self._store.policies(change.tenant)):
            self._playbooks.activate(change.tenant, noted(change, policy), change.effective_from or self._now())
        return change

    def _check_other(self, before: Playbook, change: PolicyChange, policy: Policy, hand: Hand) -> None:
        """Refuse the proposer; what is grave is between two administrators, where there are two."""
        grave = changes_roster(before.policy, policy) or lowers_caution(before.policy, policy)
        if change.proposed_by == hand.actor.id and (grave or change.restores is None):
            raise SamePerson
        administrators = {
            person.id for person in before.policy.people if before.directory.may(person.roles, Right.ADMINISTER)
        }
        if grave and len(administrators) > 1 and not {change.proposed_by, hand.actor.id} <= administrators:
            raise NotAdministrator

    def withdraw(self, hand: Hand, change_id: str) -> PolicyChange:
        """Take a proposal back; raises `NotPermitted`, `ChangeNotFound` and `ChangeSettled`."""
        check_right(self._in_force(hand.tenant), hand, "withdraw a change of the policy")
        change = self.change(hand.tenant, change_id)
        return self._kept(withdrawn(change, hand.actor.id, self._now(), hand.reason))

    def roll_back(self, hand: Hand, to: str, proof: Proof) -> PolicyChange:
        """Bring an earlier version back under a new number, at once; where it lowers caution it waits for approval.

        Raises `NoPolicy` for a version that never was in force, and what `propose` and `approve` raise.
        """
        before = self._in_force(hand.tenant)
        check_proof(before, proof, self._now())
        if (known := self._rolled_back(hand, before, to)) is not None:
            return known
        earlier = self._playbooks.version(hand.tenant, to).policy
        policy = self._numbered(hand.tenant, earlier)
        words = Words(what=f"Rolls back to {to}.", why=hand.reason, evidence=(to,))
        change = self._propose(hand, policy, words, to)
        if changes_roster(before.policy, policy) or lowers_caution(before.policy, policy):
            return change
        return self.approve(hand, change.id, proof)

    def _rolled_back(self, hand: Hand, before: Playbook, to: str) -> PolicyChange | None:
        """Return the same roll back of the same person, done already or waiting."""
        mine = (each for each in self.changes(hand.tenant) if (each.restores, each.proposed_by) == (to, hand.actor.id))
        return next(
            (
                each
                for each in mine
                if each.policy_version == before.version
                or (each.standing is Standing.PROPOSED and each.based_on == before.version)
            ),
            None,
        )

    # --- what they share ------------------------------------------------------------------------------------------

    def _in_force(self, tenant: str) -> Playbook:
        return self._playbooks.active(tenant, self._now())

    def _current(self, tenant: str, change_id: str, before: Playbook) -> PolicyChange:
        change = self.change(tenant, change_id)
        if change.standing is Standing.PROPOSED and change.based_on != before.version:
            raise PolicyMovedOn
        return change

    def _kept(self, change: PolicyChange) -> PolicyChange:
        self._changes.put((change.tenant, change.id), change.version, self._now(), change)
        return change
