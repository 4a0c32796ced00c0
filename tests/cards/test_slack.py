"""Does Slack take every card, and does nothing in it act but what we put there?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from jsonschema.protocols import Validator

from tests.sample_cards import (
    HOSTILE,
    LONGEST,
    PAGE,
    TICKET_PAGE,
    TOKEN,
    card,
    escalation,
    held,
    hostile_cards,
    is_refused,
)
from triage_core.cards import slack
from triage_core.cards.escalation import EscalationCard
from triage_core.domain.escalating.state import Standing

OURS = re.compile(r"<https://desk\.example\.com/[^|<>]*\|(?:read on|Open page|Open ticket)>")
ENTITIES = re.compile(r"&(?!amp;|lt;|gt;)")


def strings(payload: Any) -> Iterator[str]:
    """Return every text of a payload, whatever it is for."""
    match payload:
        case str():
            yield payload
        case dict():
            for value in payload.values():
                yield from strings(value)
        case list():
            for value in payload:
                yield from strings(value)
        case _:
            return


def shown(payload: dict[str, Any]) -> list[str]:
    """Return the texts that Slack shows."""
    blocks = payload["blocks"]
    texts = [text for block in blocks for text in (block.get("text"), *block.get("fields", ())) if text]
    elements = [element for block in blocks for element in block.get("elements", ())]
    texts += [element["text"] if element["type"] == "button" else element for element in elements]
    return [payload["text"], *(text["text"] for text in texts)]


def check(payload: dict[str, Any]) -> None:
    """Check what holds for every message."""
    assert not any(map(is_refused, payload["blocks"]))
    assert sum(map(len, strings(payload))) <= 12_000
    assert len(payload["blocks"]) <= 50
    for text in shown(payload):
        rest = OURS.sub("", text)
        assert not re.search(r"[<>]|https?://", rest)
        assert not ENTITIES.search(rest)
    fields = [field["text"] for field in payload["blocks"][2]["fields"]]
    assert fields[0].startswith("*Owner:*\n")
    assert re.match(r"\*(Acknowledge by|Progress due by|Ended):\*\n.", fields[1])
    assert json.loads(json.dumps(payload)) == payload


@given(hostile_cards)
def test_every_call_keeps_its_budgets_and_nothing_in_it_acts(made: EscalationCard) -> None:
    check(slack.call(made, TOKEN))


@given(hostile_cards)
def test_so_do_all_news(made: EscalationCard) -> None:
    check(slack.news(made))


def test_the_longest_card_fits_with_the_longest_token() -> None:
    check(slack.call(LONGEST, "x" * 2_000))
    check(slack.news(LONGEST))


@pytest.mark.parametrize("made", [card(), LONGEST, card(title=" ".join(HOSTILE) * 20)], ids=["sample", "long", "evil"])
def test_the_published_schema_has_no_complaint(made: EscalationCard, slack_messages: Validator) -> None:
    slack_messages.validate(slack.call(made, TOKEN))
    slack_messages.validate(slack.news(made))


def test_no_text_is_read_for_names_and_addresses() -> None:
    blocks = slack.call(card(), TOKEN)["blocks"]
    texts = [text for block in blocks for text in (block.get("text"), *block.get("fields", ())) if text]
    assert all(text.get("verbatim") for text in texts if text["type"] == "mrkdwn")
    assert not any(text["emoji"] for text in texts if text["type"] == "plain_text")


# Buttons.


def buttons(payload: dict[str, Any]) -> dict[str, dict[str, Any]]:
    actions = [block for block in payload["blocks"] if block["type"] == "actions"]
    return {button["action_id"]: button for block in actions for button in block["elements"]}


def test_a_call_has_a_signed_button_and_links() -> None:
    found = buttons(slack.call(card(), TOKEN))
    assert (found["acknowledge_escalation"]["value"], found["acknowledge_escalation"]["style"]) == (TOKEN, "primary")
    assert (found["open_page"]["url"], found["open_ticket"]["url"]) == (PAGE, TICKET_PAGE)


def test_news_have_no_button_but_links() -> None:
    payload = slack.news(card(held()))
    assert buttons(payload) == {}
    assert f"<{PAGE.replace('&', '&amp;')}|Open page>" in payload["blocks"][-1]["elements"][0]["text"]


@pytest.mark.parametrize("token", [None, "x" * 2_001])
def test_without_a_token_that_slack_takes_the_page_is_left(token: str | None) -> None:
    assert list(buttons(slack.call(card(), token))) == ["open_page", "open_ticket"]


def test_a_card_without_any_usable_link_still_calls() -> None:
    bare = card(page_url="javascript:alert(1)", ticket_url=None)
    assert buttons(slack.call(bare)) == {}
    assert slack.call(bare)["text"].startswith("Please acknowledge")


# What is shown.


def test_a_cut_text_leads_to_the_whole() -> None:
    said = slack.call(card(title="word " * 500), TOKEN)["blocks"][3]["text"]["text"]
    assert said.startswith("*The customer wrote*\nword word")
    assert said.endswith(f"… <{PAGE.replace('&', '&amp;')}|read on>")


def test_lines_that_have_no_room_are_counted() -> None:
    listed = next(text for text in shown(slack.call(LONGEST)) if text.startswith("*Related tickets*"))
    assert re.search(r"\n\d+ more…", listed)


def test_what_nobody_may_carry_is_left_out() -> None:
    assert not any("customer wrote*" in text for text in shown(slack.call(card(title=None), TOKEN)))


def test_a_customer_cannot_write_a_line_of_ours() -> None:
    said = "\n".join(shown(slack.call(card(title="x\n*Owner:* Mallory"), TOKEN)))
    assert said.count("*Owner:*") == 1


def test_a_notification_tells_owner_and_deadline_whatever_the_length() -> None:
    said = slack.call(LONGEST)["text"]
    assert "; Owner: " in said
    assert "; Acknowledge by: Mon 2 Mar 2026 10:05 CET (UTC+01:00)" in said


def test_the_header_says_where_it_stands() -> None:
    headers = {slack.news(card(escalation(standing=each)))["blocks"][0]["text"]["text"] for each in Standing}
    assert len(headers) == len(Standing)
