"""Does a ticket that stays take over the older beginning, the earlier answer and the graver decision?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.sample_cases import AGENT, HOUR, LEAD, MINUTE, MONDAY, PLAYBOOK, after, arrived, clock_of, context
from triage_core.domain import overriding, working
from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, ReasonMissing
from triage_core.domain.lifecycle import Step
from triage_core.domain.merging import MergeRefused, check, leave, take_over
from triage_core.domain.model import Link, Mode, Outcome, RiskTag, State, TagSource, Ticket
from triage_core.domain.overriding import Correction

NOW = MONDAY + 3 * HOUR
HERE = context(NOW, AGENT)


def ticket(name: str = "t1", at: datetime = MONDAY, **intake: Any) -> Ticket:
    made = arrived(**intake)
    clocks = tuple(_later(clock, at - MONDAY) for clock in made.clocks)
    ms = int((at - MONDAY).total_seconds() * 1000)
    return replace(made, id=name, created_at=at, clocks=clocks, order_key=made.order_key + ms)


def _later(clock: Any, by: timedelta) -> Any:
    calendar = PLAYBOOK.promises.calendar(clock.calendar)
    start = clock.started_at + by
    due = calendar.add(start, clock.target)
    return replace(clock, started_at=start, due_at=due, warn_at=calendar.back(due, clock.target / 2))


def replied(of: Ticket, at: datetime) -> Ticket:
    return after(of, working.agent_replied(context(at, AGENT), of, public=True, assisted=False))


def joined(survivor: Ticket, child: Ticket, now: datetime = NOW) -> Ticket:
    return after(survivor, take_over(context(now, AGENT), survivor, child))


OLD, NEW = ticket("t1"), ticket("t2", MONDAY + HOUR)


class TestBeginning:
    def test_the_older_beginning_holds_whichever_stays(self) -> None:
        assert joined(OLD, NEW).created_at == joined(NEW, OLD).created_at == MONDAY

    def test_every_clock_that_runs_begins_with_it(self) -> None:
        stays = joined(NEW, OLD, MONDAY + HOUR)
        assert {clock.metric: clock.started_at for clock in stays.clocks} == dict.fromkeys(
            [clock.metric for clock in OLD.clocks], MONDAY
        )
        assert clock_of(stays, "resolution/1").due_at == clock_of(OLD, "resolution/1").due_at

    def test_what_was_promised_before_is_breached_at_its_true_moment(self) -> None:
        steps = take_over(HERE, NEW, OLD)
        breached = [(step.facts["metric"], step.at) for step in steps if step.kind is Kind.SLA_BREACHED]
        assert breached == [("first_reply", MONDAY + HOUR)]

    def test_what_is_older_already_changes_no_clock(self) -> None:
        assert "clocks" not in take_over(context(MONDAY + HOUR), OLD, NEW)[0].changes

    def test_the_queue_shows_the_true_wait(self) -> None:
        assert joined(NEW, OLD).order_key == OLD.order_key

    def test_both_are_linked(self) -> None:
        assert Link(kind="merged_from", to="t2") in joined(OLD, NEW).links
        (step,) = leave(HERE, NEW, "the same", "t1")
        assert after(NEW, [step]).links == (Link(kind="merged_into", to="t1"),)


class TestFirstReply:
    def test_an_answer_on_the_other_ticket_counts(self) -> None:
        stays = joined(OLD, replied(NEW, MONDAY + HOUR + 5 * MINUTE), MONDAY + 2 * HOUR)
        assert stays.first_reply_at == MONDAY + HOUR + 5 * MINUTE
        first = clock_of(stays, "first_reply/1")
        assert (first.outcome, first.breached_at) == (Outcome.BREACHED, MONDAY + HOUR)

    def test_an_earlier_answer_on_the_older_ticket_meets_the_promise(self) -> None:
        stays = joined(NEW, replied(OLD, MONDAY + 10 * MINUTE), MONDAY + 2 * HOUR)
        first = clock_of(stays, "first_reply/1")
        assert (first.outcome, first.started_at, first.stopped_at) == (Outcome.MET, MONDAY, MONDAY + 10 * MINUTE)

    def test_the_earlier_of_two_answers_holds(self) -> None:
        stays = joined(replied(OLD, MONDAY + 50 * MINUTE), replied(NEW, MONDAY + HOUR + MINUTE))
        assert (stays.first_reply_at, stays.last_reply_at) == (MONDAY + 50 * MINUTE, MONDAY + HOUR + MINUTE)
        again = joined(replied(NEW, MONDAY + 90 * MINUTE), replied(OLD, MONDAY + 40 * MINUTE))
        assert clock_of(again, "first_reply/1").stopped_at == MONDAY + 40 * MINUTE

    def test_a_breach_is_never_taken_back(self) -> None:
        late = replied(NEW, NEW.created_at + 2 * HOUR)
        stays = joined(late, replied(OLD, MONDAY + MINUTE), MONDAY + 4 * HOUR)
        assert clock_of(stays, "first_reply/1").breached_at == NEW.created_at + HOUR

    def test_a_message_that_nobody_answered_is_still_owed_an_answer(self) -> None:
        urgent: dict[str, Any] = {"impact": "high", "urgency": "high"}
        answered = replied(ticket("t1", **urgent), MONDAY + 5 * MINUTE)
        stays = joined(answered, ticket("t2", MONDAY + 20 * MINUTE, **urgent), MONDAY + 21 * MINUTE)
        owed = clock_of(stays, "next_reply/1")
        assert (owed.outcome, owed.started_at) == (Outcome.OPEN, MONDAY + 20 * MINUTE)


class TestGraver:
    def test_the_higher_class_holds_and_stays(self) -> None:
        high = ticket("t2", MONDAY, impact="high", urgency="high")
        stays = joined(OLD, high, MONDAY + MINUTE)
        assert (stays.class_name, stays.class_rank, stays.pinned) == ("P1", 0, ("class_name",))
        assert (stays.gate_required, stays.must_escalate) == (True, True)
        assert clock_of(stays, "first_reply/2").target == 15 * MINUTE

    def test_a_lower_class_changes_nothing(self) -> None:
        low = ticket("t2", MONDAY, impact="low", urgency="low")
        assert joined(OLD, low).class_name == "P2"
        assert [step.kind for step in take_over(context(MONDAY), OLD, low)] == [Kind.TOOK_OVER]

    def test_a_new_target_that_is_used_up_is_breached_at_the_merging(self) -> None:
        high = ticket("t2", MONDAY, impact="high", urgency="high")
        stays = joined(OLD, high, MONDAY + 30 * MINUTE)
        first = clock_of(stays, "first_reply/2")
        assert (first.breached_at, first.breach_cause) == (MONDAY + 30 * MINUTE, "retarget")

    def test_tags_that_a_rule_found_stay_though_no_word_of_them_is_here(self) -> None:
        risky = replace(
            NEW, tags=(RiskTag(name="billing", source=TagSource.RULE),), gate_required=True, suspicious=True
        )
        stays = joined(OLD, risky)
        assert stays.tags == (RiskTag(name="billing", source=TagSource.SOURCE),)
        again = overriding.override(context(NOW, LEAD), stays, Correction(intake={"urgency": "high"}, reason="because"))
        assert (after(stays, again).tag_names, after(stays, again).gate_required) == (("billing",), True)

    def test_a_tag_that_a_person_took_off_stays_off(self) -> None:
        cleared = replace(OLD, cleared_tags=("billing",))
        assert joined(cleared, replace(NEW, tags=(RiskTag(name="billing", source=TagSource.RULE),))).tags == ()

    def test_names_of_another_policy_are_left_out(self) -> None:
        strange = replace(
            NEW, class_name="Z", class_rank=0, severity="huge", tags=(RiskTag(name="x", source=TagSource.PERSON),)
        )
        stays = joined(OLD, strange)
        assert (stays.class_name, stays.severity, stays.tags) == ("P2", "sev4", ())

    def test_owners_of_the_higher_class_are_asked(self) -> None:
        high = ticket("t2", MONDAY, impact="high", urgency="high")
        owned = replace(OLD, owner="ann", state=State.ASSIGNED)
        stays = joined(owned, high, MONDAY + MINUTE)
        assert stays.owner == "ann"
        assert stays.handover is not None
        assert stays.handover.to == "lee"


class TestRefusals:
    @pytest.mark.parametrize(
        ("into", "child", "why"),
        [
            (OLD, OLD, "into itself"),
            (replace(OLD, state=State.RESOLVED), NEW, "is over"),
            (replace(OLD, state=State.CLOSED), NEW, "is over"),
            (replace(OLD, state=State.MERGED), NEW, "is over"),
            (replace(OLD, mode=Mode.DRILL), NEW, "counts"),
            (replace(OLD, requester_key="a"), replace(NEW, requester_key="b"), "different people"),
            (replace(OLD, customer="a"), replace(NEW, customer="b"), "different people"),
            (replace(OLD, class_name=None, state=State.INCOMPLETE), NEW, "incomplete"),
        ],
    )
    def test_what_does_not_belong_together_stays_apart(self, into: Ticket, child: Ticket, why: str) -> None:
        with pytest.raises(MergeRefused, match=why):
            check(into, child)

    def test_the_same_sender_or_an_unknown_one_does_not_stand_against_it(self) -> None:
        check(replace(OLD, requester_key="a", customer="c"), replace(NEW, requester_key="a"))
        check(OLD, replace(NEW, class_name=None, state=State.INCOMPLETE))

    def test_a_ticket_that_is_over_cannot_leave(self) -> None:
        with pytest.raises(ActionNotAllowed):
            leave(HERE, replace(NEW, state=State.CLOSED), "the same", "t1")

    def test_it_needs_a_reason(self) -> None:
        with pytest.raises(ReasonMissing):
            leave(HERE, NEW, " ", "t1")


def test_the_one_that_goes_has_its_clocks_cancelled_and_says_why() -> None:
    (step,) = leave(context(NEW.created_at + MINUTE), NEW, "the same", "t1")
    assert step.facts["closure_cause"] == "merged"
    assert {clock.outcome for clock in after(NEW, [step]).clocks} == {Outcome.CANCELLED}


def test_two_incomplete_tickets_become_one() -> None:
    blocked = [replace(one, class_name=None, state=State.INCOMPLETE, clocks=(), order_key=0) for one in (NEW, OLD)]
    assert joined(blocked[0], blocked[1]).created_at == MONDAY


times = st.integers(0, 300).map(lambda minutes: MONDAY + minutes * MINUTE)
intakes = st.fixed_dictionaries({name: st.sampled_from(("high", "medium", "low")) for name in ("impact", "urgency")})


@st.composite
def tickets(draw: st.DrawFn, name: str) -> Ticket:
    at = draw(times)
    made = ticket(name, at, **draw(intakes))
    reply = draw(st.none() | st.integers(0, 200))
    return made if reply is None else replied(made, at + reply * MINUTE)


@given(one=tickets("t1"), other=tickets("t2"))
def test_what_is_left_is_never_younger_milder_or_later_answered(one: Ticket, other: Ticket) -> None:
    now = MONDAY + 600 * MINUTE
    steps: list[Step] = take_over(context(now), one, other)
    stays = after(one, steps)
    assert stays.created_at == min(one.created_at, other.created_at)
    assert stays.class_rank == min(one.class_rank, other.class_rank)
    replies = [ticket.first_reply_at for ticket in (one, other) if ticket.first_reply_at]
    assert stays.first_reply_at == min(replies, default=None)
    assert stays.order_key <= one.order_key
    late = {clock.id: clock.breached_at for clock in one.clocks if clock.breached_at}
    now_late = {clock.id: clock.breached_at for clock in stays.clocks}
    assert all(now_late[name] == at for name, at in late.items())
    running = [clock.metric for clock in stays.clocks if clock.outcome is Outcome.OPEN]
    assert len(running) == len(set(running))
