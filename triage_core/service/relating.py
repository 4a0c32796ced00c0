"""How is a ticket compared with those around it when it arrives, and kept up to date for those that follow?

What it costs is bounded: a few tickets for each key, the newest first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import Indel

from triage_core.domain.consequences import followed
from triage_core.domain.entry import Kind
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import Ticket
from triage_core.domain.related import Candidate, Proposal, candidate_of, relate, signature_of
from triage_core.domain.triaging import joined
from triage_core.ports import Nearby

if TYPE_CHECKING:
    from triage_core.domain.context import Context
    from triage_core.domain.policy.related import Related
    from triage_core.domain.rulebook import Rulebook
    from triage_core.ports import Recent
    from triage_core.service.case import Case

#: Tickets read for each key: thread, sender, account, system, and none.
_FOR_EACH_KEY: Final = 15


class Relating:
    """The relations of tickets, over a store that finds those around a moment."""

    def __init__(self, store: Recent) -> None:
        """Read the tickets around from a store."""
        self._store: Final = store

    def relate(self, case: Case, context: Context, key: bytes) -> None:
        """Take the steps that tell what a new ticket belongs to, and let those that follow find it."""
        rules = context.playbook.rules
        policy = rules.policy.related
        if policy is None:
            return
        mine = candidate_of(case.ticket, signature_of(context.text, key), rules.severity_ranks)
        case.take(followed(context, case.ticket, self._steps(case.ticket, mine, policy)))
        case.candidate = candidate_of(case.ticket, mine.signature, rules.severity_ranks)

    def _steps(self, ticket: Ticket, mine: Candidate, policy: Related) -> list[Step]:
        around = self._store.recent(ticket.tenant, _nearby(mine, policy), _for_each_key(policy))
        likeness = [Indel.normalized_similarity(mine.signature, other.signature) for other in around]
        found = relate(policy, mine, around, likeness)
        changes = {"links": (*ticket.links, *found.links)}
        linked = [Step(kind=Kind.LINKED, changes=changes, facts={"compared": len(around)})] if found.links else []
        return [*linked, *([_proposed(found.proposal)] if found.proposal else [])]


def renew(case: Case, text: str, rules: Rulebook, key: bytes) -> None:
    """Let later tickets compare a ticket by what it says now, where that has changed; `text` is what it said before."""
    if rules.policy.related is None:
        return
    subject, body = case.said("subject"), case.said("body")
    is_new = subject is not None and body is not None
    ranks = rules.severity_ranks
    if is_new or candidate_of(case.before, "", ranks) != candidate_of(case.ticket, "", ranks):
        now = joined(subject or "", body or "") if is_new else text
        case.candidate = candidate_of(case.ticket, signature_of(now, key), ranks)


def _for_each_key(policy: Related) -> int:
    """Read enough to count an incident, where some senders wrote more than once."""
    return max(_FOR_EACH_KEY, 2 * policy.incident.count if policy.incident else 0)


def _nearby(mine: Candidate, policy: Related) -> Nearby:
    return Nearby(
        since=mine.created_at - policy.window,
        until=mine.created_at + policy.window,
        thread_keys=mine.thread_keys,
        requester_key=mine.requester_key,
        customer=mine.customer,
        system=mine.system,
    )


def _proposed(proposal: Proposal) -> Step:
    facts = {"tickets": proposal.tickets, "same": proposal.same, "senders": proposal.senders}
    return Step(kind=Kind.INCIDENT_PROPOSED, changes={}, facts=facts)
