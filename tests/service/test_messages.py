"""Does a text leave only when it may, and does nobody but the right people say so?"""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.sample_cases import HOUR, MINUTE
from tests.sample_desk import TENANT
from tests.sample_gates import FLOW, PLATFORM, RULE, GateDesk, person, without, words
from tests.small_policy import COMPLETE
from triage_core.domain.entry import Kind
from triage_core.domain.errors import NotPermitted, ReasonMissing, TriageError
from triage_core.domain.gating import deciding
from triage_core.domain.gating.deciding import CLOCK_SKEW, Choice, Proof
from triage_core.domain.gating.errors import (
    ApprovalOver,
    DecidedBefore,
    MessageNotOpen,
    NoDraftAllowed,
    NotApprover,
    NotInPerson,
    PermitWrong,
    TextChanged,
)
from triage_core.domain.gating.releasing import Sent
from triage_core.domain.gating.state import (
    Approval,
    ApprovalOutcome,
    Delegation,
    MessageState,
    Verdict,
    approval_id,
)
from triage_core.domain.gating.texts import recognisable
from triage_core.domain.happening import Happened
from triage_core.domain.model import Ticket
from triage_core.domain.overriding import Correction
from triage_core.domain.policy.gates import Stage
from triage_core.domain.policy.rollout import Action
from triage_core.service.rollout import RolloutBook

LOWER = Correction(class_name="P2", reason="It is not the whole office.")
AGREE, REJECT, PASS_ON = Verdict.APPROVE, Verdict.REJECT, Verdict.LEAVE_TO_OTHERS
REWORDED = words("Hello, we are working on t1. Desk")
ALL_GATED = [{"name": name, "gated": True, "rationale": "why"} for name in ("P1", "P2", "P3")]
#: Two leads have to agree.
TWO: dict[str, Any] = {"gates": {"approvals": [{**RULE, "quorum": 2}]}}


@pytest.fixture
def desk() -> GateDesk:
    return GateDesk()


def waiting(**changes: Any) -> GateDesk:
    """Return a desk with a text of Ann's that waits."""
    desk = GateDesk(**changes)
    desk.gated()
    desk.bring()
    return desk


def approved(**changes: Any) -> GateDesk:
    """Return a desk with a text of Ann's that Lee approved."""
    desk = waiting(**changes)
    desk.decide("lee", AGREE)
    return desk


def withheld(desk: GateDesk, **way: Any) -> tuple[str, ...]:
    """Try to release, get nothing, and return why."""
    handed = desk.release(**way)
    assert (handed.text, handed.permit) == (None, None)
    return handed.message.withheld


class TestPreparing:
    def test_the_highest_class_gets_no_text_of_a_template(self, desk: GateDesk) -> None:
        desk.highest()
        with pytest.raises(NoDraftAllowed):
            desk.draft()

    def test_a_persons_text_on_the_highest_class_waits(self, desk: GateDesk) -> None:
        desk.highest()
        assert desk.bring().state is MessageState.WAITING

    def test_a_draft_on_a_tagged_ticket_waits(self, desk: GateDesk) -> None:
        desk.gated()
        assert desk.draft().state is MessageState.WAITING

    def test_a_text_on_a_plain_ticket_is_ready(self, desk: GateDesk) -> None:
        desk.ticket()
        assert (desk.bring().state, desk.draft().state) == (MessageState.READY, MessageState.READY)

    def test_a_flows_own_text_always_needs_a_person(self, desk: GateDesk) -> None:
        desk.ticket()
        assert desk.bring(FLOW).state is MessageState.WAITING
        assert desk.approval().reasons == ("flow",)

    def test_a_ready_text_waits_once_its_ticket_gets_a_gate(self, desk: GateDesk) -> None:
        desk.ticket()
        desk.bring()
        desk.triage.override(TENANT, "t1", Correction(add_tags=("security",), reason="It was phishing."), person("ann"))
        assert desk.message().state is MessageState.WAITING
        assert desk.approval().reasons == ("tag:security",)

    def test_a_draft_whose_ticket_becomes_the_highest_class_does_not_leave_even_approved(self, desk: GateDesk) -> None:
        desk.ticket()
        desk.draft()
        desk.triage.override(TENANT, "t1", Correction(class_name="P1", reason="Everybody."), person("kim"))
        desk.decide("lee", AGREE)
        assert withheld(desk) == ("draft_not_allowed",)

    def test_a_request_that_too_few_people_can_grant_says_so_at_once(self) -> None:
        desk = waiting(gates={"approvals": [{**RULE, "quorum": 4}]})
        assert desk.approval().outcome is ApprovalOutcome.NO_CHANNEL


