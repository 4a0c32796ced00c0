"""May this person decide, and what follows from the decision?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec.structs import replace

from triage_core.domain.entry import Kind
from triage_core.domain.errors import ReasonMissing
from triage_core.domain.gating.errors import (
    ApprovalNotFound,
    ApprovalOver,
    DecidedBefore,
    NotApprover,
    NotInPerson,
    TextChanged,
)
from triage_core.domain.gating.state import (
    Approval,
    ApprovalOutcome,
    Decision,
    Delegation,
    MessageState,
    Need,
    Outgoing,
    Subject,
    Verdict,
)
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import ActorKind
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage_core.domain.context import Context
    from triage_core.domain.gating.needing import Gate
    from triage_core.domain.model import Ticket


#: How far the clocks of hosts may be apart; a proof from further ahead proves nothing.
CLOCK_SKEW: Final = timedelta(seconds=60)


class Proof(Value, frozen=True, kw_only=True):
    """What shows that a person decides and not a flow: a browser session, and when the person proved to be it."""

    interactive: bool = False
    authenticated_at: datetime | None = None
    #: How long the page with the text was open.
    reviewed: float | None = None


class Choice(Value, frozen=True, kw_only=True):
    """What a person decides about."""

    verdict: Verdict
    #: Seal of the text that the person read.
    seal: str
    reason: str = ""


class Seat(NamedTuple):
    """For which need a person may decide, and in whose place."""

    need: Need
    for_person: str | None


def requested(
    context: Context, ticket: Ticket, subject: Subject, gate: Gate, about: tuple[str, int, int | None, tuple[str, ...]]
) -> Approval:
    """Return a new request; `about` is the seal, the number of words, the text's number and who is excluded."""
    seal, words, message, excluded = about
    last = max((known.number for known in ticket.approvals), default=0)
    approval = Approval(
        number=last + 1,
        subject=subject,
        message=message,
        seal=seal,
        words=words,
        reasons=gate.reasons,
        needs=gate.needs,
        excluded=tuple(dict.fromkeys(who for who in excluded if who)),
        requested_by=context.actor.id,
        requested_at=context.now,
        expires_at=context.now + gate.expires,
        policy_version=context.in_force.version,
    )
    if all(len(eligible(context, ticket, approval, need)) >= need.count for need in approval.needs):
        return approval
    return replace(approval, outcome=ApprovalOutcome.NO_CHANNEL, ended_at=context.now)


def asked(approval: Approval) -> Step:
    """Write down that people are asked, or that there is nobody to ask."""
    facts = {
        "approval": approval.number,
        "subject": approval.subject,
        "message": approval.message,
        "reasons": approval.reasons,
        "expires_at": approval.expires_at,
        "outcome": approval.outcome,
    }
    return Step(kind=Kind.APPROVAL_REQUESTED, changes={"approvals": (approval,)}, facts=facts)


def find(ticket: Ticket, number: int) -> Approval:
    """Return an approval of the ticket; raises `ApprovalNotFound`."""
    for approval in ticket.approvals:
        if approval.number == number:
            return approval
    raise ApprovalNotFound


def message_of(ticket: Ticket, approval: Approval) -> Outgoing | None:
    """Return the text that an approval is about."""
    return next((known for known in ticket.messages if known.number == approval.message), None)


def eligible(context: Context, ticket: Ticket, approval: Approval, need: Need) -> list[str]:
    """Return the people of the roster who may decide for a need, those who stand in for somebody included."""
    roster = context.in_force.policy.people
    own = [person.id for person in roster if set(person.roles) & set(need.roles) and person.id not in approval.excluded]
    stand_ins = [
        delegation.to_person
        for delegation in _holding(context, ticket)
        if delegation.from_person in own and delegation.to_person not in approval.excluded
    ]
    known = {person.id for person in roster}
    return [person for person in dict.fromkeys((*own, *stand_ins)) if person in known]


