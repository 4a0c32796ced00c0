"""Does maintenance hold back what it names, until it is over, and security never?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from triage_core.domain.errors import ReasonMissing, TimeOrder, TriageError
from triage_core.domain.suppression import LONGEST, Suppression, SuppressionTooLong, check, held_until

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MAIL = {"affected_system": "mail", "service_line": "workplace"}


def planned(start: float = 0, end: float = 1, **changes: Any) -> Suppression:
    base = {"by": "ada", "at": NOON - HOUR, "reason": "new disks"}
    return Suppression(starts_at=NOON + start * HOUR, ends_at=NOON + end * HOUR, **{**base, **changes})


def held(*suppressions: Suppression, fields: dict[str, Any] | None = None, tags: tuple[str, ...] = ()) -> float | None:
    """Return for how many hours after noon escalations are held back."""
    until = held_until(suppressions, MAIL if fields is None else fields, tags, ("security", "legal"), NOON)
    return None if until is None else (until - NOON) / HOUR


@pytest.mark.parametrize(
    ("scope", "meant"),
    [
        ({}, True),
        ({"systems": ("mail", "erp")}, True),
        ({"systems": ("erp",)}, False),
        ({"service_lines": ("workplace",)}, True),
        ({"service_lines": ("access",)}, False),
        ({"systems": ("erp",), "service_lines": ("workplace",)}, True),
        ({"systems": ("mail",), "service_lines": ("access",)}, True),
    ],
)
def test_one_named_system_or_service_line_is_enough(scope: dict[str, Any], meant: bool) -> None:  # noqa: FBT001 - a column of a table
    assert held(planned(**scope)) == (1 if meant else None)


def test_a_ticket_that_does_not_say_its_system_is_held_only_with_the_whole_tenant() -> None:
    assert held(planned(), fields={}) == 1
    assert held(planned(systems=("mail",), service_lines=("workplace",)), fields={}) is None


def test_a_suppression_holds_from_its_beginning_to_just_before_its_end() -> None:
    assert held(planned(0, 2)) == 2
    assert held(planned(-2, 0)) is None
    assert held(planned(0.5, 2)) is None


def test_overlapping_and_following_suppressions_hold_until_the_last_ends() -> None:
    assert held(planned(1, 2), planned(-1, 1), planned(1.5, 4), planned(5, 6)) == 4
    assert held(planned(-1, 1), planned(1, 2, systems=("erp",))) == 1


def test_one_that_was_ended_early_holds_no_longer() -> None:
    early = planned(-1, 5, ended_at=NOON + HOUR, ended_by="ada")
    assert held(early) == 1
    assert held(replace(early, ended_at=NOON)) is None
    assert held(planned(-1, 1), planned(1, 9, ended_at=NOON)) == 1


@pytest.mark.parametrize("tag", ["security", "legal"])
def test_a_tag_that_is_never_suppressed_goes_through(tag: str) -> None:
    assert held(planned(), tags=("billing", tag)) is None
    assert held(planned(), tags=("billing",)) == 1


def test_security_goes_through_whatever_the_policy_says() -> None:
    assert held_until([planned()], MAIL, ("security",), (), NOON) is None


hours = st.integers(-40, 40)
some = st.lists(st.tuples(hours, st.integers(1, 20)).map(lambda pair: planned(pair[0], sum(pair))), max_size=8)


@given(some)
def test_held_until_is_the_first_moment_that_nothing_covers(suppressions: list[Suppression]) -> None:
    until = held_until(suppressions, MAIL, (), (), NOON) or NOON

    def covered(at: datetime) -> bool:
        return any(each.starts_at <= at < each.ends_at for each in suppressions)

    steps = int((until - NOON) / HOUR)
    assert all(covered(NOON + step * HOUR) for step in range(steps))
    assert not covered(until)


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (planned(reason=" \n"), ReasonMissing),
        (planned(-2, 2), TimeOrder),
        (planned(1, 1), TimeOrder),
        (planned(0, 24 * 7 + 0.001), SuppressionTooLong),
    ],
)
def test_what_nobody_may_ask_for_is_refused(wanted: Suppression, error: type[TriageError]) -> None:
    with pytest.raises(error):
        check(wanted)


def test_the_longest_suppression_is_allowed() -> None:
    check(replace(planned(), ends_at=NOON + LONGEST))
