"""How does an escalation look in Slack?

A payload holds `text` and `blocks`; whoever sends it adds the channel, and asks Slack neither to unfurl links nor to
link names. All budgets together stay below what Slack takes for a whole message, so nothing has to be thrown out last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.cards import wording
from triage_core.cards.budget import CUT, fitted, link, stacked
from triage_core.cards.harmless import harmless
from triage_core.cards.surface import SLACK, in_utf16

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage_core.cards.escalation import EscalationCard
    from triage_core.cards.wording import Fact

ACKNOWLEDGE: Final = "acknowledge_escalation"

#: Slack's own limits.
_HEADER: Final = 150
_BUTTON: Final = 75
_TOKEN: Final = 2_000
#: What each part may take of a message.
_NOTICE: Final = 600
_FIELD: Final = 220
_TITLE: Final = 600
_MEANING: Final = 900
_BLAST: Final = 1_200
_RELATED: Final = 400
_HISTORY: Final = 1_000
_FALLBACK: Final = 160
_LINE: Final = 250
_LINKED: Final = 400


def call(card: EscalationCard, token: str | None = None) -> dict[str, Any]:
    """Return the message that calls somebody; the signed token comes back when its button is pressed."""
    buttons = [*_acknowledge(card, token), *_pages(card)]
    actions = [{"type": "actions", "elements": buttons}] if buttons else []
    return _message(card, [*actions, _context(card, [])])


def news(card: EscalationCard) -> dict[str, Any]:
    """Return the message that takes the place of a call once somebody acted; it has no buttons any more."""
    pages = {"Open page": link(card.page_url), "Open ticket": link(card.ticket_url)}
    links = [_linked(url, title) for title, url in pages.items() if url]
    return _message(card, [_context(card, [each for each in links if len(each) <= _LINKED])])


def _message(card: EscalationCard, end: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "text": _fallback(card),
        "blocks": [
            {"type": "header", "text": _plain(wording.headline(card), _HEADER)},
            _section(_notice(card)),
            {"type": "section", "fields": [_mrkdwn(_fact(fact, _FIELD, "\n")) for fact in wording.facts(card)]},
            *_paragraphs(card),
            *end,
        ],
    }


def _fallback(card: EscalationCard) -> str:
    """Return what a notification shows, and a client that shows no blocks."""
    facts = (f"{fact.label}: {fact.value}" for fact in wording.facts(card)[:2])
    return "; ".join(fitted(harmless(said), _FALLBACK, SLACK) for said in (wording.headline(card), *facts))


def _notice(card: EscalationCard) -> str:
    said = f"{wording.notice(card)} {wording.next_step(card)}"
    return fitted(harmless(said), _NOTICE, SLACK, _mark(card, _NOTICE))


def _paragraphs(card: EscalationCard) -> list[dict[str, Any]]:
    texts = [
        _paragraph(card, "The customer wrote", card.title or "", _TITLE),
        _paragraph(card, "Impact", wording.meaning(card), _MEANING),
        _list(card, "Blast radius", wording.blast_radius(card), _BLAST),
        _list(card, "Related tickets", wording.related(card), _RELATED),
        _list(card, "Latest first", wording.history(card), _HISTORY),
    ]
    return [_section(text) for text in texts if text]


def _paragraph(card: EscalationCard, heading: str, text: str, limit: int) -> str:
    said, title = harmless(text), f"*{heading}*\n"
    return title + fitted(said, limit - len(title), SLACK, _mark(card, limit)) if said else ""


def _list(card: EscalationCard, heading: str, rows: Sequence[Fact], limit: int) -> str:
    def more(missing: int) -> str:
        return f"{missing} more{_mark(card, limit)}"

    title, lines = f"*{heading}*\n", [_fact(row, _LINE, " ") for row in rows]
    return title + stacked(lines, limit - len(title), SLACK, more) if rows else ""


def _fact(fact: Fact, limit: int, gap: str) -> str:
    label = f"*{fitted(harmless(fact.label), limit // 3, SLACK)}:*{gap}"
    return label + fitted(harmless(fact.value) or wording.UNKNOWN, limit - in_utf16(label), SLACK)


def _mark(card: EscalationCard, limit: int) -> str:
    """Return the sign of a cut, leading to the whole where there is room for the link."""
    url = link(card.page_url)
    linked = f"{CUT} {_linked(url, 'read on')}" if url else CUT
    return linked if len(linked) <= limit // 2 else CUT


def _linked(url: str, title: str) -> str:
    return f"<{url.replace('&', '&amp;')}|{title}>"


def _acknowledge(card: EscalationCard, token: str | None) -> list[dict[str, Any]]:
    # Slack refuses a message with a longer value, and a refused message calls nobody; the page acknowledges too.
    if token is None or len(token) > _TOKEN:
        return []
    says = fitted(harmless(f"Acknowledge escalation {card.escalation_id}"), _BUTTON, SLACK)
    return [{**_button("Acknowledge", ACKNOWLEDGE), "style": "primary", "value": token, "accessibility_label": says}]


def _pages(card: EscalationCard) -> list[dict[str, Any]]:
    pages = (("Open page", "open_page", link(card.page_url)), ("Open ticket", "open_ticket", link(card.ticket_url)))
    return [{**_button(title, action), "url": url} for title, action, url in pages if url]


def _button(title: str, action: str) -> dict[str, Any]:
    return {"type": "button", "text": _plain(title, _BUTTON), "action_id": action}


def _context(card: EscalationCard, links: list[str]) -> dict[str, Any]:
    said = fitted(harmless(f"{card.escalation_id} · times of {card.zone}"), _LINE, SLACK)
    return {"type": "context", "elements": [_mrkdwn(" · ".join([said, *links]))]}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> dict[str, Any]:
    """Return a formatted text in which Slack turns no address, name or channel into a link."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": fitted(harmless(text), limit, SLACK), "emoji": False}
