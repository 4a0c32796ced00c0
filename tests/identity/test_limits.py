"""How much may one caller send?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_cases import MONDAY
from triage_core.identity.limits import Limits
from triage_core.service.access import TooManyRequests


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        """Start on Monday."""
        self.time = MONDAY

    def __call__(self) -> object:
        return self.time


def used_up(clock: Clock) -> Limits:
    limits = Limits(lambda: clock.time, per_second=0.5, burst=3)
    for _ in range(3):
        limits.take("a")
    return limits


def test_beyond_the_burst_a_caller_waits_for_the_next_token() -> None:
    clock = Clock()
    with pytest.raises(TooManyRequests) as refused:
        used_up(clock).take("a")
    assert refused.value.wait == timedelta(seconds=2)


def test_callers_do_not_wait_for_each_other() -> None:
    used_up(Clock()).take("b")


def test_after_the_wait_there_is_one_token() -> None:
    clock = Clock()
    limits = used_up(clock)
    clock.time += timedelta(seconds=2)
    limits.take("a")
    with pytest.raises(TooManyRequests):
        limits.take("a")


@given(st.lists(st.floats(0, 10), max_size=40))
def test_no_caller_gets_more_than_burst_and_rate(pauses: list[float]) -> None:
    clock, taken = Clock(), 0
    limits = Limits(lambda: clock.time, per_second=1, burst=5)
    for pause in pauses:
        clock.time += timedelta(seconds=pause)
        try:
            limits.take("a")
            taken += 1
        except TooManyRequests:
            pass
    assert taken <= 5 + (clock.time - MONDAY).total_seconds() + 0.001


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    clock = Clock()
    limits = used_up(clock)
    clock.time -= timedelta(hours=1)
    with pytest.raises(TooManyRequests):
        limits.take("a")
