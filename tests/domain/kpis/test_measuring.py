"""Does each figure count what its definition says, in the cases that are easily got wrong?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.sample_facts import NOW, START, WEEK, at, clock, facts
from triage_core.domain.escalating.state import Standing
from triage_core.domain.gating.state import ApprovalOutcome
from triage_core.domain.kpis.definitions import DEFINITIONS, Kpi
from triage_core.domain.kpis.facts import (
    ApprovalFacts,
    Checkpoint,
    Closure,
    Cycle,
    EscalationFacts,
    FeedbackFacts,
    OverrideFacts,
    TicketFacts,
)
from triage_core.domain.kpis.measuring import UNSAID, Dimension, Figure, measure, measure_by
from triage_core.domain.kpis.observing import Terms
from triage_core.domain.kpis.weeks import Span
from triage_core.domain.model import Mode, Outcome, Record, State
from triage_core.domain.policy.escalation import Trigger
from triage_core.domain.policy.service_levels import Metric

SOLVED = {"state": State.RESOLVED, "solved": (at(12),)}
RAISED = EscalationFacts(number=1, trigger=Trigger.CLASS, raised_at=at(9), standing=Standing.HELD)


def figure(kpi: Kpi, *tickets: TicketFacts, terms: Terms = NOW) -> Figure:
    return measure(tickets, WEEK, terms).figures[kpi]


def rate(kpi: Kpi, *tickets: TicketFacts, terms: Terms = NOW) -> tuple[int | None, int]:
    found = figure(kpi, *tickets, terms=terms)
    return found.count, found.n


# --- what counts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"mode": Mode.DRILL}, "drill"),
        ({"mode": Mode.SHADOW}, "shadow"),
        ({"state": State.MERGED}, "merged"),
        ({"state": State.VOID}, "void"),
    ],
)
def test_what_does_not_count_is_named_and_never_dropped_silently(changes: dict[str, Any], reason: str) -> None:
    found = measure([facts(1), facts(2, **changes)], WEEK, NOW)
    assert (found.tickets, found.left_out) == (1, {reason: 1})


def test_an_incident_is_no_ticket() -> None:
    incident = facts(1, record=Record.INCIDENT, began_at=at(8), **SOLVED)
    found = measure([incident], WEEK, NOW)
    assert found.tickets == 0
    assert found.figures[Kpi.INCIDENT_RESOLUTION].value == 4
    assert found.figures[Kpi.RESOLUTION_ALL].n == 0


def test_the_end_of_a_span_no_longer_counts() -> None:
    moments = [WEEK.start, WEEK.end - timedelta(microseconds=1), WEEK.end, WEEK.start - timedelta(microseconds=1)]
    assert measure([facts(n, created_at=each) for n, each in enumerate(moments)], WEEK, NOW).tickets == 2


def test_every_figure_names_the_version_of_its_definition() -> None:
    found = measure([facts()], WEEK, NOW).figures
    assert {kpi: each.version for kpi, each in found.items()} == {
        kpi: row.version for kpi, row in DEFINITIONS.items() if not row.is_sampled
    }


# --- speed ------------------------------------------------------------------------------------------------------------


def test_a_ticket_without_a_reply_is_shown_apart_with_its_age() -> None:
    found = figure(Kpi.FIRST_RESPONSE, facts(1, first_reply_at=at(10)), facts(2))
    assert (found.n, found.value, found.open_n, found.oldest_open) == (1, 1, 1, 7 * 24 - 9)


def test_a_ticket_solved_without_a_reply_is_neither_in_the_time_nor_unfinished() -> None:
    found = figure(Kpi.FIRST_RESPONSE, facts(1, **SOLVED))
    assert (found.n, found.open_n) == (0, 0)


@pytest.mark.parametrize(
    ("began", "counted"),
    [({"assisted": True}, (0, 1)), ({"assisted": False}, (1, 0)), ({}, (0, 0))],
    ids=["from a draft", "by a person", "not known"],
)
def test_replies_from_drafts_are_shown_apart(began: dict[str, Any], counted: tuple[int, int]) -> None:
    ticket = facts(1, first_reply_at=at(10), **began)
    kpis = (Kpi.FIRST_RESPONSE_HUMAN, Kpi.FIRST_RESPONSE_ASSISTED)
    assert tuple(figure(kpi, ticket).n for kpi in kpis) == counted
    assert figure(Kpi.FIRST_RESPONSE, ticket).n == 1


def test_the_average_resolution_time_is_that_of_escalated_tickets() -> None:
    escalated = facts(1, escalations=(RAISED,), waited=timedelta(hours=1), **SOLVED)
    tickets = (escalated, facts(2, state=State.RESOLVED, solved=(at(19),)))
    assert figure(Kpi.RESOLUTION, *tickets).value == 3
    assert figure(Kpi.RESOLUTION_NET, *tickets).value == 2
    assert figure(Kpi.RESOLUTION_ALL, *tickets).value == 6.5


def test_a_ticket_that_is_open_again_is_unfinished_and_not_solved() -> None:
    reopened = facts(1, state=State.ASSIGNED, solved=(at(12),), reopened=(at(20),))
    found = figure(Kpi.RESOLUTION_ALL, reopened)
    assert (found.n, found.open_n) == (0, 1)


def test_only_first_calls_make_up_the_time_to_acknowledge() -> None:
    cycles = (Cycle(notified_at=at(9), acknowledged_at=at(9.5)), Cycle(notified_at=at(20), acknowledged_at=at(22)))
    ticket = facts(1, escalations=(EscalationFacts(number=1, trigger=Trigger.CLASS, raised_at=at(9), cycles=cycles),))
    assert figure(Kpi.ACKNOWLEDGEMENT, ticket).value == 0.5
    assert figure(Kpi.ACKNOWLEDGEMENT_AGAIN, ticket).value == 2


@pytest.mark.parametrize(
    ("standing", "ended", "counted"),
    [
        (Standing.EXHAUSTED, None, (1, 1)),
        (Standing.EXPIRED, at(20), (1, 1)),
        (Standing.RESOLVED, at(20), (0, 0)),
        (Standing.CALLING, None, (0, 0)),
    ],
    ids=["nobody was left", "too old", "solved before", "still rings"],
)
def test_who_never_answers_is_counted_and_what_solved_itself_is_not(
    standing: Standing, ended: Any, counted: tuple[int, int]
) -> None:
    call = EscalationFacts(
        number=1,
        trigger=Trigger.CLASS,
        raised_at=at(9),
        cycles=(Cycle(notified_at=at(9)),),
        standing=standing,
        ended_at=ended,
    )
    assert rate(Kpi.UNACKNOWLEDGED_RATE, facts(1, escalations=(call,))) == counted


# --- promises ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({"outcome": Outcome.MET}, (0, 1)),
        ({"outcome": Outcome.MET_BY_RESOLUTION}, (0, 1)),
        ({"outcome": Outcome.BREACHED, "breached_at": at(10)}, (1, 1)),
        ({"outcome": Outcome.OPEN}, (1, 1)),
        ({"outcome": Outcome.OPEN, "due_at": None}, (0, 0)),
        ({"outcome": Outcome.OPEN, "due_at": NOW.now}, (0, 0)),
        ({"outcome": Outcome.SUPERSEDED}, (0, 0)),
        ({"outcome": Outcome.SUPERSEDED, "breached_at": at(10)}, (1, 1)),
        ({"outcome": Outcome.CANCELLED, "breached_at": at(10)}, (0, 0)),
    ],
    ids=["met", "solved", "late", "overdue", "paused", "due now", "superseded", "superseded late", "cancelled"],
)
def test_a_target_counts_once_it_was_met_or_missed(changes: dict[str, Any], counted: tuple[int, int]) -> None:
    assert rate(Kpi.BREACH_RATE, facts(1, clocks=(clock(**changes),))) == counted


def test_a_miss_counts_under_the_class_that_was_in_force() -> None:
    ticket = facts(1, class_name="P3", clocks=(clock(outcome=Outcome.BREACHED, breached_at=at(10), class_name="P1"),))
    parts = measure_by([ticket], WEEK, NOW, Dimension.CLASS)
    assert {name: part.figures[Kpi.BREACH_RATE].n for name, part in parts.items()} == {"P1": 1, "P3": 0}


def test_missed_targets_of_a_ticket_count_it_once() -> None:
    late = tuple(clock(metric, Outcome.BREACHED, breached_at=at(10)) for metric in (Metric.FIRST_REPLY, Metric.UPDATE))
    assert rate(Kpi.TICKETS_BREACHED, facts(1, clocks=late), facts(2, clocks=(clock(),)), facts(3)) == (1, 2)


def test_within_target_is_the_other_side_of_the_missed_resolutions() -> None:
    ticket = facts(1, clocks=(clock(Metric.RESOLUTION), clock(Metric.FIRST_REPLY, Outcome.BREACHED, breached_at=at(9))))
    assert rate(Kpi.WITHIN_TARGET, ticket) == (1, 1)


def test_what_comes_back_after_the_window_is_not_reopened() -> None:
    ticket = facts(1, state=State.ASSIGNED, solved=(at(1), at(30)), reopened=(at(25), at(100)))
    terms = Terms(now=NOW.now, reopen_window=timedelta(hours=24))
    assert rate(Kpi.REOPEN_RATE, ticket, terms=terms) == (1, 2)


def test_a_solution_whose_window_still_runs_is_shown_as_unfinished() -> None:
    assert figure(Kpi.REOPEN_RATE, facts(1, **SOLVED), terms=Terms(now=at(20))).open_n == 1


# --- escalations ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({}, (0, 0)),
        ({"escalation_due": at(9)}, (0, 1)),
        ({"escalation_due": at(9), "escalations": (RAISED,)}, (1, 1)),
        ({"escalation_due": at(8), "escalations": (RAISED,)}, (0, 1)),
        ({"escalation_due": at(20), "escalations": (RAISED,)}, (1, 1)),
        ({"escalation_due": at(20), "led_since": at(12)}, (1, 1)),
    ],
    ids=["never asked for", "never done", "on time", "late", "early by hand", "by its incident"],
)
def test_an_escalation_is_on_time_where_it_began_before_it_was_due(
    changes: dict[str, Any], counted: tuple[int, int]
) -> None:
    assert rate(Kpi.ON_TIME_ESCALATION, facts(1, **changes)) == counted


def test_a_ticket_with_three_levels_counts_once_and_its_level_is_told() -> None:
    high = EscalationFacts(number=1, trigger=Trigger.CLASS, raised_at=at(9), level=3)
    found = measure([facts(1, escalations=(high,))], WEEK, NOW)
    assert found.figures[Kpi.ESCALATION_RATE].count == 1
    assert found.counts["escalation_level"] == {"3": 1}


def test_checkpoints_are_counted_by_their_due_moment() -> None:
    kept, missed = Checkpoint(due_at=at(10), on_time=True), Checkpoint(due_at=at(11), on_time=False)
    late = Checkpoint(due_at=WEEK.end, on_time=False)
    call = EscalationFacts(number=1, trigger=Trigger.CLASS, raised_at=at(9), checkpoints=(kept, missed, late))
    assert rate(Kpi.CHECKPOINT_ADHERENCE, facts(1, escalations=(call,))) == (1, 2)


# --- decisions --------------------------------------------------------------------------------------------------------


def test_corrected_facts_are_no_override() -> None:
    fix = OverrideFacts(at=at(10), by="lee", is_decision=False, raised=1, asked=("intake",))
    change = OverrideFacts(at=at(10), by="lee", is_decision=True, raised=-1, asked=("class_name",), rules=("vip",))
    tickets = facts(1, overrides=(fix,)), facts(2, overrides=(change,)), facts(3, triaged_at=None)
    assert rate(Kpi.OVERRIDE_RATE, *tickets) == (1, 2)
    assert rate(Kpi.OVERRIDE_UP_RATE, *tickets) == (0, 2)
    assert rate(Kpi.OVERRIDE_DOWN_RATE, *tickets) == (1, 2)
    counted = measure(tickets, WEEK, NOW).counts
    assert counted["override_by_rule"] == {"vip": 1}
    assert counted["data_fix_by_person"] == {"lee": 1}


def test_requests_that_were_withdrawn_or_replaced_are_churn() -> None:
    outcomes = (
        *(ApprovalOutcome.APPROVED, ApprovalOutcome.REJECTED, ApprovalOutcome.EXPIRED, ApprovalOutcome.WITHDRAWN),
        ApprovalOutcome.SUPERSEDED,
    )
    asked = tuple(
        ApprovalFacts(number=n, requested_at=at(9), ended_at=at(10), outcome=each) for n, each in enumerate(outcomes)
    )
    ticket = facts(1, approvals=(*asked, ApprovalFacts(number=9, requested_at=at(9))))
    assert rate(Kpi.APPROVAL_EXPIRY_RATE, ticket) == (1, 3)
    assert rate(Kpi.APPROVAL_REJECTION_RATE, ticket) == (1, 2)
    assert (figure(Kpi.APPROVAL_LATENCY, ticket).n, figure(Kpi.APPROVAL_LATENCY, ticket).open_n) == (2, 1)
    assert measure([ticket], WEEK, NOW).counts["approval_churn"] == {"superseded": 1, "withdrawn": 1}


def test_a_ticket_is_incomplete_after_a_quarter_of_an_hour() -> None:
    blocked = {"blocked_at": at(9), "missing": ("impact",)}
    quick, slow = facts(1, **blocked, triaged_at=at(9.25)), facts(2, **blocked, triaged_at=at(9.3))
    never, young = facts(3, **blocked, triaged_at=None), facts(4, created_at=NOW.now - timedelta(minutes=14))
    assert rate(Kpi.INCOMPLETE_RATE, quick, slow, never, young, facts(5)) == (2, 4)
    assert measure([quick], WEEK, NOW).counts["missing_field"] == {"impact": 1}


# --- results ----------------------------------------------------------------------------------------------------------


def test_a_workaround_leaves_the_problem_where_it_was() -> None:
    codes = ("solved_workaround", "solved_permanent", "user_error", None)
    tickets = [facts(n, closure=Closure(at=at(20), resolution_code=code)) for n, code in enumerate(codes)]
    assert rate(Kpi.PARTIAL_RESOLUTION_RATE, *tickets) == (1, 3)


def test_feedback_gives_satisfaction_and_judges_root_causes() -> None:
    closure = Closure(at=at(20), resolution_code="solved_permanent", cause_category="network")
    wrong = FeedbackFacts(at=at(30), about="correction", field="root_cause", should_be="software")
    right = FeedbackFacts(at=at(31), about="correction", field="root_cause", should_be="network")
    rated = FeedbackFacts(at=at(32), about="satisfaction", rating=4)
    tickets = (
        facts(1, closure=closure, feedback=(wrong,)),
        facts(2, closure=closure, feedback=(wrong, right, rated)),
        facts(3, closure=closure),
    )
    assert rate(Kpi.ROOT_CAUSE_ACCURACY, *tickets) == (1, 2)
    assert figure(Kpi.SATISFACTION, *tickets).value == 4
    assert measure(tickets, WEEK, NOW).counts["correction"] == {"root_cause": 3}


# --- told apart -------------------------------------------------------------------------------------------------------


def test_tickets_that_do_not_say_stand_under_a_name_of_their_own() -> None:
    parts = measure_by([facts(1, customer="acme"), facts(2)], WEEK, NOW, Dimension.CUSTOMER)
    assert {name: part.tickets for name, part in parts.items()} == {"acme": 1, UNSAID: 1}


def test_weeks_are_those_of_the_tenants_zone() -> None:
    late = facts(1, created_at=START - timedelta(minutes=30))
    span = Span(start=START - timedelta(days=7), end=WEEK.end)
    parts = {zone: measure_by([late], span, NOW, Dimension.WEEK, ZoneInfo(zone)) for zone in ("UTC", "Europe/Berlin")}
    assert parts["UTC"]["2026-W09"].tickets == 1
    assert parts["Europe/Berlin"]["2026-W10"].tickets == 1
