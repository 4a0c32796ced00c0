"""Does exactly one thing happen where two want different things of a text at the same moment?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from tests.sample_cases import HOUR, MINUTE
from tests.sample_desk import TENANT
from tests.sample_gates import FLOW, PLATFORM, RULE, SAYS_SECURITY, GateDesk, gate_policy, person, without
from triage_core.adapters.memory import MemoryStore
from triage_core.compose import open_store
from triage_core.domain.entry import Kind
from triage_core.domain.errors import TriageError
from triage_core.domain.gating.deciding import Choice
from triage_core.domain.gating.state import ApprovalOutcome, Delegation, MessageState, Verdict, approval_id, message_id
from triage_core.domain.overriding import Correction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from triage_core.domain.gating.texts import Text
    from triage_core.ports import Change

TIMES = 20


@pytest.fixture
def desk(sql_url: str) -> Iterator[GateDesk]:
    store = open_store(sql_url)
    yield GateDesk(store)
    store.close()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Let all begin together, and return what each returned or was refused with."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except TriageError as refused:
            return refused.code

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def given_out(desk: GateDesk) -> Text | str:
    """Release the first text as a platform would, and return it or why it stays."""
    name = message_id(desk.at, 1)
    released = desk.messages.release(TENANT, name, PLATFORM, FLOW)
    handed = desk.messages.handed(TENANT, name, released, PLATFORM)
    return handed.text or ",".join(handed.message.withheld)


def numbers(desk: GateDesk, kind: Kind) -> list[int]:
    return [entry.number for entry in desk.lines_of(kind)]


def check_one_outcome(desk: GateDesk, came: Text | str) -> None:
    """A text that was given out is released by one line; one that was not is released by none."""
    is_out = came == desk.words()
    assert len(numbers(desk, Kind.MESSAGE_RELEASED)) == is_out
    assert (desk.message().state is MessageState.RELEASED) == is_out


def approved(desk: GateDesk, number: int) -> None:
    desk.begin(number, **SAYS_SECURITY)
    desk.bring()
    desk.decide("lee", Verdict.APPROVE)


def test_of_two_approvers_one_decides(desk: GateDesk) -> None:
    for number in range(TIMES):
        desk.begin(number, **SAYS_SECURITY)
        desk.bring()
        came = at_once(
            lambda: desk.decide("lee", Verdict.APPROVE).outcome, lambda: desk.decide("kim", Verdict.REJECT).outcome
        )
        assert sorted(each in set(ApprovalOutcome) for each in came) == [False, True]
        assert "approval_over" in came
        assert len(desk.approval().decisions) == 1
        assert len(numbers(desk, Kind.APPROVAL_DECIDED)) == 1
        assert desk.message().state.value == desk.approval().outcome.value


def test_a_lead_and_whoever_stands_in_for_the_lead_do_not_both_count(desk: GateDesk) -> None:
    desk.adopt(gates={"approvals": [{**RULE, "quorum": 2}]})
    stands_in = Delegation(
        id="", from_person="lee", to_person="bob", starts_at=desk.now, ends_at=desk.now + HOUR, by="", reason="away"
    )
    desk.triage.delegations.add(TENANT, stands_in, person("lee"))
    for number in range(TIMES):
        desk.begin(number, **SAYS_SECURITY)
        desk.bring()
        came = at_once(*(partial(lambda who: desk.decide(who, Verdict.APPROVE).outcome, who) for who in ("lee", "bob")))
        assert sorted(map(str, came)) == ["not_approver", "open"]
        assert len(desk.approval().decisions) == 1


def test_an_approver_and_the_expiry_do_not_both_have_their_way(desk: GateDesk) -> None:
    def time_passes() -> None:
        desk.passes(30 * MINUTE)
        desk.tick()

    for number in range(TIMES):
        desk.begin(number, **SAYS_SECURITY)
        desk.bring()
        waits, proof = desk.approval(), desk.proof()
        decides = partial(
            desk.messages.decide,
            TENANT,
            approval_id(desk.at, waits.number),
            Choice(verdict=Verdict.APPROVE, seal=waits.seal),
            proof,
            person("lee"),
        )
        came = at_once(decides, time_passes)
        is_over = came[0] == "approval_over"
        assert desk.approval().outcome is (ApprovalOutcome.EXPIRED if is_over else ApprovalOutcome.APPROVED)
        assert len(numbers(desk, Kind.APPROVAL_DECIDED)) == (not is_over)
        assert len(numbers(desk, Kind.APPROVAL_EXPIRED)) == is_over


def test_a_text_is_given_out_once(desk: GateDesk) -> None:
    for number in range(TIMES):
        approved(desk, number)
        came = at_once(*[lambda: given_out(desk)] * 3)
        assert came.count(desk.words()) == 1
        assert came.count("message_not_open") == 2
        check_one_outcome(desk, desk.words())


def test_after_a_kill_nothing_leaves(desk: GateDesk) -> None:
    rollout = desk.triage.rollout

    def kills() -> Text | str:
        desk.kill()
        return given_out(desk)

    for number in range(TIMES):
        approved(desk, number)
        came, after = at_once(lambda: given_out(desk), kills)
        assert came in {desk.words(), "killed_here"}
        assert after in {"message_not_open", "killed_here"}
        check_one_outcome(desk, came)
        rollout.revive(desk.hand(), rollout.of(TENANT).rollout.version)


@pytest.mark.parametrize("raised", [{"add_tags": ("security",)}, {"class_name": "P1"}], ids=["a tag", "a class"])
def test_a_text_leaves_before_its_ticket_is_raised_or_not_at_all(desk: GateDesk, raised: dict[str, Any]) -> None:
    correction = Correction(**raised, reason="It was phishing.")
    for number in range(TIMES):
        desk.begin(number)
        desk.bring()
        came, _ = at_once(
            lambda: given_out(desk), lambda: desk.triage.override(TENANT, desk.at, correction, person("lee")).version
        )
        check_one_outcome(desk, came)
        assert numbers(desk, Kind.MESSAGE_RELEASED) < numbers(desk, Kind.OVERRIDDEN)
        assert came == desk.words() or desk.message().state is MessageState.WAITING


def test_nothing_leaves_once_a_policy_without_its_approver_is_in_force(desk: GateDesk) -> None:
    """The text is released by another process, which has read the policies before."""
    other = GateDesk(desk.store)

    def adopts() -> Text | str:
        desk.adopt(people=without("lee"))
        return given_out(other)

    for number in range(TIMES):
        approved(desk, number)
        other.at, other.now = desk.at, desk.now + MINUTE
        came, after = at_once(lambda: given_out(other), adopts)
        assert came == desk.words() or "approval_missing" in came
        assert after == "message_not_open" or "approval_missing" in after
        check_one_outcome(desk, came)
        desk.passes(MINUTE)
        desk.adopt()


class RivalStore(MemoryStore):
    """A store in which somebody does something just before a release is written."""

    rival: Callable[[], None] | None = None

    def save(self, *changes: Change) -> None:
        """Let the rival act first, once."""
        rival, self.rival = self.rival, None
        if rival is not None:
            rival()
        super().save(*changes)


class TestInBetween:
    """What comes between the judgement and its writing is judged as well."""

    @pytest.fixture
    def store(self) -> RivalStore:
        return RivalStore()

    def judged(self, store: RivalStore, rival: Callable[[GateDesk], Any]) -> Text | str:
        desk = GateDesk(store)
        approved(desk, 1)
        store.rival = lambda: rival(desk)
        return given_out(desk)

    def test_a_kill(self, store: RivalStore) -> None:
        assert self.judged(store, lambda desk: desk.kill()) == "killed_here"

    def test_a_policy_without_the_approver(self, store: RivalStore) -> None:
        assert self.judged(store, lambda desk: desk.adopt(people=without("lee"))) == "approval_missing"

    def test_a_policy_that_another_process_puts_into_force(self, store: RivalStore) -> None:
        def activate(desk: GateDesk) -> None:
            other = GateDesk(store)
            desk.passes(MINUTE)
            other.triage.playbooks.activate(TENANT, gate_policy(version="2", people=without("lee")), desk.now)

        assert self.judged(store, activate) == "approval_missing"

    def test_another_release(self, store: RivalStore) -> None:
        with pytest.raises(TriageError, match="released or over"):
            self.judged(store, given_out)

    def test_the_same_policy_again_changes_nothing(self, store: RivalStore) -> None:
        desk = GateDesk(store)
        lines = desk.triage.rollout.log(TENANT)
        GateDesk(store)
        assert desk.triage.rollout.log(TENANT) == lines
        assert [(line.what, line.actor) for line in lines] == [("policy_activated", "lee")]
