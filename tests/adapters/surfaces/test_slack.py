"""Does Slack get messages, threads and changes as it wants them, and is its yes or no read rightly?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sample_surfaces import sender
from tests.standins.base import Received, Said
from tests.standins.slack import CHANNEL, SlackStandIn
from triage_core.adapters.surfaces.answers import RECEIPT_MISSING
from triage_core.domain.sending import Act, Envelope, Surface, Told
from triage_core.send_ports import SurfaceSender

BLOCKS = [
    {"type": "header", "text": {"type": "plain_text", "text": "P1 on billing"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Owner* Lee"}},
]


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn("U0LEE") as opened:
        yield opened


@pytest.fixture
def surface(slack: SlackStandIn) -> SurfaceSender:
    return sender(Surface.SLACK, slack)


def test_a_card_is_posted_to_the_channel_with_a_text_for_notifications(
    slack: SlackStandIn, surface: SurfaceSender
) -> None:
    assert surface.send(Envelope(text="P1 on billing", body={"blocks": BLOCKS})).failure is None
    (posted,) = slack.messages
    assert (posted.channel, posted.text, posted.blocks) == (CHANNEL, "P1 on billing", BLOCKS)


def test_a_person_is_written_to_directly(slack: SlackStandIn, surface: SurfaceSender) -> None:
    surface.send(Envelope(text="You are called", to=("U0LEE",)))
    assert slack.messages[0].channel == "U0LEE"


def test_news_go_into_the_thread_of_the_card(slack: SlackStandIn, surface: SurfaceSender) -> None:
    receipt = surface.send(Envelope(text="card")).receipt
    surface.send(Envelope(text="news", reply_to=receipt))
    card, news = slack.messages
    assert (news.channel, news.thread_ts) == (CHANNEL, card.ts)


def test_a_card_is_changed_in_place(slack: SlackStandIn, surface: SurfaceSender) -> None:
    receipt = surface.send(Envelope(text="open", body={"blocks": BLOCKS})).receipt
    told = surface.send(Envelope(act=Act.UPDATE, text="taken", body={"blocks": BLOCKS[:1]}, reply_to=receipt))
    (card,) = slack.messages
    assert (told.receipt, card.text, card.blocks, card.edits) == (receipt, "taken", BLOCKS[:1], 1)


def test_nothing_is_changed_without_a_receipt(slack: SlackStandIn, surface: SurfaceSender) -> None:
    assert surface.send(Envelope(act=Act.UPDATE, text="taken")) == RECEIPT_MISSING
    assert slack.received == []


def test_links_are_not_unfolded_since_that_would_open_them(slack: SlackStandIn, surface: SurfaceSender) -> None:
    surface.send(Envelope(text="https://triage.example.com/approve/1"))
    given = slack.received[0].json
    assert (given["unfurl_links"], given["unfurl_media"]) == (False, False)


def test_the_place_is_not_taken_from_what_was_put_together(slack: SlackStandIn, surface: SurfaceSender) -> None:
    surface.send(Envelope(text="a", body={"channel": "C0ELSEWHERE", "text": "b"}))
    assert (slack.messages[0].channel, slack.messages[0].text) == (CHANNEL, "a")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"to": ("C0NOWHERE",)}, "channel_not_found"),
        ({"to": ("C0STRANGE",)}, "not_in_channel"),
        ({"reply_to": f"{CHANNEL}/1.2"}, "thread_not_found"),
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"body": {"blocks": BLOCKS * 26}}, "invalid_blocks"),
        ({"body": {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2_900}}] * 5}}, None),
    ],
)
def test_a_refusal_in_an_answer_that_says_200_is_a_refusal(
    slack: SlackStandIn, surface: SurfaceSender, given: dict[str, Any], code: str | None
) -> None:
    slack.strange.add("C0STRANGE")
    told = surface.send(Envelope(**{"text": "a", **given}))
    assert told == Told(failure=code or "msg_blocks_too_long")
    assert slack.messages == []


class Odd(SlackStandIn):
    """A workspace that answers something else."""

    def __init__(self, document: object) -> None:
        super().__init__()
        self.document = document

    def answer(self, request: Received) -> Said:
        super().answer(request)
        return Said(200, self.document)


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"ok": False, "error": "internal_error"}, (True, True)),
        ({"ok": False, "error": "fatal_error"}, (True, True)),
        ({"ok": False, "error": "ratelimited"}, (True, False)),
        ({"ok": False, "error": "account_inactive"}, (False, False)),
        ({"ok": False}, (True, True)),
        ({"ok": "true"}, (True, True)),
        (["?"], (True, True)),
        (None, (True, True)),
    ],
)
def test_what_is_neither_yes_nor_no_leaves_it_open(document: object, told: tuple[bool, bool]) -> None:
    with Odd(document) as odd:
        found = sender(Surface.SLACK, odd).send(Envelope(text="a"))
    assert found.failure is not None
    assert (found.may_retry, found.is_unconfirmed) == told


def test_a_yes_without_a_receipt_is_a_yes() -> None:
    with Odd({"ok": True, "channel": 7}) as odd:
        assert sender(Surface.SLACK, odd).send(Envelope(text="a")) == Told()
