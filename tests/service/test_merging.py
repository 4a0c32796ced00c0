"""Do two tickets become one in one transaction, and does each row still add up to its timeline?"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.random_policies import FEWER
from tests.sample_cases import AGENT, HOUR, LEAD, MINUTE
from tests.sample_desk import TENANT, SampleDesk
from tests.small_policy import COMPLETE
from triage_core.adapters.memory import MemoryStore
from triage_core.domain.entry import Kind
from triage_core.domain.errors import ReasonMissing, StaleTicket, TicketNotFound, TriageError
from triage_core.domain.happening import Event, Happened
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.merging import MergeRefused
from triage_core.domain.model import SYSTEM, Actor, Outcome, State
from triage_core.ports import Change
from triage_core.service.following_up import Reply
from triage_core.service.repeating import Once, recall
from triage_core.service.verification import verify

if TYPE_CHECKING:
    from collections.abc import Callable


def two(**changes: Any) -> SampleDesk:
    """Return a desk with two tickets of one sender."""
    desk = SampleDesk()
    desk.submit(1, requester="cy@example.com")
    desk.passes(10 * MINUTE)
    desk.submit(2, requester="cy@example.com", **changes)
    return desk


def merge(desk: SampleDesk, child: str = "t2", into: str = "t1", reason: str = "the same", who: Actor = AGENT) -> None:
    desk.triage.merge(TENANT, child, into, who, reason)


def test_one_goes_and_the_other_stays() -> None:
    desk = two()
    merge(desk)
    assert (desk.read("t2").state, desk.read("t1").state) == (State.MERGED, State.ASSIGNED)
    assert desk.kinds("t2")[-1] is Kind.MERGED
    assert desk.kinds("t1")[-1] is Kind.TOOK_OVER


def test_both_rows_add_up_to_their_timelines() -> None:
    desk = two(intake={**COMPLETE, "impact": "high", "urgency": "high"})
    merge(desk, who=LEAD)
    merged = [desk.read(name) for name in ("t1", "t2")]
    assert [rebuild(desk.store.timeline(TENANT, one.id)) for one in merged] == merged
    assert verify(desk.store, TENANT).is_sound


def test_what_was_missed_before_the_merging_stands_at_its_true_moment() -> None:
    desk = two()
    desk.passes(2 * HOUR)
    merge(desk, "t1", "t2")
    late = [entry for entry in desk.entries("t2") if entry.kind is Kind.SLA_BREACHED]
    assert late[0].facts["metric"] == "first_reply"
    assert all(entry.at < entry.recorded_at for entry in late)


@pytest.mark.parametrize(("child", "into"), [("t2", "t9"), ("t9", "t1")])
def test_both_must_exist_in_the_tenant(child: str, into: str) -> None:
    desk = two()
    with pytest.raises(TicketNotFound):
        merge(desk, child, into)
    assert desk.read("t2").is_open


def test_a_refused_merging_changes_neither() -> None:
    desk = two(customer="other")
    desk.submit(3, customer="acme")
    before = [desk.read(name) for name in ("t1", "t2", "t3")]
    with pytest.raises(MergeRefused):
        merge(desk, "t3", "t2")
    with pytest.raises(ReasonMissing):
        merge(desk, reason=" ")
    assert [desk.read(name) for name in ("t1", "t2", "t3")] == before


def test_a_key_gives_the_same_merging_once() -> None:
    desk = two()
    once = Once(key="k", digest="d")
    stays = desk.triage.under(once).merge(TENANT, "t2", "t1", AGENT, "the same")
    answered = recall(desk.store, TENANT, once)
    assert answered is not None
    assert (answered.ticket_id, answered.version) == ("t1", stays.version)


class Quicker(MemoryStore):
    """Lets somebody else be quicker, so many times."""

    def __init__(self, times: int) -> None:
        """Be quicker so often."""
        super().__init__()
        self.times = times

    def save(self, *changes: Change) -> None:
        """Refuse a merging."""
        if len(changes) > 1 and self.times:
            self.times -= 1
            raise StaleTicket
        super().save(*changes)


@pytest.mark.parametrize(("times", "is_merged"), [(1, True), (4, True), (5, False)])
def test_whoever_was_quicker_only_delays_a_merging(times: int, is_merged: bool) -> None:  # noqa: FBT001 - a value of the table
    desk = SampleDesk(Quicker(times))
    for number in (1, 2):
        desk.submit(number, requester="cy")
    with nullcontext() if is_merged else pytest.raises(StaleTicket):
        merge(desk)
    assert (desk.read("t2").state is State.MERGED) is is_merged
    assert (Kind.TOOK_OVER in desk.kinds("t1")) is is_merged


def test_whoever_was_quicker_only_delays_a_follow_up() -> None:
    desk = SampleDesk(Quicker(2))
    desk.submit(1)
    desk.record(Happened.VOIDED, reason="test")
    new = desk.triage.customer_replied(TENANT, "t1", Reply(body="again"), SYSTEM)
    assert [link.to for link in desk.read("t1").links] == [new.id]


class TestAtTheSource:
    def merged(self, desk: SampleDesk, into: str = "t1", event_id: str = "e1") -> State:
        event = Event(what=Happened.MERGED, into=into, source_event_id=event_id)
        return desk.triage.record(TENANT, "t2", event, SYSTEM).state

    def test_the_other_one_takes_over(self) -> None:
        desk = two()
        assert self.merged(desk) is State.MERGED
        assert Kind.TOOK_OVER in desk.kinds("t1")

    def test_the_same_event_has_one_effect(self) -> None:
        desk = two()
        self.merged(desk)
        before = [desk.read(name) for name in ("t1", "t2")]
        assert self.merged(desk) is State.MERGED
        assert [desk.read(name) for name in ("t1", "t2")] == before

    def test_the_same_event_answers_a_key_as_well(self) -> None:
        desk = two()
        self.merged(desk)
        event = Event(what=Happened.MERGED, into="t1", source_event_id="e1")
        desk.triage.under(Once(key="k", digest="d")).record(TENANT, "t2", event, SYSTEM)
        assert desk.store.answer(TENANT, "k") is not None

    def test_its_word_holds_for_the_one_that_went_where_ours_cannot_become_one(self) -> None:
        desk = two()
        desk.record(Happened.RESOLVED, ticket_id="t1")
        before = desk.read("t1")
        assert self.merged(desk) is State.MERGED
        assert desk.read("t1") == before

    def test_an_unknown_one_is_refused(self) -> None:
        desk = two()
        with pytest.raises(TicketNotFound):
            self.merged(desk, into="t9")
        assert desk.read("t2").is_open


class Pair(RuleBasedStateMachine):
    """Two tickets that are worked on, merged, and written to late."""

    def __init__(self) -> None:
        """Open the desk."""
        super().__init__()
        self.desk = SampleDesk()
        self.names = ["t1", "t2"]

    @initialize(age=st.integers(0, 300), other=st.sampled_from(("high", "medium")))
    def submit(self, age: int, other: str) -> None:
        """Take two tickets of one sender in."""
        self.desk.submit(1, requester="cy")
        created = self.desk.now - age * MINUTE
        self.desk.submit(2, requester="cy", created_at=created, intake={**COMPLETE, "impact": other, "urgency": other})

    def tries(self, action: Callable[[], object]) -> None:
        """Do something that may be refused; a refusal changes nothing."""
        before = [self.desk.read(name) for name in self.names]
        try:
            action()
        except TriageError:
            assert [self.desk.read(name) for name in self.names] == before

    @rule(child=st.integers(0, 9), into=st.integers(0, 9))
    def merge(self, child: int, into: int) -> None:
        """Merge one into another."""
        names = self.names[child % len(self.names)], self.names[into % len(self.names)]
        self.tries(lambda: merge(self.desk, *names))

    @rule(
        which=st.integers(0, 9),
        what=st.sampled_from([one for one in Happened if one is not Happened.MERGED]),
        event=st.sampled_from((None, "e1", "e2")),
    )
    def record(self, which: int, what: Happened, event: str | None) -> None:
        """Report an event."""
        name = self.names[which % len(self.names)]
        self.tries(lambda: self.desk.record(what, LEAD, name, reason="test", source_event_id=event))

    @rule(which=st.integers(0, 9), event=st.sampled_from((None, "r1", "r2")))
    def reply(self, which: int, event: str | None) -> None:
        """Let the customer write, which may begin a ticket."""
        reply = Reply(body="still broken", event=Event(what=Happened.CUSTOMER_REPLIED, source_event_id=event))
        ticket = self.desk.triage.customer_replied(TENANT, self.names[which % len(self.names)], reply, SYSTEM)
        if ticket.id not in self.names:
            self.names.append(ticket.id)

    @rule(minutes=st.sampled_from((1, 30, 240, 60 * 24 * 8)))
    def wait(self, minutes: int) -> None:
        """Let time pass, and sweep."""
        self.desk.passes(minutes * MINUTE)
        self.desk.tick()

    @invariant()
    def every_timeline_adds_up_to_its_row(self) -> None:
        """Rebuilding gives the row."""
        for name in self.names if self.desk.kinds("t2") else []:
            assert rebuild(self.desk.store.timeline(TENANT, name)) == self.desk.read(name)

    @invariant()
    def what_is_over_runs_no_clock(self) -> None:
        """A merged ticket is out of every figure."""
        for name in self.names if self.desk.kinds("t2") else []:
            ticket = self.desk.read(name)
            assert ticket.is_open or not any(clock.outcome is Outcome.OPEN for clock in ticket.clocks)
            running = [clock.metric for clock in ticket.clocks if clock.outcome is Outcome.OPEN]
            assert len(running) == len(set(running))

    @invariant()
    def links_lead_both_ways(self) -> None:
        """What was merged or followed up is named on either side."""
        pairs = {
            "merged_into": "merged_from",
            "merged_from": "merged_into",
            "followed_by": "follows",
            "follows": "followed_by",
        }
        for name in self.names if self.desk.kinds("t2") else []:
            for link in self.desk.read(name).links:
                if link.kind in pairs:
                    back = [(other.kind, other.to) for other in self.desk.read(link.to).links]
                    assert (pairs[link.kind], name) in back


Pair.TestCase.settings = settings(FEWER, stateful_step_count=15, suppress_health_check=[HealthCheck.too_slow])
TestPair = Pair.TestCase
