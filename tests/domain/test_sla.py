"""Which clocks does each happening start, stop, pause, move or cancel, metric by metric?"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sample_cases import HOUR, MINUTE, MONDAY, PLAYBOOK, playbook
from tests.small_policy import COMPLETE
from triage_core.domain import clocks, sla
from triage_core.domain.model import BreachCause, Clock, Outcome
from triage_core.domain.policy.service_levels import Metric, PauseReason
from triage_core.domain.sla import Clocks, Desk

EVERY_METRIC = {
    "first_reply": "1h",
    "next_reply": "1h",
    "update": "2h",
    "requester_wait": "8h",
    "agent_work": "8h",
    "first_resolution": "8h",
    "resolution": "8h",
    "communication": "1h",
}


def levels(**more: Any) -> dict[str, Any]:
    targets = {name: {"calendar": "always", "targets": EVERY_METRIC} for name in ("P1", "P2", "P3")}
    return {"service_levels": {"at_risk": ["75%"], "classes": targets, **more}}


FULL = playbook(**levels())
DESK = Desk(FULL.promises, "P2", COMPLETE, FULL.version)
P1_DESK = Desk(PLAYBOOK.promises, "P1", COMPLETE, PLAYBOOK.version)
P2_DESK = Desk(PLAYBOOK.promises, "P2", COMPLETE, PLAYBOOK.version)


def joined(current: Clocks, changed: Clocks) -> Clocks:
    """Put changed clocks in the place of those they come from."""
    return tuple({clock.id: clock for clock in (*current, *changed)}.values())


def at_creation(desk: Desk = DESK) -> Clocks:
    return sla.at_creation(desk, MONDAY, MONDAY)[0]


def metric(current: Clocks, name: Metric) -> Clock:
    found = sla.latest(current, name)
    assert found is not None
    return found


def outcomes(current: Clocks) -> dict[str, Outcome]:
    return {clock.id: clock.outcome for clock in current}


def test_a_ticket_starts_with_the_clocks_that_its_class_has_targets_for() -> None:
    assert {clock.metric for clock in at_creation()} == set(sla.AT_CREATION)
    assert {clock.metric for clock in at_creation(P2_DESK)} == {Metric.FIRST_REPLY, Metric.RESOLUTION}
    assert metric(at_creation(P2_DESK), Metric.RESOLUTION).calendar == "office"


class TestLateIntake:
    def test_clocks_of_a_ticket_completed_late_start_at_its_creation(self) -> None:
        started, _ = sla.at_creation(DESK, MONDAY, MONDAY + 5 * HOUR)
        assert {clock.started_at for clock in started} == {MONDAY}

    def test_a_breach_before_the_completion_is_caused_by_the_late_intake(self) -> None:
        _, happened = sla.at_creation(DESK, MONDAY, MONDAY + 5 * HOUR)
        breached = [(clock.breached_at, clock.breach_cause) for clock, edge in happened if edge.kind == "breached"]
        assert breached == [(MONDAY + HOUR, BreachCause.LATE_INTAKE)]

    def test_the_edges_of_all_clocks_come_in_the_order_they_happened(self) -> None:
        _, happened = sla.at_creation(DESK, MONDAY, MONDAY + 9 * HOUR)
        moments = [edge.at for _, edge in happened]
        assert moments == sorted(moments)
        assert len(moments) == 2 * len(sla.AT_CREATION)


class TestAgentReplies:
    def test_a_reply_answers_what_is_owed_and_nothing_else(self) -> None:
        stopped = sla.on_agent_reply(at_creation(), MONDAY + HOUR / 2)
        assert outcomes(stopped) == {"first_reply/1": Outcome.MET}

    def test_the_first_reply_is_measured_once_in_a_tickets_life(self) -> None:
        answered = joined(at_creation(), sla.on_agent_reply(at_creation(), MONDAY + HOUR / 2))
        assert sla.on_agent_reply(answered, MONDAY + 2 * HOUR) == ()

    def test_a_reply_reported_late_does_not_answer_a_later_question(self) -> None:
        answered = joined(at_creation(), sla.on_agent_reply(at_creation(), MONDAY + MINUTE))
        asked = joined(answered, sla.on_customer_reply(DESK, answered, MONDAY + HOUR))
        assert sla.on_agent_reply(asked, MONDAY + HOUR / 2) == ()

    def test_each_reply_starts_the_next_promised_update(self) -> None:
        (first,) = sla.next_update(DESK, at_creation(), MONDAY + HOUR)
        after = joined(at_creation(), (first,))
        after = joined(after, sla.on_agent_reply(after, MONDAY + 2 * HOUR))
        (second,) = sla.next_update(DESK, after, MONDAY + 2 * HOUR)
        assert (first.id, first.due_at) == ("update/1", MONDAY + 3 * HOUR)
        assert (second.id, second.due_at) == ("update/2", MONDAY + 4 * HOUR)
        assert outcomes(after)["update/1"] is Outcome.MET

    def test_a_reply_reported_late_starts_no_update_before_the_one_that_runs(self) -> None:
        running = joined(at_creation(), sla.next_update(DESK, at_creation(), MONDAY + 2 * HOUR))
        assert sla.next_update(DESK, running, MONDAY + HOUR) == ()


class TestCustomerReplies:
    def test_until_the_first_reply_no_next_reply_is_owed(self) -> None:
        assert sla.on_customer_reply(DESK, at_creation(), MONDAY + HOUR) == ()

    def test_the_next_reply_is_owed_from_the_oldest_unanswered_message(self) -> None:
        answered = joined(at_creation(), sla.on_agent_reply(at_creation(), MONDAY + MINUTE))
        asked = joined(answered, sla.on_customer_reply(DESK, answered, MONDAY + HOUR))
        assert metric(asked, Metric.NEXT_REPLY).started_at == MONDAY + HOUR
        assert sla.on_customer_reply(DESK, asked, MONDAY + HOUR + MINUTE) == ()

    def test_after_the_answer_the_next_message_opens_another_segment(self) -> None:
        current = joined(at_creation(), sla.on_agent_reply(at_creation(), MONDAY + MINUTE))
        current = joined(current, sla.on_customer_reply(DESK, current, MONDAY + HOUR))
        current = joined(current, sla.on_agent_reply(current, MONDAY + HOUR + MINUTE))
        current = joined(current, sla.on_customer_reply(DESK, current, MONDAY + 3 * HOUR))
        assert outcomes(current)["next_reply/1"] is Outcome.MET
        assert metric(current, Metric.NEXT_REPLY).id == "next_reply/2"

    def test_a_message_reported_late_that_a_later_reply_has_answered_owes_nothing(self) -> None:
        answered = joined(at_creation(), sla.on_agent_reply(at_creation(), MONDAY + HOUR / 2))
        assert sla.on_customer_reply(DESK, answered, MONDAY + MINUTE, MONDAY + HOUR / 2) == ()

    def test_a_message_at_the_moment_of_the_last_reply_owes_an_answer(self) -> None:
        answered = joined(at_creation(), sla.on_agent_reply(at_creation(), MONDAY + HOUR / 2))
        assert sla.on_customer_reply(DESK, answered, MONDAY + HOUR / 2, MONDAY + HOUR / 2) != ()

    def test_a_class_without_the_target_owes_no_next_reply(self) -> None:
        answered = joined(at_creation(P2_DESK), sla.on_agent_reply(at_creation(P2_DESK), MONDAY + MINUTE))
        assert sla.on_customer_reply(P2_DESK, answered, MONDAY + HOUR) == ()


class TestWaiting:
    @pytest.mark.parametrize(
        ("reason", "paused"),
        [
            (PauseReason.WAITING_CUSTOMER, {Metric.UPDATE, Metric.REQUESTER_WAIT, Metric.AGENT_WORK}),
            (PauseReason.WAITING_THIRD_PARTY, {Metric.AGENT_WORK}),
        ],
    )
    def test_each_reason_pauses_the_metrics_that_their_definition_names(
        self, reason: PauseReason, paused: set[Metric]
    ) -> None:
        current = joined(at_creation(), sla.next_update(DESK, at_creation(), MONDAY))
        held = sla.on_waiting(DESK, current, MONDAY + MINUTE, reason, "ann")
        assert {clock.metric for clock in held} == paused
        resumed = sla.on_resumed(DESK, joined(current, held), MONDAY + HOUR)
        assert {clock.metric for clock in resumed} == paused
        assert not any(clock.paused for clock in resumed)

    def test_a_policy_says_which_waiting_pauses_a_metric(self) -> None:
        book = playbook(**levels(pauses={"resolution": ["waiting_third_party"], "agent_work": []}))
        desk = Desk(book.promises, "P2", COMPLETE, book.version)
        held = sla.on_waiting(desk, at_creation(desk), MONDAY, PauseReason.WAITING_THIRD_PARTY, "ann")
        assert {clock.metric for clock in held} == {Metric.RESOLUTION}


class TestSolving:
    def test_a_solution_ends_waits_and_resolutions_and_meets_the_replies_still_owed(self) -> None:
        current = joined(at_creation(), sla.next_update(DESK, at_creation(), MONDAY))
        assert outcomes(sla.on_resolved(current, MONDAY + HOUR)) == {
            "first_reply/1": Outcome.MET_BY_RESOLUTION,
            "update/1": Outcome.MET_BY_RESOLUTION,
            "requester_wait/1": Outcome.MET,
            "agent_work/1": Outcome.MET,
            "first_resolution/1": Outcome.MET,
            "resolution/1": Outcome.MET,
        }

    def test_an_open_next_reply_is_met_by_the_solution_and_not_breached(self) -> None:
        current = joined(at_creation(), sla.on_agent_reply(at_creation(), MONDAY + MINUTE))
        current = joined(current, sla.on_customer_reply(DESK, current, MONDAY + HOUR))
        assert outcomes(sla.on_resolved(current, MONDAY + 2 * HOUR))["next_reply/1"] is Outcome.MET_BY_RESOLUTION

    def test_a_reply_that_was_late_before_the_solution_stays_breached(self) -> None:
        solved = sla.on_resolved(at_creation(), MONDAY + 2 * HOUR)
        assert outcomes(solved)["first_reply/1"] is Outcome.BREACHED

    def test_an_escalations_clock_is_not_the_solutions_business(self) -> None:
        book = playbook(**levels(classes={"P2": {"calendar": "always", "targets": {"acknowledgement": "5m"}}}))
        desk = Desk(book.promises, "P2", COMPLETE, book.version)
        assert sla.on_resolved(desk.start(Metric.ACKNOWLEDGEMENT, MONDAY), MONDAY + MINUTE) == ()


class TestReopening:
    def test_waits_and_the_full_resolution_run_on_and_firsts_do_not(self) -> None:
        solved = sla.on_resolved(at_creation(), MONDAY + HOUR)
        again = sla.on_reopened(DESK, joined(at_creation(), solved), MONDAY + 3 * HOUR)
        due = {clock.metric: clock.due_at for clock in again}
        assert due == {
            Metric.REQUESTER_WAIT: MONDAY + 10 * HOUR,
            Metric.AGENT_WORK: MONDAY + 10 * HOUR,
            Metric.RESOLUTION: MONDAY + 8 * HOUR,
        }

    def test_a_policy_may_leave_solved_time_out_of_the_full_resolution(self) -> None:
        book = playbook(**levels(pauses={"resolution": ["solved"]}))
        desk = Desk(book.promises, "P2", COMPLETE, book.version)
        solved = joined(at_creation(desk), sla.on_resolved(at_creation(desk), MONDAY + HOUR))
        again = metric(sla.on_reopened(desk, solved, MONDAY + 3 * HOUR), Metric.RESOLUTION)
        assert again.due_at == MONDAY + 10 * HOUR


class TestRetargeting:
    def test_a_higher_class_gives_running_clocks_its_targets(self) -> None:
        current = at_creation(P2_DESK)
        moved = joined(current, sla.on_retarget(P1_DESK, current, MONDAY + MINUTE))
        assert metric(moved, Metric.RESOLUTION).due_at == MONDAY + 4 * HOUR
        assert metric(moved, Metric.RESOLUTION).calendar == "always"
        assert outcomes(moved)["resolution/1"] is Outcome.SUPERSEDED

    def test_the_new_target_is_warned_of_and_breached_under_its_own_number(self) -> None:
        current = at_creation(P2_DESK)
        moved = joined(current, sla.on_retarget(P1_DESK, current, MONDAY + MINUTE))
        ids = [edge.id("t1", clock) for clock, edge in sla.tick(P1_DESK, moved, MONDAY + 5 * HOUR)]
        assert "t1/resolution/2/breached" in ids
        assert not any("/1/" in name for name in ids)

    def test_a_metric_without_a_target_in_the_new_class_is_cancelled(self) -> None:
        current = joined(at_creation(P1_DESK), sla.next_update(P1_DESK, (), MONDAY))
        moved = sla.on_retarget(P2_DESK, current, MONDAY + MINUTE)
        assert outcomes(moved)["update/1"] is Outcome.CANCELLED

    def test_ended_clocks_and_the_intake_clock_are_left_alone(self) -> None:
        plan = PLAYBOOK.promises.intake_plan()
        assert plan is not None
        solved = joined(at_creation(), sla.on_resolved(at_creation(), MONDAY + MINUTE))
        assert sla.on_retarget(P1_DESK, solved, MONDAY + HOUR) == ()
        intake = clocks.start(plan, PLAYBOOK.promises.calendar("always"), MONDAY, P1_DESK.stamp)
        assert sla.on_retarget(P1_DESK, (intake,), MONDAY + HOUR) == ()


def test_cancelling_ends_what_runs_and_leaves_what_ended() -> None:
    current = joined(at_creation(), sla.on_agent_reply(at_creation(), MONDAY + MINUTE))
    cancelled = sla.on_cancelled(current, MONDAY + HOUR)
    assert set(outcomes(cancelled).values()) == {Outcome.CANCELLED}
    assert "first_reply/1" not in outcomes(cancelled)


def test_a_clock_that_was_late_before_it_is_cancelled_stays_breached() -> None:
    cancelled = sla.on_cancelled(at_creation(), MONDAY + 2 * HOUR)
    assert outcomes(cancelled)["first_reply/1"] is Outcome.BREACHED


def test_the_next_edge_is_the_earliest_of_all_clocks() -> None:
    found = sla.next_edge(at_creation())
    assert found is not None
    assert (found[0], found[1].id) == (MONDAY + 45 * MINUTE, "first_reply/1")
    assert sla.next_edge(()) is None
