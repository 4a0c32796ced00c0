"""How does an escalation look in Teams?

An Adaptive Card inside the message that a workflow's webhook takes. Its buttons only open pages: acknowledging needs to
know who acts, which the page does and a webhook does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.cards import wording
from triage_core.cards.budget import CUT, fitted, link
from triage_core.cards.harmless import harmless
from triage_core.cards.surface import TEAMS, TEAMS_RUN
from triage_core.domain.escalating.state import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage_core.cards.escalation import EscalationCard
    from triage_core.cards.wording import Fact


#: What each part may take of a message, in bytes.
_HEADLINE: Final = 400
_NOTICE: Final = 1_500
_TITLE: Final = 2_000
_MEANING: Final = 2_000
_LABEL: Final = 120
_VALUE: Final = 400
_SHORT: Final = 200
#: So many rows of a list.
_ROWS: Final = 8

_STYLES: Final = {Standing.CALLING: "attention", Standing.EXHAUSTED: "attention", Standing.HELD: "warning"}


def message(card: EscalationCard) -> dict[str, Any]:
    """Return what is posted to the webhook of a workflow, for a call as for the news that follow."""
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": face(card)}
    return {"type": "message", "attachments": [attachment]}


def face(card: EscalationCard) -> dict[str, Any]:
    """Return the Adaptive Card alone, for a flow that posts it by itself."""
    headline = fitted(harmless(wording.headline(card)), _HEADLINE, TEAMS)
    said = _text(f"{wording.notice(card)} {wording.next_step(card)}", _NOTICE)
    top = [{**_block(headline), "size": "Large", "weight": "Bolder", "style": "heading"}, _block(said)]
    return {
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "lang": "en",
        "fallbackText": headline,
        "body": [
            {"type": "Container", "style": _STYLES.get(card.standing, "good"), "bleed": True, "items": top},
            _table(wording.facts(card)),
            *_customer(card),
            *_meaning(card),
            *_list("Blast radius", wording.blast_radius(card)),
            *_list("Related tickets", wording.related(card), _SHORT),
            *_list("Latest first", wording.history(card), _SHORT),
            {**_block(_text(f"{card.escalation_id} · times of {card.zone}", _VALUE)), "isSubtle": True},
        ],
        "actions": _pages(card),
    }


def _customer(card: EscalationCard) -> list[dict[str, Any]]:
    said = harmless(card.title or "")
    if not said:
        return []
    shown = fitted(said, _TITLE, TEAMS_RUN)
    runs = [_run("The customer wrote: ", weight="Bolder"), _run(shown)]
    return [{"type": "RichTextBlock", "inlines": [*runs, *(_read_on(card) if shown != said else [])]}]


def _read_on(card: EscalationCard) -> list[dict[str, Any]]:
    url = link(card.page_url)
    return [_run(" read on", selectAction={"type": "Action.OpenUrl", "url": url})] if url else []


def _meaning(card: EscalationCard) -> list[dict[str, Any]]:
    said = harmless(wording.meaning(card))
    return [_heading("Impact"), _block(_text(said, _MEANING))] if said else []


def _list(heading: str, rows: Sequence[Fact], limit: int = _VALUE) -> list[dict[str, Any]]:
    if not rows:
        return []
    missing = len(rows) - _ROWS
    more = [_block(f"{missing} more{CUT}")] if missing > 0 else []
    return [_heading(heading), _table(rows[:_ROWS], limit), *more]


def _table(rows: Sequence[Fact], limit: int = _VALUE) -> dict[str, Any]:
    facts = [{"title": _text(row.label, _LABEL), "value": _text(row.value, limit)} for row in rows]
    return {"type": "FactSet", "facts": facts}


def _pages(card: EscalationCard) -> list[dict[str, Any]]:
    calls = card.standing in {Standing.CALLING, Standing.EXHAUSTED}
    pages = (("Open page to acknowledge" if calls else "Open page", card.page_url), ("Open ticket", card.ticket_url))
    return [{"type": "Action.OpenUrl", "title": title, "url": url} for title, page in pages if (url := link(page))]


def _text(text: str, limit: int) -> str:
    return fitted(harmless(text) or wording.UNKNOWN, limit, TEAMS)


def _heading(text: str) -> dict[str, Any]:
    return {**_block(text), "weight": "Bolder", "spacing": "Medium"}


def _block(text: str) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True}


def _run(text: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - how a run looks is of any kind
    return {"type": "TextRun", "text": text, **more}