class TestWhoMayDecide:
    @pytest.mark.parametrize("author", ["lee", "kim"])
    def test_the_author_may_not(self, desk: GateDesk, author: str) -> None:
        desk.gated()
        desk.bring(author)
        with pytest.raises(NotApprover):
            desk.decide(author, AGREE)

    def test_the_last_editor_may_not(self) -> None:
        desk = waiting()
        desk.edit("lee")
        with pytest.raises(NotApprover):
            desk.decide("lee", AGREE)
        assert desk.decide("kim", AGREE).outcome is ApprovalOutcome.APPROVED

    def test_whoever_asked_for_it_may_not(self) -> None:
        desk = waiting()
        desk.passes(31 * MINUTE)
        desk.messages.ask_again(TENANT, "t1-m1", person("lee"))
        with pytest.raises(NotApprover):
            desk.decide("lee", AGREE)

    @pytest.mark.parametrize("who", ["bob", "cho"])
    def test_people_of_other_roles_may_not(self, who: str) -> None:
        with pytest.raises(NotApprover):
            waiting().decide(who, AGREE)

    def test_no_flow_may_even_with_a_persons_proof(self) -> None:
        desk = waiting()
        choice = Choice(verdict=AGREE, seal=desk.approval().seal)
        flow = replace(FLOW, id="lee", roles=("lead",))
        with pytest.raises(NotApprover):
            desk.messages.decide(TENANT, "t1-a1", choice, desk.proof(), flow)

    def test_a_quorum_is_of_different_people(self) -> None:
        desk = waiting(**TWO)
        assert desk.decide("lee", AGREE).outcome is ApprovalOutcome.OPEN
        assert desk.decide("lee", AGREE).outcome is ApprovalOutcome.OPEN
        assert withheld(desk) == ("message_waiting", "approval_missing")
        assert desk.decide("kim", AGREE).outcome is ApprovalOutcome.APPROVED

    @pytest.mark.parametrize("order", [("lee", "cho"), ("cho", "lee")])
    def test_a_commander_clears_the_highest_class_as_well(self, order: tuple[str, str]) -> None:
        desk = GateDesk(gates={"approvals": [RULE], "commander_clears": ["P1"]})
        desk.highest()
        desk.bring()
        outcomes = [desk.decide(who, AGREE).outcome for who in order]
        assert outcomes == [ApprovalOutcome.OPEN, ApprovalOutcome.APPROVED]
        assert desk.release().text is not None

    def test_two_leads_do_not_stand_for_a_commander(self) -> None:
        desk = GateDesk(gates={"approvals": [RULE], "commander_clears": ["P1"]})
        desk.highest()
        desk.bring()
        desk.decide("lee", AGREE)
        with pytest.raises(NotApprover):
            desk.decide("kim", AGREE)

    def test_whoever_leaves_it_to_others_has_not_decided_for_them(self) -> None:
        desk = waiting()
        assert desk.decide("lee", PASS_ON).outcome is ApprovalOutcome.OPEN
        with pytest.raises(DecidedBefore):
            desk.decide("lee", AGREE)
        assert desk.decide("kim", AGREE).outcome is ApprovalOutcome.APPROVED