def _holding(context: Context, ticket: Ticket) -> list[Delegation]:
    return [given for given in context.delegations if given.holds(ticket.class_name, context.now)]


def seat_of(context: Context, ticket: Ticket, approval: Approval) -> Seat | None:
    """Find a need that the person counts for: the one with the fewest roles first, in one's own name first."""
    actor, policy = context.actor, context.in_force.policy
    person = next((known for known in policy.people if known.id == actor.id), None)
    if actor.kind is not ActorKind.PERSON or person is None or person.id in approval.excluded:
        return None
    taken = {decision.person for decision in approval.decisions} | {
        decision.for_person for decision in approval.decisions
    }
    needs = sorted(approval.open_needs(), key=lambda need: len(need.roles))
    for need in needs:
        if person.id not in taken and set(person.roles) & set(need.roles):
            return Seat(need, None)
    roles = {known.id: set(known.roles) for known in policy.people}
    for delegation in _holding(context, ticket):
        absent = delegation.from_person
        if delegation.to_person != person.id or absent in approval.excluded or absent in taken:
            continue
        for need in needs:
            if roles.get(absent, set()) & set(need.roles):
                return Seat(need, absent)
    return None


def check_proof(context: Context, proof: Proof) -> None:
    """Refuse what does not come from a person's own fresh session; raises `NotInPerson`."""
    fresh = context.in_force.policy.gates.fresh_session
    at = proof.authenticated_at
    if not proof.interactive or at is None or not -CLOCK_SKEW <= context.now - at <= fresh:
        raise NotInPerson


def decide(context: Context, ticket: Ticket, number: int, choice: Choice, proof: Proof) -> list[Step]:
    """Decide about a request; the same decision again changes nothing.

    Raises `NotInPerson`, `ApprovalNotFound`, `ApprovalOver`, `TextChanged`, `NotApprover`, `DecidedBefore`, and
    `ReasonMissing` for a rejection without one.
    """
    check_proof(context, proof)
    approval = find(ticket, number)
    known = next((each for each in approval.decisions if each.person == context.actor.id), None)
    if known is not None and (known.verdict, approval.seal) == (choice.verdict, choice.seal):
        return []
    if not approval.is_open or context.now >= approval.expires_at:
        raise ApprovalOver
    if choice.seal != approval.seal:
        raise TextChanged
    if known is not None:
        raise DecidedBefore
    seat = seat_of(context, ticket, approval)
    if seat is None:
        raise NotApprover(dict.fromkeys(role for need in approval.needs for role in need.roles))
    if choice.verdict is Verdict.REJECT and not choice.reason.strip():
        raise ReasonMissing("reject a text")
    return _decided(context, ticket, approval, seat, (choice, proof))


def _decided(
    context: Context, ticket: Ticket, approval: Approval, seat: Seat, given: tuple[Choice, Proof]
) -> list[Step]:
    choice, proof = given
    decision = Decision(
        person=context.actor.id,
        verdict=choice.verdict,
        need=seat.need.name,
        for_person=seat.for_person,
        at=context.now,
        reviewed=proof.reviewed,
        off_hours=_off_hours(context),
    )
    after = replace(approval, decisions=(*approval.decisions, decision))
    outcome = _OUTCOMES[choice.verdict](after)
    if outcome is not ApprovalOutcome.OPEN:
        valid_until = context.now + (approval.expires_at - approval.requested_at)
        after = replace(after, outcome=outcome, ended_at=context.now, valid_until=valid_until)
    changes: dict[str, Any] = {"approvals": (after,)}
    message = message_of(ticket, approval) if approval.subject is Subject.MESSAGE else None
    if message is not None and outcome in _MESSAGES:
        changes["messages"] = (replace(message, state=_MESSAGES[outcome]),)
    facts = {
        "approval": approval.number,
        "message": approval.message,
        "verdict": choice.verdict,
        "outcome": outcome,
        "need": seat.need.name,
        "for": seat.for_person,
        "seal": approval.seal,
        "words": approval.words,
        "reviewed": proof.reviewed,
        "off_hours": decision.off_hours,
        "waited": context.now - approval.requested_at,
    }
    texts = {"decision_reason": choice.reason} if choice.reason.strip() else {}
    return [Step(kind=Kind.APPROVAL_DECIDED, changes=changes, facts=facts, texts=texts)]


