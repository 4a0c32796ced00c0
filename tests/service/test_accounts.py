"""Is what a preview tells what a submission then does?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sample_cases import MONDAY, PLAYBOOK
from tests.sample_desk import TENANT, SampleDesk, submission
from triage_core.service.accounts import account_of, preview

if TYPE_CHECKING:
    from triage_core.service.accounts import Account

TEXT = "An outage after a phishing mail"


def told(account: Account) -> tuple[object, ...]:
    """Return the decision in an account, without what only a stored ticket has."""
    ticket = account.ticket
    facts = (ticket.class_name, ticket.severity, ticket.tag_names, ticket.owner, ticket.clocks, ticket.problems)
    return (*facts, account.text, account.assigned, account.explanation, account.statement, account.score)


def test_a_preview_tells_what_a_submission_decides() -> None:
    desk = SampleDesk()
    ticket = desk.ticket(subject=TEXT)
    stored = account_of(desk.triage, TENANT, ticket.id, MONDAY)
    assert stored.explanation is not None
    assert told(preview(PLAYBOOK, submission(1, subject=TEXT), MONDAY)) == told(stored)


def test_a_blocked_ticket_has_no_explanation() -> None:
    account = preview(PLAYBOOK, submission(1, subject=TEXT, intake={}), MONDAY)
    assert (account.explanation, account.statement, account.score) == (None, None, None)
    assert account.ticket.problems
