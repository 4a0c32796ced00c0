"""How does one clock run, stand still, change its target, warn and breach?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from tests.sample_cases import HOUR, MINUTE, MONDAY
from triage_core.domain import clocks
from triage_core.domain.calendar import Calendar, Hours, Slot, calendar_of
from triage_core.domain.clocks import Edge, Plan, Stamp
from triage_core.domain.errors import TimeOrder
from triage_core.domain.model import BreachCause, Clock, Outcome, Pause
from triage_core.domain.policy.service_levels import Metric, PauseReason

if TYPE_CHECKING:
    from datetime import datetime

ALWAYS = calendar_of(None)
WORKDAY = (Slot(opens=540, closes=720), Slot(opens=780, closes=1_020))
OFFICE = calendar_of(Hours(zone="Europe/Berlin", weekly=(WORKDAY,) * 5 + ((), ())))
STAMP = Stamp(class_name="P2", policy_version="small@1")
WAITING = PauseReason.WAITING_CUSTOMER


def plan(within: timedelta = 4 * HOUR, *warns: float) -> Plan:
    return Plan(metric=Metric.RESOLUTION, calendar="c", within=within, warns=warns)


FOUR_HOURS = plan(4 * HOUR, 0.5, 0.75)
ONE_HOUR = plan(HOUR, 0.5, 0.75)


def begin(promise: Plan = FOUR_HOURS, calendar: Calendar = ALWAYS, at: datetime = MONDAY) -> Clock:
    return clocks.start(promise, calendar, at, STAMP)


def edges_of(clock: Clock, now: datetime, promise: Plan = FOUR_HOURS, calendar: Calendar = ALWAYS) -> list[Edge]:
    return [edge for _, edge in clocks.edges(clock, promise, calendar, now)]


def ticked(clock: Clock, now: datetime, promise: Plan = FOUR_HOURS, calendar: Calendar = ALWAYS) -> Clock:
    return ([clock] + [after for after, _ in clocks.edges(clock, promise, calendar, now)])[-1]


def test_a_clock_is_due_after_its_target_and_says_who_set_it() -> None:
    clock = begin()
    assert (clock.due_at, clock.warn_at) == (MONDAY + 4 * HOUR, MONDAY + 2 * HOUR)
    assert (clock.class_name, clock.policy_version, clock.id) == ("P2", "small@1", "resolution/1")


def test_a_clock_without_warnings_only_has_its_due_moment() -> None:
    clock = begin(plan())
    assert clock.warn_at is None
    assert clocks.next_edge(clock) == MONDAY + 4 * HOUR


@pytest.mark.parametrize(("late", "outcome"), [(timedelta(), Outcome.MET), (timedelta.resolution, Outcome.BREACHED)])
def test_a_stop_exactly_at_the_due_moment_is_met_and_anything_later_breaches(late: timedelta, outcome: Outcome) -> None:
    stopped = clocks.stop(begin(), MONDAY + 4 * HOUR + late)
    assert stopped.outcome is outcome


def test_the_due_moment_itself_is_no_breach() -> None:
    due = MONDAY + 4 * HOUR
    assert [edge.kind for edge in edges_of(begin(), due)] == ["at_risk", "at_risk"]
    assert [edge.kind for edge in edges_of(begin(), due + timedelta.resolution)][-1] == "breached"


def test_a_late_sweep_records_each_edge_at_its_true_moment() -> None:
    found = edges_of(begin(), MONDAY + timedelta(days=30))
    assert [(edge.kind, edge.at - MONDAY, edge.share) for edge in found] == [
        ("at_risk", 2 * HOUR, 0.5),
        ("at_risk", 3 * HOUR, 0.75),
        ("breached", 4 * HOUR, None),
    ]


def test_each_edge_comes_with_the_clock_right_after_it() -> None:
    states = [
        (clock.warned, clock.breached_at) for clock, _ in clocks.edges(begin(), FOUR_HOURS, ALWAYS, MONDAY + 9 * HOUR)
    ]
    assert states == [((0.5,), None), ((0.5, 0.75), None), ((0.5, 0.75), MONDAY + 4 * HOUR)]


def test_pauses_that_overlap_count_once() -> None:
    spans = ((1, 3), (2, 4), (2, 3), (6, 7))
    pauses = tuple(Pause(start=MONDAY + a * HOUR, end=MONDAY + b * HOUR, reason=WAITING) for a, b in spans)
    clock = replace(begin(), pauses=pauses)
    assert clocks.paused_time(clock, ALWAYS, MONDAY + 9 * HOUR) == 4 * HOUR
    assert clocks.paused_time(clock, ALWAYS, MONDAY + 2 * HOUR) == HOUR


def test_a_pause_reported_late_over_an_earlier_one_moves_the_due_moment_once() -> None:
    first = clocks.resume(clocks.pause(begin(), MONDAY + HOUR, WAITING, "ann"), FOUR_HOURS, ALWAYS, MONDAY + 2 * HOUR)
    second = clocks.pause(first, MONDAY + HOUR, WAITING, "ann")
    assert clocks.resume(second, FOUR_HOURS, ALWAYS, MONDAY + 2 * HOUR).due_at == MONDAY + 5 * HOUR


def test_every_edge_fires_once() -> None:
    now = MONDAY + 9 * HOUR
    assert edges_of(ticked(begin(), now), now + HOUR) == []


def test_edge_ids_are_stable_and_differ_for_shares_that_round_alike() -> None:
    close = plan(4 * HOUR, 0.751, 0.754)
    ids = [edge.id("t1", clock) for clock, edge in clocks.edges(begin(close), close, ALWAYS, MONDAY + 9 * HOUR)]
    assert ids == ["t1/resolution/1/at_risk_75.1%", "t1/resolution/1/at_risk_75.4%", "t1/resolution/1/breached"]


def test_a_stopped_clock_has_no_edges_and_keeps_its_end() -> None:
    stopped = clocks.stop(begin(), MONDAY + HOUR)
    assert edges_of(stopped, MONDAY + 9 * HOUR) == []
    assert clocks.stop(stopped, MONDAY + 2 * HOUR) is stopped
    assert clocks.next_edge(stopped) is None


def test_a_breach_is_never_taken_back() -> None:
    breached = ticked(begin(), MONDAY + 5 * HOUR)
    paused = clocks.pause(breached, MONDAY + 5 * HOUR, WAITING, "ann")
    resumed = clocks.resume(paused, FOUR_HOURS, ALWAYS, MONDAY + 99 * HOUR)
    stopped = clocks.stop(resumed, MONDAY + 100 * HOUR)
    assert (stopped.outcome, stopped.breached_at) == (Outcome.BREACHED, MONDAY + 4 * HOUR)
    assert clocks.spent(stopped, ALWAYS, MONDAY + 100 * HOUR) == 6 * HOUR


def test_a_breached_clock_has_no_further_edge() -> None:
    assert clocks.next_edge(ticked(begin(), MONDAY + 5 * HOUR)) is None


class TestPauses:
    def test_a_pause_moves_the_due_moment_by_its_length(self) -> None:
        paused = clocks.pause(begin(), MONDAY + HOUR, WAITING, "ann")
        resumed = clocks.resume(paused, FOUR_HOURS, ALWAYS, MONDAY + 3 * HOUR)
        assert (paused.due_at, clocks.next_edge(paused)) == (None, None)
        assert (resumed.due_at, resumed.warn_at) == (MONDAY + 6 * HOUR, MONDAY + 4 * HOUR)
        assert clocks.spent(resumed, ALWAYS, MONDAY + 5 * HOUR) == 3 * HOUR

    def test_a_pause_says_why_and_by_whom(self) -> None:
        (pause,) = clocks.pause(begin(), MONDAY + HOUR, WAITING, "ann").pauses
        assert (pause.start, pause.end, pause.reason, pause.by) == (MONDAY + HOUR, None, WAITING, "ann")

    def test_a_paused_clock_does_not_breach_however_long_it_waits(self) -> None:
        paused = clocks.pause(begin(), MONDAY + HOUR, WAITING, "ann")
        assert edges_of(paused, MONDAY + 999 * HOUR) == []
        assert clocks.stop(paused, MONDAY + 999 * HOUR).outcome is Outcome.MET

    def test_stop_beats_pause(self) -> None:
        paused = clocks.pause(begin(), MONDAY + HOUR, WAITING, "ann")
        stopped = clocks.stop(paused, MONDAY + 2 * HOUR)
        assert stopped.pauses[-1].end == MONDAY + 2 * HOUR
        assert clocks.pause(stopped, MONDAY + 3 * HOUR, WAITING, "ann") is stopped
        assert clocks.resume(stopped, FOUR_HOURS, ALWAYS, MONDAY + 3 * HOUR) is stopped

    def test_pausing_twice_and_resuming_a_running_clock_change_nothing(self) -> None:
        paused = clocks.pause(begin(), MONDAY + HOUR, WAITING, "ann")
        assert clocks.pause(paused, MONDAY + 2 * HOUR, WAITING, "bob") is paused
        running = begin()
        assert clocks.resume(running, FOUR_HOURS, ALWAYS, MONDAY + HOUR) is running

    def test_a_pause_cannot_begin_before_its_clock_or_end_before_it_began(self) -> None:
        with pytest.raises(TimeOrder):
            clocks.pause(begin(), MONDAY - MINUTE, WAITING, "ann")
        paused = clocks.pause(begin(), MONDAY + HOUR, WAITING, "ann")
        with pytest.raises(TimeOrder):
            clocks.resume(paused, FOUR_HOURS, ALWAYS, MONDAY)

    def test_a_stop_reported_late_leaves_no_pause_that_ends_before_it_began(self) -> None:
        paused = clocks.pause(begin(), MONDAY + HOUR, WAITING, "ann")
        assert clocks.stop(paused, MONDAY + MINUTE).pauses[-1].end == MONDAY + HOUR

    def test_warnings_that_were_given_do_not_come_again_after_a_pause(self) -> None:
        warned = ticked(begin(), MONDAY + 2 * HOUR)
        paused = clocks.pause(warned, MONDAY + 2 * HOUR, WAITING, "ann")
        resumed = clocks.resume(paused, FOUR_HOURS, ALWAYS, MONDAY + 5 * HOUR)
        assert [(edge.share, edge.at) for edge in edges_of(resumed, MONDAY + 7 * HOUR)] == [(0.75, MONDAY + 6 * HOUR)]


class TestRetarget:
    def test_another_target_keeps_start_and_pauses_and_supersedes_the_old_instance(self) -> None:
        clock = begin()
        clock = clocks.resume(clocks.pause(clock, MONDAY + HOUR, WAITING, "ann"), FOUR_HOURS, ALWAYS, MONDAY + 2 * HOUR)
        old, new = clocks.retarget(clock, plan(8 * HOUR), ALWAYS, MONDAY + 3 * HOUR, Stamp(class_name="P3"))
        assert (old.outcome, old.stopped_at, old.id) == (Outcome.SUPERSEDED, MONDAY + 3 * HOUR, "resolution/1")
        assert (new.started_at, new.pauses, new.due_at) == (MONDAY, clock.pauses, MONDAY + 9 * HOUR)
        assert (new.outcome, new.class_name, new.id) == (Outcome.OPEN, "P3", "resolution/2")

    def test_a_target_that_is_already_used_up_breaches_at_the_change_and_not_before(self) -> None:
        _, new = clocks.retarget(begin(), ONE_HOUR, ALWAYS, MONDAY + 3 * HOUR, STAMP)
        assert (new.breached_at, new.breach_cause) == (MONDAY + 3 * HOUR, BreachCause.RETARGET)

    def test_a_waiting_clock_whose_new_target_is_used_up_breaches_at_the_change_too(self) -> None:
        paused = clocks.pause(begin(), MONDAY + 3 * HOUR, WAITING, "ann")
        _, new = clocks.retarget(paused, ONE_HOUR, ALWAYS, MONDAY + 9 * HOUR, STAMP)
        assert (new.breached_at, new.breach_cause) == (MONDAY + 9 * HOUR, BreachCause.RETARGET)
        resumed = clocks.resume(new, ONE_HOUR, ALWAYS, MONDAY + 20 * HOUR)
        assert resumed.breached_at == MONDAY + 9 * HOUR

    def test_a_waiting_clock_with_time_left_gets_its_due_moment_when_it_runs_on(self) -> None:
        paused = clocks.pause(begin(), MONDAY + 50 * MINUTE, WAITING, "ann")
        _, new = clocks.retarget(paused, ONE_HOUR, ALWAYS, MONDAY + 9 * HOUR, STAMP)
        resumed = clocks.resume(new, ONE_HOUR, ALWAYS, MONDAY + 10 * HOUR)
        assert resumed.due_at == MONDAY + 10 * HOUR + 10 * MINUTE
        found = edges_of(resumed, MONDAY + 10 * HOUR, ONE_HOUR)
        assert [(edge.share, edge.at) for edge in found] == [(0.75, MONDAY + 10 * HOUR)]

    def test_warnings_that_the_change_moved_into_the_past_come_once_at_the_change(self) -> None:
        _, new = clocks.retarget(begin(), ONE_HOUR, ALWAYS, MONDAY + 50 * MINUTE, STAMP)
        found = edges_of(new, MONDAY + 55 * MINUTE, ONE_HOUR)
        assert [(edge.share, edge.at) for edge in found] == [(0.75, MONDAY + 50 * MINUTE)]

    def test_warnings_ahead_of_the_change_stay_ahead(self) -> None:
        _, new = clocks.retarget(begin(), ONE_HOUR, ALWAYS, MONDAY + 10 * MINUTE, STAMP)
        assert (new.warned, new.warn_at) == ((), MONDAY + 30 * MINUTE)

    def test_a_breached_or_ended_clock_and_an_equal_target_stay_as_they_are(self) -> None:
        now = MONDAY + 9 * HOUR
        for clock, promise in (
            (ticked(begin(), now), ONE_HOUR),
            (clocks.stop(begin(), now), ONE_HOUR),
            (begin(), FOUR_HOURS),
        ):
            assert clocks.retarget(clock, promise, ALWAYS, now, STAMP) == ()


class TestReopening:
    def test_solved_time_counts_for_a_full_resolution(self) -> None:
        solved = clocks.stop(begin(), MONDAY + HOUR)
        again = clocks.reopen(solved, FOUR_HOURS, ALWAYS, MONDAY + 2 * HOUR, solved_counts=True)
        assert (again.outcome, again.due_at) == (Outcome.OPEN, MONDAY + 4 * HOUR)

    def test_solved_time_does_not_count_for_a_wait(self) -> None:
        solved = clocks.stop(begin(), MONDAY + HOUR)
        again = clocks.reopen(solved, FOUR_HOURS, ALWAYS, MONDAY + 2 * HOUR, solved_counts=False)
        assert (again.due_at, again.pauses[-1].reason) == (MONDAY + 5 * HOUR, PauseReason.SOLVED)

    def test_a_target_used_up_while_solved_breaches_at_the_reopening(self) -> None:
        solved = clocks.stop(begin(), MONDAY + HOUR)
        again = clocks.reopen(solved, FOUR_HOURS, ALWAYS, MONDAY + 9 * HOUR, solved_counts=True)
        assert (again.breached_at, again.breach_cause) == (MONDAY + 9 * HOUR, BreachCause.LATE)

    def test_a_breach_before_the_solution_stays(self) -> None:
        solved = clocks.stop(begin(), MONDAY + 5 * HOUR)
        again = clocks.reopen(solved, FOUR_HOURS, ALWAYS, MONDAY + 9 * HOUR, solved_counts=True)
        assert (again.breached_at, again.outcome) == (MONDAY + 4 * HOUR, Outcome.OPEN)

    @pytest.mark.parametrize("outcome", [Outcome.CANCELLED, Outcome.SUPERSEDED, Outcome.MET_BY_RESOLUTION])
    def test_what_was_not_solved_does_not_reopen(self, outcome: Outcome) -> None:
        ended = clocks.stop(begin(), MONDAY + HOUR, outcome)
        assert clocks.reopen(ended, FOUR_HOURS, ALWAYS, MONDAY + 2 * HOUR, solved_counts=True) is ended


def test_a_cause_is_said_of_breaches_only() -> None:
    assert clocks.with_cause(begin(), BreachCause.LATE_INTAKE) == begin()
    late = clocks.with_cause(ticked(begin(), MONDAY + 9 * HOUR), BreachCause.LATE_INTAKE)
    assert late.breach_cause is BreachCause.LATE_INTAKE
