"""Who may change a policy, in person, and does what they change hold together?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain.errors import NotPermitted, PolicyInvalid
from triage_core.domain.gating.errors import NotInPerson
from triage_core.domain.model import ActorKind
from triage_core.domain.policy import ChangeNote, Policy
from triage_core.domain.policy.people import Right
from triage_core.policyfile import diff_policies, dump_policy, lint_text

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.changing.change import PolicyChange
    from triage_core.domain.gating.deciding import Proof
    from triage_core.domain.playbook import Playbook
    from triage_core.policyfile import Change
    from triage_core.service.controlling import Hand


def policy_in(change: PolicyChange) -> Policy:
    """Return the policy that a change proposes."""
    return Policy.model_validate_json(change.document)


def rules_changed(before: Policy, after: Policy) -> tuple[Change, ...]:
    """Return what differs in what two policies decide, not in what they say about themselves."""
    about = {"policy": after.policy, "version": after.version, "effective_from": after.effective_from}
    same = before.model_copy(update={**about, "change_note": after.change_note})
    return tuple(change for change in diff_policies(same, after) if "/pinned" not in change.pointer)


def noted(change: PolicyChange, policy: Policy) -> Policy:
    """Write the change note into a policy."""
    note = ChangeNote(
        what=change.what,
        why=change.why,
        evidence=(*change.evidence, change.id),
        approved_by=change.settled_by,
        rollback_to=change.based_on,
    )
    day = (change.effective_from or change.proposed_at).date()
    return policy.model_copy(update={"change_note": note, "effective_from": day})


def check_right(book: Playbook, hand: Hand, what: str) -> None:
    person = book.directory.people.get(hand.actor.id) if hand.actor.kind is ActorKind.PERSON else None
    if person is None or not book.directory.may(person.roles, Right.CHANGE_POLICY):
        raise NotPermitted(what, book.directory.holders(Right.CHANGE_POLICY))


def check_proof(book: Playbook, proof: Proof, now: datetime) -> None:
    at = proof.authenticated_at
    if not proof.interactive or at is None or now - at > book.policy.gates.fresh_session:
        raise NotInPerson


def check_sound(policy: Policy) -> None:
    reading = lint_text(dump_policy(policy), "proposal")
    if reading.policy is None:
        raise PolicyInvalid("\n".join(map(str, reading.problems)), reading.problems)
