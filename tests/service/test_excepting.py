"""Can people let a text pass that the checks refuse: this very text, for what the policy lists, and for a while?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.sample_cases import HOUR, MINUTE
from tests.sample_desk import TENANT
from tests.sample_gates import FLOW, RULE, GateDesk, person, words
from triage_core.compose import open_store
from triage_core.domain.errors import ReasonMissing
from triage_core.domain.gating.deciding import Choice, Proof
from triage_core.domain.gating.errors import ExceptionNotAllowed, MessageNotOpen, NotApprover
from triage_core.domain.gating.state import Approval, ApprovalOutcome, MessageState, Subject, Verdict, approval_id
from triage_core.service.messages import Messages
from triage_core.service.requests import Requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.gating.state import Outgoing
    from triage_core.ports import Store

PRICED = words("Hello, we look into t1, and you get a refund of 20 EUR. Desk")
WITH_SECRET = words("Hello, we look into t1, you get a refund, password: Hu7!kk29xPq. Desk")
REASON = "The account manager agreed to it on the phone."
ALLOWED: dict[str, Any] = {"findings": ["price_outside_policy"], "expires": "1h"}


@pytest.fixture(params=["memory", "sqlite_url", "clean_postgres_url"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store of each kind."""
    opened = open_store("memory:" if request.param == "memory" else str(request.getfixturevalue(request.param)))
    yield opened
    opened.close()


def gates(**exceptions: Any) -> dict[str, Any]:
    return {"approvals": [RULE], "exceptions": {**ALLOWED, **exceptions}}


def blocked(store: Store | None = None, *, gated: bool = False, **exceptions: Any) -> GateDesk:
    """Return a desk with a text of Ann's that names a price."""
    desk = GateDesk(store, gates=gates(**exceptions))
    desk.gated() if gated else desk.ticket()
    assert desk.bring("ann", PRICED).state is MessageState.BLOCKED
    return desk


def ask(desk: GateDesk, who: str = "ann", reason: str = REASON) -> Approval:
    return desk.messages.request_exception(TENANT, "t1-m1", reason, person(who)).approvals[-1]


def decide(desk: GateDesk, who: str = "lee", verdict: Verdict = Verdict.APPROVE, number: int = 1) -> None:
    approval = next(each for each in desk.read().approvals if each.number == number)
    choice = Choice(verdict=verdict, seal=approval.seal, reason="No.")
    proof = Proof(interactive=True, authenticated_at=desk.now)
    desk.messages.decide(TENANT, approval_id("t1", number), choice, proof, person(who))


def message(desk: GateDesk) -> Outgoing:
    return desk.read().messages[0]


def leaves(desk: GateDesk) -> bool:
    after = desk.messages.release(TENANT, "t1-m1", "power_automate", FLOW)
    return after.messages[0].state is MessageState.RELEASED


def test_a_text_leaves_once_people_let_it_pass(store: Store) -> None:
    desk = blocked(store)
    assert not leaves(desk)
    asked = ask(desk)
    assert (asked.subject, asked.message, asked.reasons) == (
        Subject.EXCEPTION,
        1,
        ("exception:price_outside_policy",),
    )
    assert not leaves(desk)
    decide(desk)
    assert message(desk).state is MessageState.READY
    assert leaves(desk)


def test_what_was_let_pass_still_needs_the_approval_of_its_gate() -> None:
    desk = blocked(gated=True)
    ask(desk)
    decide(desk)
    approval = desk.read().approvals[-1]
    assert (message(desk).state, approval.subject, approval.requested_by) == (
        MessageState.WAITING,
        Subject.MESSAGE,
        "ann",
    )
    assert not leaves(desk)
    decide(desk, number=2)
    assert leaves(desk)


def test_the_policy_lists_what_may_be_let_pass() -> None:
    desk = blocked(findings=[])
    with pytest.raises(ExceptionNotAllowed, match="price_outside_policy"):
        ask(desk)


