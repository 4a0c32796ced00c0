"""Does every event reach its receivers, in order and signed, whatever receivers and workers do?"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import json
from standardwebhooks import Webhook, WebhookVerificationError

from tests.sample_cases import AGENT, HOUR, LEAD, MINUTE
from tests.sample_desk import TENANT
from tests.sample_hooks import HookedDesk, caller
from tests.small_policy import COMPLETE
from tests.standins.receiver import Habit, Receiver, after, answers, drips, hangs_up, stays_silent
from triage_core.adapters.webhooks import WebhookSender
from triage_core.compose import open_store
from triage_core.domain.attempts import WAITS
from triage_core.domain.delivery import DeliveryState, HookState, Reply
from triage_core.domain.overriding import Correction
from triage_core.domain.receivers import Receivers
from triage_core.ports import Store
from triage_core.service.delivering import Courier, Delivered, Pace
from triage_core.service.hooks import resume, set_header
from triage_core.service.signing import rotate, signing_secrets

ROOT = Path(__file__).resolve().parents[2]
SECOND = timedelta(seconds=1)
OVERRIDDEN = "ticket.overridden"


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    names = {"sqlite": "sqlite_url", "postgres": "clean_postgres_url"}
    url = "memory:" if request.param == "memory" else str(request.getfixturevalue(names[request.param]))
    opened = open_store(url)
    yield opened
    opened.close()


@pytest.fixture
def desk(store: Store) -> HookedDesk:
    return HookedDesk(store)


def corrected(desk: HookedDesk, times: int, ticket_id: str = "t1") -> None:
    """Let a person change a ticket's class to and fro, which tells one event each time."""
    for number in range(times):
        correction = Correction(class_name=("P3", "P2")[number % 2], reason="why")
        desk.triage.override(TENANT, ticket_id, correction, LEAD)


def told(desk: HookedDesk, kind: str = OVERRIDDEN, ticket_id: str = "t1") -> list[str]:
    """Return the events of a kind in the order in which they happened."""
    return [message.id for message in desk.store.messages(TENANT, ticket_id) if message.type == kind]


def states(desk: HookedDesk) -> list[DeliveryState]:
    return [delivery.state for delivery in reversed(desk.store.deliveries(TENANT, None, None, 99))]


class TestDelivering:
    def test_every_receiver_of_an_event_gets_it(self, desk: HookedDesk) -> None:
        with Receiver() as first, Receiver() as second, Receiver() as other:
            desk.hook(first)
            desk.hook(second)
            desk.hook(other, "sla.breached")
            desk.submit()
            assert desk.deliver() == Delivered(messages=1, sent=2)
            assert (first.ids, second.ids, other.ids) == (["t1-2"], ["t1-2"], [])

    def test_the_body_is_what_was_stored_and_the_samples_show(self, desk: HookedDesk) -> None:
        with Receiver() as receiver:
            desk.hook(receiver)
            desk.submit()
            desk.deliver()
        (got,) = receiver.got
        assert (got.body.decode(),) == desk.hooks.samples(caller(), "ticket.triaged", 1)
        assert got.headers["content-type"] == "application/json"

    def test_nothing_is_sent_twice_once_it_was_taken(self, desk: HookedDesk) -> None:
        with Receiver() as receiver:
            desk.hook(receiver)
            desk.submit()
            assert [desk.deliver().sent, desk.deliver(HOUR).sent] == [1, 0]

    def test_a_receiver_gets_what_happens_after_it_registered(self, desk: HookedDesk) -> None:
        desk.submit()
        desk.passes(SECOND)
        with Receiver() as receiver:
            desk.hook(receiver)
            desk.submit(2)
            desk.deliver()
        assert receiver.ids == ["t2-2"]

    def test_another_tenant_hears_nothing(self, desk: HookedDesk) -> None:
        with Receiver() as receiver:
            desk.hook(receiver, tenant="other")
            desk.submit()
            desk.deliver()
        assert receiver.got == []

    def test_an_extra_header_goes_along(self, desk: HookedDesk) -> None:
        with Receiver() as receiver:
            set_header(desk.store, TENANT, desk.hook(receiver), ("X-Make-ApiKey", "k3y"))
            desk.submit()
            desk.deliver()
        assert receiver.got[0].headers["x-make-apikey"] == "k3y"

    def test_many_events_of_many_tickets_all_arrive_in_the_order_of_their_ticket(self, desk: HookedDesk) -> None:
        with Receiver() as receiver:
            desk.hook(receiver, OVERRIDDEN)
            for number in range(1, 5):
                desk.submit(number)
                corrected(desk, 5, f"t{number}")
            assert desk.deliver().sent == 20
        for number in range(1, 5):
            lines = [int(name.partition("-")[2]) for name in receiver.ids if name.startswith(f"t{number}-")]
            assert (len(lines), lines) == (5, sorted(lines))


