"""Does every attempt to send end in the right state, and is nothing sent twice that must not be?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from triage_core.domain.attempts import LONGEST_REST, LONGEST_WISH, WAITS
from triage_core.domain.sending import (
    TRIED_AGAIN,
    Envelope,
    Purpose,
    Send,
    SendAttempt,
    SendRecord,
    SendState,
    Surface,
    Told,
    ended,
    is_spent,
    key_of,
    settled,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NONE = timedelta()
LAST = len(WAITS) + 1
TAKEN = Told(receipt="r")
REFUSED = Told(failure="channel_not_found")
BUSY = Told(failure="busy", may_retry=True, is_down=True)
SILENT = Told(failure="unconfirmed", may_retry=True, is_unconfirmed=True, is_down=True)

answers = st.builds(
    Told,
    failure=st.sampled_from([None, "refused", "busy"]),
    may_retry=st.booleans(),
    is_unconfirmed=st.booleans(),
    is_down=st.booleans(),
    wait=st.none() | st.floats(0, 1e6),
    receipt=st.sampled_from(["", "r"]),
)
attempts = st.builds(
    SendAttempt,
    told=answers,
    at=st.just(NOW),
    number=st.integers(1, LAST + 3),
    at_most_once=st.booleans(),
    may_have_arrived=st.booleans(),
    failures=st.integers(0, 99),
    chance=st.floats(0, 1, exclude_max=True),
)


def attempt(told: Told, number: int = 1, **fields: bool | int) -> SendAttempt:
    return SendAttempt(told=told, at=NOW, number=number, **fields)  # type: ignore[arg-type] # fields of the case


def send(send_id: str = "t1-3-slack-0") -> Send:
    return Send(id=send_id, ticket_id="t1", surface=Surface.SLACK, purpose=Purpose.PAGE, about="e1", at=NOW)


def test_what_was_taken_is_sent_and_keeps_its_receipt() -> None:
    outcome = settled(attempt(TAKEN, 3, failures=2))
    assert (outcome.state, outcome.next_at, outcome.receipt, outcome.failures) == (SendState.SENT, None, "r", 0)
    assert (outcome.attempts, outcome.resume_at) == (3, None)


@pytest.mark.parametrize(
    ("told", "at_most_once", "state"),
    [
        (REFUSED, False, SendState.FAILED),
        (BUSY, False, SendState.RETRYING),
        (BUSY, True, SendState.RETRYING),
        (SILENT, False, SendState.RETRYING),
        (SILENT, True, SendState.UNKNOWN),
        (replace(SILENT, may_retry=False), False, SendState.UNKNOWN),
    ],
)
def test_a_first_attempt_ends_as_its_answer_and_the_intent_want_it(
    told: Told,
    at_most_once: bool,  # noqa: FBT001 - a value of the table above
    state: SendState,
) -> None:
    assert settled(attempt(told, at_most_once=at_most_once)).state is state


def test_the_last_attempt_fails_for_good() -> None:
    assert settled(attempt(BUSY, LAST - 1)).state is SendState.RETRYING
    assert settled(attempt(BUSY, LAST)).state is SendState.FAILED


@pytest.mark.parametrize("told", [BUSY, REFUSED])
def test_what_may_have_arrived_before_is_unknown_and_not_failed(told: Told) -> None:
    assert settled(attempt(told, LAST, may_have_arrived=True)).state is SendState.UNKNOWN


def test_a_surface_in_trouble_rests_longer_each_time() -> None:
    rests = [settled(attempt(BUSY, failures=failures)).resume_at for failures in range(6)]
    assert rests == sorted(rest for rest in rests if rest is not None)
    assert rests[0] == NOW + WAITS[0]
    assert rests[-1] == NOW + LONGEST_REST


def test_a_wish_to_wait_is_respected_by_the_intent_and_by_the_surface() -> None:
    outcome = settled(attempt(replace(BUSY, wait=600.0)))
    assert (outcome.next_at, outcome.resume_at) == (NOW + timedelta(minutes=10), NOW + timedelta(minutes=10))


def test_nobody_may_wish_for_ever() -> None:
    assert settled(attempt(replace(BUSY, wait=1e9))).resume_at == NOW + LONGEST_WISH


@given(attempts)
def test_something_follows_exactly_where_the_state_says_so(given_attempt: SendAttempt) -> None:
    outcome = settled(given_attempt)
    assert (outcome.next_at is None) == outcome.state.is_over
    assert outcome.next_at is None or outcome.next_at > NOW


@given(attempts)
def test_what_must_not_come_twice_is_never_repeated_without_a_sure_answer(given_attempt: SendAttempt) -> None:
    told = given_attempt.told
    outcome = settled(replace(given_attempt, at_most_once=True))
    if told.failure is not None and told.is_unconfirmed:
        assert outcome.state is SendState.UNKNOWN


@given(attempts)
def test_no_doubt_is_ever_forgotten(given_attempt: SendAttempt) -> None:
    outcome = settled(given_attempt)
    was_doubtful = given_attempt.may_have_arrived or given_attempt.told.is_unconfirmed
    if given_attempt.told.failure is not None:
        assert outcome.may_have_arrived == was_doubtful
        assert not (was_doubtful and outcome.state is SendState.FAILED)


@given(attempts)
def test_the_surface_rests_only_where_it_was_the_trouble(given_attempt: SendAttempt) -> None:
    outcome = settled(given_attempt)
    is_down = given_attempt.told.failure is not None and given_attempt.told.is_down
    assert (outcome.resume_at is not None) == is_down
    assert outcome.failures == (given_attempt.failures + 1 if is_down else 0)


def test_attempts_end_also_where_every_worker_dies() -> None:
    record = SendRecord(tenant="acme", send=send(), attempts=LAST - 1, may_have_arrived=True)
    assert not is_spent(record)
    assert is_spent(replace(record, attempts=LAST))
    outcome = ended(replace(record, attempts=LAST), SendState.UNKNOWN, NOW, "interrupted")
    assert (outcome.state, outcome.attempts, outcome.may_have_arrived) == (SendState.UNKNOWN, LAST, True)
    assert outcome.failures is None


def test_a_key_is_the_same_for_every_attempt_and_tells_nothing() -> None:
    assert key_of("acme", send()) == key_of("acme", send())
    assert len({key_of("acme", send()), key_of("acme", send("t1-3-slack-1")), key_of("other", send())}) == 3
    assert "acme" not in key_of("acme", send())


def test_an_envelope_shows_nothing_of_what_it_says() -> None:
    envelope = Envelope(to=("a@example.com",), title="canary", text="canary", body={"blocks": ["canary"]})
    assert "canary" not in repr(envelope)
    assert "example" not in repr(envelope)


def test_a_person_can_have_tried_again_what_went_amiss_and_nothing_else() -> None:
    assert {state for state in SendState if state in TRIED_AGAIN} == {SendState.FAILED, SendState.UNKNOWN}
