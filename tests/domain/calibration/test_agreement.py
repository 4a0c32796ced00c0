"""Is kappa Cohen's kappa?"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.domain.calibration.agreement import Agreement, agreement

ANSWERS = "abc"


def by_permuting(pairs: list[tuple[str, str]]) -> Fraction | None:
    """Count how often people would agree if each answer of the one met each answer of the other."""
    n = len(pairs)
    chance = Fraction(sum(one == other for (one, _), (_, other) in product(pairs, pairs)), n * n)
    agree = Fraction(sum(one == other for one, other in pairs), n)
    return None if chance == 1 else (agree - chance) / (1 - chance)


@given(st.lists(st.tuples(st.sampled_from(ANSWERS), st.sampled_from(ANSWERS)), min_size=1, max_size=25))
def test_kappa_equals_that_of_all_pairings(pairs: list[tuple[str, str]]) -> None:
    expected, found = by_permuting(pairs), agreement(pairs)
    assert found.kappa == (None if expected is None else pytest.approx(float(expected)))
    if found.kappa is not None and found.low is not None and found.high is not None:
        assert found.low <= found.kappa <= found.high


def test_a_table_of_fifty_gives_four_tenths() -> None:
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    found = agreement(pairs)
    assert (found.n, found.observed, found.expected) == (50, 0.7, 0.5)
    assert found.kappa == pytest.approx(0.4)


def test_without_pairs_there_is_none() -> None:
    assert agreement([]) == Agreement()
