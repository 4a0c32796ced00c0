"""Do all stores keep intents to send and hand them out in the same way: none lost, none begun twice at a time?"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.adapters.decisions import NOW, TENANT, change, ticket
from triage_core.domain.errors import SourceTaken
from triage_core.domain.sending import (
    INTERRUPTED,
    Purpose,
    Send,
    SendLane,
    SendRecord,
    SendSettlement,
    SendState,
    Surface,
)
from triage_core.ports import Store
from triage_core.send_ports import SendFilter

SECOND = timedelta(seconds=1)
ALL = SendFilter()


def intent(name: str, ticket_id: str = "t-1", **fields: Any) -> Send:
    base: dict[str, Any] = {
        "id": name,
        "ticket_id": ticket_id,
        "surface": Surface.SLACK,
        "purpose": Purpose.ESCALATION_CARD,
        "about": name,
        "at": NOW,
    }
    return Send(**{**base, **fields})


def queue(store: Store, *sends: Send, ticket_id: str = "t-1", tenant: str = TENANT) -> None:
    """Save a ticket with intents."""
    store.save(change(ticket(ticket_id, tenant), sends=sends))


def claimed(store: Store, at: timedelta = timedelta(), claim: str = "me", limit: int = 10) -> SendLane:
    lane = store.sends.lane(NOW + at, NOW + at + SECOND, claim, limit)
    assert lane is not None
    return lane


def nothing(store: Store, at: timedelta = timedelta()) -> bool:
    return store.sends.lane(NOW + at, NOW + at + SECOND, "other", 10) is None


def ids(found: SendLane | tuple[SendRecord, ...]) -> list[str]:
    records = found.sends if isinstance(found, SendLane) else found
    return [record.send.id for record in records]


def standing(store: Store, name: str, tenant: str = TENANT) -> SendRecord:
    return next(record for record in store.sends.listed(tenant, ALL, 99) if record.send.id == name)


def outcome(state: SendState = SendState.SENT, **fields: Any) -> SendSettlement:
    return SendSettlement(**{"state": state, "at": NOW + SECOND, "attempts": 1, "failures": 0, **fields})


RETRYING = outcome(SendState.RETRYING, next_at=NOW + 60 * SECOND, failure="busy")
FAILED = outcome(SendState.FAILED, failure="refused")


def serve(store: Store, settlement: SendSettlement, at: timedelta = timedelta()) -> list[str]:
    """Begin and settle everything that is due on one surface."""
    lane = claimed(store, at)
    for record in lane.sends:
        assert store.sends.begin(lane, record, NOW + at)
        assert store.sends.settle(lane, record, settlement)
    return ids(lane)


class TestWriting:
    def test_an_intent_comes_back_as_it_was_written(self, store: Store) -> None:
        given = intent("naïve 🚒", about="e\x10", to=("ann", "bo b"), at_most_once=True, surface=Surface.EMAIL)
        queue(store, given)
        record = SendRecord(tenant=TENANT, send=given, next_at=NOW)
        assert store.sends.listed(TENANT, ALL, 9) == (record,)
        assert claimed(store).sends == (record,)

    def test_a_decision_that_is_refused_leaves_no_intent(self, store: Store) -> None:
        queue(store, intent("s1"))
        with pytest.raises(SourceTaken):
            store.save(change(ticket("t-2"), sends=(intent("s2", "t-2"),)), change(ticket("t-1")))
        assert ids(store.sends.listed(TENANT, ALL, 9)) == ["s1"]

    def test_an_intent_of_another_ticket_is_a_mistake(self, store: Store) -> None:
        with pytest.raises(ValueError, match="intent of another ticket"):
            queue(store, intent("s1", "t-2"))


class TestHandingOut:
    def test_the_surface_with_the_oldest_intent_comes_first(self, store: Store) -> None:
        queue(store, intent("s1", at=NOW - SECOND), intent("s2", surface=Surface.TEAMS, at=NOW - 2 * SECOND))
        assert (ids(claimed(store)), ids(claimed(store, claim="you"))) == (["s2"], ["s1"])

    def test_what_was_claimed_is_claimed_once(self, store: Store) -> None:
        queue(store, intent("s1"))
        claimed(store)
        assert nothing(store)

    def test_a_surface_that_is_served_is_not_served_twice_at_a_time(self, store: Store) -> None:
        queue(store, intent("s1"), intent("s2"))
        assert ids(claimed(store, limit=1)) == ["s1"]
        assert nothing(store)

    def test_the_same_surface_of_another_tenant_is_served_meanwhile(self, store: Store) -> None:
        queue(store, intent("s1"))
        queue(store, intent("s1"), tenant="other")
        assert {claimed(store, claim=name).tenant for name in ("me", "you")} == {TENANT, "other"}

    def test_an_intent_of_the_future_waits(self, store: Store) -> None:
        queue(store, intent("s1", at=NOW + SECOND))
        assert nothing(store)
        assert ids(claimed(store, SECOND)) == ["s1"]

    def test_what_was_given_back_is_free_again(self, store: Store) -> None:
        queue(store, intent("s1"))
        store.sends.release(claimed(store))
        assert ids(claimed(store)) == ["s1"]

    def test_a_claim_that_lapses_can_be_taken(self, store: Store) -> None:
        queue(store, intent("s1"))
        old = claimed(store)
        assert nothing(store, SECOND / 2)
        assert ids(claimed(store, SECOND, "you")) == ["s1"]
        assert not store.sends.begin(old, old.sends[0], NOW + SECOND)
        assert not store.sends.settle(old, old.sends[0], outcome())

    def test_about_the_same_to_the_same_the_earlier_comes_first(self, store: Store) -> None:
        same: dict[str, Any] = {"about": "e1", "to": ("ann",)}
        queue(store, intent("s2", **same), intent("s1", **same), intent("s3", about="e1", to=("bo",)))
        assert ids(claimed(store)) == ["s2", "s3"]

    def test_the_later_one_waits_while_the_earlier_is_tried_again(self, store: Store) -> None:
        queue(store, intent("s1", about="e1"), intent("s2", about="e1"), intent("s3", about="e2"))
        assert serve(store, RETRYING) == ["s1", "s3"]
        assert nothing(store)
        assert serve(store, FAILED, 60 * SECOND) == ["s1", "s3"]
        assert serve(store, outcome(), 60 * SECOND) == ["s2"]

    def test_many_workers_share_the_work_and_nothing_is_taken_twice(self, store: Store) -> None:
        for number in range(12):
            surface = list(Surface)[number % 4]
            queue(store, intent(f"s{number}", f"t-{number}", surface=surface), ticket_id=f"t-{number}")
        taken: list[str] = []

        def work(name: str) -> None:
            while lane := store.sends.lane(NOW, NOW + SECOND, name, 2):
                taken.extend(ids(lane))
                for record in lane.sends:
                    store.sends.begin(lane, record, NOW)
                    store.sends.settle(lane, record, outcome())

        workers = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        while lane := store.sends.lane(NOW, NOW + SECOND, "last", 99):
            taken.extend(ids(lane))
        assert sorted(taken) == sorted(f"s{number}" for number in range(12))


class TestAttempts:
    def test_an_attempt_counts_from_its_beginning(self, store: Store) -> None:
        queue(store, intent("s1"))
        lane = claimed(store)
        assert store.sends.begin(lane, lane.sends[0], NOW)
        assert standing(store, "s1").attempts == 1

    def test_no_attempt_begins_after_the_end_of_its_claim(self, store: Store) -> None:
        queue(store, intent("s1"))
        lane = claimed(store)
        assert not store.sends.begin(lane, lane.sends[0], NOW + SECOND)
        assert standing(store, "s1").attempts == 0

    def test_what_may_come_twice_is_handed_out_again_after_its_worker_died(self, store: Store) -> None:
        queue(store, intent("s1"))
        lane = claimed(store)
        store.sends.begin(lane, lane.sends[0], NOW)
        (again,) = claimed(store, SECOND, "you").sends
        assert (again.attempts, again.may_have_arrived, again.failure) == (1, True, INTERRUPTED)

    def test_what_must_not_come_twice_becomes_unknown_instead(self, store: Store) -> None:
        queue(store, intent("s1", at_most_once=True), intent("s2", at_most_once=True))
        lane = claimed(store)
        store.sends.begin(lane, lane.sends[0], NOW)
        assert ids(claimed(store, SECOND, "you")) == ["s2"]
        left = standing(store, "s1")
        assert (left.state, left.next_at, left.over_at) == (SendState.UNKNOWN, None, NOW + SECOND)
        assert (left.failure, left.may_have_arrived) == (INTERRUPTED, True)
        assert not store.sends.settle(lane, lane.sends[0], outcome())

    def test_what_was_claimed_and_not_begun_is_not_doubted(self, store: Store) -> None:
        queue(store, intent("s1", at_most_once=True))
        claimed(store)
        (again,) = claimed(store, SECOND, "you").sends
        assert (again.state, again.may_have_arrived) == (SendState.QUEUED, False)

    def test_an_attempt_under_way_is_not_given_back(self, store: Store) -> None:
        queue(store, intent("s1", at_most_once=True))
        lane = claimed(store)
        store.sends.begin(lane, lane.sends[0], NOW)
        store.sends.release(lane)
        assert nothing(store)
        assert nothing(store, SECOND)
        assert standing(store, "s1").state is SendState.UNKNOWN

    def test_an_attempt_that_was_settled_is_not_interrupted(self, store: Store) -> None:
        queue(store, intent("s1", at_most_once=True))
        serve(store, RETRYING)
        (again,) = claimed(store, 60 * SECOND).sends
        assert (again.state, again.may_have_arrived, again.failure) == (SendState.RETRYING, False, "busy")


class TestSettling:
    def test_everything_about_an_attempt_is_kept(self, store: Store) -> None:
        queue(store, intent("s1"))
        serve(store, replace(RETRYING, receipt="C1/1.0", may_have_arrived=True, attempts=3))
        kept = standing(store, "s1")
        assert (kept.state, kept.next_at, kept.over_at) == (SendState.RETRYING, NOW + 60 * SECOND, None)
        assert (kept.failure, kept.receipt, kept.may_have_arrived, kept.attempts) == ("busy", "C1/1.0", True, 3)

    def test_a_receipt_stays_when_a_later_attempt_brings_none(self, store: Store) -> None:
        queue(store, intent("s1"))
        serve(store, replace(RETRYING, receipt="page"))
        serve(store, FAILED, 60 * SECOND)
        assert standing(store, "s1").receipt == "page"

    def test_a_surface_in_trouble_rests_for_everything_that_waits_for_it(self, store: Store) -> None:
        queue(store, intent("s1"), intent("s2"), intent("s3", surface=Surface.TEAMS))
        lane = claimed(store)
        store.sends.begin(lane, lane.sends[0], NOW)
        rest = {"failures": 1, "resume_at": NOW + 30 * SECOND}
        store.sends.settle(lane, lane.sends[0], replace(RETRYING, **rest))
        store.sends.release(lane)
        assert ids(claimed(store, claim="you")) == ["s3"]
        assert nothing(store)
        again = claimed(store, 30 * SECOND)
        assert (ids(again)[0], again.failures) == ("s2", 1)

    def test_a_new_intent_respects_the_rest_too(self, store: Store) -> None:
        queue(store, intent("s1"))
        serve(store, replace(FAILED, failures=1, resume_at=NOW + 30 * SECOND))
        queue(store, intent("s2", "t-2"), ticket_id="t-2")
        queue(store, intent("s3", "t-3"), ticket_id="t-3", tenant="other")
        assert claimed(store).tenant == "other"
        assert nothing(store)

    def test_a_surface_that_answers_is_well_again(self, store: Store) -> None:
        queue(store, intent("s1"), intent("s2"))
        serve(store, replace(RETRYING, failures=3, resume_at=NOW))
        assert claimed(store, 60 * SECOND).failures == 3
        serve(store, outcome(), 90 * SECOND)
        queue(store, intent("s9", "t-2"), ticket_id="t-2")
        assert claimed(store, 90 * SECOND).failures == 0

    def test_what_teaches_nothing_about_the_surface_changes_nothing_there(self, store: Store) -> None:
        queue(store, intent("s1"), intent("s2", about="s1"))
        serve(store, replace(FAILED, failures=2, resume_at=NOW))
        serve(store, outcome(SendState.DROPPED, failures=None))
        queue(store, intent("s3", "t-2"), ticket_id="t-2")
        assert claimed(store).failures == 2


class TestLooking:
    def test_the_newest_comes_first(self, store: Store) -> None:
        queue(store, intent("s1", at=NOW), intent("s2", at=NOW + SECOND), intent("s3", at=NOW))
        assert ids(store.sends.listed(TENANT, ALL, 9)) == ["s2", "s3", "s1"]
        assert ids(store.sends.listed(TENANT, ALL, 1)) == ["s2"]

    def test_a_list_is_of_one_tenant_and_can_be_narrowed(self, store: Store) -> None:
        queue(store, intent("s1"), intent("s2", surface=Surface.EMAIL))
        queue(store, intent("s3", "t-2"), ticket_id="t-2")
        queue(store, intent("s4"), tenant="other")
        serve(store, FAILED)
        found = {
            "all": ids(store.sends.listed(TENANT, ALL, 9)),
            "ticket": ids(store.sends.listed(TENANT, SendFilter(ticket_id="t-2"), 9)),
            "surface": ids(store.sends.listed(TENANT, SendFilter(surface=Surface.EMAIL), 9)),
            "state": ids(store.sends.listed(TENANT, SendFilter(state=SendState.QUEUED), 9)),
        }
        assert found == {"all": ["s3", "s2", "s1"], "ticket": ["s3"], "surface": ["s2"], "state": ["s2"]}

    @pytest.mark.parametrize("state", [SendState.FAILED, SendState.UNKNOWN])
    def test_a_person_has_it_tried_again_and_is_written_down(self, store: Store, state: SendState) -> None:
        queue(store, intent("s1", at_most_once=True))
        serve(store, outcome(state, attempts=9, may_have_arrived=True))
        assert store.sends.retry(TENANT, "s1", "ann", NOW + 5 * SECOND)
        again = standing(store, "s1")
        assert (again.state, again.attempts, again.next_at) == (SendState.QUEUED, 0, NOW + 5 * SECOND)
        assert (again.retried_by, again.retried_at, again.over_at) == ("ann", NOW + 5 * SECOND, None)
        assert again.may_have_arrived
        assert serve(store, outcome(), 5 * SECOND) == ["s1"]

    @pytest.mark.parametrize("state", [SendState.SENT, SendState.DROPPED, SendState.RETRYING])
    def test_nothing_else_is_tried_again(self, store: Store, state: SendState) -> None:
        queue(store, intent("s1"))
        serve(store, outcome(state, next_at=NOW + SECOND if state is SendState.RETRYING else None))
        assert not store.sends.retry(TENANT, "s1", "ann", NOW)
        assert not store.sends.retry("other", "s1", "ann", NOW)
        assert not store.sends.retry(TENANT, "s9", "ann", NOW)


class TestReporting:
    @pytest.mark.parametrize("state", [SendState.SENT, SendState.FAILED, SendState.UNKNOWN, SendState.DROPPED])
    def test_an_end_is_offered_until_it_was_told(self, store: Store, state: SendState) -> None:
        queue(store, intent("s1"), intent("s2", surface=Surface.EMAIL))
        serve(store, outcome(state, receipt="r"))
        (untold,) = store.sends.unreported(9)
        assert (untold.send.id, untold.state, untold.receipt) == ("s1", state, "r")
        assert store.sends.unreported(9) == (untold,)
        store.sends.report(untold)
        assert store.sends.unreported(9) == ()
        assert standing(store, "s1").is_reported

    def test_the_oldest_end_comes_first(self, store: Store) -> None:
        queue(store, intent("s1"), intent("s2", surface=Surface.EMAIL))
        serve(store, outcome(at=NOW + 2 * SECOND))
        serve(store, outcome(at=NOW + SECOND))
        assert ids(store.sends.unreported(9)) == ["s2", "s1"]
        assert ids(store.sends.unreported(1)) == ["s2"]

    def test_a_second_end_is_told_too(self, store: Store) -> None:
        queue(store, intent("s1"))
        serve(store, FAILED)
        (first,) = store.sends.unreported(9)
        store.sends.report(first)
        store.sends.retry(TENANT, "s1", "ann", NOW)
        assert store.sends.unreported(9) == ()
        serve(store, outcome(at=NOW + 9 * SECOND))
        assert [record.state for record in store.sends.unreported(9)] == [SendState.SENT]

    def test_an_end_that_was_undone_meanwhile_is_not_taken_for_told(self, store: Store) -> None:
        queue(store, intent("s1"))
        serve(store, FAILED)
        (first,) = store.sends.unreported(9)
        store.sends.retry(TENANT, "s1", "ann", NOW)
        serve(store, outcome(at=NOW + 9 * SECOND))
        store.sends.report(first)
        assert [record.state for record in store.sends.unreported(9)] == [SendState.SENT]

    def test_an_interrupted_intent_is_told_as_unknown(self, store: Store) -> None:
        queue(store, intent("s1", at_most_once=True))
        lane = claimed(store)
        store.sends.begin(lane, lane.sends[0], NOW)
        assert nothing(store, SECOND)
        assert [record.state for record in store.sends.unreported(9)] == [SendState.UNKNOWN]

    def test_only_what_is_over_and_told_is_forgotten(self, store: Store) -> None:
        queue(store, *(intent(f"s{number}", surface=surface) for number, surface in enumerate(list(Surface)[:3])))
        for _ in range(2):
            serve(store, outcome())
        told, untold = store.sends.unreported(9)
        store.sends.report(told)
        assert store.sends.forget(NOW) == 0
        assert store.sends.forget(NOW + SECOND) == 1
        left = set(ids(store.sends.listed(TENANT, ALL, 9)))
        assert (len(left), told.send.id in left, untold.send.id in left) == (2, False, True)


class TestVitals:
    def test_a_store_without_intents_has_none_that_wait(self, store: Store) -> None:
        found = store.vitals(NOW)
        assert (found.oldest_send, found.failed_sends, found.unknown_sends) == (None, 0, 0)

    def test_the_oldest_that_could_be_sent_is_named(self, store: Store) -> None:
        queue(store, intent("s1", at=NOW - 5 * SECOND), intent("s2", at=NOW + 5 * SECOND))
        assert store.vitals(NOW).oldest_send == NOW - 5 * SECOND

    def test_what_rests_is_not_overdue(self, store: Store) -> None:
        queue(store, intent("s1"))
        serve(store, replace(RETRYING, next_at=NOW, failures=1, resume_at=NOW + 9 * SECOND))
        assert store.vitals(NOW + SECOND).oldest_send is None
        assert store.vitals(NOW + 9 * SECOND).oldest_send == NOW

    def test_what_a_person_has_to_look_at_is_counted(self, store: Store) -> None:
        queue(store, *(intent(f"s{number}", surface=surface) for number, surface in enumerate(list(Surface)[:3])))
        for state in (SendState.FAILED, SendState.UNKNOWN, SendState.SENT):
            serve(store, outcome(state))
        found = store.vitals(NOW)
        assert (found.failed_sends, found.unknown_sends) == (1, 1)


def test_what_ended_is_found_by_state_and_time_for_as_long_as_it_stays_so(store: Store) -> None:
    queue(store, intent("a", about="a"), intent("b", about="b"))
    lane = claimed(store)
    for number, (record, state) in enumerate(zip(lane.sends, (SendState.FAILED, SendState.SENT), strict=True), 1):
        store.sends.settle(lane, record, SendSettlement(state=state, at=NOW + number * SECOND, attempts=1))
    store.sends.release(lane)
    assert ids(store.sends.ended(TENANT, SendState.FAILED, NOW, NOW + SECOND)) == ["a"]
    assert ids(store.sends.ended(TENANT, SendState.SENT, NOW + SECOND, NOW + 2 * SECOND)) == ["b"]
    assert store.sends.ended(TENANT, SendState.FAILED, NOW + SECOND, NOW + 9 * SECOND) == ()
    assert store.sends.ended("other", SendState.FAILED, NOW, NOW + SECOND) == ()
    store.sends.retry(TENANT, "a", "lee", NOW + 3 * SECOND)
    assert store.sends.ended(TENANT, SendState.FAILED, NOW, NOW + 9 * SECOND) == ()
