"""Does every intent reach its surface, whatever workers and surfaces do, and is none sent twice that must not be?"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.adapters.decisions import TENANT, change, ticket
from tests.sample_surfaces import surfaces
from tests.standins.base import StandIn
from tests.standins.slack import SlackStandIn
from tests.standins.zendesk import ZendeskStandIn
from triage_core.adapters.memory import MemoryStore
from triage_core.compose import open_store
from triage_core.domain.attempts import WAITS
from triage_core.domain.sending import (
    INTERRUPTED,
    NOT_SET_UP,
    Envelope,
    Purpose,
    Send,
    SendRecord,
    SendState,
    Surface,
    Told,
    key_of,
)
from triage_core.ports import Store
from triage_core.send_ports import Compose, Settled, SurfaceSender
from triage_core.send_ports import SendFilter as Which
from triage_core.service.delivering import Pace
from triage_core.service.sending import Dispatched, Dispatcher, untold

ROOT = Path(__file__).resolve().parents[2]
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
BUSY = Told(failure="busy", may_retry=True, is_down=True)
SILENT = Told(failure="unconfirmed", may_retry=True, is_unconfirmed=True, is_down=True)
REFUSED = Told(failure="channel_not_found")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    names = {"sqlite": "sqlite_url", "postgres": "clean_postgres_url"}
    url = "memory:" if request.param == "memory" else str(request.getfixturevalue(names[request.param]))
    opened = open_store(url)
    yield opened
    opened.close()


class Written:
    """A surface that notes what it gets and answers as it is told to; it takes what it has no answer for."""

    def __init__(self, *answers: Told | Exception) -> None:
        self.answers = list(answers)
        self.got: list[Envelope] = []
        #: Happens while something is sent.
        self.meanwhile: Callable[[], None] = lambda: None

    def send(self, envelope: Envelope) -> Told:
        self.got.append(envelope)
        self.meanwhile()
        answer = self.answers.pop(0) if self.answers else Told(receipt=f"r{len(self.got)}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def texts(self) -> list[str]:
        return [envelope.text for envelope in self.got]


class Office:
    """A store, a clock and surfaces, and somebody who sends."""

    def __init__(self, store: Store | None = None, **more: Written) -> None:
        self.store = store or MemoryStore()
        self.slack = more.pop("slack", Written())
        self.senders: dict[tuple[str, Surface], SurfaceSender] = {(TENANT, Surface.SLACK): self.slack}
        self.senders |= {(TENANT, Surface(name)): written for name, written in more.items()}
        self.now = MONDAY
        self.told: list[tuple[str, str, SendState, str]] = []
        self.pace = Pace()

    def sender(self, tenant: str, surface: Surface) -> SurfaceSender | None:
        return self.senders.get((tenant, surface))

    def of(self, tenant: str) -> list[Surface]:
        return [surface for owner, surface in self.senders if owner == tenant]

    def record_url(self, tenant: str, source: str, source_id: str) -> None:
        del tenant, source, source_id

    def hears(self, tenant: str, send: Send, state: SendState, receipt: str) -> None:
        self.told.append((tenant, send.id, state, receipt))

    def queue(self, name: str = "s1", tenant: str = TENANT, **fields: Any) -> Send:
        base = {"surface": Surface.SLACK, "purpose": Purpose.PAGE, "about": name, "at": self.now}
        send = Send(id=name, ticket_id=f"t-{name}", **{**base, **fields})
        self.store.save(change(ticket(send.ticket_id, tenant), sends=(send,)))
        return send

    def dispatcher(self, compose: Compose | None = None, settled: Settled | None = None) -> Dispatcher:
        return Dispatcher(
            self.store.sends,
            self,
            compose or (lambda _tenant, send: Envelope(text=send.id)),
            lambda: self.now,
            pace=self.pace,
            settled=settled or self.hears,
        )

    def round(self, after: timedelta = timedelta(), **parts: Any) -> dict[SendState, int]:
        self.now += after
        return dict(self.dispatcher(**parts).round())

    def record(self, name: str = "s1", tenant: str = TENANT) -> SendRecord:
        found = self.store.sends.listed(tenant, Which(), 999)
        return next(record for record in found if record.send.id == name)


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)


class TestSending:
    def test_what_is_due_is_sent_once_and_keeps_its_receipt(self, office: Office) -> None:
        send = office.queue()
        assert [office.round(), office.round(HOUR)] == [{SendState.SENT: 1}, {}]
        (envelope,) = office.slack.got
        assert (envelope.text, envelope.key, envelope.ticket_id) == ("s1", key_of(TENANT, send), "t-s1")
        kept = office.record()
        assert (kept.state, kept.receipt, kept.attempts) == (SendState.SENT, "r1", 1)

    def test_what_is_told_is_what_is_true_when_it_is_sent(self, office: Office) -> None:
        office.slack.answers = [BUSY]
        office.queue()
        office.round(compose=lambda *_: Envelope(text="open"))
        office.round(MINUTE, compose=lambda *_: Envelope(text="taken by Lee"))
        assert office.slack.texts == ["open", "taken by Lee"]
        assert len({envelope.key for envelope in office.slack.got}) == 1

    def test_what_is_no_longer_true_is_dropped(self, office: Office) -> None:
        office.queue()
        assert office.round(compose=lambda *_: None) == {SendState.DROPPED: 1}
        assert (office.slack.got, office.record().attempts) == ([], 0)

    def test_what_nobody_set_up_fails_at_once_and_can_be_tried_again(self, office: Office) -> None:
        office.queue(surface=Surface.TEAMS)
        assert office.round() == {SendState.FAILED: 1}
        assert (office.record().failure, office.record().attempts) == (NOT_SET_UP, 0)
        office.senders[TENANT, Surface.TEAMS] = office.slack
        office.store.sends.retry(TENANT, "s1", "ann", office.now)
        assert office.round() == {SendState.SENT: 1}

    def test_another_tenants_surface_gets_nothing(self, office: Office) -> None:
        office.queue(tenant="other")
        office.round()
        assert office.slack.got == []
        assert office.record(tenant="other").failure == NOT_SET_UP

    def test_the_receipt_of_what_was_begun_goes_along(self, office: Office) -> None:
        office.slack.answers = [Told(failure="busy", may_retry=True, is_down=True, receipt="page:100")]
        office.queue()
        office.round()
        office.round(MINUTE)
        assert [envelope.begun for envelope in office.slack.got] == ["", "page:100"]

    def test_nothing_begins_after_the_end_of_a_round(self, office: Office) -> None:
        office.queue()
        assert office.dispatcher().round(until=office.now) == Dispatched()
        assert office.dispatcher().round(until=office.now + SECOND) == {SendState.SENT: 1}

    def test_no_attempt_begins_that_might_end_after_its_claim(self, office: Office) -> None:
        def passes() -> None:
            office.now += 11 * SECOND

        office.pace = Pace(lease=45 * SECOND, attempt=20 * SECOND)
        office.slack.meanwhile = passes
        for number in range(4):
            office.queue(f"s{number}")
        lane = office.store.sends.lane(office.now, office.now + 45 * SECOND, "claim", 9)
        assert lane is not None
        assert office.dispatcher()._serve(lane, None) == {SendState.SENT: 3}
        assert office.round() == {SendState.SENT: 1}


class TestTrouble:
    def test_a_failure_is_tried_again_and_in_the_end_told(self, office: Office) -> None:
        office.slack.answers = [BUSY] * (len(WAITS) + 1)
        office.queue()
        ends = [office.round(wait * 2) for wait in (timedelta(), *WAITS)]
        assert ends == [{SendState.RETRYING: 1}] * len(WAITS) + [{SendState.FAILED: 1}]
        assert office.told == [(TENANT, "s1", SendState.FAILED, "")]

    def test_a_refusal_is_not_tried_again(self, office: Office) -> None:
        office.slack.answers = [REFUSED]
        office.queue()
        assert [office.round(), office.round(HOUR)] == [{SendState.FAILED: 1}, {}]
        assert office.record().failure == "channel_not_found"

    def test_what_may_come_twice_is_sent_again_with_the_same_key(self, office: Office) -> None:
        office.slack.answers = [SILENT]
        office.queue()
        assert [office.round(), office.round(MINUTE)] == [{SendState.RETRYING: 1}, {SendState.SENT: 1}]
        assert len({envelope.key for envelope in office.slack.got}) == 1

    def test_what_must_not_come_twice_is_unknown_until_a_person_looks(self, office: Office) -> None:
        office.slack.answers = [SILENT]
        office.queue(at_most_once=True)
        assert [office.round(), office.round(HOUR)] == [{SendState.UNKNOWN: 1}, {}]
        assert office.told == [(TENANT, "s1", SendState.UNKNOWN, "")]
        office.store.sends.retry(TENANT, "s1", "ann", office.now)
        assert office.round() == {SendState.SENT: 1}
        assert office.told[1:] == [(TENANT, "s1", SendState.SENT, "r2")]

    def test_a_wish_to_be_left_alone_holds_all_that_waits_there_and_nothing_else(self, office: Office) -> None:
        email = Written()
        office.senders[TENANT, Surface.EMAIL] = office.senders["other", Surface.SLACK] = email
        office.slack.answers = [Told(failure="ratelimited", may_retry=True, is_down=True, wait=600.0)]
        for number in range(3):
            office.queue(f"s{number}")
        office.queue("mail", surface=Surface.EMAIL)
        office.queue("s9", tenant="other")
        assert office.round() == {SendState.RETRYING: 1, SendState.SENT: 2}
        assert (len(office.slack.got), len(email.got)) == (1, 2)
        assert office.round(599 * SECOND) == {}
        assert office.round(SECOND) == {SendState.SENT: 3}

    def test_a_slow_surface_does_not_hold_the_others(self) -> None:
        released = threading.Event()
        slow, quick = Written(), Written()

        def waits() -> None:
            released.wait(10)

        slow.meanwhile = waits
        quick.meanwhile = lambda: released.set() if len(quick.got) == 3 else None
        office = Office(slack=slow, email=quick)
        office.queue("slow")
        for number in range(3):
            office.queue(f"s{number}", surface=Surface.EMAIL)
        assert office.round() == {SendState.SENT: 4}
        assert released.is_set()

    def test_a_mistake_in_one_intent_does_not_hold_up_the_others(self, office: Office) -> None:
        def compose(_tenant: str, send: Send) -> Envelope:
            if send.id == "s1":
                raise ZeroDivisionError
            return Envelope(text=send.id)

        office.queue("s1")
        office.queue("s2")
        assert office.round(compose=compose) == {SendState.RETRYING: 1, SendState.SENT: 1}
        assert (office.record().failure, office.record().may_have_arrived) == ("not_composed", False)
        assert office.round(MINUTE) == {SendState.SENT: 1}

    @pytest.mark.parametrize(("at_most_once", "state"), [(False, SendState.RETRYING), (True, SendState.UNKNOWN)])
    def test_a_sender_that_breaks_leaves_it_open(
        self,
        office: Office,
        at_most_once: bool,  # noqa: FBT001 - a value of the table above
        state: SendState,
    ) -> None:
        office.slack.answers = [ZeroDivisionError()]
        office.queue(at_most_once=at_most_once)
        assert office.round() == {state: 1}
        assert office.record().may_have_arrived


class TestReporting:
    def test_every_end_is_told(self, office: Office) -> None:
        office.slack.answers = [Told(receipt="a"), REFUSED]
        office.queue("s1")
        office.round()
        office.queue("s2")
        office.round()
        office.queue("s3")
        office.round(compose=lambda *_: None)
        assert office.told == [
            (TENANT, "s1", SendState.SENT, "a"),
            (TENANT, "s2", SendState.FAILED, ""),
            (TENANT, "s3", SendState.DROPPED, ""),
        ]

    def test_an_end_that_could_not_be_told_is_told_later(self, office: Office) -> None:
        def fails(*_end: object) -> None:
            raise ZeroDivisionError

        office.queue("s1")
        assert office.round(settled=fails) == {SendState.SENT: 1}
        assert office.told == []
        office.round()
        office.round()
        assert [end[1:3] for end in office.told] == [("s1", SendState.SENT)]

    def test_one_end_that_cannot_be_told_does_not_keep_the_others(self, office: Office) -> None:
        def picky(tenant: str, send: Send, state: SendState, receipt: str) -> None:
            if send.id == "s1":
                raise ZeroDivisionError
            office.hears(tenant, send, state, receipt)

        office.queue("s1")
        office.queue("s2")
        office.round(settled=picky)
        assert [end[1] for end in office.told] == ["s2"]

    def test_where_nobody_has_to_hear_it_the_ends_are_let_go_of(self, office: Office) -> None:
        office.queue()
        office.round(settled=untold)
        assert office.store.sends.forget(office.now + SECOND) == 1


class Died(BaseException):
    """The worker is gone, as by a kill: nothing after it happens."""


def dies() -> None:
    raise Died


#: Where a worker dies: before it sends, while it sends and nothing arrived, after it arrived, or not at all.
PLACES = ("composing", "leaving", "arrived", "lives")


class Mortal:
    """A surface whose sender may die before or after something arrived."""

    def __init__(self, place: str, arrived: list[str], answer: Told) -> None:
        self.place, self.arrived, self.answer = place, arrived, answer

    def send(self, envelope: Envelope) -> Told:
        if self.place == "leaving":
            raise Died
        if self.answer.failure is None or self.answer.is_unconfirmed:
            self.arrived.append(envelope.text)
        if self.place == "arrived":
            raise Died
        return self.answer


def compose_or_die(place: str) -> Compose:
    def compose(_tenant: str, send: Send) -> Envelope:
        if place == "composing":
            raise Died
        return Envelope(text=send.id)

    return compose


lives = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from([Told(receipt="r"), BUSY, SILENT])), min_size=1, max_size=8
)


@given(lives)
def test_a_worker_that_dies_anywhere_loses_no_intent_and_doubles_none_that_must_not_be(
    story: list[tuple[str, Told]],
) -> None:
    office, arrived = Office(), list[str]()
    office.queue("often")
    office.queue("once", surface=Surface.EMAIL, at_most_once=True)
    for place, answer in [*story, ("lives", Told(receipt="r"))]:
        mortal = Mortal(place, arrived, answer)
        office.senders = {(TENANT, Surface.SLACK): mortal, (TENANT, Surface.EMAIL): mortal}
        office.now += HOUR * 30
        for _ in range(2):
            try:
                office.dispatcher(compose_or_die(place)).round()
            except Died:
                continue
    often, once = office.record("often"), office.record("once")
    assert often.state is SendState.SENT
    assert "often" in arrived
    assert arrived.count("once") <= 1
    assert once.state in {SendState.SENT, SendState.UNKNOWN}
    assert once.state is SendState.UNKNOWN or arrived.count("once") == 1
    assert {name for _, name, _, _ in office.told} == {"often", "once"}


def test_an_intent_on_which_every_worker_dies_is_given_up(store: Store) -> None:
    office, arrived = Office(store), list[str]()
    office.queue()
    office.senders[TENANT, Surface.SLACK] = Mortal("arrived", arrived, Told())
    for _ in range(len(WAITS) + 1):
        office.now += HOUR
        with pytest.raises(Died):
            office.dispatcher().round()
    office.now += HOUR
    assert office.round() == {SendState.UNKNOWN: 1}
    assert (office.record().failure, len(arrived)) == (INTERRUPTED, len(WAITS) + 1)


def test_a_worker_whose_claim_was_lost_records_nothing(office: Office) -> None:
    done: list[dict[SendState, int]] = []

    def overtaken() -> None:
        office.slack.meanwhile = lambda: None
        done.append(office.round(2 * MINUTE))

    office.pace = Pace(lanes=1)
    office.slack.meanwhile = overtaken
    office.queue()
    done.append(office.round())
    assert done == [{SendState.SENT: 1}, {}]
    assert (office.record().state, office.record().receipt) == (SendState.SENT, "r2")


@pytest.mark.parametrize("kind", ["sqlite_url", "clean_postgres_url"])
def test_workers_that_are_killed_lose_nothing_and_double_nothing_that_must_not_be(
    request: pytest.FixtureRequest, kind: str
) -> None:
    store = open_store(str(request.getfixturevalue(kind)))
    office = Office(store)
    office.now = datetime.now(UTC) - MINUTE
    numbers = range(1, 11)
    with SlackStandIn() as slack, ZendeskStandIn(*numbers) as zendesk:
        slack.seconds = zendesk.seconds = 0.15  # long enough for a kill between what arrived and the note of it
        for number in numbers:
            office.queue(f"often-{number}")
            office.queue(f"once-{number}", surface=Surface.ZENDESK, about=str(number), at_most_once=True)
        send_with_workers_that_are_killed(str(request.getfixturevalue(kind)), store, slack, zendesk)
    left = store.sends.listed(TENANT, Which(), 999)
    store.close()
    assert {message.text for message in slack.messages} == {f"often-{number}" for number in numbers}
    states = {int(record.send.about): record.state for record in left if record.send.at_most_once}
    for number in numbers:
        comments = len(zendesk.tickets[number].comments)
        assert comments == 1 if states[number] is SendState.SENT else comments <= 1
    assert set(states.values()) <= {SendState.SENT, SendState.UNKNOWN}
    assert {record.state for record in left if not record.send.at_most_once} == {SendState.SENT}
    # A kill that hit nothing would prove nothing.
    assert SendState.UNKNOWN in states.values() or len(slack.messages) > len(numbers)


def send_with_workers_that_are_killed(url: str, store: Store, *services: StandIn) -> None:
    """Let a worker send until nothing waits; kill it whenever some more has arrived, and let another one go on."""
    command = [sys.executable, "-m", "tests.service.sending_loop", url, *(service.url for service in services)]
    worker = subprocess.Popen(command, cwd=ROOT)
    kills = iter([5, 12])
    fatal, end = next(kills), time.monotonic() + 120
    try:
        while time.monotonic() < end and not _is_over(store):
            time.sleep(0.02)
            if sum(len(service.received) for service in services) >= fatal:
                fatal = next(kills, sys.maxsize)
                _end(worker)
                worker = subprocess.Popen(command, cwd=ROOT)
    finally:
        _end(worker)


def _is_over(store: Store) -> bool:
    return all(record.state.is_over for record in store.sends.listed(TENANT, Which(), 999))


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.wait()


def test_stand_ins_get_what_was_put_together(store: Store) -> None:
    with SlackStandIn() as slack, ZendeskStandIn(7) as zendesk:
        opened = surfaces({Surface.SLACK: slack, Surface.ZENDESK: zendesk})
        office = Office(store)
        office.queue("card")
        office.queue("reply", surface=Surface.ZENDESK, at_most_once=True)

        def compose(_tenant: str, send: Send) -> Envelope:
            if send.surface is Surface.SLACK:
                return Envelope(title="P1 on billing")
            return Envelope(text="We are on it", to=("7",), is_released=True)

        done = Dispatcher(store.sends, opened, compose, lambda: office.now).round()
    assert done == {SendState.SENT: 2}
    assert slack.messages[0].text == "P1 on billing"
    assert [comment.public for comment in zendesk.tickets[7].comments] == [True]


def test_nothing_that_is_sent_and_no_secret_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with SlackStandIn() as slack:
        slack.fails(503, times=1)
        office = Office()
        office.queue()
        dispatcher = Dispatcher(
            office.store.sends,
            surfaces({Surface.SLACK: slack}),
            lambda *_: Envelope(title="Mr Smith", text="Mr Smith", body={"blocks": []}),
            lambda: office.now,
        )
        dispatcher.round()
        office.now += MINUTE
        assert dispatcher.round() == {SendState.SENT: 1}
    ours = [record.getMessage() for record in caplog.records if record.name == "triage.sending"]
    assert len(ours) == 2
    assert "'state': 'retrying'" in ours[0]
    assert not [line for line in ours if "Smith" in line or "xoxb" in line]
