"""Which lines of a ticket's timeline does a card tell, and in which words?

The words stand beside the names of the kinds; a kind without words here is not told.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from triage_core.domain.model import ActorKind
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from triage_core.domain.entry import Entry
    from triage_core.domain.model import Actor

#: So many of the latest movements.
LATEST: Final = 8

SAID: Final = {
    "ticket.submitted": "ticket came in",
    "ticket.blocked": "blocked until its intake is complete",
    "ticket.completed": "intake completed",
    "ticket.triaged": "classified",
    "ticket.overridden": "decision corrected",
    "ticket.assigned": "assigned",
    "ticket.handover_offered": "ticket offered to somebody else",
    "ticket.handover_accepted": "ticket taken over",
    "ticket.handover_declined": "hand-over of the ticket declined",
    "ticket.handover_lapsed": "hand-over of the ticket lapsed",
    "ticket.work_started": "work started",
    "ticket.agent_replied": "customer was answered",
    "ticket.customer_replied": "customer wrote",
    "ticket.waiting": "waiting",
    "ticket.resumed": "work resumed",
    "ticket.resolved": "ticket resolved",
    "ticket.reopened": "ticket reopened",
    "ticket.closed": "ticket closed",
    "ticket.merged": "ticket merged into another",
    "ticket.voided": "ticket voided",
    "ticket.linked": "linked to other tickets",
    "incident.proposed": "proposed as an incident",
    "intake.alerted": "words of a serious risk found while incomplete",
    "sla.at_risk": "deadline at risk",
    "sla.breached": "deadline missed",
    "escalation.raised": "escalation raised",
    "escalation.joined": "another cause joined the escalation",
    "escalation.called": "people called",
    "escalation.coverage_gap": "a level had nobody to call",
    "escalation.acknowledged": "escalation taken over",
    "escalation.checkpoint_missed": "promised news missed, holder reminded",
    "escalation.lapsed": "acknowledgement lapsed",
    "escalation.checkpoint_posted": "news posted",
    "escalation.transfer_offered": "escalation offered to somebody else",
    "escalation.transferred": "escalation handed over",
    "escalation.transfer_declined": "hand-over of the escalation declined",
    "escalation.exhausted": "everybody was called without an answer",
    "escalation.expired": "escalation ended by its age",
    "escalation.resolved": "escalation resolved",
    "escalation.held_back": "call held back",
    "incident.declared": "incident declared",
    "incident.ticket_joined": "ticket put into an incident",
    "incident.ticket_left": "ticket taken out of an incident",
    "gate.bypassed": "a text reached the customer past the gate",
}


class Movement(Value, frozen=True, kw_only=True):
    """Something that happened, and who did it."""

    at: datetime
    what: str
    who: str


def movements(entries: Iterable[Entry], names: Mapping[str, str]) -> tuple[Movement, ...]:
    """Return the latest movements, the newest last; `names` are those of people by their ids."""
    told = [
        Movement(at=entry.at, what=SAID[entry.kind.value], who=_who(entry.actor, names))
        for entry in entries
        if entry.kind.value in SAID
    ]
    return tuple(told[-LATEST:])


def _who(actor: Actor, names: Mapping[str, str]) -> str:
    match actor.kind:
        case ActorKind.CUSTOMER:  # whose id may be an address
            return "customer"
        case ActorKind.SYSTEM:
            return "automatic"
        case ActorKind.PERSON | ActorKind.PLATFORM:
            return names.get(actor.id, actor.id)
