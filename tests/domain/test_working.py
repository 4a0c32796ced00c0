"""What do replies, waiting, solving, reopening and closing do to a ticket?"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.sample_cases import AGENT, HOUR, LEAD, MINUTE, MONDAY, after, arrived, blank, clock_of, context
from tests.small_policy import COMPLETE
from triage_core.domain import sla, ticking, triaging, working
from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, NotPermitted, ReasonMissing, TimeOrder
from triage_core.domain.lifecycle import Action, apply
from triage_core.domain.model import SYSTEM, Actor, ActorKind, Link, Outcome, State, Ticket
from triage_core.domain.policy.service_levels import Metric

LATER = MONDAY + 10 * MINUTE
P1: dict[str, Any] = {"impact": "high", "urgency": "high"}


def replied(ticket: Ticket, at: timedelta) -> Ticket:
    steps = working.agent_replied(context(MONDAY + at, AGENT), ticket, public=True, assisted=False)
    return after(ticket, steps)


def asked(ticket: Ticket, at: timedelta) -> Ticket:
    return after(ticket, working.customer_replied(context(MONDAY + at), ticket, substantive=True))


def waiting(ticket: Ticket, at: timedelta, action: Action = Action.WAIT_FOR_CUSTOMER) -> Ticket:
    return after(ticket, working.wait(context(MONDAY + at, AGENT), ticket, action))


def resolved(ticket: Ticket, at: timedelta) -> Ticket:
    return after(ticket, working.resolve(context(MONDAY + at, AGENT), ticket))


class TestAgents:
    def test_a_public_reply_meets_the_first_reply(self) -> None:
        clock = clock_of(replied(arrived(), 10 * MINUTE), "first_reply/1")
        assert (clock.outcome, clock.stopped_at) == (Outcome.MET, LATER)

    def test_an_internal_note_stops_nothing(self) -> None:
        (step,) = working.agent_replied(context(LATER, AGENT), arrived(), public=False, assisted=False)
        assert (step.kind, step.changes) == (Kind.NOTE_ADDED, {})

    def test_a_note_can_be_added_to_a_ticket_that_is_closed_and_to_none_that_is_gone(self) -> None:
        closed = apply(arrived(), {"state": State.CLOSED})
        (step,) = working.agent_replied(context(LATER, AGENT), closed, public=False, assisted=False)
        assert (step.kind, step.changes) == (Kind.NOTE_ADDED, {})
        gone = apply(arrived(), {"state": State.VOID})
        with pytest.raises(ActionNotAllowed, match="add a note to a ticket that is void"):
            working.agent_replied(context(LATER, AGENT), gone, public=False, assisted=False)

    def test_a_reply_that_began_as_a_draft_is_marked(self) -> None:
        (step,) = working.agent_replied(context(LATER, AGENT), arrived(), public=True, assisted=True)
        assert step.facts == {"assisted": True}

    def test_a_reply_takes_an_untouched_ticket_into_work(self) -> None:
        untouched = apply(arrived(), {"state": State.TRIAGED, "owner": None})
        assert replied(untouched, MINUTE).state is State.ASSIGNED

    def test_whoever_replies_on_an_unowned_ticket_becomes_its_owner(self) -> None:
        untouched = apply(arrived(), {"state": State.TRIAGED, "owner": None, "support_tier": None})
        steps = working.agent_replied(context(LATER, LEAD), untouched, public=True, assisted=False)
        assert [(step.kind, step.at) for step in steps] == [(Kind.ASSIGNED, LATER), (Kind.AGENT_REPLIED, LATER)]
        taken = after(untouched, steps)
        assert (taken.state, taken.owner, taken.support_tier, taken.pinned) == (State.ASSIGNED, "lee", 2, ())

    @pytest.mark.parametrize(
        "actor", [Actor(kind=ActorKind.PLATFORM, id="mail"), Actor(kind=ActorKind.PERSON, id="guest")]
    )
    def test_a_reply_of_nobody_on_the_roster_leaves_an_unowned_ticket_unowned(self, actor: Actor) -> None:
        untouched = apply(arrived(), {"state": State.TRIAGED, "owner": None})
        answered = after(
            untouched, working.agent_replied(context(LATER, actor), untouched, public=True, assisted=False)
        )
        assert (answered.state, answered.owner, answered.first_reply_at) == (State.TRIAGED, None, LATER)

    def test_a_reply_reported_late_is_the_first_one_where_it_is_the_earlier_one(self) -> None:
        ticket = replied(replied(arrived(), 30 * MINUTE), 10 * MINUTE)
        assert (ticket.first_reply_at, ticket.last_reply_at) == (LATER, MONDAY + 30 * MINUTE)

    def test_a_reply_reported_late_promises_an_update_that_stands_still_from_the_waiting_on(self) -> None:
        held = replied(waiting(arrived(**P1), 20 * MINUTE), 10 * MINUTE)
        going = after(held, working.resume(context(MONDAY + HOUR), held))
        assert clock_of(going, "update/1").due_at == MONDAY + 80 * MINUTE

    def test_a_reply_on_an_incomplete_ticket_moves_no_clock(self) -> None:
        (step,) = working.agent_replied(context(LATER, AGENT), blank(), public=True, assisted=False)
        assert step.changes == {"first_reply_at": LATER, "last_reply_at": LATER}

    def test_a_reply_on_an_incomplete_ticket_counts_as_the_first_once_it_is_complete(self) -> None:
        blocked = after(blank(), triaging.arrive(context(), blank(), {}))
        answered = after(blocked, working.agent_replied(context(LATER, AGENT), blocked, public=True, assisted=False))
        complete = after(answered, triaging.complete(context(MONDAY + 5 * HOUR), answered, COMPLETE))
        first = clock_of(complete, "first_reply/1")
        assert (first.outcome, first.stopped_at, first.breached_at) == (Outcome.MET, LATER, None)

    def test_a_reply_while_the_customer_is_waited_for_promises_an_update_that_stands_still(self) -> None:
        held = replied(waiting(arrived(**P1), MINUTE), 2 * MINUTE)
        assert clock_of(held, "update/1").paused
        going = after(held, working.resume(context(MONDAY + HOUR), held))
        assert clock_of(going, "update/1").due_at == MONDAY + HOUR + 30 * MINUTE

    def test_a_reply_while_a_third_party_is_waited_for_promises_an_update_that_runs(self) -> None:
        held = replied(waiting(arrived(**P1), MINUTE, Action.WAIT_FOR_THIRD_PARTY), 2 * MINUTE)
        assert clock_of(held, "update/1").runs

    def test_a_reply_on_a_solved_ticket_promises_no_update(self) -> None:
        thanked = replied(resolved(arrived(**P1), 5 * MINUTE), 10 * MINUTE)
        assert not any(clock.runs for clock in thanked.clocks)

    @pytest.mark.parametrize("state", [State.CLOSED, State.MERGED, State.VOID])
    def test_nobody_replies_on_a_ticket_that_is_over(self, state: State) -> None:
        over = apply(arrived(), {"state": state})
        with pytest.raises(ActionNotAllowed):
            replied(over, MINUTE)


class TestCustomers:
    def test_a_message_after_the_first_reply_owes_a_next_reply(self) -> None:
        ticket = asked(replied(arrived(**P1), MINUTE), 5 * MINUTE)
        assert clock_of(ticket, "next_reply/1").due_at == MONDAY + 35 * MINUTE

    def test_a_thank_you_owes_nothing(self) -> None:
        ticket = replied(arrived(**P1), MINUTE)
        (step,) = working.customer_replied(context(LATER), ticket, substantive=False)
        assert (step.changes, step.facts) == ({}, {"substantive": False})

    def test_a_message_ends_the_waiting_for_the_customer_only(self) -> None:
        assert asked(waiting(arrived(), MINUTE), HOUR).state is State.ASSIGNED
        held = waiting(arrived(), MINUTE, Action.WAIT_FOR_THIRD_PARTY)
        assert asked(held, HOUR).state is State.WAITING_THIRD_PARTY

    def test_a_message_reported_late_that_was_answered_already_owes_nothing(self) -> None:
        ticket = asked(replied(arrived(**P1), 10 * MINUTE), 5 * MINUTE)
        assert Metric.NEXT_REPLY not in {clock.metric for clock in ticket.clocks}
        again = asked(replied(asked(ticket, 20 * MINUTE), 30 * MINUTE), 25 * MINUTE)
        assert [clock.id for clock in again.clocks if clock.metric is Metric.NEXT_REPLY] == ["next_reply/1"]

    @pytest.mark.parametrize("intake", [P1, {}])
    def test_a_message_older_than_the_waiting_is_recorded_and_does_not_end_it(self, intake: dict[str, Any]) -> None:
        held = waiting(replied(arrived(**intake), MINUTE), HOUR)
        (step,) = working.customer_replied(context(LATER), held, substantive=True)
        assert (step.kind, apply(held, step.changes).state) == (Kind.CUSTOMER_REPLIED, State.WAITING_CUSTOMER)

    def test_an_automatic_answer_does_not_end_the_waiting(self) -> None:
        (step,) = working.customer_replied(context(LATER), waiting(arrived(), MINUTE), substantive=False)
        assert (step.kind, step.changes) == (Kind.CUSTOMER_REPLIED, {})

    def test_a_message_inside_the_window_reopens_a_solved_ticket_and_owes_a_reply(self) -> None:
        solved = resolved(arrived(**P1), MINUTE)
        ticket = asked(solved, timedelta(days=7) + MINUTE)
        assert (ticket.state, ticket.reopen_count, ticket.resolved_at) == (State.ASSIGNED, 1, None)
        assert clock_of(ticket, "next_reply/1").runs
        assert clock_of(ticket, "first_reply/1") == clock_of(solved, "first_reply/1")

    def test_a_message_after_the_window_or_the_closing_belongs_into_a_follow_up(self) -> None:
        solved = resolved(arrived(), MINUTE)
        late = context(MONDAY + timedelta(days=8))
        closed = after(solved, working.close(context(LATER), solved, ""))
        assert working.needs_follow_up(late, solved)
        assert working.needs_follow_up(context(LATER), closed)
        assert not working.needs_follow_up(context(LATER), solved)
        assert not working.needs_follow_up(late, arrived())
        (step,) = working.customer_replied(late, solved, substantive=True)
        assert step.changes == {}

    def test_a_thank_you_does_not_reopen(self) -> None:
        (step,) = working.customer_replied(context(LATER), resolved(arrived(), MINUTE), substantive=False)
        assert step.kind is Kind.CUSTOMER_REPLIED

    def test_a_message_sent_before_the_solution_and_reported_after_it_does_not_reopen(self) -> None:
        assert asked(resolved(arrived(), HOUR), 10 * MINUTE).state is State.RESOLVED


class TestWaiting:
    def test_the_first_reply_is_due_whoever_is_waited_for(self) -> None:
        assert clock_of(waiting(arrived(), MINUTE), "first_reply/1").runs

    def test_the_reason_is_written_down(self) -> None:
        (step,) = working.wait(context(LATER, AGENT), arrived(), Action.WAIT_FOR_THIRD_PARTY)
        assert (step.kind, step.facts) == (Kind.WAITING, {"for": "waiting_third_party"})

    def test_a_ticket_that_does_not_wait_cannot_resume(self) -> None:
        with pytest.raises(ActionNotAllowed, match="cannot resume"):
            working.resume(context(), arrived())


class TestEnding:
    def test_solving_ends_every_clock(self) -> None:
        ticket = resolved(arrived(), 30 * MINUTE)
        assert ticket.resolved_at == MONDAY + 30 * MINUTE
        assert clock_of(ticket, "first_reply/1").outcome is Outcome.MET_BY_RESOLUTION
        assert clock_of(ticket, "resolution/1").outcome is Outcome.MET

    def test_a_reopening_extends_the_full_resolution(self) -> None:
        ticket = resolved(arrived(), 30 * MINUTE)
        again = after(ticket, working.reopen(context(MONDAY + HOUR), ticket))
        assert clock_of(again, "resolution/1").runs
        last = resolved(again, 2 * HOUR)
        assert clock_of(last, "resolution/1").stopped_at == MONDAY + 2 * HOUR

    def test_a_ticket_is_not_reopened_before_it_was_solved(self) -> None:
        with pytest.raises(TimeOrder, match="the reopening lies before"):
            working.reopen(context(MONDAY), resolved(arrived(), HOUR))

    def test_a_ticket_is_reopened_inside_the_policys_window_only(self) -> None:
        ticket = resolved(arrived(), HOUR)
        week = HOUR + timedelta(days=7)
        assert after(ticket, working.reopen(context(MONDAY + week), ticket)).state is State.ASSIGNED
        with pytest.raises(ActionNotAllowed, match="make a follow-up ticket"):
            working.reopen(context(MONDAY + week + MINUTE), ticket)

    def test_a_ticket_that_nobody_owns_is_reopened_for_assignment(self) -> None:
        unowned = resolved(apply(arrived(), {"state": State.TRIAGED, "owner": None}), HOUR)
        again = after(unowned, working.reopen(context(MONDAY + 2 * HOUR), unowned))
        assert (again.state, [due.purpose for due in ticking.timers(again)][-1]) == (State.TRIAGED, "assignment")

    def test_what_a_person_writes_at_the_closing_is_a_text(self) -> None:
        ticket = resolved(arrived(), MINUTE)
        (step,) = working.close(context(LATER, AGENT), ticket, "Ann called Mr Smith")
        assert step.texts == {"reason": "Ann called Mr Smith"}
        assert "Smith" not in repr((step.facts, step.changes))
        assert apply(ticket, step.changes).closed_at == LATER

    @pytest.mark.parametrize("action", [Action.MERGE, Action.VOID])
    def test_merging_and_voiding_cancel_every_clock_and_the_offer(self, action: Action) -> None:
        ticket = arrived(**P1)
        ended = after(ticket, working.end(context(LATER, LEAD), ticket, action, "test ticket"))
        assert {clock.outcome for clock in ended.clocks} == {Outcome.CANCELLED}
        assert (ticking.timers(ended), ended.is_open) == ((), False)

    def test_merging_links_the_survivor(self) -> None:
        ticket = arrived()
        merged = after(ticket, working.end(context(LATER, LEAD), ticket, Action.MERGE, "same fault", "t9"))
        assert merged.links == (Link(kind="merged_into", to="t9"),)

    def test_ending_a_ticket_otherwise_needs_a_reason_which_is_a_text(self) -> None:
        with pytest.raises(ReasonMissing, match="to void needs a reason"):
            working.end(context(), arrived(), Action.VOID, "  ")
        (step,) = working.end(context(), arrived(), Action.VOID, "spam of Mr Smith")
        assert "Smith" not in repr((step.facts, step.changes))


@pytest.mark.parametrize("who", [AGENT, SYSTEM], ids=["agent", "flow"])
def test_a_gated_ticket_is_not_done_away_with_but_by_a_person_who_may_lower_caution(who: Actor) -> None:
    with pytest.raises(NotPermitted, match="void a gated ticket"):
        working.end(context(LATER, who), arrived(**P1), Action.VOID, "spam")
    assert working.end(context(LATER, LEAD), arrived(**P1), Action.VOID, "spam")
    assert working.end(context(LATER, who), arrived(), Action.VOID, "spam")


def test_a_breach_before_the_merge_stays_a_breach() -> None:
    ticket = arrived(**P1)
    ended = after(ticket, working.end(context(MONDAY + HOUR, LEAD), ticket, Action.MERGE, "same fault"))
    late = [clock.metric for clock in ended.clocks if clock.outcome is Outcome.BREACHED]
    assert late == [Metric.FIRST_REPLY]


def test_the_whole_life_of_a_ticket_measures_each_metric_as_defined() -> None:
    ticket = arrived(**P1)
    moves = [
        partial(replied, at=10 * MINUTE),
        partial(waiting, at=20 * MINUTE),
        partial(asked, at=80 * MINUTE),
        partial(replied, at=100 * MINUTE),
        partial(resolved, at=120 * MINUTE),
        partial(asked, at=180 * MINUTE),
        partial(resolved, at=200 * MINUTE),
    ]
    for step in moves:
        ticket = step(ticket)
    ended = {clock.id: (clock.stopped_at or MONDAY) - MONDAY for clock in ticket.clocks}
    assert ended == {
        "first_reply/1": 10 * MINUTE,
        "resolution/1": 200 * MINUTE,
        "update/2": 120 * MINUTE,
        "next_reply/2": 200 * MINUTE,
    }
    assert sla.next_edge(ticket.clocks) is None
