"""Do the tests of all rules at once say what each says alone?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from triage_core.domain.conditions import ConditionTable, all_hold, holds, picker, thresholds
from triage_core.domain.policy.values import Conditions, FieldTest

conditions_of = TypeAdapter(Conditions).validate_python
names = st.sampled_from(("a", "b", "c"))
words = st.sampled_from(("x", "y", "z", "true", "false"))
sizes = st.integers(-3, 3)
exact = st.lists(words, min_size=1, max_size=3).map(lambda listed: FieldTest(any_of=tuple(listed)))
tests = exact | sizes.map(lambda size: FieldTest(at_least=size))
values = st.dictionaries(names, st.none() | words | st.booleans() | sizes | st.floats(-3, 3), max_size=3)


@given(st.lists(st.dictionaries(names, tests, max_size=3), max_size=6), values)
def test_the_bit_of_a_rule_is_set_where_all_its_tests_hold(
    rules: list[dict[str, FieldTest]], fields: dict[str, Any]
) -> None:
    table = ConditionTable(rules)
    expected = sum(1 << bit for bit, when in enumerate(rules) if all_hold(when, fields))
    assert table.mask(fields) & table.number_mask(fields) == expected


@pytest.mark.parametrize(
    ("test", "value", "expected"),
    [
        ({"any_of": ["high", "medium"]}, "high", True),
        ({"any_of": ["high"]}, "low", False),
        ({"any_of": ["high"]}, None, False),
        ({"any_of": [True]}, True, True),
        ({"any_of": [True]}, False, False),
        ({"at_least": 50}, 50, True),
        ({"at_least": 50}, 49.9, False),
        ({"at_least": 1}, True, False),
        ({"at_least": 0}, None, False),
        ({"at_least": 0}, "7", False),
    ],
)
def test_one_test_against_one_value(test: dict[str, Any], value: object, expected: bool) -> None:  # noqa: FBT001 - a sample
    assert holds(conditions_of({"field": test})["field"], value) is expected


def test_no_condition_always_holds() -> None:
    assert all_hold({}, {})


def test_sizes_that_decide_are_told_in_order() -> None:
    rules = [conditions_of({"users": {"at_least": size}}) for size in (50, 5, 50)]
    assert thresholds(rules) == {"users": (5.0, 50.0)}
    assert ConditionTable(rules).has_numbers


def test_values_that_decide_are_told_by_field() -> None:
    table = ConditionTable([conditions_of({"tier": ["vip", "gold"]}), conditions_of({"tier": "free"})])
    assert (table.tested("tier"), table.tested("colour"), table.names) == (("vip", "gold", "free"), (), ("tier",))


@pytest.mark.parametrize(("wanted", "key"), [((), ()), (("a",), 1), (("a", "b"), (1, 2)), (("a", "z"), (1, None))])
def test_a_key_holds_the_wanted_fields_and_none_for_missing_ones(wanted: tuple[str, ...], key: object) -> None:
    assert picker(wanted)({"a": 1, "b": 2}) == key
    assert picker(("z",))({"a": 1}) is None
