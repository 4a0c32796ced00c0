"""What does each reported event do, and when?"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from tests.sample_cases import HOUR, MINUTE, MONDAY, arrived, context
from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, NaiveTime, TimeOrder
from triage_core.domain.happening import Event, Happened, moment, steps_of
from triage_core.domain.lifecycle import apply
from triage_core.domain.model import State

NOW = MONDAY + HOUR


@pytest.mark.parametrize(
    ("what", "state", "kind", "then"),
    [
        (Happened.AGENT_REPLIED, State.ASSIGNED, Kind.AGENT_REPLIED, State.ASSIGNED),
        (Happened.CUSTOMER_REPLIED, State.ASSIGNED, Kind.CUSTOMER_REPLIED, State.ASSIGNED),
        (Happened.NOTE_ADDED, State.ASSIGNED, Kind.NOTE_ADDED, State.ASSIGNED),
        (Happened.WAITING_CUSTOMER, State.ASSIGNED, Kind.WAITING, State.WAITING_CUSTOMER),
        (Happened.WAITING_THIRD_PARTY, State.ASSIGNED, Kind.WAITING, State.WAITING_THIRD_PARTY),
        (Happened.RESUMED, State.WAITING_CUSTOMER, Kind.RESUMED, State.ASSIGNED),
        (Happened.RESOLVED, State.ASSIGNED, Kind.RESOLVED, State.RESOLVED),
        (Happened.REOPENED, State.RESOLVED, Kind.REOPENED, State.ASSIGNED),
        (Happened.CLOSED, State.RESOLVED, Kind.CLOSED, State.CLOSED),
        (Happened.MERGED, State.ASSIGNED, Kind.MERGED, State.MERGED),
        (Happened.VOIDED, State.ASSIGNED, Kind.VOIDED, State.VOID),
    ],
)
def test_every_event_becomes_a_line_and_a_move(what: Happened, state: State, kind: Kind, then: State) -> None:
    ticket = apply(arrived(), {"state": state})
    (step,) = steps_of(context(NOW), ticket, Event(what=what, reason="test"))
    assert (step.kind, step.at, apply(ticket, step.changes).state) == (kind, NOW, then)


def test_an_event_that_does_not_fit_is_refused_with_what_does() -> None:
    with pytest.raises(ActionNotAllowed, match="cannot close a ticket that is assigned; allowed: assign"):
        steps_of(context(NOW), arrived(), Event(what=Happened.CLOSED))


def test_an_event_reported_late_happens_at_its_own_time() -> None:
    (step,) = steps_of(context(NOW), arrived(), Event(what=Happened.RESOLVED, at=MONDAY + MINUTE))
    assert (step.at, step.changes["resolved_at"]) == (MONDAY + MINUTE, MONDAY + MINUTE)


def test_a_source_whose_clock_runs_ahead_reports_the_present() -> None:
    (step,) = steps_of(context(NOW), arrived(), Event(what=Happened.RESOLVED, at=NOW + HOUR))
    assert step.at == NOW


def test_moments_are_kept_in_utc() -> None:
    local = MONDAY.astimezone(timezone(timedelta(hours=2)))
    found = moment(Event(what=Happened.RESOLVED, at=local), NOW)
    assert (found, found.utcoffset()) == (MONDAY, timedelta())


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = Event(what=Happened.RESOLVED, at=datetime(2026, 3, 2, 9))  # noqa: DTZ001 - the point of the test
    with pytest.raises(NaiveTime, match="at has no time zone"):
        steps_of(context(NOW), arrived(), naive)


def test_an_event_before_the_ticket_is_refused() -> None:
    with pytest.raises(TimeOrder, match="the event lies before"):
        steps_of(context(NOW), arrived(), Event(what=Happened.RESOLVED, at=MONDAY - MINUTE))


def test_a_merge_without_a_reason_says_where_it_came_from() -> None:
    (step,) = steps_of(context(NOW), arrived(), Event(what=Happened.MERGED, into="t9"))
    assert step.texts == {"reason": "merged in the source system"}