class TestInPerson:
    @pytest.mark.parametrize(
        "age", [None, 60 * MINUTE + timedelta(microseconds=1), timedelta(days=1)], ids=["never", "just old", "old"]
    )
    def test_a_session_has_to_be_fresh(self, age: timedelta | None) -> None:
        desk = waiting()
        at = None if age is None else desk.now - age
        with pytest.raises(NotInPerson):
            desk.decide("lee", AGREE, proof=Proof(interactive=True, authenticated_at=at))

    @pytest.mark.parametrize(("ahead", "is_proof"), [(CLOCK_SKEW, True), (CLOCK_SKEW * 1.01, False)])
    def test_a_sign_in_that_lies_ahead_proves_nothing(self, ahead: timedelta, is_proof: bool) -> None:  # noqa: FBT001 - a value of the table
        desk = waiting()
        proof = Proof(interactive=True, authenticated_at=desk.now + ahead)
        deeds = (
            lambda: desk.messages.put_before(TENANT, "t1-a1", proof, person("lee")),
            lambda: desk.decide("lee", AGREE, proof=proof),
        )
        for deed in deeds:
            with nullcontext() if is_proof else pytest.raises(NotInPerson):
                deed()

    def test_a_lent_token_is_no_person(self) -> None:
        desk = waiting()
        with pytest.raises(NotInPerson):
            desk.decide("lee", AGREE, proof=Proof(interactive=False, authenticated_at=desk.now))

    @pytest.mark.parametrize("who", ["bob", "cho"])
    def test_the_text_is_put_before_nobody_who_may_not_decide(self, who: str) -> None:
        desk = waiting()
        with pytest.raises(NotApprover):
            desk.messages.put_before(TENANT, "t1-a1", desk.proof(), person(who))

    def test_whoever_wrote_it_sees_it_and_may_not_decide(self) -> None:
        desk = waiting()
        assert words().body in desk.messages.put_before(TENANT, "t1-a1", desk.proof(), person("ann"))[2]
        with pytest.raises(NotApprover):
            desk.decide("ann", AGREE)

    def test_the_text_is_put_word_for_word_before_somebody_who_may(self) -> None:
        desk = waiting()
        assert words().body in desk.messages.put_before(TENANT, "t1-a1", desk.proof(), person("lee"))[2]
        with pytest.raises(NotInPerson):
            desk.messages.put_before(TENANT, "t1-a1", Proof(), person("lee"))


class TestDeciding:
    def test_a_rejection_needs_a_reason(self) -> None:
        desk = waiting()
        with pytest.raises(ReasonMissing):
            desk.decide("lee", REJECT, reason=" ")
        assert desk.decide("lee", REJECT).outcome is ApprovalOutcome.REJECTED
        assert withheld(desk) == ("message_rejected", "approval_missing")

    @pytest.mark.parametrize("verdict", Verdict)
    def test_the_same_decision_again_changes_nothing(self, verdict: Verdict) -> None:
        desk = waiting()
        desk.decide("lee", verdict)
        before = desk.read()
        desk.decide("lee", verdict)
        assert desk.read() == before

    def test_a_decision_is_about_exactly_the_text_that_was_read(self) -> None:
        desk = waiting()
        read = desk.approval().seal
        desk.edit()
        with pytest.raises(TextChanged):
            desk.decide("lee", AGREE, seal=read)
        with pytest.raises(ApprovalOver):
            desk.decide("lee", AGREE, number=1)

    @pytest.mark.parametrize(
        "changed",
        [REWORDED, words(subject="Another"), words(to=("al@example.com",)), words(bcc=("al@example.com",))],
        ids=["body", "subject", "to", "bcc"],
    )
    def test_any_change_voids_an_approval(self, changed: Any) -> None:
        desk = approved()
        desk.edit("ann", changed)
        assert withheld(desk) == ("message_waiting", "approval_missing")

    def test_a_text_that_was_changed_and_changed_back_is_approved_anew(self) -> None:
        desk = approved()
        desk.edit("lee")
        desk.edit("lee", words())
        assert withheld(desk) == ("message_waiting", "approval_missing")

    @pytest.mark.parametrize("late", [timedelta(), MINUTE, HOUR], ids=["at the very moment", "after", "long after"])
    def test_an_expired_request_is_not_approved_however_late_the_sweep(self, late: timedelta) -> None:
        desk = waiting()
        desk.passes(30 * MINUTE + late)
        with pytest.raises(ApprovalOver):
            desk.decide("lee", AGREE)
        desk.tick()
        assert desk.approval(1).outcome is ApprovalOutcome.EXPIRED

    def test_an_instant_before_the_expiry_is_in_time(self) -> None:
        desk = waiting()
        desk.passes(30 * MINUTE - timedelta(microseconds=1))
        assert desk.decide("lee", AGREE).outcome is ApprovalOutcome.APPROVED

    def test_silence_is_nobodys_act(self) -> None:
        desk = waiting()
        desk.passes(HOUR)
        desk.tick()
        assert (desk.approval().outcome, desk.approval().decisions) == (ApprovalOutcome.EXPIRED, ())
        assert {entry.actor.kind for entry in desk.lines_of(Kind.APPROVAL_EXPIRED)} == {"system"}
        assert desk.message().state is MessageState.EXPIRED

    def test_an_approval_does_not_last_for_ever(self) -> None:
        desk = approved()
        desk.passes(30 * MINUTE)
        assert "approval_missing" in withheld(desk)


