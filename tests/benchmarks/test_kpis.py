"""Do both sides of the race for a year's figures give the same answers?"""

from __future__ import annotations

import pytest

from benchmarks.kpis import by_pandas, framed, gathered, ours
from benchmarks.year import timelines


def test_pandas_and_the_domain_give_the_same_figures() -> None:
    lines = list(timelines(200))
    expected, got = by_pandas(framed(lines)), ours(gathered(lines))
    assert expected.keys() == got.keys()
    for name, told in expected.items():
        assert got[name] == pytest.approx(told), name
