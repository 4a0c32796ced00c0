"""Are the durations of a ticket counted as they are defined?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.domain.calendar import Hours, Slot, calendar_of
from triage_core.domain.kpis.lives import Life, Peak, counted, in_hours, iso_week, most_open, waited
from triage_core.domain.model import Pause
from triage_core.domain.policy.service_levels import PauseReason

ALWAYS = calendar_of(None)
OFFICE = calendar_of(Hours(zone="UTC", weekly=((Slot(opens=480, closes=1080),),) * 5 + ((), ())))
CUSTOMER, THIRD_PARTY = PauseReason.WAITING_CUSTOMER, PauseReason.WAITING_THIRD_PARTY


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def life(opened: str, resolved: str | None, *waits: tuple[str, str | None, PauseReason]) -> Life:
    return Life(
        opened_at=at(opened),
        resolved_at=at(resolved) if resolved else None,
        waits=tuple(Pause(start=at(start), end=at(end) if end else None, reason=why) for start, end, why in waits),
        first_class="P3",
        last_class="P3",
    )


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


# --- durations --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pauses", "expected"),
    [((), 10), ((CUSTOMER,), 8), ((THIRD_PARTY,), 7), ((CUSTOMER, THIRD_PARTY), 5)],
    ids=["none", "customer", "third party", "both"],
)
def test_only_the_waits_that_stop_the_clock_are_left_out(pauses: tuple[PauseReason, ...], expected: int) -> None:
    one = ("2026-03-02 09:00", "2026-03-02 11:00", CUSTOMER)
    other = ("2026-03-02 12:00", "2026-03-02 15:00", THIRD_PARTY)
    assert counted(life("2026-03-02 08:00", "2026-03-02 18:00", one, other), ALWAYS, pauses) == hours(expected)


def test_office_hours_leave_the_weekend_out() -> None:
    assert counted(life("2026-03-06 17:00", "2026-03-09 11:00"), OFFICE) == hours(4)


def test_a_wait_after_the_solution_is_not_taken_off_twice() -> None:
    late = ("2026-03-02 10:00", "2026-03-02 20:00", CUSTOMER)
    assert counted(life("2026-03-02 08:00", "2026-03-02 12:00", late), ALWAYS, (CUSTOMER,)) == hours(2)


def test_a_wait_without_an_end_lasts_until_the_solution() -> None:
    open_wait = ("2026-03-02 09:00", None, CUSTOMER)
    assert counted(life("2026-03-02 08:00", "2026-03-02 12:00", open_wait), ALWAYS, (CUSTOMER,)) == hours(1)


def test_what_is_not_solved_has_no_duration() -> None:
    unsolved = life("2026-03-02 08:00", None)
    assert (unsolved.resolution, counted(unsolved, ALWAYS)) == (None, None)


def test_a_solution_before_the_opening_counts_as_zero() -> None:
    contradiction = life("2026-03-02 08:00", "2026-03-02 07:00")
    assert contradiction.resolution == -hours(1)
    assert counted(contradiction, ALWAYS) == hours(0)
    assert in_hours(-hours(1)) == 0


def test_waits_that_run_backwards_or_never_end_count_nothing() -> None:
    waits = life(
        "2026-03-02 08:00",
        None,
        ("2026-03-02 09:00", "2026-03-02 08:00", CUSTOMER),
        ("2026-03-02 09:00", "2026-03-02 10:30", CUSTOMER),
        ("2026-03-02 11:00", None, CUSTOMER),
    ).waits
    assert waited(waits) == hours(1.5)


# --- when -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "week"), [("2016-03-05", "2016-W09"), ("2017-01-01", "2016-W52"), ("2020-12-31", "2020-W53")]
)
def test_a_week_belongs_to_the_year_of_its_thursday(day: str, week: str) -> None:
    assert iso_week(at(day)) == week


def test_a_ticket_that_closes_as_another_opens_is_gone() -> None:
    spans = [(at("2026-03-02 08:00"), at("2026-03-02 09:00")), (at("2026-03-02 09:00"), None)]
    assert most_open(spans) == Peak(count=1, at=at("2026-03-02 08:00"))


def test_nothing_was_open() -> None:
    backwards = [(at("2026-03-02 09:00"), at("2026-03-02 08:00")), (at("2026-03-02 09:00"), at("2026-03-02 09:00"))]
    assert most_open(backwards) == Peak()


moments = st.integers(0, 12).map(lambda hour: at("2026-03-02") + hours(hour))


@given(st.lists(st.tuples(moments, moments | st.none()), min_size=1))
def test_the_peak_is_the_greatest_count_at_any_opening(spans: list[tuple[datetime, datetime | None]]) -> None:
    levels = {
        opened: sum(start <= opened and (end is None or opened < end) for start, end in spans) for opened, _ in spans
    }
    peak = most_open(spans)
    assert peak.count == max(levels.values())
    assert peak.at == (min(when for when, n in levels.items() if n == peak.count) if peak.count else None)
