"""Does Teams take every card, and does nothing in it act but what we put there?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from jsonschema.protocols import Validator

from tests.sample_cards import HOSTILE, LONGEST, PAGE, TICKET_PAGE, card, held, hostile_cards
from triage_core.cards import teams
from triage_core.cards.escalation import EscalationCard

#: Teams takes 28 KB; a workflow adds some of its own.
MOST_BYTES = 24_000
MARKDOWN = re.compile(r"[<>\[\]*`\\~]")


def elements(payload: Any, *types: str) -> Iterator[dict[str, Any]]:
    """Return the elements of some types, wherever they stand."""
    match payload:
        case dict():
            if payload.get("type") in types:
                yield payload
            for value in payload.values():
                yield from elements(value, *types)
        case list():
            for value in payload:
                yield from elements(value, *types)
        case _:
            return


def facts(payload: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fact["title"], fact["value"]) for each in elements(payload, "FactSet") for fact in each["facts"]]


def check(payload: dict[str, Any]) -> None:
    """Check what holds for every message."""
    assert len(json.dumps(payload)) <= MOST_BYTES
    markdown = [block["text"] for block in elements(payload, "TextBlock")]
    markdown += [text for fact in facts(payload) for text in fact]
    assert not any(MARKDOWN.search(text) for text in markdown)
    runs = [run["text"] for run in elements(payload, "TextRun")]
    assert not any(re.search("https?://|[<>]", text) for text in (*markdown, *runs))
    assert all(markdown)
    (owner, name), (deadline, moment), *_ = facts(payload)
    assert (owner, bool(name), bool(moment)) == ("Owner", True, True)
    assert deadline in {"Acknowledge by", "Progress due by", "Ended"}
    assert "entities" not in json.dumps(payload)


@given(hostile_cards)
def test_every_card_keeps_its_budget_and_nothing_in_it_acts(made: EscalationCard) -> None:
    check(teams.message(made))


def test_the_longest_card_fits() -> None:
    check(teams.message(LONGEST))


@pytest.mark.parametrize("made", [card(), LONGEST, card(title=" ".join(HOSTILE) * 20)], ids=["sample", "long", "evil"])
def test_the_published_schema_has_no_complaint(made: EscalationCard, adaptive_cards: Validator) -> None:
    adaptive_cards.validate(teams.face(made))


def test_there_are_no_more_buttons_than_teams_shows(teams_host: dict[str, Any]) -> None:
    assert len(teams.face(card())["actions"]) <= teams_host["actions"]["maxActions"]


def test_the_envelope_is_that_of_a_workflow() -> None:
    envelope = teams.message(card())
    (attachment,) = envelope["attachments"]
    assert envelope["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert (attachment["content"]["type"], attachment["content"]["version"]) == ("AdaptiveCard", "1.5")


def test_buttons_only_open_pages() -> None:
    actions = teams.face(card())["actions"]
    assert [(each["type"], each["title"], each["url"]) for each in actions] == [
        ("Action.OpenUrl", "Open page to acknowledge", PAGE),
        ("Action.OpenUrl", "Open ticket", TICKET_PAGE),
    ]
    assert list(elements(teams.message(card()), "Action.Submit", "Action.Execute")) == []


def test_a_card_that_somebody_holds_asks_nobody_to_acknowledge() -> None:
    assert teams.face(card(held()))["actions"][0]["title"] == "Open page"


def test_the_words_of_the_customer_stand_where_no_markdown_is_read() -> None:
    title = "[Open page](https://evil.example.com) *now* <at>Lee</at>"
    payload = teams.message(card(title=title))
    said = "[Open page] (https[:]//evil[.]example[.]com) *now* ‹at›Lee‹/at›"
    assert said in [run["text"] for run in elements(payload, "TextRun")]
    assert "evil" not in json.dumps(list(elements(payload, "TextBlock", "FactSet")))


def test_a_cut_text_leads_to_the_whole() -> None:
    runs = list(elements(teams.message(card(title="word " * 500)), "TextRun"))
    assert runs[-2]["text"].endswith("word…")
    assert runs[-1]["selectAction"] == {"type": "Action.OpenUrl", "url": PAGE}


def test_rows_that_have_no_room_are_counted() -> None:
    assert "42 more…" in [block["text"] for block in elements(teams.message(LONGEST), "TextBlock")]


def test_what_nobody_may_carry_is_left_out() -> None:
    assert list(elements(teams.message(card(title=None)), "RichTextBlock")) == []
