"""Does a ticket always have one owner while it changes hands?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.sample_cases import AGENT, LEAD, MINUTE, MONDAY, after, arrived, blank, context
from triage_core.domain import assigning, ticking, working
from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, HandoverNotOpen, NotPermitted, ReasonMissing, UnknownName
from triage_core.domain.lifecycle import apply
from triage_core.domain.model import Actor, ActorKind, State, Ticket

BOB = Actor(kind=ActorKind.PERSON, id="bob", roles=("agent",))
EXPIRY = MONDAY + 30 * MINUTE
FREE = apply(arrived(), {"owner": None, "state": State.TRIAGED})


def offered(ticket: Ticket | None = None) -> Ticket:
    ticket = ticket or arrived()
    return after(ticket, assigning.offer(context(MONDAY, AGENT), ticket, "bob", "please look at the log"))


REASON = "Kim knows this customer"


class TestAssign:
    def test_whoever_gives_a_ticket_to_somebody_says_why(self) -> None:
        with pytest.raises(ReasonMissing, match="needs a reason"):
            assigning.assign(context(actor=LEAD), FREE, "kim")
        (step,) = assigning.assign(context(actor=LEAD), FREE, "kim", REASON)
        assert step.texts == {"reason": REASON}

    def test_anybody_takes_a_ticket_that_nobody_owns(self) -> None:
        ticket = after(FREE, assigning.assign(context(actor=BOB), FREE, "bob"))
        assert (ticket.owner, ticket.state, ticket.support_tier, ticket.pinned) == ("bob", State.ASSIGNED, 1, ())

    def test_giving_a_ticket_to_somebody_needs_the_right(self) -> None:
        for ticket, to in ((FREE, "ann"), (arrived(), "bob")):
            with pytest.raises(NotPermitted, match="assign a ticket to somebody; this needs one of the roles: lead"):
                assigning.assign(context(actor=BOB), ticket, to)

    def test_an_owner_that_a_lead_chose_is_pinned_and_ends_the_offer(self) -> None:
        ticket = offered()
        given = after(ticket, assigning.assign(context(actor=LEAD), ticket, "kim", REASON))
        assert (given.owner, given.support_tier, given.pinned, given.handover) == ("kim", 2, ("owner",), None)

    def test_an_owner_stands_on_the_roster(self) -> None:
        with pytest.raises(UnknownName):
            assigning.assign(context(actor=LEAD), FREE, "eve", REASON)

    @pytest.mark.parametrize("state", [State.INCOMPLETE, State.RESOLVED, State.CLOSED, State.VOID])
    def test_only_a_ticket_in_work_is_assigned(self, state: State) -> None:
        with pytest.raises(ActionNotAllowed):
            assigning.assign(context(actor=LEAD), apply(FREE, {"state": state}), "bob", REASON)


class TestOffer:
    def test_the_old_owner_holds_the_ticket_until_the_offer_is_accepted(self) -> None:
        ticket = offered()
        assert ticket.handover is not None
        assert (ticket.owner, ticket.handover.to, ticket.handover.expires_at) == ("ann", "bob", EXPIRY)
        taken = after(ticket, assigning.accept(context(EXPIRY - timedelta.resolution, BOB), ticket))
        assert (taken.owner, taken.handover, taken.state) == ("bob", None, State.ASSIGNED)

    def test_the_note_is_a_text(self) -> None:
        (step,) = assigning.offer(context(actor=AGENT), arrived(), "bob", "Mr Smith waits")
        assert step.texts == {"handover_note": "Mr Smith waits"}
        assert "Smith" not in repr((step.facts, step.changes))
        (silent,) = assigning.offer(context(actor=AGENT), arrived(), "bob", " ")
        assert silent.texts == {}

    def test_only_the_owner_or_a_lead_offers(self) -> None:
        assert assigning.offer(context(actor=LEAD), arrived(), "bob", "")
        with pytest.raises(NotPermitted, match="transfer somebody else's ticket"):
            assigning.offer(context(actor=BOB), arrived(), "bob", "")

    @pytest.mark.parametrize("state", [State.INCOMPLETE, State.RESOLVED, State.CLOSED, State.MERGED])
    def test_what_nobody_could_accept_is_not_offered(self, state: State) -> None:
        with pytest.raises(ActionNotAllowed, match="cannot transfer"):
            assigning.offer(context(actor=LEAD), apply(arrived(), {"state": state}), "bob", "")

    def test_it_goes_to_somebody_on_the_roster(self) -> None:
        with pytest.raises(UnknownName):
            assigning.offer(context(actor=AGENT), arrived(), "eve", "")


class TestAnswer:
    def test_a_declined_offer_leaves_the_ticket_with_its_owner(self) -> None:
        ticket = offered()
        (step,) = assigning.decline(context(MONDAY + MINUTE, BOB), ticket, "on my way home")
        assert (step.kind, step.facts, step.texts) == (
            Kind.HANDOVER_DECLINED,
            {"owner": "ann"},
            {"reason": "on my way home"},
        )
        assert (apply(ticket, step.changes).owner, apply(ticket, step.changes).handover) == ("ann", None)

    def test_only_the_person_asked_answers(self) -> None:
        for actor in (AGENT, LEAD):
            with pytest.raises(HandoverNotOpen):
                assigning.accept(context(actor=actor), offered())
            with pytest.raises(HandoverNotOpen):
                assigning.decline(context(actor=actor), offered(), "")

    def test_there_must_be_an_offer(self) -> None:
        with pytest.raises(HandoverNotOpen, match="the owner starts one with a transfer"):
            assigning.accept(context(actor=BOB), arrived())

    def test_at_its_expiry_an_offer_can_no_longer_be_accepted(self) -> None:
        with pytest.raises(HandoverNotOpen):
            assigning.accept(context(EXPIRY, BOB), offered())

    def test_a_waiting_ticket_changes_hands_and_goes_on_waiting(self) -> None:
        ticket = offered(apply(arrived(), {"state": State.WAITING_CUSTOMER}))
        taken = after(ticket, assigning.accept(context(MONDAY, BOB), ticket))
        assert (taken.owner, taken.state) == ("bob", State.WAITING_CUSTOMER)


class TestLapse:
    def test_an_offer_lapses_exactly_at_its_expiry_and_not_before(self) -> None:
        assert assigning.lapse(offered(), EXPIRY - timedelta.resolution) == []
        (step,) = assigning.lapse(offered(), EXPIRY)
        assert (step.kind, step.at) == (Kind.HANDOVER_LAPSED, EXPIRY)

    def test_a_late_sweep_records_the_true_moment_and_the_owner_who_kept_the_ticket(self) -> None:
        (step,) = assigning.lapse(offered(), EXPIRY + timedelta(days=3))
        assert (step.at, step.facts) == (EXPIRY, {"to": "bob", "owner": "ann"})
        assert apply(offered(), step.changes).owner == "ann"

    def test_nothing_lapses_without_an_offer(self) -> None:
        assert assigning.lapse(arrived(), EXPIRY) == []


class TestDue:
    def test_time_brings_edges_and_lapses_in_the_order_they_happened(self) -> None:
        ticket = apply(arrived(impact="high", urgency="high"), {"owner": "ann"})
        ticket = offered(ticket)
        steps = ticking.due(context(MONDAY + 31 * MINUTE), ticket)
        ours = [step.kind for step in steps if not step.kind.startswith("escalation.")]
        assert ours[-2:] == [Kind.SLA_BREACHED, Kind.HANDOVER_LAPSED]
        assert [step.at for step in steps] == sorted(step.at or MONDAY for step in steps)

    def test_each_purpose_has_one_timer_at_its_next_moment(self) -> None:
        timers = {timer.purpose: (timer.at, timer.edge) for timer in ticking.timers(offered())}
        assert timers == {
            "sla": (MONDAY + 30 * MINUTE, "t1/first_reply/1"),
            "handover": (EXPIRY, "t1/handover"),
        }

    def test_a_ticket_with_nothing_ahead_has_no_timer(self) -> None:
        assert ticking.timers(blank()) == ()

    def test_a_solution_ends_the_offer_too(self) -> None:
        ticket = offered()
        assert ticking.timers(after(ticket, working.resolve(context(MONDAY + MINUTE, AGENT), ticket))) == ()
