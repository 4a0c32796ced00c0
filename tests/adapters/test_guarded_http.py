"""Is an answer read within bounds and its end noticed, and does nothing that goes out show in what is printed?"""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from tests.standins.receiver import MORE_THAN_ANYBODY_READS, Receiver, drips_its_body, talks_much
from triage_core.adapters.guarded_http import MOST_READ, Answer, Call, GuardedHttp
from triage_core.domain.delivery import Failure
from triage_core.domain.receivers import Receivers

HERE = Receivers(hosts=(), allow_loopback=True)
SHORT = timedelta(seconds=0.4)


@pytest.fixture
def http() -> GuardedHttp:
    return GuardedHttp(HERE, SHORT)


def test_the_body_of_an_answer_comes_back(http: GuardedHttp) -> None:
    with Receiver() as receiver:
        assert http.ask(Call(url=receiver.url, body=b"{}")) == Answer(status=200, body=b"{}", is_whole=True)


def test_a_long_body_is_cut_and_that_is_said(http: GuardedHttp) -> None:
    with Receiver([talks_much]) as receiver:
        answer = http.ask(Call(url=receiver.url))
        assert (answer.status, len(answer.body), answer.is_whole) == (200, MOST_READ, False)
    assert receiver.written < MORE_THAN_ANYBODY_READS


def test_a_body_that_does_not_end_is_left_and_that_is_said(http: GuardedHttp) -> None:
    with Receiver([drips_its_body]) as receiver:
        answer = http.ask(Call(url=receiver.url))
    assert (answer.status, answer.is_whole) == (200, False)


def test_several_calls_can_share_their_time(http: GuardedHttp) -> None:
    with Receiver() as receiver:
        within = http.deadline()
        assert http.ask(Call(url=receiver.url), within).status == 200
        time.sleep(SHORT.total_seconds())
        late = http.ask(Call(url=receiver.url), within)
    assert (late.failure, len(receiver.got)) == (Failure.NOT_CONNECTED, 1)


def test_a_call_shows_no_secret() -> None:
    call = Call(url="https://a/?sig=hunter2", headers={"authorization": "hunter2"}, body=b"hunter2")
    assert "hunter2" not in repr(call)
