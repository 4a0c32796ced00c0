"""What is there to tell about one ticket: where it stands, why it was decided so, and what that means?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain import scoring, triaging
from triage_core.domain.context import Context
from triage_core.domain.explanation import Explanation, explain
from triage_core.domain.lifecycle import apply
from triage_core.domain.model import Kind, Ticket, Value
from triage_core.domain.statement import Statement, state
from triage_core.service.beginning import begun

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.playbook import Playbook
    from triage_core.service.triage import Submission, Triage


class Account(Value, frozen=True, kw_only=True):
    """One ticket, told in full; explanation and statement are missing while the ticket is blocked."""

    ticket: Ticket
    #: Subject, newline, body; the explanation's offsets count in it.
    text: str
    #: Why the ticket has this owner, or none.
    assigned: str = ""
    explanation: Explanation | None = None
    statement: Statement | None = None
    #: The place inside the class; none while the ticket is blocked.
    score: float | None = None


def preview(playbook: Playbook, submission: Submission, now: datetime) -> Account:
    """Decide a ticket without keeping it, as if nobody had anything else to do."""
    text = triaging.joined(submission.subject, submission.body)
    ticket = begun(submission, now, playbook)
    assigned = ""
    for step in triaging.arrive(Context(playbook=playbook, now=now, text=text), ticket, submission.intake):
        ticket = apply(ticket, step.changes)
        assigned = step.facts["reason"] if step.kind is Kind.ASSIGNED else assigned
    return _told(Account(ticket=ticket, text=text, assigned=assigned), playbook, now)


def account_of(triage: Triage, tenant: str, ticket_id: str, now: datetime) -> Account:
    """Tell of a stored ticket, under the policy stamped on it; raises `TicketNotFound`."""
    ticket = triage.ticket(tenant, ticket_id)
    entries = [line.entry for line in triage.store.timeline(tenant, ticket_id)]
    reasons = [entry.facts["reason"] for entry in entries if entry.kind is Kind.ASSIGNED]
    told = Account(ticket=ticket, text=triage.text(tenant, ticket_id), assigned=reasons[-1] if reasons else "")
    return _told(told, triage.playbooks.stamped(ticket, now), now)


def _told(account: Account, playbook: Playbook, now: datetime) -> Account:
    ticket = account.ticket
    if ticket.class_name is None:
        return account
    given = triaging.given_on(ticket)
    decision = playbook.rules.decide(ticket.intake, account.text, given)
    return Account(
        ticket=ticket,
        text=account.text,
        assigned=account.assigned,
        explanation=explain(playbook.rules, ticket.intake, decision, given),
        statement=state(ticket, playbook.policy),
        score=scoring.score_at(ticket.order_key, now, playbook.policy.score),
    )
