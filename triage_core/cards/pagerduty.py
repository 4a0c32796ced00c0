"""How is somebody paged by PagerDuty, and how does the page end? Bodies for its Events API, version 2.

The sender adds the routing key, which is a secret of the tenant's. An escalation is one incident there: its id is the
key by which triggers of the same one are joined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.cards.budget import link
from triage_core.cards.moments import stamp
from triage_core.cards.paging import details, gravity, summary, written

if TYPE_CHECKING:
    from triage_core.cards.escalation import EscalationCard

_SUMMARY: Final = 1_024
_NAME: Final = 200
_SEVERITIES: Final = ("critical", "error", "warning", "info")


def trigger(card: EscalationCard) -> dict[str, Any]:
    """Return the event that pages somebody, or pages again."""
    pages = (("Acknowledge", link(card.page_url)), ("Ticket", link(card.ticket_url)))
    return {
        **_event("trigger", card),
        "client": "Triage Loop",
        "links": [{"href": url, "text": text} for text, url in pages if url],
        "payload": {
            "summary": summary(card, _SUMMARY),
            "source": written(card.system.label if card.system else card.queue.label, _NAME),
            "severity": gravity(card, _SEVERITIES),
            "timestamp": stamp(card.raised_at),
            "component": written(card.system.name if card.system else "unknown", _NAME),
            "group": written(card.queue.name, _NAME),
            "class": written(card.ticket_class.name if card.ticket_class else "unclassified", _NAME),
            "custom_details": details(card),
        },
    }


def acknowledge(card: EscalationCard) -> dict[str, Any]:
    """Return the event that stops the paging, since a person has taken it over."""
    return _event("acknowledge", card)


def resolve(card: EscalationCard) -> dict[str, Any]:
    """Return the event that ends it."""
    return _event("resolve", card)


def _event(action: str, card: EscalationCard) -> dict[str, Any]:
    return {"event_action": action, "dedup_key": card.escalation_id}
