"""Is a grave ticket closed when, and only when, somebody else agreed to exactly what its closing says?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from tests.sample_cases import MINUTE
from tests.sample_closures import GRAVE, PLAIN
from tests.sample_desk import TENANT
from tests.sample_gates import FLOW, RULE, GateDesk, person, without
from triage_core.compose import open_store
from triage_core.domain.closure.closing import ApprovalNeeded, ClosureIncomplete
from triage_core.domain.closure.facts import ClosureFacts
from triage_core.domain.entry import Kind
from triage_core.domain.errors import ReasonMissing
from triage_core.domain.gating.clearing import ClearanceNotNeeded
from triage_core.domain.gating.deciding import Choice, Proof
from triage_core.domain.gating.errors import ApprovalOver, NotApprover, NotInPerson, TextChanged
from triage_core.domain.gating.state import Approval, ApprovalOutcome, Subject, Verdict, approval_id
from triage_core.domain.happening import Happened
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.model import State
from triage_core.service.messages import Messages
from triage_core.service.requests import Requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.model import Ticket
    from triage_core.ports import Store

OTHER = replace(GRAVE, summary="Nobody could sign in, and it was the certificate.")


@pytest.fixture(params=["memory", "sqlite_url", "clean_postgres_url"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store of each kind."""
    opened = open_store("memory:" if request.param == "memory" else str(request.getfixturevalue(request.param)))
    yield opened
    opened.close()


def solved(store: Store | None = None, *, grave: bool = True, **changes: Any) -> GateDesk:
    """Return a desk with a solved ticket, of the highest class unless told otherwise."""
    desk = GateDesk(store, **changes)
    desk.highest() if grave else desk.ticket()
    desk.passes(MINUTE)
    desk.record(Happened.RESOLVED, person("ann"))
    return desk


def ask(desk: GateDesk, facts: ClosureFacts = GRAVE, who: str = "ann") -> Approval:
    return desk.triage.request_clearance(TENANT, "t1", facts, person(who)).approvals[-1]


def decide(
    desk: GateDesk, who: str, verdict: Verdict = Verdict.APPROVE, *, number: int = 1, proof: Proof | None = None
) -> Approval:
    approval = next(each for each in desk.read().approvals if each.number == number)
    choice = Choice(verdict=verdict, seal=approval.seal, reason="Something is missing.")
    proof = proof or Proof(interactive=True, authenticated_at=desk.now)
    after = Messages(desk.triage).decide(TENANT, approval_id("t1", number), choice, proof, person(who))
    return next(each for each in after.approvals if each.number == number)


def close(desk: GateDesk, facts: ClosureFacts = GRAVE) -> Ticket:
    return desk.triage.close(TENANT, "t1", facts, person("ann"))


def refused(desk: GateDesk, facts: ClosureFacts = GRAVE) -> bool:
    with pytest.raises(ApprovalNeeded):
        close(desk, facts)
    return desk.read().state is State.RESOLVED


def test_without_a_clearance_a_grave_ticket_stays_open_and_with_it_exactly_that_closing_goes_through(
    store: Store,
) -> None:
    desk = solved(store)
    assert refused(desk)
    asked = ask(desk)
    assert (asked.subject, asked.outcome, asked.message) == (Subject.CLOSING, ApprovalOutcome.OPEN, None)
    assert refused(desk)
    assert decide(desk, "lee").outcome is ApprovalOutcome.APPROVED
    assert refused(desk, OTHER)
    assert close(desk).state is State.CLOSED
    assert rebuild(store.timeline(TENANT, "t1")) == desk.read()


def test_an_ordinary_ticket_is_closed_without_asking_anybody() -> None:
    desk = solved(grave=False)
    with pytest.raises(ClearanceNotNeeded):
        ask(desk, PLAIN)
    assert close(desk, PLAIN).state is State.CLOSED


def test_a_class_that_became_gated_since_is_closed_with_a_clearance() -> None:
    desk = solved(grave=False)
    desk.adopt(classes=[{"name": name, "gated": True, "rationale": "why"} for name in ("P1", "P2", "P3")])
    with pytest.raises(ApprovalNeeded):
        close(desk, PLAIN)


def test_what_lacks_parts_is_not_put_before_anybody() -> None:
    desk = solved()
    with pytest.raises(ClosureIncomplete):
        ask(desk, ClosureFacts())
    assert desk.read().approvals == ()


def test_asking_again_for_the_same_asks_nobody_anew_and_other_facts_void_what_was_asked_or_granted() -> None:
    desk = solved()
    assert ask(desk) == ask(desk)
    decide(desk, "lee")
    assert ask(desk).outcome is ApprovalOutcome.APPROVED
    assert ask(desk, OTHER).number == 2
    assert [each.outcome for each in desk.read().approvals] == [ApprovalOutcome.SUPERSEDED, ApprovalOutcome.OPEN]
    assert refused(desk)


@pytest.mark.parametrize("who", ["ann", "bob", "cho"])
def test_neither_whoever_asked_nor_the_wrong_role_clears_it(who: str) -> None:
    desk = solved()
    ask(desk)
    with pytest.raises(NotApprover):
        decide(desk, who)


def test_a_lead_who_asked_does_not_clear_it() -> None:
    desk = solved()
    ask(desk, who="lee")
    with pytest.raises(NotApprover):
        decide(desk, "lee")
    assert decide(desk, "kim").outcome is ApprovalOutcome.APPROVED


