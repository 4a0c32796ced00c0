"""Is a person told at the address that Slack gave, at no other, and in time?"""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest

from tests.standins.receiver import Receiver, answers, stays_silent
from triage_core.adapters.guarded_http import GuardedHttp
from triage_core.adapters.surfaces.reach import reach
from triage_core.adapters.surfaces.slack_replies import LIMIT, SlackReplies, opened
from triage_core.domain.receivers import Receivers

HERE = Receivers(hosts=("hooks.slack.com",), allow_loopback=True)


def test_the_text_arrives_for_whoever_pressed_alone_and_changes_no_message() -> None:
    with Receiver() as receiver:
        assert SlackReplies(GuardedHttp(HERE)).tell(receiver.url, "Somebody else holds it.")
    said = json.loads(receiver.got[0].body)
    assert said == {"response_type": "ephemeral", "replace_original": False, "text": "Somebody else holds it."}


@pytest.mark.parametrize("address", ["", "x", "https://evil.example/actions/1", "http://hooks.slack.com/actions/1"])
def test_nothing_but_slacks_own_address_is_asked(address: str) -> None:
    assert not opened(reach()).tell(address, "Told.")


def test_what_slack_does_not_take_is_not_told() -> None:
    with Receiver([answers(404)]) as receiver:
        assert not SlackReplies(GuardedHttp(HERE)).tell(receiver.url, "Told.")


def test_slack_gets_its_answer_in_time_also_where_nobody_takes_what_is_told() -> None:
    assert timedelta(seconds=3) / 2 >= LIMIT
    with Receiver([stays_silent]) as receiver:
        began = time.monotonic()
        assert not SlackReplies(GuardedHttp(HERE, timedelta(seconds=0.2))).tell(receiver.url, "Told.")
        assert time.monotonic() - began < 2
