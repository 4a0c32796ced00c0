"""Are promises of a closing reminded of, overdue and kept, however late somebody looks?"""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.sample_cases import AGENT, HOUR, LEAD, MONDAY, after, blank, context
from triage_core.domain.closure.following import FollowUpNotFound, done, due, next_due
from triage_core.domain.closure.items import ActionItem
from triage_core.domain.entry import Kind
from triage_core.domain.errors import NotPermitted
from triage_core.domain.model import SYSTEM, Actor, ActorKind, State, Ticket

REMINDED, OVERDUE = Kind.ACTION_REMINDED, Kind.ACTION_OVERDUE


def item(name: str, due_in: float, remind_in: float | None = None, owner: str = "ann") -> ActionItem:
    remind_at = None if remind_in is None else MONDAY + remind_in * HOUR
    return ActionItem(id=name, owner=owner, due_at=MONDAY + due_in * HOUR, remind_at=remind_at)


def closed(*items: ActionItem) -> Ticket:
    return blank(state=State.CLOSED, closed_at=MONDAY, actions=items)


def told(ticket: Ticket, now: datetime) -> list[tuple[Kind, str, datetime | None]]:
    return [(step.kind, step.facts["action"], step.at) for step in due(ticket, now)]


TWO = closed(item("fix", 10, 5), item("prevention-1", 7, 2))


def test_nothing_is_due_before_its_time() -> None:
    assert told(TWO, MONDAY + HOUR) == []
    assert next_due(TWO) == (MONDAY + 2 * HOUR, "t1/action/prevention-1/reminded")


def test_edges_come_in_the_order_in_which_they_happened() -> None:
    assert told(TWO, MONDAY + 20 * HOUR) == [
        (REMINDED, "prevention-1", MONDAY + 2 * HOUR),
        (REMINDED, "fix", MONDAY + 5 * HOUR),
        (OVERDUE, "prevention-1", MONDAY + 7 * HOUR),
        (OVERDUE, "fix", MONDAY + 10 * HOUR),
    ]


def test_a_promise_without_reminder_only_becomes_overdue() -> None:
    assert told(closed(item("fix", 1)), MONDAY + HOUR) == [(OVERDUE, "fix", MONDAY + HOUR)]


def test_a_ticket_that_promised_nothing_is_never_due() -> None:
    assert (due(closed(), MONDAY), next_due(closed())) == ([], None)


@given(looks=st.lists(st.integers(0, 12), max_size=6))
def test_late_doubled_and_lost_looks_end_in_the_same_lines(looks: list[int]) -> None:
    ticket, lines = TWO, []
    for hours in (*sorted(looks), 12):
        steps = due(ticket, MONDAY + hours * HOUR)
        ticket = after(ticket, steps)
        lines += steps
    assert lines == due(TWO, MONDAY + 12 * HOUR)
    assert next_due(ticket) is None


def test_the_owner_keeps_a_promise_once() -> None:
    here = context(MONDAY + HOUR, AGENT)
    (step,) = done(here, TWO, "fix", "rolled out")
    assert (step.kind, step.facts["overdue"], step.texts) == (Kind.ACTION_DONE, False, {"note": "rolled out"})
    kept = after(TWO, [step])
    assert kept.actions[0].done_at == MONDAY + HOUR
    assert done(here, kept, "fix") == []
    assert told(kept, MONDAY + 20 * HOUR) == told(closed(TWO.actions[1]), MONDAY + 20 * HOUR)


def test_what_is_kept_late_stays_overdue() -> None:
    late = after(TWO, due(TWO, MONDAY + 20 * HOUR))
    (step,) = done(context(MONDAY + 20 * HOUR, AGENT), late, "fix")
    assert step.facts["overdue"] is True
    assert after(late, [step]).actions[0].overdue


BOB = Actor(kind=ActorKind.PERSON, id="bob", roles=("agent",))


def test_somebody_else_keeps_it_only_by_right() -> None:
    with pytest.raises(NotPermitted, match=r"somebody else's promise.*lead"):
        done(context(actor=BOB), TWO, "fix")
    assert done(context(actor=LEAD), TWO, "fix")
    assert done(context(actor=SYSTEM), TWO, "fix")


def test_a_customer_keeps_none() -> None:
    with pytest.raises(NotPermitted):
        done(context(actor=replace(BOB, kind=ActorKind.CUSTOMER, id="ann")), TWO, "fix")


def test_an_unknown_promise_is_told_without_its_name() -> None:
    with pytest.raises(FollowUpNotFound):
        done(context(actor=AGENT), TWO, "prevention-2")
