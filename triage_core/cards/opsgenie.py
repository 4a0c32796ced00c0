"""How is somebody paged by Opsgenie, and how does the page end? Bodies for its alert API.

An escalation is one alert there, whose alias is the escalation's id; acknowledging and closing name it in the address,
as `/v2/alerts/{alias}/acknowledge?identifierType=alias`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.cards import wording
from triage_core.cards.budget import link
from triage_core.cards.paging import details, gravity, summary, written

if TYPE_CHECKING:
    from triage_core.cards.escalation import EscalationCard

_MESSAGE: Final = 130
_DESCRIPTION: Final = 15_000
_ENTITY: Final = 512
_TAG: Final = 50
_TAGS: Final = 20
_USER: Final = 100
_PRIORITIES: Final = ("P1", "P2", "P3", "P4", "P5")


def create(card: EscalationCard) -> dict[str, Any]:
    """Return the alert that pages somebody; the same one again is joined by its alias."""
    pages = {"Acknowledge": link(card.page_url), "Ticket page": link(card.ticket_url)}
    return {
        "message": summary(card, _MESSAGE),
        "alias": card.escalation_id,
        "description": _description(card),
        "priority": gravity(card, _PRIORITIES),
        "entity": written(card.system.label if card.system else card.queue.label, _ENTITY),
        "tags": [written(tag.name, _TAG) for tag in card.tags[:_TAGS]],
        "details": details(card) | {title: url for title, url in pages.items() if url},
        **_sender(card),
    }


def acknowledge(card: EscalationCard) -> dict[str, Any]:
    """Return what stops the paging, since a person has taken it over."""
    return _told(card, card.holder.label if card.holder else "")


def close(card: EscalationCard) -> dict[str, Any]:
    """Return what ends it."""
    return _told(card, card.ended_by.label if card.ended_by else "")


def _description(card: EscalationCard) -> str:
    said = (wording.notice(card), wording.next_step(card), wording.meaning(card))
    return written(" ".join(said), _DESCRIPTION)


def _told(card: EscalationCard, user: str) -> dict[str, Any]:
    named = {"user": written(user, _USER)} if user else {}
    return {**_sender(card), **named, "note": written(wording.notice(card), _DESCRIPTION)}


def _sender(card: EscalationCard) -> dict[str, Any]:
    return {"source": written(f"Triage Loop, tenant {card.tenant}", _USER)}
