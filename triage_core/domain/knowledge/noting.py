"""How does somebody keep what was learned while a ticket, or its escalation, is still under way?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, NotPermitted, ReasonMissing
from triage_core.domain.lifecycle import Step, allowed
from triage_core.domain.model import ActorKind, State, Ticket
from triage_core.domain.policy.people import Right

if TYPE_CHECKING:
    from triage_core.domain.context import Context

#: The kind of the text that holds a note for the knowledge base.
KNOWLEDGE_NOTE: Final = "knowledge_note"
_GONE: Final = frozenset({State.MERGED, State.VOID})


def note(context: Context, ticket: Ticket, text: str) -> list[Step]:
    """Keep a note for the knowledge base; it is internal and answers nobody.

    Raises `ActionNotAllowed`, `NotPermitted`, and `ReasonMissing` for a note that says nothing.
    """
    if ticket.state in _GONE:
        raise ActionNotAllowed("add a note to", ticket.state, allowed(ticket.state))
    directory = context.playbook.directory
    is_person = context.actor.kind is ActorKind.PERSON
    if not is_person or not directory.may(context.actor.roles, Right.WORK_TICKETS):
        raise NotPermitted("note something for the knowledge base", directory.holders(Right.WORK_TICKETS))
    if not text.strip():
        raise ReasonMissing("note something")
    facts = {"for": "knowledge"}
    return [Step(kind=Kind.NOTE_ADDED, changes={}, facts=facts, texts={KNOWLEDGE_NOTE: text}, at=context.now)]