def test_one_finding_that_may_not_be_let_pass_stands_against_all() -> None:
    desk = GateDesk(gates=gates())
    desk.ticket()
    assert {"secret", "price_outside_policy"} <= set(desk.bring("ann", WITH_SECRET).findings)
    with pytest.raises(ExceptionNotAllowed, match="secret"):
        ask(desk)


def test_a_text_that_the_checks_let_pass_needs_no_exception() -> None:
    desk = GateDesk(gates=gates())
    desk.ticket()
    desk.bring()
    with pytest.raises(ExceptionNotAllowed):
        ask(desk)


def test_an_exception_needs_a_reason() -> None:
    with pytest.raises(ReasonMissing):
        ask(blocked(), reason=" ")


def test_asking_twice_asks_once() -> None:
    desk = blocked()
    assert ask(desk) == ask(desk)
    decide(desk)
    assert ask(desk).outcome is ApprovalOutcome.APPROVED


@pytest.mark.parametrize(("asks", "decides"), [("ann", "ann"), ("lee", "lee"), ("ann", "bob")])
def test_neither_author_nor_asker_nor_the_wrong_role_lets_it_pass(asks: str, decides: str) -> None:
    desk = blocked()
    ask(desk, asks)
    with pytest.raises(NotApprover):
        decide(desk, decides)


def test_the_policy_names_who_lets_pass_and_how_many() -> None:
    desk = blocked(roles=["commander", "lead"], quorum=2)
    ask(desk)
    decide(desk, "cho")
    assert not leaves(desk)
    decide(desk, "lee")
    assert leaves(desk)


def test_a_changed_text_is_let_pass_by_nobody() -> None:
    desk = blocked()
    ask(desk)
    decide(desk)
    desk.edit("ann", words("Hello, we look into t1, and you get a refund of 2000 EUR. Desk"))
    assert message(desk).state is MessageState.BLOCKED
    assert desk.read().approvals[0].outcome is ApprovalOutcome.SUPERSEDED
    assert not leaves(desk)


def test_a_rejected_or_expired_request_lets_nothing_pass() -> None:
    for verdict in (Verdict.REJECT, None):
        desk = blocked()
        ask(desk)
        decide(desk, verdict=verdict) if verdict else desk.passes(2 * HOUR)
        desk.tick()
        assert (message(desk).state, leaves(desk)) == (MessageState.BLOCKED, False)


def test_an_exception_lapses_and_can_be_asked_for_anew() -> None:
    desk = blocked()
    ask(desk)
    decide(desk)
    desk.passes(HOUR)
    assert not leaves(desk)
    assert "checks_failed" in message(desk).withheld
    assert ask(desk).number == 2
    decide(desk, number=2)
    assert leaves(desk)


def test_an_exception_that_the_policy_allows_no_longer_counts_no_more() -> None:
    desk = blocked()
    ask(desk)
    decide(desk)
    desk.passes(MINUTE)
    desk.adopt(gates=gates(findings=["too_long"]))
    assert not leaves(desk)


def test_what_the_checks_find_beside_it_holds_the_text_back() -> None:
    desk = blocked()
    ask(desk)
    decide(desk)
    desk.passes(MINUTE)
    desk.adopt(gates=gates(), output={"forbidden_names": ["look into"]})
    assert not leaves(desk)


def test_a_text_that_left_is_let_pass_by_nobody() -> None:
    desk = blocked()
    ask(desk)
    decide(desk)
    leaves(desk)
    with pytest.raises(MessageNotOpen):
        ask(desk)


def test_an_exception_is_asked_anew_and_taken_back_like_every_request() -> None:
    desk = blocked()
    ask(desk)
    desk.passes(2 * HOUR)
    desk.tick()
    requests = Requests(desk.triage, Messages(desk.triage))
    assert requests.ask_anew(TENANT, "t1-a1", person("bob")) == "t1-a2"
    decide(desk, number=2)
    requests.withdraw(TENANT, "t1-a2", "He did not agree after all.", person("bob"))
    assert not leaves(desk)
