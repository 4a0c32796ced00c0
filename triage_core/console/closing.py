"""What does a closing that waits for its clearance say, for the person who agrees to it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.cards.closure import Links, Summary, summarise

if TYPE_CHECKING:
    from triage_core.domain.closure.facts import ClosureFacts
    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket


def closing_of(seen: Context, ticket: Ticket, facts: ClosureFacts) -> Summary:
    """Put a closing together word for word: whoever agrees to it reads what will stand there."""
    return summarise(ticket, facts, seen.playbook.policy, Links(), str)
