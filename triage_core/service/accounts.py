"""What is there to tell about one ticket: where it stands, why it was decided so, and what that means?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from triage_core.domain import scoring, triaging
from triage_core.domain.context import Context
from triage_core.domain.entry import Kind
from triage_core.domain.explanation import Explanation, explain_ticket
from triage_core.domain.lifecycle import apply
from triage_core.domain.model import Ticket
from triage_core.domain.statement import Statement, state
from triage_core.domain.value import Value
from triage_core.service.beginning import begun
from triage_core.service.case import number_of

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.playbook import Playbook
    from triage_core.domain.submission import Submission
    from triage_core.service.triage import Triage


class Account(Value, frozen=True, kw_only=True):
    """One ticket, told in full; explanation and statement are missing while the ticket is blocked."""

    ticket: Ticket
    #: Subject, newline, body; the explanation's offsets count in it.
    text: str
    #: As the customer wrote them; none where they were erased.
    subject: str | None = None
    requester: str | None = None
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
    told = Account(ticket=ticket, text=text, subject=submission.subject, assigned=assigned)
    return _told(told, playbook, now)


def account_of(triage: Triage, tenant: str, ticket_id: str, now: datetime) -> Account:
    """Tell of a stored ticket, under the policy stamped on it; raises `TicketNotFound`."""
    return account_at(triage, triage.ticket(tenant, ticket_id), now)


def account_at(triage: Triage, ticket: Ticket, at: datetime) -> Account:
    """Tell of a ticket as it stood at a line of its timeline; nothing that came later shows."""
    lines = triage.store.timeline(ticket.tenant, ticket.id)[: ticket.version]
    reasons = [line.entry.facts["reason"] for line in lines if line.entry.kind is Kind.ASSIGNED]
    stored = triage.store.texts(ticket.tenant, ticket.id)
    texts = {text.kind: text.content for text in stored if number_of(text, ticket.id) <= ticket.version}
    told = Account(
        ticket=ticket,
        text=triaging.joined(texts.get("subject", ""), texts.get("body", "")),
        subject=texts.get("subject"),
        requester=texts.get("requester"),
        assigned=reasons[-1] if reasons else "",
    )
    return _told(told, triage.playbooks.stamped(ticket, at), at)


def glance_at(triage: Triage, ticket: Ticket, now: datetime) -> Account:
    """Tell of a ticket what a list shows."""
    texts = {text.kind: text.content for text in triage.store.texts(ticket.tenant, ticket.id)}
    points = triage.playbooks.stamped(ticket, now).policy.score
    score = None if ticket.class_name is None else scoring.score_at(ticket.order_key, now, points)
    return Account(ticket=ticket, text="", subject=texts.get("subject"), score=score)


def _told(account: Account, playbook: Playbook, now: datetime) -> Account:
    ticket = account.ticket
    if ticket.class_name is None:
        return account
    return replace(
        account,
        explanation=explain_ticket(playbook.rules, ticket, account.text),
        statement=state(ticket, playbook.policy),
        score=scoring.score_at(ticket.order_key, now, playbook.policy.score),
    )