def _off_hours(context: Context) -> bool:
    directory = context.in_force.directory
    person = directory.people[context.actor.id]
    return directory.there_from(person, context.now, at_any_hour=False) != context.now


def _when_approved(after: Approval) -> ApprovalOutcome:
    return ApprovalOutcome.OPEN if after.open_needs() else ApprovalOutcome.APPROVED


_OUTCOMES: Final[dict[Verdict, Callable[[Approval], ApprovalOutcome]]] = {
    Verdict.APPROVE: _when_approved,
    Verdict.REJECT: lambda _: ApprovalOutcome.REJECTED,
    Verdict.LEAVE_TO_OTHERS: lambda _: ApprovalOutcome.OPEN,
}
_MESSAGES: Final = {
    ApprovalOutcome.APPROVED: MessageState.APPROVED,
    ApprovalOutcome.REJECTED: MessageState.REJECTED,
    ApprovalOutcome.EXPIRED: MessageState.EXPIRED,
}


def ended(approval: Approval, outcome: ApprovalOutcome, at: datetime) -> Approval:
    """Return a request that ended without a decision of a person's."""
    return replace(approval, outcome=outcome, ended_at=at)


def withdrawn(context: Context, ticket: Ticket, number: int, reason: str) -> list[Step]:
    """Take back a request that is about no text of its own, or what was granted by it and not used yet.

    Raises `ApprovalNotFound`, `ReasonMissing`, and `ApprovalOver` for one that is over or took effect.
    """
    approval = find(ticket, number)
    took_effect = approval.subject is Subject.CORRECTION and not approval.is_open
    if took_effect or not approval.is_standing:
        raise ApprovalOver
    if not reason.strip():
        raise ReasonMissing("withdraw a request")
    over = ended(approval, ApprovalOutcome.WITHDRAWN, context.now)
    facts = {"approval": number, "message": approval.message, "outcome": over.outcome}
    return [Step(kind=Kind.APPROVAL_WITHDRAWN, changes={"approvals": (over,)}, facts=facts, texts={"reason": reason})]


def superseded(ended: tuple[Approval, ...], message: int | None = None) -> list[Step]:
    """Write down what is void because what it was about became another."""
    facts = {"message": message, "approvals": tuple(each.number for each in ended)}
    return [Step(kind=Kind.APPROVAL_SUPERSEDED, changes={"approvals": ended}, facts=facts)] if ended else []


def still_holds(context: Context, approval: Approval, gate: Gate) -> bool:
    """Tell whether an approval still opens a gate as it stands now.

    The people who gave it must still be on the roster in roles that count, they must be enough for what the gate asks
    for today, and it must not be too old.
    """
    if approval.outcome is not ApprovalOutcome.APPROVED or approval.valid_until is None:
        return False
    if context.now >= approval.valid_until:
        return False
    roles = {person.id: set(person.roles) for person in context.in_force.policy.people}
    agreed = [each for each in approval.decisions if each.verdict is Verdict.APPROVE and each.person in roles]
    return _enough(gate.needs, [(each.person, roles.get(each.for_person or each.person, set())) for each in agreed])


def _enough(needs: Iterable[Need], agreed: list[tuple[str, set[str]]]) -> bool:
    """Seat people greedily, the pickiest need first; each person counts once."""
    left = list(agreed)
    for need in sorted(needs, key=lambda known: len(known.roles)):
        for _ in range(need.count):
            seated = next((each for each in left if each[1] & set(need.roles)), None)
            if seated is None:
                return False
            left.remove(seated)
    return True
