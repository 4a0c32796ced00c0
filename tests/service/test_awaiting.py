"""Is a flow that waits for an approval called back once, whatever ends it, and never at an address inside?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from msgspec import json
from msgspec.structs import replace

from tests.sample_desk import TENANT
from tests.sample_gates import FLOW, GateDesk
from tests.sample_hooks import HERE, TIME_LIMIT, caller
from tests.standins.receiver import Receiver, answers
from triage_core.adapters.webhooks import WebhookSender
from triage_core.compose import open_store
from triage_core.contract.events import Event
from triage_core.domain.attempts import WAITS
from triage_core.domain.delivery import DeliveryState
from triage_core.domain.entry import Kind
from triage_core.domain.gating.awaiting import awaited
from triage_core.domain.gating.errors import MessageNotFound, MessageNotOpen, NothingAwaited
from triage_core.domain.gating.state import Subject, Verdict
from triage_core.domain.receivers import ReceiverRefused, Receivers
from triage_core.ports import Store
from triage_core.service.awaiting import await_end
from triage_core.service.delivering import Courier
from triage_core.service.hooks import HookRegister

HALF_AN_HOUR = timedelta(minutes=30)


class WaitingDesk(GateDesk):
    """A desk with a text that waits for a lead, and flows that wait for the lead's decision."""

    def __init__(self, store: Store, receivers: Receivers = HERE) -> None:
        super().__init__(store)
        self.hooks = HookRegister(self.store, receivers, lambda: self.now)
        self.courier = Courier(self.store, WebhookSender(receivers, TIME_LIMIT), lambda: self.now)
        self.gated()
        self.bring()

    def waits(self, url: str, message: str = "t1-m1") -> None:
        """Let a flow wait at an address."""
        arrange = partial(self.hooks.call_back, caller(), url)
        await_end(self.triage, TENANT, message, FLOW, arrange)

    def called(self, receiver: Receiver) -> list[str | None]:
        """Deliver what is due, and return with which outcomes the receiver was called so far."""
        self.courier.round()
        return [Event.model_validate_json(got.body).approval_outcome for got in receiver.got]


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def desk(request: pytest.FixtureRequest) -> Iterator[WaitingDesk]:
    names = {"sqlite": "sqlite_url", "postgres": "clean_postgres_url"}
    url = "memory:" if request.param == "memory" else str(request.getfixturevalue(names[request.param]))
    store = open_store(url)
    yield WaitingDesk(store)
    store.close()


def test_a_flow_hears_nothing_until_somebody_decides_and_then_once(desk: WaitingDesk) -> None:
    with Receiver() as receiver:
        desk.waits(receiver.url)
        assert desk.called(receiver) == []
        desk.decide("lee", Verdict.APPROVE)
        assert desk.called(receiver) == ["approved"]
        desk.edit()
        assert desk.called(receiver) == ["approved"]
    assert json.decode(receiver.got[0].body)["approval_id"] == "t1-a1"
    assert receiver.got[0].headers["webhook-signature"]


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (lambda desk: desk.decide("lee", Verdict.REJECT), "rejected"),
        (lambda desk: (desk.passes(HALF_AN_HOUR), desk.tick()), "expired"),
        (lambda desk: desk.edit(), "superseded"),
        (lambda desk: desk.messages.withdraw(TENANT, "t1-m1", "not now", FLOW), "withdrawn"),
    ],
    ids=["rejected", "expired", "changed", "withdrawn"],
)
def test_every_end_is_told(desk: WaitingDesk, end: object, outcome: str) -> None:
    with Receiver() as receiver:
        desk.waits(receiver.url)
        end(desk)  # type: ignore[operator] # one of the ends above
        assert desk.called(receiver) == [outcome]


def test_what_was_decided_before_the_flow_asked_is_told_at_once(desk: WaitingDesk) -> None:
    desk.decide("lee", Verdict.APPROVE)
    with Receiver() as receiver:
        desk.waits(receiver.url)
        assert desk.called(receiver) == ["approved"]


def test_a_request_that_expired_is_made_anew(desk: WaitingDesk) -> None:
    desk.passes(HALF_AN_HOUR)
    desk.tick()
    with Receiver() as receiver:
        desk.waits(receiver.url)
        assert desk.called(receiver) == []
        desk.decide("lee", Verdict.APPROVE)
        assert desk.called(receiver) == ["approved"]
    assert desk.approval().number == 2