class TestDelegation:
    """There is no way yet to say who stands in for whom; the rule is judged by itself."""

    def seat(self, desk: GateDesk, who: str, *delegations: Delegation) -> Approval:
        ticket = desk.read()
        seen = replace(desk.triage.seen(ticket, person(who), desk.now), delegations=delegations)
        number = ticket.approvals[-1].number
        choice = Choice(verdict=AGREE, seal=ticket.approvals[-1].seal)
        steps = deciding.decide(seen, ticket, number, choice, desk.proof())
        after: Approval = steps[0].changes["approvals"][0]
        return after

    def given(self, desk: GateDesk, **changes: Any) -> Delegation:
        base: dict[str, Any] = {
            "id": "d1",
            "from_person": "lee",
            "to_person": "bob",
            "starts_at": desk.now,
            "ends_at": desk.now + HOUR,
            "by": "lee",
        }
        return Delegation(**{**base, **changes})

    def test_a_stand_in_decides_in_somebodys_place(self) -> None:
        desk = waiting()
        decision = self.seat(desk, "bob", self.given(desk)).decisions[0]
        assert (decision.person, decision.for_person) == ("bob", "lee")

    @pytest.mark.parametrize(
        "changes",
        [
            {"starts_at": MINUTE},
            {"ends_at": timedelta()},
            {"classes": ("P1",)},
            {"from_person": "cho"},
            {"to_person": "cho"},
            {"from_person": "gone"},
        ],
        ids=["not yet", "no longer", "other classes", "no right to give", "to another", "who is gone"],
    )
    def test_nobody_else_stands_in(self, changes: dict[str, Any]) -> None:
        desk = waiting()
        at = {name: desk.now + value for name, value in changes.items() if isinstance(value, timedelta)}
        with pytest.raises(NotApprover):
            self.seat(desk, "bob", self.given(desk, **{**changes, **at}))

    def test_an_author_neither_stands_in_nor_lends_a_vote(self) -> None:
        desk = waiting()
        desk.edit("lee")
        with pytest.raises(NotApprover):
            self.seat(desk, "bob", self.given(desk))
        with pytest.raises(NotApprover):
            self.seat(desk, "ann", self.given(desk, from_person="kim", to_person="ann"))

    def test_a_persons_vote_is_not_cast_twice(self) -> None:
        desk = waiting(**TWO)
        stand_in = self.given(desk)
        once = self.seat(desk, "bob", stand_in)
        ticket = replace(desk.read(), approvals=(once,))
        seen = replace(desk.triage.seen(ticket, person("lee"), desk.now), delegations=(stand_in,))
        with pytest.raises(NotApprover):
            deciding.decide(seen, ticket, 1, Choice(verdict=AGREE, seal=once.seal), desk.proof())


