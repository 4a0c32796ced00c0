"""Does every attempt end in the right next step, and no wait in the wrong moment?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.domain.attempts import (
    ATTEMPTS_REFUSED,
    JITTER,
    LONGEST_REST,
    LONGEST_WISH,
    LOSING_STREAK,
    WAITS,
    Attempt,
    next_wait,
    settled,
    wait_wished,
)
from triage_core.domain.delivery import DeliveryState, Failure, Hook, HookState, Reply, SigningSecret, hook_id

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NONE = timedelta()
LAST = len(WAITS) + 1

numbers = st.integers(1, LAST + 3)
chances = st.floats(0, 1, exclude_max=True)
wishes = st.timedeltas(NONE, LONGEST_WISH)
replies = st.one_of(
    st.builds(Reply, status=st.integers(200, 599), retry_after=st.sampled_from(["", "5", "3600", "soon"])),
    st.builds(Reply, failure=st.sampled_from(list(Failure))),
)
attempts = st.builds(
    Attempt, reply=replies, at=st.just(NOW), number=numbers, failures=st.integers(0, 200), chance=chances
)


def after(status: int | None = None, failure: Failure | None = None, number: int = 1, **more: int | str) -> Attempt:
    retry_after = str(more.pop("retry_after", ""))
    reply = Reply(status=status, failure=failure, retry_after=retry_after)
    return Attempt(reply=reply, at=NOW, number=number, failures=int(more.get("failures", 0)))


@given(numbers, wishes, chances)
def test_a_wait_is_never_shorter_than_planned_or_wished_nor_much_longer(
    number: int, wish: timedelta, chance: float
) -> None:
    wait = next_wait(number, wish, chance)
    if number > len(WAITS):
        assert wait is None
    else:
        assert wait is not None
        planned = WAITS[number - 1]
        assert max(planned, wish) <= wait <= max(planned * (1 + JITTER), wish)


@given(chances)
def test_waits_grow(chance: float) -> None:
    waits = [next_wait(number, NONE, chance) for number in range(1, LAST)]
    assert all(before is not None and later is not None and before < later for before, later in pairwise(waits))


@given(attempts)
def test_every_attempt_has_one_clear_outcome(attempt: Attempt) -> None:
    outcome = settled(attempt)
    assert (outcome.next_at is None) == (outcome.state in {DeliveryState.SENT, DeliveryState.DEAD})
    assert (outcome.state is DeliveryState.SENT) == (outcome.failure is None)
    assert outcome.next_at is None or outcome.next_at >= NOW
    assert outcome.resume_at is None or NOW < outcome.resume_at <= NOW + LONGEST_WISH


@given(attempts)
def test_a_wish_to_wait_is_kept(attempt: Attempt) -> None:
    outcome = settled(attempt)
    wish = NOW + wait_wished(attempt.reply.retry_after, NOW)
    if outcome.failure is not None and not outcome.is_uncounted:
        assert outcome.next_at is None or outcome.next_at >= wish
        assert outcome.resume_at is None or outcome.resume_at >= wish


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_what_was_taken_is_sent(status: int) -> None:
    assert settled(after(status)).state is DeliveryState.SENT


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_a_busy_receiver_is_tried_to_the_end(status: int) -> None:
    states = [settled(after(status, number=number)).state for number in range(1, LAST + 1)]
    assert states == [DeliveryState.FAILED] * len(WAITS) + [DeliveryState.DEAD]


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 413, 422])
def test_a_refusal_is_tried_a_few_times(status: int) -> None:
    states = [settled(after(status, number=number)).state for number in range(1, ATTEMPTS_REFUSED + 1)]
    assert states == [DeliveryState.FAILED] * (ATTEMPTS_REFUSED - 1) + [DeliveryState.DEAD]


def test_410_ends_the_registration_at_once() -> None:
    outcome = settled(after(410))
    assert (outcome.state, outcome.hook_state, outcome.failure) == (DeliveryState.DEAD, HookState.GONE, Failure.GONE)


def test_what_was_sent_and_never_answered_is_unknown() -> None:
    assert settled(after(failure=Failure.UNCONFIRMED)).state is DeliveryState.UNKNOWN
    assert settled(after()).state is DeliveryState.UNKNOWN
    assert settled(after(failure=Failure.NOT_CONNECTED)).state is DeliveryState.FAILED


def test_a_receiver_that_was_taken_off_the_list_is_held_and_nothing_is_lost() -> None:
    outcome = settled(after(failure=Failure.HOST_FORBIDDEN, number=LAST))
    assert (outcome.state, outcome.hook_state) == (DeliveryState.QUEUED, HookState.DISABLED)
    assert outcome.is_uncounted


def test_a_receiver_that_is_down_rests_longer_and_longer_but_never_long() -> None:
    rests = [settled(after(503, failures=failures)).resume_at for failures in range(30)]
    assert rests[:3] == [NOW + wait for wait in WAITS[:3]]
    assert set(rests[3:]) == {NOW + LONGEST_REST}


def test_a_message_that_is_refused_does_not_stop_the_others() -> None:
    assert settled(after(400)).resume_at is None


def test_a_receiver_that_keeps_failing_is_taken_out_of_service() -> None:
    assert settled(after(500, number=LAST, failures=LOSING_STREAK - 1)).hook_state is HookState.DISABLED
    assert settled(after(500, number=LAST, failures=LOSING_STREAK - 2)).hook_state is None
    assert settled(after(500, number=1, failures=LOSING_STREAK)).hook_state is None


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("0", NONE),
        (" 120 ", timedelta(seconds=120)),
        ("9" * 5_000, LONGEST_WISH),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), timedelta(seconds=90)),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), NONE),
        ("Mon, 02 Mar 2026 09:01:00 -0000", timedelta(seconds=60)),
        ("", NONE),
        ("-5", NONE),
        ("1.5", NONE),
        ("soon", NONE),
        ("²", NONE),
    ],
)
def test_a_wish_is_read_in_seconds_or_as_a_date(text: str, wait: timedelta) -> None:
    assert wait_wished(text, NOW) == wait


@given(st.text(max_size=64))
def test_a_wish_that_says_nothing_is_no_wish(text: str) -> None:
    assert NONE <= wait_wished(text, NOW) <= LONGEST_WISH


def test_the_same_receiver_for_the_same_events_is_the_same_hook() -> None:
    assert hook_id("a", "https://x", "t") == hook_id("a", "https://x", "t")
    keys = [("a", "b", "c"), ("ab", "", "c"), ("a", "bc", ""), ("b", "b", "c"), ("a", 'b","c', "")]
    assert len({hook_id(*key) for key in keys}) == len(keys)


def test_no_secret_shows_when_a_hook_or_a_secret_is_printed() -> None:
    given = Hook(
        tenant="a",
        id="h1",
        url="https://hooks.zapier.com/geheim",
        event_type="t",
        created_by="x",
        created_at=NOW,
        since=NOW,
        header_value="geheim",
    )
    assert "geheim" not in f"{given!r} {given} {SigningSecret(number=1, secret='geheim', made_at=NOW)!r}"
    assert given.host == "hooks.zapier.com"
