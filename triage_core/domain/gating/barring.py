"""Why may somebody not decide about a request that waits?"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from triage_core.domain.gating import deciding

if TYPE_CHECKING:
    from triage_core.domain.context import Context
    from triage_core.domain.gating.state import Approval
    from triage_core.domain.model import Ticket


class Bar(StrEnum):
    """What keeps somebody from deciding."""

    #: The person wrote the text.
    AUTHOR = "author"
    #: The person changed the text last.
    EDITOR = "editor"
    #: The person asked for the decision.
    REQUESTER = "requester"
    #: The person has decided already.
    DECIDED = "decided"
    #: The person could have, and others did.
    TAKEN = "taken"
    #: No role of the person counts, and nobody is stood in for.
    ROLE = "role"


def bar_of(context: Context, ticket: Ticket, approval: Approval) -> Bar | None:
    """Return what keeps the actor from deciding; nothing where the actor may."""
    who = context.actor.id
    if any(decision.person == who for decision in approval.decisions):
        return Bar.DECIDED
    if who in approval.excluded:
        return _share(ticket, approval, who)
    if deciding.seat_of(context, ticket, approval) is not None:
        return None
    could = any(who in deciding.eligible(context, ticket, approval, need) for need in approval.needs)
    return Bar.TAKEN if could else Bar.ROLE


def _share(ticket: Ticket, approval: Approval, who: str) -> Bar:
    message = deciding.message_of(ticket, approval)
    if message is not None and message.editor == who:
        return Bar.EDITOR
    return Bar.AUTHOR if message is not None and message.author == who else Bar.REQUESTER


def has_written(ticket: Ticket, approval: Approval, who: str) -> bool:
    """Tell whether somebody wrote the words that a request is about, and so knows them anyway."""
    message = deciding.message_of(ticket, approval)
    return message is not None and who == (message.editor or message.author)