class TestReleasing:
    def test_an_approved_text_leaves_once(self) -> None:
        desk = approved()
        assert desk.release().text == words()
        with pytest.raises(MessageNotOpen):
            desk.release()

    def test_a_text_is_handed_to_nobody_but_its_platform(self) -> None:
        desk = approved()
        released = desk.messages.release(TENANT, "t1-m1", PLATFORM, FLOW)
        assert desk.messages.handed(TENANT, "t1-m1", released, "make").text is None

    def test_a_repetition_gets_the_text_again_while_the_permit_holds(self) -> None:
        desk = approved()
        released = desk.messages.release(TENANT, "t1-m1", PLATFORM, FLOW)
        texts = []
        for _ in range(2):
            texts.append(desk.messages.handed(TENANT, "t1-m1", released, PLATFORM).text)
            desk.passes(10 * MINUTE)
        assert texts == [words(), None]

    def test_whoever_leaves_the_roster_before_the_release_has_approved_nothing(self) -> None:
        desk = approved()
        desk.adopt(people=without("lee"))
        assert withheld(desk) == ("approval_missing",)
        assert desk.message().state is MessageState.WAITING

    def test_a_quorum_that_was_raised_meanwhile_counts(self) -> None:
        desk = approved()
        desk.adopt(**TWO)
        assert withheld(desk) == ("approval_missing",)

    def test_a_class_that_is_gated_meanwhile_counts(self, desk: GateDesk) -> None:
        desk.ticket()
        desk.bring()
        desk.adopt(classes=ALL_GATED)
        assert withheld(desk) == ("approval_missing",)

    def test_the_kill_switch_counts_now(self) -> None:
        desk = approved()
        desk.kill()
        assert withheld(desk) == ("killed_here",)

    def test_a_revived_desk_releases_what_is_still_approved(self) -> None:
        desk = approved()
        desk.kill()
        withheld(desk)
        rollout: RolloutBook = desk.triage.rollout
        rollout.revive(desk.hand(), rollout.of(TENANT).rollout.version)
        assert desk.release().text == words()

    @pytest.mark.parametrize(("stage", "why"), [(Stage.OFF, "stage_off"), (Stage.SHADOW, "stage_shadow")])
    def test_the_stage_counts_now(self, stage: Stage, why: str) -> None:
        desk = approved()
        desk.triage.rollout.demote(desk.hand(), Action.MESSAGES, stage)
        assert withheld(desk) == (why,)

    @pytest.mark.parametrize("to", ["zapier", "unheard-of"])
    def test_a_platform_carries_only_what_it_may(self, desk: GateDesk, to: str) -> None:
        desk.ticket(intake={**COMPLETE, "data_sensitivity": "restricted"})
        desk.bring()
        assert withheld(desk, to=to) == ("platform_not_allowed",)
        assert desk.release().text == words()

    def test_a_customer_is_not_flooded(self) -> None:
        desk = GateDesk(gates={"approvals": [RULE], "recipient_rate": 1})
        desk.ticket()
        for _ in range(2):
            desk.bring()
        assert desk.release(1).text is not None
        assert withheld(desk, number=2) == ("recipient_rate",)
        desk.passes(HOUR)
        assert desk.release(2).text is not None

    def test_the_checks_count_as_they_are_now(self) -> None:
        desk = approved()
        desk.adopt(output={"promises": {"terms": ["look into"]}})
        assert withheld(desk) == ("checks_failed",)

    def test_nothing_leaves_on_a_ticket_that_is_over(self) -> None:
        desk = approved()
        desk.record(Happened.VOIDED, person("lee"), reason="spam")
        assert "ticket_over" in withheld(desk)

    def test_a_text_taken_back_does_not_leave(self) -> None:
        desk = approved()
        desk.messages.withdraw(TENANT, "t1-m1", "Not now.", person("ann"))
        with pytest.raises(MessageNotOpen):
            desk.release()

    def test_no_line_holds_a_word_of_the_text(self) -> None:
        desk = approved()
        desk.release()
        lines = "".join(line.body for line in desk.store.timeline(TENANT, "t1"))
        assert "look into" not in lines


class TestArriving:
    def test_a_platform_shows_the_permit_that_came_with_the_text(self) -> None:
        desk = approved()
        handed = desk.release()
        for permit in (None, "made up"):
            with pytest.raises(PermitWrong):
                desk.confirm(handed._replace(permit=permit))
        assert desk.confirm(handed).state is MessageState.SENT

    def test_a_text_that_was_not_released_was_not_sent(self) -> None:
        desk = approved()
        with pytest.raises(MessageNotOpen):
            desk.messages.confirm(TENANT, "t1-m1", None, Sent.SENT, person("ann"))

    @pytest.mark.parametrize("assisted", [True, False])
    def test_a_sent_text_is_the_first_reply(self, desk: GateDesk, assisted: bool) -> None:  # noqa: FBT001 - a sample
        desk.ticket()
        desk.draft() if assisted else desk.bring()
        desk.confirm(desk.release())
        assert desk.read().first_reply_at == desk.now
        assert [line.facts["assisted"] for line in desk.lines_of(Kind.AGENT_REPLIED)] == [assisted]

    def test_a_text_that_is_prepared_or_released_is_no_reply_yet(self, desk: GateDesk) -> None:
        desk.ticket()
        desk.bring()
        desk.release()
        assert desk.read().first_reply_at is None

    def test_what_nobody_confirms_is_unknown_after_its_permit(self) -> None:
        desk = approved()
        desk.release()
        desk.passes(10 * MINUTE)
        desk.tick()
        assert desk.message().state is MessageState.UNKNOWN
        assert len(desk.lines_of(Kind.MESSAGE_UNCONFIRMED)) == 1

    def test_what_failed_may_leave_again_while_it_is_approved(self) -> None:
        desk = approved()
        desk.confirm(desk.release(), Sent.FAILED)
        assert desk.release().text == words()

    def test_what_failed_is_judged_anew(self) -> None:
        desk = approved()
        released = desk.release()
        desk.confirm(released, Sent.FAILED)
        desk.kill()
        assert withheld(desk) == ("killed_here",)


