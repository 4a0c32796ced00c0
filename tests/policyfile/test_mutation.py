"""Can any spoiled policy crash the loader?"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from triage_core.domain.errors import PolicyInvalid
from triage_core.domain.playbook import Playbook
from triage_core.policyfile import Weight, lint_text, parse_policy

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "policies" / "msp.yaml"


def shortened(data: Any) -> Any:
    """Cut long lists of terms, which only cost time here."""
    if isinstance(data, dict):
        return {key: shortened(value) for key, value in data.items()}
    return [shortened(item) for item in data[:10]] if isinstance(data, list) else data


DATA = shortened(yaml.load(EXAMPLE.read_bytes(), Loader=yaml.BaseLoader))  # noqa: S506 - reads texts only
TEXT = yaml.safe_dump(DATA, sort_keys=False, allow_unicode=True)


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in children:
        yield (*path, key)
        yield from places(value, (*path, key))


PLACES = list(places(DATA))
ODD: st.SearchStrategy[Any] = st.sampled_from([
    None, "", [], {}, 0, -1, True, "P1", "nope", [None], {"a": 1}, [[]], "9" * 50, "2026-13-45", "0s", "25:00-26:00",
    ["P1", "P1"], {"any_of": []}, {"at_least": 5}, "{x}", "(?<=a)", "İ", "role:", "person:x", "Etc", "\x85", [{}],
    {"impact": "high"}, "preset:p1-p4",
])  # fmt: skip


def spoil(data: Any, path: tuple[Any, ...], value: Any) -> None:
    parent = data
    for step in path[:-1]:
        try:
            parent = parent[step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(parent, dict) or (isinstance(parent, list) and path[-1] in range(len(parent))):
        parent[path[-1]] = value


@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=3))
def test_odd_values_anywhere_give_problems_or_a_policy_that_works(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    data = copy.deepcopy(DATA)
    for path, value in changes:
        spoil(data, path, value)
    must_load_or_refuse(yaml.safe_dump(data, sort_keys=False, allow_unicode=True))


@given(
    at=st.integers(0, len(TEXT)),
    cut=st.integers(0, 40),
    put=st.text(alphabet="[]{}:,#&*!|>'\"%@`-\t\n <abé\x00", max_size=4),
)
def test_odd_characters_anywhere_give_problems_or_a_policy_that_works(at: int, cut: int, put: str) -> None:
    must_load_or_refuse(TEXT[:at] + put + TEXT[at + cut :])


def must_load_or_refuse(text: str) -> None:
    reading = lint_text(text, "spoiled.yaml")
    assert (reading.policy is None) == any(problem.severity is Weight.ERROR for problem in reading.problems)
    if reading.policy is not None:
        Playbook(reading.policy)


@pytest.mark.campaign
@given(st.text())
def test_any_text_is_refused_politely(text: str) -> None:
    with pytest.raises(PolicyInvalid):
        parse_policy(text, "noise.yaml")
