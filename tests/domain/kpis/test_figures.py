"""Do the figures count what they say, over what they say?"""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.domain.kpis.figures import Confusion, Rate, Spread, spread


def test_a_rate_over_nothing_has_no_value() -> None:
    assert (Rate().value, Rate().interval) == (None, None)


def test_a_rate_over_fewer_than_thirty_is_marked() -> None:
    assert (Rate(count=1, n=29).few, Rate(count=1, n=30).few) == (True, False)


def test_the_wilson_interval_of_eight_in_ten() -> None:
    assert Rate(count=8, n=10).interval == pytest.approx((0.4902, 0.9433), abs=1e-4)


@given(n=st.integers(1, 10_000), data=st.data())
def test_the_interval_holds_the_rate(n: int, data: st.DataObject) -> None:
    rate = Rate(count=data.draw(st.integers(0, n)), n=n)
    assert rate.interval is not None
    assert rate.value is not None
    assert 0 <= rate.interval[0] <= rate.value + 1e-12
    assert rate.value - 1e-12 <= rate.interval[1] <= 1


def test_a_spread_of_nothing_is_empty_and_not_zero() -> None:
    assert spread([]) == Spread(n=0, mean=None, median=None, p90=None)


def test_the_median_of_an_even_number_lies_between_the_two_in_the_middle() -> None:
    found = spread([9, 1, 2, 4])
    assert (found.n, found.mean, found.median, found.p90) == (4, 4, 3, 9)


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_nine_in_ten_are_at_most_p90(values: list[float]) -> None:
    found = spread(values)
    assert found.p90 in values
    assert sum(value <= found.p90 for value in values) >= 0.9 * len(values)
    assert sum(value < found.p90 for value in values) < 0.9 * len(values)


def test_recall_and_precision_have_their_own_denominators() -> None:
    found = Confusion(tp=3, fn=1, fp=3, tn=93)
    assert (found.recall, found.precision, found.accuracy, found.missed_rate) == (0.75, 0.5, 0.96, 0.25)


def test_never_escalating_is_accurate_and_finds_nothing() -> None:
    found = Confusion(fn=4, tn=96)
    assert (found.accuracy, found.recall, found.precision) == (0.96, 0, None)


@pytest.mark.parametrize("n", [6, 7, 9, 12, 20, 30, 31, 50, 99, 400])
def test_the_median_lies_in_its_interval_in_at_least_nineteen_of_twenty_draws(n: int) -> None:
    interval = spread(range(1, n + 1)).median_interval
    assert interval is not None
    outside = sum(comb(n, below) for below in range(int(interval[0])))
    assert 2 * outside / 2**n <= 0.05


def test_fewer_than_six_cases_give_the_median_no_interval() -> None:
    assert spread([1, 2, 3, 4, 5]).median_interval is None
    assert spread([1, 2, 3, 4, 5, 6]).median_interval == (1, 6)


def test_the_mean_has_an_interval_from_thirty_cases_on() -> None:
    assert spread([1.0] * 29).mean_interval is None
    assert spread([0.0, 2.0] * 50).mean_interval == pytest.approx((1 - 0.19698, 1 + 0.19698), abs=1e-4)