class TestSigning:
    def test_a_receiver_can_verify_with_the_library_of_the_standard(self, desk: HookedDesk) -> None:
        desk.now = datetime.now(UTC)
        with Receiver() as receiver:
            desk.hook(receiver)
            desk.submit()
            desk.deliver()
        (got,) = receiver.got
        (secret,) = signing_secrets(desk.store, TENANT, desk.now)
        assert Webhook(secret).verify(got.body, got.headers)["ticket_id"] == "t1"
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(got.body + b" ", got.headers)

    def test_after_a_rotation_both_secrets_verify_until_the_old_one_ends(self, desk: HookedDesk) -> None:
        desk.now = datetime.now(UTC)
        (old,) = signing_secrets(desk.store, TENANT, desk.now)
        new = rotate(desk.store, TENANT, desk.now, HOUR)
        with Receiver() as receiver:
            desk.hook(receiver)
            desk.submit()
            desk.deliver()
            for secret in (old, new):
                Webhook(secret).verify(receiver.got[0].body, receiver.got[0].headers)
        assert signing_secrets(desk.store, TENANT, desk.now + HOUR) == (new,)

    def test_every_tenant_has_a_secret_of_its_own_that_stays(self, desk: HookedDesk) -> None:
        first, again = (signing_secrets(desk.store, TENANT, desk.now) for _ in range(2))
        other = signing_secrets(desk.store, "other", desk.now)
        assert first == again != other
        assert first[0].startswith("whsec_")