class TestBypass:
    def test_a_reply_past_the_gate_is_seen_and_escalated(self, desk: GateDesk) -> None:
        desk.gated()
        seal = desk.triage.sealing(TENANT)(recognisable("Just do it yourself."))
        after = desk.record(Happened.AGENT_REPLIED, body_seal=seal)
        assert len(desk.lines_of(Kind.GATE_BYPASSED)) == 1
        assert any(cause.startswith("bypass:") for cause in after.set_off)

    def test_a_reply_without_its_words_on_a_gated_ticket_counts_as_one(self, desk: GateDesk) -> None:
        desk.gated()
        desk.record(Happened.AGENT_REPLIED)
        assert len(desk.lines_of(Kind.GATE_BYPASSED)) == 1

    def test_a_released_text_that_comes_back_does_not(self) -> None:
        desk = approved()
        desk.confirm(desk.release())
        seal = desk.triage.sealing(TENANT)(recognisable(f" {words().body}\n"))
        desk.record(Happened.AGENT_REPLIED, body_seal=seal)
        assert desk.lines_of(Kind.GATE_BYPASSED) == []

    def test_an_approved_text_that_was_never_released_does(self) -> None:
        desk = approved()
        seal = desk.triage.sealing(TENANT)(recognisable(words().body))
        desk.record(Happened.AGENT_REPLIED, body_seal=seal)
        assert len(desk.lines_of(Kind.GATE_BYPASSED)) == 1

    def test_a_reply_on_a_plain_ticket_does_not(self, desk: GateDesk) -> None:
        desk.ticket()
        desk.record(Happened.AGENT_REPLIED)
        assert desk.lines_of(Kind.GATE_BYPASSED) == []

    def test_a_ticket_whose_class_is_gated_by_now_has_a_gate(self, desk: GateDesk) -> None:
        desk.ticket()
        desk.adopt(classes=ALL_GATED)
        desk.record(Happened.AGENT_REPLIED)
        assert len(desk.lines_of(Kind.GATE_BYPASSED)) == 1


class TestLessCaution:
    def asked(self) -> GateDesk:
        desk = GateDesk()
        desk.highest()
        desk.triage.override(TENANT, "t1", LOWER, person("lee"))
        return desk

    def test_lowering_the_highest_class_waits_for_a_second_person(self) -> None:
        desk = self.asked()
        assert (desk.read().class_name, desk.approval().reasons) == ("P1", ("less_caution",))

    def test_asking_twice_asks_once(self) -> None:
        desk = self.asked()
        desk.triage.override(TENANT, "t1", LOWER, person("lee"))
        assert len(desk.read().approvals) == 1

    def test_it_is_never_the_same_person(self) -> None:
        desk = self.asked()
        with pytest.raises(NotApprover):
            desk.decide("lee", AGREE)

    def test_it_happens_as_the_second_agrees(self) -> None:
        desk = self.asked()
        desk.decide("kim", AGREE)
        line = desk.lines_of(Kind.OVERRIDDEN)[0]
        assert (desk.read().class_name, line.actor.id, line.facts["agreed_with"]) == ("P2", "kim", "lee")

    @pytest.mark.parametrize("verdict", [REJECT, PASS_ON])
    def test_it_does_not_happen_otherwise(self, verdict: Verdict) -> None:
        desk = self.asked()
        desk.decide("kim", verdict)
        assert desk.read().class_name == "P1"

    def test_it_does_not_happen_by_waiting(self) -> None:
        desk = self.asked()
        desk.passes(HOUR)
        desk.tick()
        with pytest.raises(ApprovalOver):
            desk.decide("kim", AGREE)
        assert desk.read().class_name == "P1"

    @pytest.mark.parametrize("what", [Happened.VOIDED, Happened.MERGED])
    @pytest.mark.parametrize("who", [FLOW, person("ann")], ids=["flow", "agent"])
    def test_a_gated_ticket_is_not_done_away_with(self, desk: GateDesk, what: Happened, who: Any) -> None:
        before: Ticket = desk.gated()
        desk.submit(2)
        with pytest.raises(NotPermitted):
            desk.record(what, who, reason="gone", into="t2")
        assert desk.read() == before

    def test_a_flow_removes_no_tag(self, desk: GateDesk) -> None:
        desk.gated()
        with pytest.raises(TriageError):
            desk.triage.override(TENANT, "t1", Correction(remove_tags=("security",), reason="no"), FLOW)


def test_an_approval_of_another_tenant_is_not_known() -> None:
    desk = waiting()
    with pytest.raises(TriageError) as refused:
        desk.messages.approval("other", approval_id("t1", 1))
    assert refused.value.code == "approval_not_found"