def test_a_flow_waits_for_the_text_and_for_no_exception_from_its_checks() -> None:
    desk = GateDesk()
    desk.gated()
    desk.bring()
    ticket = desk.read()
    other = replace(ticket.approvals[0], number=2, subject=Subject.EXCEPTION)
    seen = desk.triage.seen(ticket, FLOW, desk.now)
    assert awaited(seen, replace(ticket, approvals=(*ticket.approvals, other)), 1).approval.number == 1


def test_two_flows_wait_for_one_request(desk: WaitingDesk) -> None:
    with Receiver() as one, Receiver() as other:
        desk.waits(one.url)
        desk.waits(other.url)
        desk.decide("lee", Verdict.APPROVE)
        assert (desk.called(one), desk.called(other)) == (["approved"], ["approved"])
    assert desk.kinds().count(Kind.APPROVAL_AWAITED) == 1


def test_a_receiver_that_is_down_is_called_again_until_it_answers(desk: WaitingDesk) -> None:
    with Receiver([answers(503), answers(200)]) as receiver:
        desk.waits(receiver.url)
        desk.decide("lee", Verdict.APPROVE)
        assert len(desk.called(receiver)) == 1
        desk.passes(2 * WAITS[0])
        assert desk.called(receiver) == ["approved", "approved"]
    assert receiver.ids[0] == receiver.ids[1]


def test_a_receiver_that_refuses_is_not_called_again(desk: WaitingDesk) -> None:
    with Receiver([answers(404)]) as receiver:
        desk.waits(receiver.url)
        desk.decide("lee", Verdict.APPROVE)
        for _ in range(3):
            desk.called(receiver)
            desk.passes(2 * WAITS[0])
    assert len(receiver.got) == 1
    (dead,) = desk.store.deliveries(TENANT, None, DeliveryState.DEAD, 10)
    assert dead.last_status == 404


def test_an_address_that_was_told_is_kept_no_longer(desk: WaitingDesk) -> None:
    with Receiver() as receiver:
        desk.waits(receiver.url)
        assert len(desk.store.hooks(TENANT)) == 1
        desk.decide("lee", Verdict.APPROVE)
        desk.called(receiver)
    assert desk.store.hooks(TENANT) == ()
    assert "secret" not in "".join(line.body for line in desk.store.timeline(TENANT, "t1"))


def test_nobody_lists_or_removes_who_waits(desk: WaitingDesk) -> None:
    with Receiver() as receiver:
        desk.waits(receiver.url)
        assert desk.hooks.list(caller()) == ()
        desk.hooks.delete(caller(), desk.store.hooks(TENANT)[0].id)
        desk.decide("lee", Verdict.APPROVE)
        assert desk.called(receiver) == ["approved"]


@pytest.mark.parametrize(
    "url", ["http://hooks.zapier.com/1", "https://10.0.0.1/in", "https://169.254.169.254/", "https://intern.example"]
)
def test_an_address_inside_is_refused_and_nobody_waits(desk: WaitingDesk, url: str) -> None:
    with pytest.raises(ReceiverRefused) as refused:
        desk.waits(url)
    assert url not in str(refused.value)
    assert desk.store.hooks(TENANT) == ()
    assert not desk.approval().awaited


def test_nobody_waits_where_nobody_decides(desk: WaitingDesk) -> None:
    desk.begin(2)
    desk.bring()
    with pytest.raises(NothingAwaited):
        desk.waits("https://hooks.zapier.com/hooks/callback/1", f"{desk.at}-m1")


def test_nobody_waits_for_a_text_that_has_to_be_changed_first(desk: WaitingDesk) -> None:
    desk.decide("lee", Verdict.REJECT)
    with pytest.raises(MessageNotOpen):
        desk.waits("https://hooks.zapier.com/hooks/callback/1")


@pytest.mark.parametrize("name", ["t1", "t9-m1", "t1-m9"])
def test_an_unknown_text_is_said_to_be_unknown(desk: WaitingDesk, name: str) -> None:
    with pytest.raises(MessageNotFound):
        desk.waits("https://hooks.zapier.com/hooks/callback/1", name)
