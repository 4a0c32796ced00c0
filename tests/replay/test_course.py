"""Does a ticket end where a log shows it, by moves of the lifecycle, and with a mark on those that it refuses?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from triage_core.domain.context import Context
from triage_core.domain.entry import Kind
from triage_core.domain.lifecycle import move
from triage_core.domain.model import Actor, ActorKind, Outcome, State, Ticket
from triage_core.domain.playbook import Playbook
from triage_core.replay.course import WAYS, Course
from triage_core.replay.mapping import LogState
from triage_core.replay.rows import Row, Said

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STATES: tuple[State, ...] = get_args(LogState)
CONSTANTS = {"affected_system": "unspecified", "customer_tier": "standard", "data_sensitivity": "internal"}
FIRST = {**CONSTANTS, "impact": "medium", "urgency": "medium"}
SOURCE = Actor(kind=ActorKind.PLATFORM, id="desk", roles=("lead",))
#: What an imported log may show and the lifecycle does not allow.
REFUSED = {
    *((here, State.CLOSED) for here in STATES if here not in {State.RESOLVED, State.CLOSED}),
    *((State.CLOSED, there) for there in STATES if there is not State.CLOSED),
}


def row(state: State, at: datetime, intake: dict[str, str] = FIRST) -> Row:
    return Row("T-1", START, at, Said(state, intake, None, ()))


class Desk:
    """One ticket that follows the rows it is shown."""

    def __init__(self, playbook: Playbook, intake: dict[str, str] = FIRST) -> None:
        self.playbook, self.now, self.intake = playbook, START, intake
        blank = Ticket(
            tenant="t", id="1", source="desk", source_id="1", state=State.INCOMPLETE, created_at=START, updated_at=START
        )
        arrived = Course(self.context, blank)
        arrived.arrive(intake)
        self.ticket, self.state = arrived.ticket, State.TRIAGED

    @property
    def context(self) -> Context:
        return Context(playbook=self.playbook, now=self.now, actor=SOURCE)

    def show(self, state: State, intake: dict[str, str] | None = None, *, reply: bool = False) -> Course:
        self.now += MINUTE
        intake = self.intake if intake is None else intake
        course = Course(self.context, self.ticket)
        course.follow(row(state, self.now, intake), self.intake, moved=state is not self.state, reply=reply)
        self.ticket, self.state, self.intake = course.ticket, state, intake
        return course


@pytest.fixture
def desk(playbook: Playbook) -> Desk:
    return Desk(playbook)


def outcomes(ticket: Ticket) -> set[Outcome]:
    return {clock.outcome for clock in ticket.clocks}


def test_there_is_a_way_between_any_two_states_of_a_log() -> None:
    assert WAYS.keys() == {(here, there) for here in STATES for there in STATES}


@pytest.mark.parametrize("here", STATES)
@pytest.mark.parametrize("there", STATES)
def test_a_way_is_a_chain_of_the_lifecycles_own_moves_unless_it_is_marked(here: State, there: State) -> None:
    refused = False
    state = here
    for action in WAYS[here, there]:
        try:
            state = move(state, action)
        except Exception:  # noqa: BLE001 - any refusal counts
            refused = True
            break
    assert refused == ((here, there) in REFUSED)
    if not refused and there is not State.TRIAGED:
        assert state is there


@given(path=st.lists(st.sampled_from(STATES), max_size=12), corrected=st.lists(st.booleans(), min_size=12))
def test_a_ticket_ends_where_the_log_shows_it(playbook: Playbook, path: list[State], corrected: list[bool]) -> None:
    desk = Desk(playbook)
    for state, correct in zip(path, corrected, strict=False):
        course = desk.show(state, {**FIRST, "impact": "high"} if correct else FIRST)
        open_states = {State.TRIAGED, State.ASSIGNED}
        assert desk.ticket.state in ({state} if state not in open_states else open_states)
        assert bool(course.irregular) == any(step.irregular for step in course.steps)
    assert desk.ticket.class_name == ("P2" if path and corrected[len(path) - 1] else "P3")


def test_closing_without_a_solution_is_irregular_and_cancels_the_clocks(desk: Desk) -> None:
    desk.show(State.ASSIGNED)
    course = desk.show(State.CLOSED)
    assert course.irregular == ["close while assigned"]
    assert [(step.kind, step.irregular) for step in course.steps] == [(Kind.CLOSED, True)]
    assert desk.ticket.resolved_at is None
    assert outcomes(desk.ticket) == {Outcome.CANCELLED}


def test_work_on_a_closed_ticket_is_irregular_and_reopens_it(desk: Desk) -> None:
    for state in (State.RESOLVED, State.CLOSED):
        desk.show(state)
    course = desk.show(State.ASSIGNED)
    assert course.irregular == ["reopen while closed"]
    assert (desk.ticket.closed_at, desk.ticket.resolved_at, desk.ticket.reopen_count) == (None, None, 1)


def test_a_correction_in_the_row_of_the_solution_comes_before_it(desk: Desk) -> None:
    course = desk.show(State.RESOLVED, {**FIRST, "impact": "high"})
    assert [step.kind for step in course.steps] == [Kind.OVERRIDDEN, Kind.RESOLVED]
    assert course.irregular == []


def test_a_reopening_after_the_window_is_irregular_and_happens_all_the_same(desk: Desk) -> None:
    desk.show(State.RESOLVED)
    desk.now += timedelta(days=400)
    course = desk.show(State.WAITING_CUSTOMER)
    assert course.irregular == ["reopen while resolved"]
    assert (desk.ticket.state, desk.ticket.resolved_at) == (State.WAITING_CUSTOMER, None)


def test_a_ticket_that_nobody_owns_is_worked_on_after_its_reopening(desk: Desk) -> None:
    desk.ticket = replace(desk.ticket, state=State.TRIAGED, owner=None)
    desk.show(State.RESOLVED)
    assert desk.show(State.WAITING_CUSTOMER).irregular == []
    assert desk.ticket.state is State.WAITING_CUSTOMER


def test_a_correction_in_the_row_of_the_reopening_comes_after_it(desk: Desk) -> None:
    desk.show(State.RESOLVED)
    course = desk.show(State.ASSIGNED, {**FIRST, "impact": "high"})
    assert [step.kind for step in course.steps] == [Kind.REOPENED, Kind.OVERRIDDEN]


def test_a_correction_of_a_solved_ticket_is_irregular_and_holds(desk: Desk) -> None:
    desk.show(State.RESOLVED)
    course = desk.show(State.RESOLVED, {**FIRST, "impact": "high"})
    assert course.irregular == ["override while resolved"]
    assert (desk.ticket.class_name, desk.ticket.state) == ("P2", State.RESOLVED)


def test_the_lowering_of_a_gated_class_is_carried_out_by_the_roles_of_the_mapping(playbook: Playbook) -> None:
    desk = Desk(playbook, {**FIRST, "impact": "high", "urgency": "high"})
    desk.show(State.ASSIGNED, FIRST)
    assert (desk.ticket.first_class, desk.ticket.class_name) == ("P1", "P3")


def test_a_value_that_the_policy_does_not_list_changes_nothing(desk: Desk) -> None:
    course = desk.show(State.ASSIGNED, {**FIRST, "impact": "unheard"})
    assert course.irregular == ["override with an unlisted value while assigned"]
    assert desk.ticket.class_name == "P3"


def test_a_value_that_got_lost_changes_nothing(desk: Desk) -> None:
    course = desk.show(State.ASSIGNED, {**CONSTANTS, "urgency": "medium"})
    assert [step.kind for step in course.steps] == [Kind.ASSIGNED]


def test_the_stand_in_for_the_first_reply_stops_its_clock(desk: Desk) -> None:
    course = desk.show(State.ASSIGNED, reply=True)
    assert [step.kind for step in course.steps] == [Kind.AGENT_REPLIED]
    assert desk.ticket.clocks[0].outcome is Outcome.MET


def test_what_time_did_stands_before_the_move(desk: Desk) -> None:
    desk.now += timedelta(hours=80)
    kinds = [step.kind for step in desk.show(State.RESOLVED).steps]
    assert kinds[-1] is Kind.RESOLVED
    assert kinds.count(Kind.SLA_BREACHED) == 4


def test_a_blocked_ticket_stays_blocked_and_its_moves_are_noted(playbook: Playbook) -> None:
    desk = Desk(playbook, CONSTANTS)
    course = desk.show(State.ASSIGNED)
    assert desk.ticket.state is State.INCOMPLETE
    assert course.irregular == ["show assigned while incomplete"]
    assert [(step.kind, step.irregular) for step in course.steps] == [(Kind.NOTE_ADDED, True)]


def test_a_blocked_ticket_goes_on_once_the_log_says_what_was_missing(playbook: Playbook) -> None:
    desk = Desk(playbook, CONSTANTS)
    desk.show(State.ASSIGNED)
    course = desk.show(State.RESOLVED, FIRST)
    assert course.irregular == []
    assert (desk.ticket.state, desk.ticket.class_name) == (State.RESOLVED, "P3")
