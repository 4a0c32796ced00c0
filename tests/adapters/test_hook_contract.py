"""Do all stores keep hooks and hand out deliveries in the same way, once, in order, and to one worker at a time?"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from tests.adapters.decisions import NOW, TENANT, change, ticket, timer
from triage_core.domain.delivery import (
    CALLBACK,
    DeliveryState,
    Failure,
    Hook,
    HookState,
    Lane,
    Settlement,
    SigningSecret,
)
from triage_core.domain.model import Ticket
from triage_core.hook_ports import Vitals
from triage_core.ports import Message, Store, StoredPolicy

TRIAGED = "ticket.triaged"
SECOND = timedelta(seconds=1)
LATER = NOW + SECOND
SENT = Settlement(state=DeliveryState.SENT, status=200)
FAILED = Settlement(state=DeliveryState.FAILED, next_at=NOW + 60 * SECOND, status=500, failure=Failure.BUSY)
DEAD = Settlement(state=DeliveryState.DEAD, status=400, failure=Failure.REFUSED)


def hook(hook_id: str = "h1", **changes: Any) -> Hook:
    base: dict[str, Any] = {
        "tenant": TENANT,
        "id": hook_id,
        "url": f"https://hooks.zapier.com/{hook_id}?naïve=🚒",
        "event_type": TRIAGED,
        "created_by": "ann",
        "created_at": NOW,
        "since": NOW,
    }
    return Hook(**{**base, **changes})


def message(message_id: str, kind: str = TRIAGED) -> Message:
    return Message(id=message_id, type=kind, payload=f'{{"id":"{message_id}","naïve":"\x10"}}', at=NOW)


def tell(store: Store, *ids: str, ticket_id: str = "t-1", tenant: str = TENANT) -> Ticket:
    """Save a ticket with messages."""
    made = change(ticket(ticket_id, tenant), messages=tuple(map(message, ids)))
    store.save(made)
    return made.ticket


def passed_on(store: Store) -> None:
    while store.fan_out(NOW, 10):
        pass


def claimed(store: Store, claim: str = "me", at: timedelta = timedelta(), limit: int = 10) -> Lane:
    lane = store.lane(NOW + at, NOW + at + SECOND, claim, limit)
    assert lane is not None
    return lane


def due(lane: Lane) -> list[str]:
    return [parcel.message_id for parcel in lane.parcels]


def serve(store: Store, settlement: Settlement = SENT, at: timedelta = timedelta()) -> list[str]:
    """Settle everything that is due at one hook."""
    lane = claimed(store, at=at)
    for parcel in lane.parcels:
        assert store.settle(lane, parcel, settlement)
    store.release(lane, NOW + at)
    return due(lane)


class TestRegistrations:
    def test_a_hook_comes_back_as_it_was_stored(self, store: Store) -> None:
        given = hook(
            platform="make", expires_at=LATER, resume_at=LATER, last_status=500, header_name="x-a", header_value="ü"
        )
        assert store.put_hook(given) == given
        assert store.hooks(TENANT) == (given,)

    def test_a_hook_in_service_stays_as_it_is(self, store: Store) -> None:
        store.put_hook(hook(created_by="ann"))
        assert store.put_hook(hook(created_by="bob", since=LATER)).created_by == "ann"
        assert store.hooks(TENANT)[0].since == NOW

    def test_a_hook_out_of_service_comes_back(self, store: Store) -> None:
        store.put_hook(hook(state=HookState.GONE, failures=7, expires_at=NOW))
        again = store.put_hook(hook(since=LATER))
        assert (again.state, again.failures, again.since, again.expires_at) == (HookState.ACTIVE, 0, LATER, None)

    def test_the_newest_comes_first(self, store: Store) -> None:
        for name, at in (("h1", NOW), ("h2", LATER), ("h3", NOW)):
            store.put_hook(hook(name, created_at=at))
        assert [known.id for known in store.hooks(TENANT)] == ["h2", "h1", "h3"]

    def test_tenants_do_not_see_each_other(self, store: Store) -> None:
        store.put_hook(hook())
        store.put_hook(hook(tenant="other"))
        store.drop_hook("other", "h1")
        assert (len(store.hooks(TENANT)), store.hooks("other")) == (1, ())

    def test_an_unknown_hook_can_be_dropped(self, store: Store) -> None:
        store.drop_hook(TENANT, "h9")

    def test_a_hook_gets_its_extra_header(self, store: Store) -> None:
        store.put_hook(hook())
        store.set_header(TENANT, "h1", "x-make-apikey", "k")
        store.set_header(TENANT, "h9", "x-make-apikey", "k")
        assert (store.hooks(TENANT)[0].header_name, store.hooks(TENANT)[0].header_value) == ("x-make-apikey", "k")

    def test_a_new_secret_ends_the_old_ones(self, store: Store) -> None:
        first, second = (SigningSecret(number=n, secret=f"whsec_{n}", made_at=NOW) for n in (1, 2))
        store.add_signing_secret(TENANT, first, NOW)
        store.add_signing_secret(TENANT, second, LATER)
        assert store.signing_secrets(TENANT) == (second, replace(first, until=LATER))
        assert store.signing_secrets("other") == ()

    def test_of_two_secrets_with_a_number_the_first_stays(self, store: Store) -> None:
        for secret in ("whsec_a", "whsec_b"):
            store.add_signing_secret(TENANT, SigningSecret(number=1, secret=secret, made_at=NOW), LATER)
        assert store.signing_secrets(TENANT) == (SigningSecret(number=1, secret="whsec_a", made_at=NOW),)


class TestFanOut:
    def test_every_hook_that_wants_an_event_gets_it(self, store: Store) -> None:
        store.put_hook(hook("h1"))
        store.put_hook(hook("h2"))
        store.put_hook(hook("h3", event_type="sla.breached"))
        tell(store, "m1")
        passed_on(store)
        assert {found.hook_id for found in store.deliveries(TENANT, None, None, 9)} == {"h1", "h2"}

    def test_a_message_is_passed_on_once(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1", "m2")
        passed_on(store)
        store.put_hook(hook("h2"))
        assert store.fan_out(NOW, 10) == 0
        assert len(store.deliveries(TENANT, None, None, 9)) == 2

    def test_hooks_of_other_tenants_out_of_service_or_younger_get_nothing(self, store: Store) -> None:
        store.put_hook(hook("h1", tenant="other"))
        store.put_hook(hook("h2", state=HookState.GONE))
        store.put_hook(hook("h3", state=HookState.DISABLED))
        store.put_hook(hook("h4", expires_at=NOW))
        store.put_hook(hook("h5", since=LATER))
        tell(store, "m1")
        passed_on(store)
        assert store.deliveries(TENANT, None, None, 9) == store.deliveries("other", None, None, 9) == ()

    def test_a_limit_leaves_the_rest_for_the_next_time(self, store: Store) -> None:
        for number in range(3):
            tell(store, f"m{number}", ticket_id=f"t-{number}")
        assert [store.fan_out(NOW, 2), store.fan_out(NOW, 2), store.fan_out(NOW, 2)] == [2, 1, 0]

    def test_a_clock_that_was_set_back_does_not_turn_the_order_round(self, store: Store) -> None:
        store.put_hook(hook())
        store.save(change(ticket(), messages=(replace(message("m1"), at=LATER), message("m2"))))
        assert store.fan_out(LATER, 1) == 1
        assert [one.message_id for one in store.deliveries(TENANT, None, None, 9)] == ["m1"]

    def test_workers_that_share_the_work_pass_everything_on_once(self, store: Store) -> None:
        store.put_hook(hook())
        for number in range(20):
            tell(store, *(f"m{number}-{part}" for part in range(3)), ticket_id=f"t-{number}")
        workers = [threading.Thread(target=passed_on, args=(store,)) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        passed_on(store)
        assert len(store.deliveries(TENANT, None, None, 99)) == 60


class TestLanes:
    def test_a_parcel_holds_what_was_written(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1")
        passed_on(store)
        lane = claimed(store)
        (parcel,) = lane.parcels
        assert lane.hook == hook()
        assert (parcel.ticket_id, parcel.type, parcel.attempts) == ("t-1", TRIAGED, 0)
        assert parcel.body == message("m1").payload

    def test_nothing_due_is_no_lane(self, store: Store) -> None:
        store.put_hook(hook())
        assert store.lane(NOW, LATER, "me", 10) is None

    def test_of_each_ticket_the_first_is_due(self, store: Store) -> None:
        store.put_hook(hook())
        before = tell(store, "m1", "m2")
        store.save(change(before, messages=(message("m3"),)))
        tell(store, "n1", "n2", ticket_id="t-2")
        passed_on(store)
        assert [sorted(serve(store)) for _ in range(3)] == [["m1", "n1"], ["m2", "n2"], ["m3"]]

    def test_a_later_event_waits_for_a_failed_one(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1", "m2")
        passed_on(store)
        serve(store, FAILED)
        assert store.lane(NOW + 59 * SECOND, NOW + 90 * SECOND, "me", 10) is None
        assert serve(store, DEAD, at=60 * SECOND) == ["m1"]
        assert serve(store, at=60 * SECOND) == ["m2"]

    def test_a_ticket_of_another_hook_does_not_wait(self, store: Store) -> None:
        store.put_hook(hook("h1"))
        store.put_hook(hook("h2"))
        tell(store, "m1", "m2")
        passed_on(store)
        serve(store, FAILED)
        assert [serve(store), serve(store)] == [["m1"], ["m2"]]

    def test_a_claimed_hook_belongs_to_one_worker(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1")
        passed_on(store)
        claimed(store, "me")
        assert store.lane(NOW, LATER, "you", 10) is None

    def test_a_claim_that_lapsed_goes_to_another_worker_and_the_first_changes_nothing_more(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1", "m2")
        passed_on(store)
        old = claimed(store, "me")
        new = claimed(store, "you", at=SECOND)
        assert due(new) == ["m1"]
        assert store.settle(new, new.parcels[0], SENT)
        assert not store.settle(old, old.parcels[0], FAILED)
        store.release(old, NOW)
        assert store.lane(NOW + SECOND, NOW + 3 * SECOND, "they", 10) is None
        assert store.deliveries(TENANT, None, DeliveryState.SENT, 9)[0].message_id == "m1"

    def test_the_hook_that_was_served_longest_ago_comes_first(self, store: Store) -> None:
        store.put_hook(hook("h1"))
        store.put_hook(hook("h2"))
        tell(store, "m1", "m2")
        passed_on(store)
        served = []
        for step in range(4):
            lane = claimed(store, at=step * SECOND, limit=1)
            served.append(lane.hook.id)
            store.settle(lane, lane.parcels[0], SENT)
            store.release(lane, NOW + step * SECOND)
        assert served in (["h1", "h2", "h1", "h2"], ["h2", "h1", "h2", "h1"])

    def test_threads_that_compete_claim_different_hooks(self, store: Store) -> None:
        for number in range(4):
            store.put_hook(hook(f"h{number}"))
        tell(store, "m1")
        passed_on(store)
        found: list[str] = []

        def claim(name: str) -> None:
            while (lane := store.lane(NOW, LATER, name, 10)) is not None:
                found.append(lane.hook.id)

        workers = [threading.Thread(target=claim, args=(f"w{number}",)) for number in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        claim("last")
        assert sorted(found) == ["h0", "h1", "h2", "h3"]


class TestSettling:
    def test_success_is_counted(self, store: Store) -> None:
        store.put_hook(hook(failures=3))
        tell(store, "m1")
        passed_on(store)
        serve(store)
        (sent,) = store.deliveries(TENANT, "h1", None, 9)
        assert (sent.state, sent.attempts, sent.next_at, sent.last_status) == (DeliveryState.SENT, 1, None, 200)
        assert (store.hooks(TENANT)[0].failures, store.hooks(TENANT)[0].last_status) == (0, 200)

    def test_failure_is_counted_and_the_hook_rests(self, store: Store) -> None:
        store.put_hook(hook(failures=3))
        tell(store, "m1")
        tell(store, "n1", ticket_id="t-2")
        passed_on(store)
        lane = claimed(store)
        store.settle(lane, lane.parcels[0], replace(FAILED, resume_at=NOW + 9 * SECOND))
        store.release(lane, NOW)
        assert store.hooks(TENANT)[0].failures == 4
        assert store.lane(NOW + 8 * SECOND, NOW + 90 * SECOND, "me", 10) is None
        assert len(due(claimed(store, at=9 * SECOND))) == 1

    def test_an_attempt_that_was_not_made_is_not_counted(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1")
        passed_on(store)
        serve(store, Settlement(state=DeliveryState.QUEUED, next_at=NOW, is_uncounted=True))
        assert store.deliveries(TENANT, None, None, 9)[0].attempts == 0

    def test_a_receiver_that_is_gone_gets_nothing_more(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1", "m2")
        passed_on(store)
        gone = replace(DEAD, status=410, failure=Failure.GONE, hook_state=HookState.GONE)
        serve(store, gone)
        found = store.deliveries(TENANT, None, DeliveryState.DEAD, 9)
        assert {(one.message_id, one.last_failure) for one in found} == {("m1", "gone"), ("m2", "gone")}
        assert store.hooks(TENANT)[0].state is HookState.GONE

    def test_what_waits_for_a_disabled_hook_is_kept_until_it_comes_back(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1", "m2")
        passed_on(store)
        serve(store, replace(DEAD, hook_state=HookState.DISABLED))
        assert store.lane(NOW, LATER, "me", 10) is None
        store.put_hook(hook())
        assert serve(store) == ["m2"]

    def test_a_dropped_hook_takes_along_what_was_not_sent(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1", "m2")
        passed_on(store)
        serve(store)
        lane = claimed(store)
        store.drop_hook(TENANT, "h1")
        assert not store.settle(lane, lane.parcels[0], FAILED)
        assert [one.message_id for one in store.deliveries(TENANT, None, None, 9)] == ["m1"]


class TestLooking:
    def test_dead_letters_are_replayed_from_the_start(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1", "m2")
        passed_on(store)
        assert [serve(store, DEAD), serve(store, DEAD)] == [["m1"], ["m2"]]
        assert store.replay("other", None, None, NOW) == 0
        assert store.replay(TENANT, "h1", "m2", NOW) == 1
        assert claimed(store).parcels[0].attempts == 0
        assert store.replay(TENANT, None, None, NOW) == 1

    def test_a_dead_letter_of_a_hook_out_of_service_stays_dead(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1")
        passed_on(store)
        serve(store, replace(DEAD, hook_state=HookState.GONE))
        assert store.replay(TENANT, None, None, NOW) == 0

    def test_the_latest_events_of_a_type_come_newest_first(self, store: Store) -> None:
        made = [replace(message(f"m{n}"), at=NOW + n * SECOND) for n in range(3)]
        store.save(change(ticket(), messages=(*made, message("x", "ticket.blocked"))))
        assert [one.id for one in store.latest_messages(TENANT, TRIAGED, 2)] == ["m2", "m1"]
        assert store.latest_messages(TENANT, TRIAGED, 1)[0] == made[2]
        assert store.latest_messages("other", TRIAGED, 2) == ()

    def test_old_messages_and_deliveries_are_forgotten_unless_something_waits(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1", "m2")
        passed_on(store)
        serve(store)
        assert store.forget(NOW) == 0
        assert store.forget(LATER) == 2
        assert [one.message_id for one in store.deliveries(TENANT, None, None, 9)] == ["m2"]
        assert serve(store) == ["m2"]
        assert store.forget(LATER) == 2
        assert store.messages(TENANT, "t-1") == ()

    def test_a_message_that_nobody_looked_at_is_never_forgotten(self, store: Store) -> None:
        tell(store, "m1")
        assert store.forget(LATER) == 0

    def test_a_callback_that_lapsed_is_forgotten_and_no_other_hook(self, store: Store) -> None:
        store.put_hook(hook("h1", expires_at=NOW))
        store.put_hook(hook("h2", event_type=f"{CALLBACK}t-1-a1", expires_at=NOW))
        store.put_hook(hook("h3", event_type=f"{CALLBACK}t-1-a1", expires_at=LATER))
        assert store.forget(NOW) == 0
        assert store.forget(LATER) == 1
        assert {one.id for one in store.hooks(TENANT)} == {"h1", "h3"}

    def test_what_waits_for_a_hook_out_of_service_is_forgotten_in_the_end(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1", "m2")
        passed_on(store)
        serve(store, replace(DEAD, hook_state=HookState.DISABLED))
        assert store.forget(LATER) == 4


class TestVitals:
    def test_an_empty_store_has_nothing_old(self, store: Store) -> None:
        found = store.vitals(NOW)
        assert replace(found, clock=None) == Vitals(is_current=True, has_policy=False)

    def test_what_grows_old_is_named_with_its_moment(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1")
        passed_on(store)
        tell(store, "n1", ticket_id="t-2")
        store.save(change(ticket("t-3"), timers=(timer("a", -5), timer("b", 5))))
        store.put_policy(TENANT, StoredPolicy(version="p@1", document="{}", digest="d", active_from=NOW))
        found = store.vitals(NOW)
        assert (found.has_policy, found.oldest_timer) == (True, NOW - 5 * SECOND)
        assert (found.oldest_message, found.oldest_delivery, found.dead) == (NOW, NOW, 0)

    def test_a_policy_of_tomorrow_is_no_policy_yet(self, store: Store) -> None:
        store.put_policy(TENANT, StoredPolicy(version="p@1", document="{}", digest="d", active_from=LATER))
        assert not store.vitals(NOW).has_policy

    def test_what_rests_or_waits_for_its_turn_is_not_overdue(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1", "m2")
        passed_on(store)
        serve(store, replace(FAILED, resume_at=NOW + 9 * SECOND))
        found = store.vitals(NOW + 10 * SECOND)
        assert (found.oldest_delivery, found.dead) == (None, 0)

    def test_dead_letters_are_counted(self, store: Store) -> None:
        store.put_hook(hook())
        tell(store, "m1")
        passed_on(store)
        serve(store, DEAD)
        assert store.vitals(NOW).dead == 1
