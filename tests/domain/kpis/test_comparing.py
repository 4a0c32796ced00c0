"""Is what is compared comparable, and does only what is unlikely stand out?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_facts import NOW, START, WEEK, at, clock, facts
from triage_core.domain.kpis.baseline import checks
from triage_core.domain.kpis.definitions import Kpi
from triage_core.domain.kpis.exceptions import Trouble, troubles
from triage_core.domain.kpis.facts import TicketFacts
from triage_core.domain.kpis.figures import Rate
from triage_core.domain.kpis.leading import Sign, indicators
from triage_core.domain.kpis.measuring import Dimension, Figure, measure_by, share
from triage_core.domain.kpis.movement import TARGETS, Reached, Target, checked_by, effects, moved, reached
from triage_core.domain.kpis.patterns import Case, segments, spikes
from triage_core.domain.kpis.weeks import Weeks, WeekUnknown, last_over, span_of, week_at, weeks_back
from triage_core.domain.model import Outcome, State

BERLIN = ZoneInfo("Europe/Berlin")
UTC_ZONE = ZoneInfo("UTC")


def breaches(count: int, n: int) -> Figure:
    return share(Kpi.BREACH_RATE, Rate(count=count, n=n))


# --- movement ---------------------------------------------------------------------------------------------------------


def test_a_lower_breach_rate_is_better_by_its_relative_reduction() -> None:
    found = moved(breaches(40, 200), breaches(30, 200))
    assert found.difference == pytest.approx(-0.05)
    assert found.better_by == pytest.approx(0.25)


def test_the_interval_of_a_difference_is_newcombes() -> None:
    found = moved(breaches(48, 80), breaches(56, 70))
    assert found.interval == pytest.approx((0.0524, 0.3339), abs=5e-4)
    assert found.is_certain


def test_figures_of_other_definitions_are_never_compared() -> None:
    other = Figure(kpi=Kpi.BREACH_RATE, version=2, n=10, value=0.1, count=1)
    found = moved(breaches(4, 10), other)
    assert (found.difference, found.better_by) == (None, None)
    assert reached(found, TARGETS[1]) is Reached.UNKNOWN


def test_a_baseline_of_zero_is_to_be_held() -> None:
    assert reached(moved(breaches(0, 50), breaches(1, 50)), TARGETS[1]) is Reached.HOLD


def test_an_accuracy_near_one_may_cut_its_errors_instead() -> None:
    before = share(Kpi.ESCALATION_ACCURACY, Rate(count=95, n=100))
    found = moved(before, share(Kpi.ESCALATION_ACCURACY, Rate(count=96, n=100)))
    assert found.error_cut == pytest.approx(0.2)
    assert reached(found, TARGETS[2]) is Reached.WITHIN


@pytest.mark.parametrize(
    ("count", "expected"), [(39, Reached.BELOW), (34, Reached.WITHIN), (20, Reached.ABOVE), (45, Reached.BELOW)]
)
def test_a_target_is_a_range(count: int, expected: Reached) -> None:
    movements = effects({Kpi.BREACH_RATE: breaches(40, 200)}, {Kpi.BREACH_RATE: breaches(count, 200)})
    assert checked_by([Target(kpi=Kpi.BREACH_RATE, least=0.1, most=0.25)], movements) == {Kpi.BREACH_RATE: expected}


def test_days_of_report_are_twenty_eight_and_fifty_six_and_the_target_day_is_sixty() -> None:
    found = checks(START)
    assert [(check.day, check.is_target_day) for check in found] == [(28, False), (56, False), (60, True)]
    assert found[0].at == START + timedelta(days=28)


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_interval_of_a_difference_holds_it(one: int, other: int) -> None:
    found = moved(breaches(one, 200), breaches(other, 200))
    assert found.interval is not None
    assert found.difference is not None
    assert found.interval[0] <= found.difference <= found.interval[1]


# --- weeks ------------------------------------------------------------------------------------------------------------


def test_a_week_over_a_change_of_the_clock_is_an_hour_shorter() -> None:
    span = span_of("2026-W13", BERLIN)
    assert span.end - span.start == timedelta(days=7) - timedelta(hours=1)


moments = st.datetimes(datetime(2000, 1, 3), datetime(2099, 1, 1)).map(lambda when: when.replace(tzinfo=UTC))  # noqa: DTZ001 - drawn without a zone


@given(moments, st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/Los_Angeles"]))
def test_every_moment_lies_in_its_week_and_the_last_one_is_over(when: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    span = span_of(week_at(when, zone), zone)
    assert span.start <= when < span.end
    assert span_of(last_over(when, zone), zone).end == span.start
    assert Weeks(zone).name(when) == week_at(when, zone)
    assert weeks_back(week_at(when, zone), 2, zone)[0] == last_over(when, zone)


@pytest.mark.parametrize("name", ["2026-W54", "2026W10", "", "26-W10", "9999-W53", "2025-W53"])
def test_what_is_no_week_is_refused(name: str) -> None:
    with pytest.raises(WeekUnknown):
        span_of(name, UTC_ZONE)


# --- patterns ---------------------------------------------------------------------------------------------------------


def a_week_of(count: int, weeks_ago: int, **changes: Any) -> list[TicketFacts]:
    created = START - timedelta(days=7 * weeks_ago) + timedelta(hours=9)
    return [facts(n, created_at=created, **changes) for n in range(count)]


def test_a_week_far_above_the_eight_before_is_a_spike() -> None:
    usual = [each for ago in range(1, 9) for each in a_week_of(5, ago, system="sso")]
    found = spikes([*usual, *a_week_of(25, 0, system="sso")], "2026-W10", UTC_ZONE)
    by_system = [spike for spike in found if spike.dimension is Dimension.SYSTEM]
    assert [(spike.case, spike.name, spike.count, spike.expected) for spike in by_system] == [
        (Case.CREATED, "sso", 25, 5)
    ]


def test_the_first_week_with_tickets_has_no_spike() -> None:
    assert spikes(a_week_of(25, 0, system="sso"), "2026-W10", UTC_ZONE) == ()
    assert spikes([], "2026-W10", UTC_ZONE) == ()


def test_weeks_before_the_first_ticket_are_not_compared_with() -> None:
    last = a_week_of(20, 1, system="sso")
    assert spikes([*last, *a_week_of(25, 0, system="sso")], "2026-W10", UTC_ZONE) == ()


@pytest.mark.parametrize("count", [4, 8, 11])
def test_a_week_that_chance_explains_is_none(count: int) -> None:
    usual = [each for ago in range(1, 9) for each in a_week_of(5, ago, system="sso")]
    assert spikes([*usual, *a_week_of(count, 0, system="sso")], "2026-W10", UTC_ZONE) == ()


def test_a_segment_stands_out_where_the_intervals_do_not_touch() -> None:
    late, good = (clock(outcome=Outcome.BREACHED, breached_at=at(10)),), (clock(),)
    tickets = [facts(n, system="sso", clocks=late) for n in range(20)]
    tickets += [facts(n, system="mail", clocks=good) for n in range(30)]
    parts = {Dimension.SYSTEM: measure_by(tickets, WEEK, NOW, Dimension.SYSTEM)}
    assert [(each.kpi, each.name, each.here) for each in segments(parts)] == [
        (Kpi.BREACH_RATE, "sso", Rate(count=20, n=20))
    ]


def test_few_cases_make_no_segment() -> None:
    late = (clock(outcome=Outcome.BREACHED, breached_at=at(10)),)
    tickets = [facts(1, system="sso", clocks=late), facts(2, system="mail", clocks=(clock(),))]
    assert segments({Dimension.SYSTEM: measure_by(tickets, WEEK, NOW, Dimension.SYSTEM)}) == ()


# --- early signs and exceptions ---------------------------------------------------------------------------------------


class Nobody:
    def owner(self, facts: TicketFacts) -> str | None:
        return facts.owner


def test_early_signs_count_what_stands_and_what_happened() -> None:
    tickets = [
        facts(1, owner=None, warned=(at(10), at(11))),
        facts(2, owner="ann", first_reply_at=at(10), clocks=(clock(outcome=Outcome.OPEN, warned=(0.5,)),)),
        facts(3, owner="ann", state=State.RESOLVED, solved=(at(12),)),
    ]
    found = {each.sign: (each.count, each.oldest) for each in indicators(tickets, WEEK)}
    assert found[Sign.GROWTH] == (2, None)
    assert found[Sign.WARNINGS] == (2, None)
    assert found[Sign.OPEN] == (2, at(9))
    assert found[Sign.UNOWNED] == (1, at(9))
    assert found[Sign.UNANSWERED] == (1, at(9))
    assert found[Sign.AT_RISK] == (1, at(9))


def test_what_stands_is_told_whenever_it_began_and_what_is_over_only_in_its_week() -> None:
    before = START - timedelta(days=30)
    tickets = [
        facts(1, created_at=before, clocks=(clock(outcome=Outcome.OPEN, due_at=before),), owner="ann"),
        facts(2, clocks=(clock(outcome=Outcome.BREACHED, breached_at=before),)),
        facts(3, clocks=(clock(outcome=Outcome.BREACHED, breached_at=at(10)),), owner="bob"),
        facts(4, bypassed=(at(11),)),
    ]
    found = troubles(tickets, WEEK, NOW.now, Nobody())
    assert [(each.trouble, each.ticket_id, each.is_open, each.owner) for each in found] == [
        (Trouble.TARGET_MISSED, "t1", True, "ann"),
        (Trouble.GATE_BYPASSED, "t4", False, None),
        (Trouble.TARGET_MISSED, "t3", False, "bob"),
    ]
