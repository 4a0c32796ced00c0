"""Do the small values of a policy read as people write them, and refuse what would be a guess?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from triage_core.domain.policy.escalation import LadderLevel
from triage_core.domain.policy.people import Absence
from triage_core.domain.policy.service_levels import Openings, ServiceLevels
from triage_core.domain.policy.values import Conditions, Duration, Share, format_duration, parse_duration

DURATION: TypeAdapter[timedelta] = TypeAdapter(Duration)
SHARE: TypeAdapter[float] = TypeAdapter(Share)
OPENINGS: TypeAdapter[Any] = TypeAdapter(Openings)


@pytest.mark.parametrize(
    ("written", "minutes"),
    [("90s", 1.5), ("15m", 15), ("1h30m", 90), ("2d", 2_880), ("1d 2h", 1_560), ("2d1s", 2_880 + 1 / 60)],
)
def test_durations_name_their_units(written: str, minutes: float) -> None:
    assert DURATION.validate_python(written) == timedelta(minutes=minutes)


@pytest.mark.parametrize("written", ["", "15", 15, "m", "1.5h", "-1h", "30m1h", "0s", timedelta(), None])
def test_what_is_no_duration_above_zero_is_refused(written: object) -> None:
    with pytest.raises(ValidationError, match="expected a duration"):
        DURATION.validate_python(written)


@given(st.integers(0, 9_999_999))
def test_durations_are_written_as_they_are_read(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert parse_duration(format_duration(span)) == span


@pytest.mark.parametrize(("written", "share"), [("75%", 0.75), (" 99.5 % ", 0.995), (0.5, 0.5)])
def test_shares_lie_between_nothing_and_everything(written: object, share: float) -> None:
    assert SHARE.validate_python(written) == share


@pytest.mark.parametrize("written", ["0%", "100%", 1, 0, "half", float("nan")])
def test_nothing_and_everything_are_no_shares(written: object) -> None:
    with pytest.raises(ValidationError):
        SHARE.validate_python(written)


@pytest.mark.parametrize(
    ("written", "minutes"),
    [("09:00-17:30", (540, 1_050)), ("9:00 - 24:00", (540, 1_440)), ("22:00-06:00", (1_320, 360))],
)
def test_opening_hours_read_and_write_alike(written: str, minutes: tuple[int, int]) -> None:
    (found,) = OPENINGS.validate_python(written)
    assert found == minutes
    assert OPENINGS.validate_python(OPENINGS.dump_python((found,))) == (found,)


@pytest.mark.parametrize("written", ["9-17", "09:00-09:00", "24:00-25:00", "09:00-24:30", "24:00-09:00", 9, "morning"])
def test_what_is_no_opening_is_refused(written: object) -> None:
    with pytest.raises(ValidationError, match=r"expected opening hours such as 09:00-17:30"):
        OPENINGS.validate_python([written])


def test_conditions_may_be_one_value_a_list_a_yes_or_a_size() -> None:
    tests = TypeAdapter(Conditions).validate_python({"a": "x", "b": ["x", "y"], "c": True, "d": {"at_least": 5}})
    assert [(test.any_of, test.at_least) for test in tests.values()] == [
        (("x",), None),
        (("x", "y"), None),
        (("true",), None),
        ((), 5),
    ]


@pytest.mark.parametrize("shares", [["75%", "50%"], ["50%", "50%"]])
def test_warnings_ascend_each_once(shares: list[str]) -> None:
    with pytest.raises(ValidationError, match="in ascending order, each once"):
        ServiceLevels.model_validate({"at_risk": shares, "classes": {}})


def test_an_absence_ends_on_or_after_its_first_day() -> None:
    day = {"first": "2026-03-02", "last": "2026-03-02"}
    assert Absence.model_validate(day).first == Absence.model_validate(day).last
    with pytest.raises(ValidationError, match="on or after its first"):
        Absence.model_validate({"first": "2026-03-03", "last": "2026-03-02"})


def test_a_rung_names_whom_it_notifies() -> None:
    level = LadderLevel.model_validate(
        {"targets": ["person:ann", "owner", {"kind": "role", "name": "lead"}], "timeout": "5m"}
    )
    assert [(target.kind.value, target.name) for target in level.targets] == [
        ("person", "ann"),
        ("owner", None),
        ("role", "lead"),
    ]
