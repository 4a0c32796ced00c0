"""How does somebody keep what was learned while a ticket, or its escalation, is still under way?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

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
    if not _may(context):
        raise NotPermitted("note something for the knowledge base", directory.holders(Right.WORK_TICKETS))
    if not text.strip():
        raise ReasonMissing("note something")
    facts: dict[str, Any] = {"for": "knowledge"}
    if (running := ticket.escalation) is not None and running.is_open:
        facts["escalation"] = running.number
    return [Step(kind=Kind.NOTE_ADDED, changes={}, facts=facts, texts={KNOWLEDGE_NOTE: text}, at=context.now)]


def _may(context: Context) -> bool:
    """Tell whether a person of the desk notes it, or a platform that carries such a person's words."""
    if context.actor.kind is ActorKind.PERSON:
        return context.playbook.directory.may(context.actor.roles, Right.WORK_TICKETS)
    return context.actor.kind is ActorKind.PLATFORM
