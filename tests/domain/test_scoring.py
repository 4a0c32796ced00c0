"""Does the stored key order tickets as their score does, at any moment?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_cases import HOUR, MONDAY
from triage_core.domain.policy.rules import Score
from triage_core.domain.scoring import order_key, score_at

moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware
bonuses = st.floats(0, 5_000)
slopes = st.floats(0.01, 1_000)
A_MILLISECOND = 1 / 3_600_000


@given(st.lists(st.tuples(moments, bonuses), min_size=2, max_size=8), slopes, moments)
def test_order_by_the_stored_key_is_order_by_score_at_any_moment(
    tickets: list[tuple[datetime, float]], slope: float, now: datetime
) -> None:
    score = Score(points_per_hour=slope)
    keys = sorted(order_key(created, bonus, score) for created, bonus in tickets)
    scores = [score_at(key, now, score) for key in keys]
    assert scores == sorted(scores, reverse=True)
    assert all(high > low for (high, low), (a, b) in zip(pairwise(scores), pairwise(keys), strict=True) if a < b)


@given(moments, bonuses, slopes, st.timedeltas(timedelta(), timedelta(days=4_000)))
def test_the_score_is_the_bonus_and_the_points_of_each_hour(
    created: datetime, bonus: float, slope: float, waited: timedelta
) -> None:
    score = Score(points_per_hour=slope)
    expected = bonus + slope * (waited / HOUR)
    found = score_at(order_key(created, bonus, score), created + waited, score)
    assert found == pytest.approx(expected, rel=1e-9, abs=3 * slope * A_MILLISECOND)


@given(moments, moments, bonuses, bonuses, slopes)
def test_all_tickets_gain_the_same_by_waiting(
    now: datetime, created: datetime, first: float, second: float, slope: float
) -> None:
    score = Score(points_per_hour=slope)
    keys = [order_key(created, bonus, score) for bonus in (first, second)]
    gains = [score_at(key, now + HOUR, score) - score_at(key, now, score) for key in keys]
    assert gains == pytest.approx([slope, slope], rel=1e-3)


def test_a_bonus_is_worth_its_waiting_time() -> None:
    score = Score(points_per_hour=2)
    assert order_key(MONDAY, 10, score) == order_key(MONDAY - 5 * HOUR, 0, score)