class TestTrouble:
    def test_a_failing_receiver_gets_the_same_id_and_body_again_with_a_fresh_signature(self, desk: HookedDesk) -> None:
        with Receiver([answers(500), answers(503), answers()]) as receiver:
            desk.hook(receiver)
            desk.submit()
            assert desk.deliver() == Delivered(messages=1, failed=1)
            assert desk.deliver(10 * SECOND) == Delivered(failed=1)
            assert desk.deliver(MINUTE) == Delivered(sent=1)
        first, *_, last = receiver.got
        assert receiver.ids == ["t1-2"] * 3
        assert first.body == last.body
        assert int(last.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 70
        assert first.headers["webhook-signature"] != last.headers["webhook-signature"]

    def test_a_later_event_of_a_ticket_waits_for_the_earlier_one(self, desk: HookedDesk) -> None:
        with Receiver([answers(400), answers()]) as receiver:
            desk.hook(receiver, OVERRIDDEN)
            desk.submit(1)
            desk.submit(2)
            corrected(desk, 2, "t1")
            corrected(desk, 2, "t2")
            desk.deliver()
            blocked = receiver.ids[0].partition("-")[0]
            assert [name for name in receiver.ids if name.startswith(f"{blocked}-")] == receiver.ids[:1]
            assert len(receiver.ids) == 3
            desk.deliver(MINUTE)
        assert len(receiver.ids) == 5
        later = [name for name in receiver.ids[1:] if name.startswith(f"{blocked}-")]
        assert later == told(desk, ticket_id=blocked)

    @pytest.mark.parametrize("habit", [hangs_up, stays_silent, drips])
    def test_what_was_sent_and_not_answered_is_unknown_and_sent_again(self, habit: Habit) -> None:
        desk = HookedDesk()
        with Receiver([habit, answers()]) as receiver:
            desk.hook(receiver)
            desk.submit()
            desk.deliver()
            assert states(desk) == [DeliveryState.UNKNOWN]
            desk.deliver(MINUTE)
        assert receiver.ids == ["t1-2"] * 2
        assert states(desk) == [DeliveryState.SENT]

    def test_a_receiver_that_disappears_and_comes_back_gets_everything_in_order(self, desk: HookedDesk) -> None:
        with Receiver() as receiver:
            desk.hook(receiver, OVERRIDDEN)
        desk.submit()
        corrected(desk, 4)
        for wait in WAITS[:4]:
            assert desk.deliver(2 * wait).failed == 1
        with Receiver(port=receiver.port) as back:
            desk.deliver(HOUR)
        assert back.ids == told(desk)
        assert len(back.ids) == 4

    def test_a_receiver_that_stays_away_leaves_visible_dead_letters_that_can_be_replayed(
        self, desk: HookedDesk
    ) -> None:
        with Receiver() as receiver:
            desk.hook(receiver, OVERRIDDEN)
        desk.submit()
        corrected(desk, 2)
        done = desk.deliver_all()
        assert (done.dead, done.failed) == (2, 2 * len(WAITS))
        dead = desk.store.deliveries(TENANT, None, DeliveryState.DEAD, 9)
        assert {(one.attempts, one.last_failure) for one in dead} == {(len(WAITS) + 1, "not_connected")}
        assert desk.store.replay(TENANT, None, None, desk.now) == 2
        with Receiver(port=receiver.port) as back:
            desk.deliver(HOUR)
        assert back.ids == told(desk)

    def test_a_message_that_is_refused_dies_and_lets_the_next_one_pass(self, desk: HookedDesk) -> None:
        with Receiver([*[answers(422)] * 5, answers()]) as receiver:
            desk.hook(receiver, OVERRIDDEN)
            desk.submit()
            corrected(desk, 2)
            desk.deliver_all(rounds=6)
        refused, taken = told(desk)
        assert receiver.ids == [*[refused] * 5, taken]
        assert states(desk) == [DeliveryState.DEAD, DeliveryState.SENT]

    def test_410_ends_the_registration_at_once(self, desk: HookedDesk) -> None:
        with Receiver([answers(410)]) as receiver:
            hook = desk.hook(receiver, OVERRIDDEN)
            desk.submit()
            corrected(desk, 3)
            assert desk.deliver_all(rounds=3).dead == 1
            corrected(desk, 1)
            desk.deliver()
        assert len(receiver.got) == 1
        assert states(desk) == [DeliveryState.DEAD] * 3
        assert desk.store.hooks(TENANT)[0].state is HookState.GONE
        assert [known.active for known in desk.hooks.list(caller()) if known.id == hook] == [False]

    def test_a_wish_to_wait_is_respected_for_all_that_waits(self, desk: HookedDesk) -> None:
        with Receiver([answers(429, retry_after="600"), answers()]) as receiver:
            desk.hook(receiver)
            desk.submit(1)
            desk.submit(2)
            desk.deliver()
            desk.deliver(599 * SECOND)
            assert len(receiver.got) == 1
            desk.deliver(SECOND)
        assert len(receiver.got) == 3

    def test_a_redirect_into_the_house_is_a_failure_and_reaches_nobody(self, desk: HookedDesk) -> None:
        with Receiver() as inside, Receiver([answers(307, location=inside.url)]) as receiver:
            desk.hook(receiver)
            desk.submit()
            desk.deliver()
            assert (inside.got, states(desk)) == ([], [DeliveryState.FAILED])

    def test_a_host_that_was_taken_off_the_list_gets_nothing_and_loses_nothing(self, desk: HookedDesk) -> None:
        with Receiver() as receiver:
            hook = desk.hook(receiver)
            desk.submit()
            closed = Courier(desk.store, WebhookSender(Receivers()), lambda: desk.now)
            assert closed.round() == Delivered(messages=1, failed=1)
            assert closed.round() == Delivered()
            assert (receiver.got, desk.store.hooks(TENANT)[0].state) == ([], HookState.DISABLED)
            resume(desk.store, TENANT, hook, desk.now)
            assert desk.deliver().sent == 1

    def test_a_hook_that_was_deleted_gets_nothing_more(self, desk: HookedDesk) -> None:
        with Receiver([answers(500), answers()]) as receiver:
            hook = desk.hook(receiver)
            desk.submit()
            desk.deliver()
            desk.hooks.delete(caller(), hook)
            desk.deliver(HOUR)
        assert len(receiver.got) == 1


class TestWorkers:
    def test_a_slow_receiver_does_not_hold_the_others(self, desk: HookedDesk) -> None:
        with Receiver([stays_silent]) as slow, Receiver() as quick:
            desk.hook(slow)
            desk.hook(quick)
            for number in range(1, 6):
                desk.submit(number)
            desk.deliver()
            assert (len(slow.got), sorted(quick.ids)) == (1, [f"t{number}-2" for number in range(1, 6)])

    def test_no_attempt_begins_that_might_end_after_its_claim(self, desk: HookedDesk) -> None:
        sender = Meanwhile(lambda: desk.passes(11 * SECOND))
        courier = Courier(desk.store, sender, lambda: desk.now, Pace(attempt=20 * SECOND))
        with Receiver() as receiver:
            desk.hook(receiver)
        for number in range(1, 5):
            desk.submit(number)
        desk.store.fan_out(desk.now, 9)
        lane = desk.store.lane(desk.now, desk.now + 45 * SECOND, "claim", 9)
        assert lane is not None
        assert courier._serve(lane, None).sent == 3
        assert courier.round().sent == 1

    def test_nothing_begins_after_the_end_of_a_round(self, desk: HookedDesk) -> None:
        with Receiver() as receiver:
            desk.hook(receiver)
            desk.submit()
            assert desk.courier.round(until=desk.now) == Delivered(messages=1)
            assert desk.courier.round(until=desk.now + SECOND).sent == 1

    def test_a_worker_whose_claim_was_lost_records_nothing(self, desk: HookedDesk) -> None:
        def overtaken() -> None:
            desk.passes(2 * MINUTE)
            assert desk.courier.round().sent == 1

        stalled = Courier(desk.store, Meanwhile(overtaken, Reply(status=500)), lambda: desk.now)
        with Receiver() as receiver:
            desk.hook(receiver)
            desk.submit()
            assert stalled.round() == Delivered(messages=1)
        assert states(desk) == [DeliveryState.SENT]

    def test_a_mistake_in_a_lane_is_not_swallowed_and_the_next_round_goes_on(self, desk: HookedDesk) -> None:
        def fails() -> None:
            raise ZeroDivisionError

        with Receiver() as receiver:
            desk.hook(receiver)
            desk.submit()
            with pytest.raises(ZeroDivisionError):
                Courier(desk.store, Meanwhile(fails), lambda: desk.now).round()
            assert desk.deliver().sent == 0
            assert desk.deliver(MINUTE).sent == 1

    @pytest.mark.parametrize("kind", ["sqlite_url", "clean_postgres_url"])
    def test_workers_that_are_killed_lose_nothing_and_keep_every_tickets_order(
        self, request: pytest.FixtureRequest, kind: str
    ) -> None:
        url = str(request.getfixturevalue(kind))
        store = open_store(url)
        busy = HookedDesk(store)
        busy.now = datetime.now(UTC) - MINUTE
        with Receiver([after(0.05, answers())]) as first, Receiver([after(0.02, answers())]) as second:
            for receiver in (first, second):
                busy.hook(receiver, OVERRIDDEN)
            for number in range(1, 7):
                busy.submit(number)
                corrected(busy, 6, f"t{number}")
            deliver_with_workers_that_are_killed(url, store)
        told = [message.id for message in store.latest_messages(TENANT, OVERRIDDEN, 99)]
        store.close()
        assert len(told) == 36
        for receiver in (first, second):
            assert set(receiver.ids) == set(told)
            for number in range(1, 7):
                lines = [int(name.partition("-")[2]) for name in receiver.ids if name.startswith(f"t{number}-")]
                assert lines == sorted(lines)


class Meanwhile:
    """A sender that sends nothing: something else happens, and then it has an answer."""

    def __init__(self, happens: Callable[[], None], reply: Reply | None = None) -> None:
        self._happens = happens
        self._reply = reply or Reply(status=200)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        del url, headers, body
        self._happens()
        return self._reply


def deliver_with_workers_that_are_killed(url: str, store: Store) -> None:
    """Run two workers until nothing waits, and kill one of them now and then in the middle of its work."""
    workers = [_worker(url) for _ in range(2)]
    kills = iter([0, 1, 0])
    end = time.monotonic() + 120
    try:
        while time.monotonic() < end and not _is_done(store):
            time.sleep(1.1)
            if (killed := next(kills, None)) is not None:
                _end(workers[killed])
                workers[killed] = _worker(url)
    finally:
        for worker in workers:
            _end(worker)


def _is_done(store: Store) -> bool:
    known = store.deliveries(TENANT, None, None, 999)
    return bool(known) and all(delivery.next_at is None for delivery in known)


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.wait()


def _worker(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.service.delivering_loop", url], cwd=ROOT)


CANARY = "Mr Smith 0171-555"


def test_no_event_carries_a_word_of_the_customer(desk: HookedDesk) -> None:
    with Receiver() as receiver:
        for event in (
            "ticket.blocked",
            "intake.alerted",
            "ticket.triaged",
            OVERRIDDEN,
            "sla.breached",
            "ticket.closed",
        ):
            desk.hook(receiver, event)
        given = {**COMPLETE, "impact": CANARY}
        desk.submit(subject=CANARY, body=f"outage {CANARY}", requester=CANARY, customer="acme", intake=given)
        desk.triage.complete(TENANT, "t1", {"impact": "high"}, AGENT)
        corrected(desk, 1)
        desk.passes(9 * HOUR)
        desk.tick()
        desk.deliver()
    assert {json.decode(got.body)["type"] for got in receiver.got} >= {
        "ticket.blocked",
        "ticket.triaged",
        "sla.breached",
    }
    assert not [got for got in receiver.got if "Smith" in f"{got.body.decode()}{got.headers}"]