@pytest.mark.parametrize("proof", [Proof(), Proof(interactive=True)])
def test_no_key_and_no_old_session_clears_it(proof: Proof) -> None:
    desk = solved()
    ask(desk)
    with pytest.raises(NotInPerson):
        decide(desk, "lee", proof=proof)


def test_as_many_different_people_as_the_policy_asks_for_clear_it() -> None:
    desk = solved(gates={"approvals": [{**RULE, "quorum": 2}]})
    ask(desk)
    assert decide(desk, "lee").outcome is ApprovalOutcome.OPEN
    assert refused(desk)
    decide(desk, "kim")
    assert close(desk).state is State.CLOSED


def test_nobody_clears_what_stands_there_no_longer() -> None:
    desk = solved()
    ask(desk)
    choice = Choice(verdict=Verdict.APPROVE, seal="another")
    proof = Proof(interactive=True, authenticated_at=desk.now)
    with pytest.raises(TextChanged):
        Messages(desk.triage).decide(TENANT, "t1-a1", choice, proof, person("lee"))


def test_a_request_that_nobody_decided_expires_and_a_clearance_lapses() -> None:
    desk = solved()
    ask(desk)
    desk.passes(30 * MINUTE)
    assert refused(desk)
    desk.tick()
    assert desk.read().approvals[-1].outcome is ApprovalOutcome.EXPIRED
    ask(desk)
    decide(desk, "lee", number=2)
    desk.passes(30 * MINUTE)
    assert refused(desk)


def test_a_rejected_closing_does_not_go_through_and_can_be_put_before_people_anew() -> None:
    desk = solved()
    ask(desk)
    decide(desk, "lee", Verdict.REJECT)
    assert refused(desk)
    assert ask(desk).number == 2


def test_a_clearance_of_somebody_who_left_the_roster_counts_no_more() -> None:
    desk = solved()
    ask(desk)
    decide(desk, "lee")
    desk.adopt(people=without("lee"))
    assert refused(desk)


def test_a_ticket_that_was_opened_again_needs_a_new_clearance() -> None:
    desk = solved()
    ask(desk)
    decide(desk, "lee")
    desk.record(Happened.REOPENED, person("ann"))
    desk.record(Happened.RESOLVED, person("ann"))
    assert refused(desk)


def test_where_nobody_else_may_clear_it_the_request_ends_at_once() -> None:
    desk = solved(people=without("kim", "sam"))
    assert ask(desk, who="lee").outcome is ApprovalOutcome.NO_CHANNEL


def test_facts_that_were_owed_after_the_source_closed_it_need_the_same_clearance() -> None:
    desk = solved()
    desk.record(Happened.CLOSED, FLOW)
    with pytest.raises(ApprovalNeeded):
        close(desk)
    ask(desk)
    decide(desk, "lee")
    assert not close(desk).closure_missing


class TestAskingAnewAndTakingBack:
    @staticmethod
    def requests(desk: GateDesk) -> Requests:
        return Requests(desk.triage, Messages(desk.triage))

    def test_what_expired_is_asked_anew_with_its_full_time(self, store: Store) -> None:
        desk = solved(store)
        ask(desk)
        desk.passes(31 * MINUTE)
        desk.tick()
        assert self.requests(desk).ask_anew(TENANT, "t1-a1", person("bob")) == "t1-a2"
        newest = desk.read().approvals[-1]
        assert (newest.outcome, newest.expires_at) == (ApprovalOutcome.OPEN, desk.now + 30 * MINUTE)
        assert newest.seal == desk.read().approvals[0].seal
        decide(desk, "lee", number=2)
        assert close(desk).state is State.CLOSED

    def test_what_waits_is_not_asked_anew(self) -> None:
        desk = solved()
        ask(desk)
        with pytest.raises(ApprovalOver):
            self.requests(desk).ask_anew(TENANT, "t1-a1", person("ann"))

    @pytest.mark.parametrize("granted", [False, True])
    def test_what_was_taken_back_counts_no_more_and_is_told(self, *, granted: bool) -> None:
        desk = solved()
        ask(desk)
        if granted:
            decide(desk, "lee")
        self.requests(desk).withdraw(TENANT, "t1-a1", "We look once more.", person("bob"))
        assert desk.read().approvals[-1].outcome is ApprovalOutcome.WITHDRAWN
        assert desk.kinds()[-1] is Kind.APPROVAL_WITHDRAWN
        assert desk.store.messages(TENANT, "t1")[-1].type == "approval.decided"
        assert refused(desk)

    def test_taking_back_needs_a_reason_and_something_to_take_back(self) -> None:
        desk = solved()
        ask(desk)
        with pytest.raises(ReasonMissing):
            self.requests(desk).withdraw(TENANT, "t1-a1", " ", person("ann"))
        decide(desk, "lee", Verdict.REJECT)
        with pytest.raises(ApprovalOver):
            self.requests(desk).withdraw(TENANT, "t1-a1", "Late.", person("ann"))


def test_a_request_is_no_act_of_a_person_when_it_runs_out() -> None:
    desk = solved()
    ask(desk)
    desk.passes(timedelta(hours=1))
    desk.tick()
    assert desk.read().approvals[-1].decisions == ()
