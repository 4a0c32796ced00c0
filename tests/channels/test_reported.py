"""Does a reported state become exactly the moves that lead there, and never one that the lifecycle refuses?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.sample_cases import AGENT, HOUR, MINUTE
from tests.sample_desk import TENANT, SampleDesk
from tests.small_policy import COMPLETE
from triage_core.channels import reconcile
from triage_core.domain.happening import Event, Happened
from triage_core.domain.model import State, Ticket

#: How a ticket of the sample desk comes into each state that a report may find it in.
WAYS: dict[State, tuple[Happened, ...]] = {
    State.INCOMPLETE: (),
    State.ASSIGNED: (),
    State.WAITING_CUSTOMER: (Happened.WAITING_CUSTOMER,),
    State.WAITING_THIRD_PARTY: (Happened.WAITING_THIRD_PARTY,),
    State.RESOLVED: (Happened.RESOLVED,),
    State.CLOSED: (Happened.RESOLVED, Happened.CLOSED),
    State.MERGED: (Happened.MERGED,),
    State.VOID: (Happened.VOIDED,),
}
#: Where a ticket stands once its source's report is done, for the tickets that can go there.
ENDS = {
    Happened.RESUMED: {State.ASSIGNED},
    Happened.WAITING_CUSTOMER: {State.WAITING_CUSTOMER},
    Happened.WAITING_THIRD_PARTY: {State.WAITING_THIRD_PARTY},
    Happened.RESOLVED: {State.RESOLVED},
    Happened.CLOSED: {State.CLOSED},
    Happened.MERGED: {State.MERGED},
    Happened.VOIDED: {State.VOID},
}


def standing(state: State) -> tuple[SampleDesk, Ticket]:
    """Return a desk with one ticket in a state."""
    desk = SampleDesk()
    desk.submit(intake={} if state is State.INCOMPLETE else COMPLETE)
    desk.submit(2)
    for what in WAYS[state]:
        desk.passes(MINUTE)
        desk.record(what, reason="because", into="t2" if what is Happened.MERGED else None)
    desk.passes(HOUR)
    assert desk.read().state is state
    return desk, desk.read()


def report(desk: SampleDesk, what: Happened) -> Ticket:
    """Record a report the way a handler does."""
    reported = Event(what=what, at=desk.now, source_event_id=f"x:{what}", reason="because")
    for event in reconcile(reported, desk.read()):
        desk.triage.record(TENANT, "t1", event, AGENT)
    return desk.read()


@pytest.mark.parametrize("what", list(Happened))
@pytest.mark.parametrize("state", list(WAYS))
def test_no_report_asks_for_a_move_that_is_refused(state: State, what: Happened) -> None:
    desk, _ = standing(state)
    report(desk, what)


@pytest.mark.parametrize("what", list(ENDS))
@pytest.mark.parametrize("state", [State.ASSIGNED, State.WAITING_CUSTOMER, State.WAITING_THIRD_PARTY, State.RESOLVED])
def test_a_report_leads_the_ticket_where_its_source_stands(state: State, what: Happened) -> None:
    desk, _ = standing(state)
    assert report(desk, what).state in ENDS[what]


@pytest.mark.parametrize("what", list(ENDS))
@pytest.mark.parametrize("state", list(WAYS))
def test_the_same_report_twice_is_one(state: State, what: Happened) -> None:
    desk, _ = standing(state)
    once = report(desk, what)
    assert report(desk, what) == once


@pytest.mark.parametrize("what", [Happened.RESUMED, Happened.WAITING_CUSTOMER, Happened.RESOLVED, Happened.CLOSED])
def test_a_blocked_ticket_stays_blocked_whatever_its_source_reports(what: Happened) -> None:
    desk, _ = standing(State.INCOMPLETE)
    assert report(desk, what).state is State.INCOMPLETE


def test_an_old_report_does_not_reopen_a_ticket_that_was_solved_after_it() -> None:
    _, solved = standing(State.RESOLVED)
    assert solved.resolved_at is not None
    old = Event(what=Happened.RESUMED, at=solved.resolved_at - timedelta(seconds=1))
    assert reconcile(old, solved) == ()
    assert [event.what for event in reconcile(Event(what=Happened.RESUMED), solved)] == [Happened.REOPENED]


def test_the_steps_of_one_report_have_ids_of_their_own() -> None:
    _, waiting = standing(State.WAITING_CUSTOMER)
    events = reconcile(Event(what=Happened.WAITING_THIRD_PARTY, source_event_id="x"), waiting)
    assert [event.source_event_id for event in events] == ["x:resumed", "x"]
