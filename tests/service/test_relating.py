"""Does a submit link what belongs together, tell it outside, and propose an incident once, on every store?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from tests.sample_cases import LEAD, MINUTE, MONDAY
from tests.sample_desk import TENANT, SampleDesk
from tests.small_policy import COMPLETE, policy
from triage_core.compose import open_store
from triage_core.domain.entry import Kind
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.model import SYSTEM, Link
from triage_core.domain.overriding import Correction
from triage_core.ports import Nearby
from triage_core.service.verification import verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from triage_core.domain.related import Candidate

BODY = "The printer on the second floor shows a red light and does not print any of my letters"
DAY = timedelta(days=1)


@pytest.fixture(params=["memory:", "sqlite"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SampleDesk]:
    url = request.param if request.param == "memory:" else f"sqlite:///{tmp_path / 'triage.db'}"
    store = open_store(url)
    yield SampleDesk(store)
    store.close()


def told(desk: SampleDesk, ticket_id: str, kind: Kind) -> list[dict[str, Any]]:
    messages = desk.store.messages(TENANT, ticket_id)
    return [msgspec.json.decode(message.payload) for message in messages if message.type == kind]


def candidates(desk: SampleDesk) -> dict[str, Candidate]:
    around = Nearby(since=MONDAY - DAY, until=MONDAY + DAY)
    return {one.ticket_id: one for one in desk.store.recent(TENANT, around, 99)}


def test_the_same_mail_from_the_same_sender_is_a_duplicate_of_the_first(desk: SampleDesk) -> None:
    for number in (1, 2, 3):
        desk.ticket(number=number, body=BODY, requester=" Ann@example.com" if number == 2 else "ann@example.com")
    assert desk.read("t1").links == ()
    (link,) = desk.read("t3").links[:1]
    assert link == Link(kind="duplicate_of", to="t1", reason="same sender, same text", score=1.0)


def test_a_duplicate_is_triaged_like_any_ticket(desk: SampleDesk) -> None:
    first, second = (desk.ticket(number=number, body=BODY, customer="acme") for number in (1, 2))
    assert second.links
    assert (second.state, second.class_name, len(second.clocks)) == (first.state, first.class_name, len(first.clocks))
    assert desk.read("t1").state is first.state


def test_a_graver_repetition_is_never_a_duplicate(desk: SampleDesk) -> None:
    desk.ticket(number=1, body=BODY, customer="acme", intake={**COMPLETE, "impact": "low", "urgency": "low"})
    graver = desk.ticket(number=2, body=BODY, customer="acme", intake={**COMPLETE, "impact": "high", "urgency": "high"})
    assert [link.kind for link in graver.links] == ["related_to"]
    assert graver.class_name == "P1"


def test_the_link_is_a_line_of_the_timeline_and_an_event(desk: SampleDesk) -> None:
    desk.ticket(number=1, body=BODY, customer="acme")
    desk.ticket(number=2, body=BODY, customer="acme")
    assert desk.kinds("t2")[-1] is Kind.LINKED
    (event,) = told(desk, "t2", Kind.LINKED)
    assert (event["duplicate_of"], event["related_csv"], event["incident_of"]) == ("t1", "", None)
    assert rebuild(desk.store.timeline(TENANT, "t2")) == desk.read("t2")
    assert verify(desk.store, TENANT).is_sound


def test_no_word_of_the_ticket_is_kept_for_the_comparison(desk: SampleDesk) -> None:
    desk.ticket(number=1, body=BODY)
    kept = msgspec.json.encode(candidates(desk)["t1"]).decode().lower()
    assert not [word for word in BODY.lower().split() if len(word) > 2 and word in kept]


def test_tickets_of_one_thread_are_linked_whatever_they_say(desk: SampleDesk) -> None:
    desk.ticket(number=1, thread_keys=("<a@example.com>", "<b@example.com>"), intake={})
    desk.ticket(number=2, body="Another matter", thread_keys=("<b@example.com>",), intake={})
    assert [(link.kind, link.reason) for link in desk.read("t2").links] == [("related_to", "same thread")]


def test_other_tenants_are_never_compared(desk: SampleDesk) -> None:
    desk.triage.playbooks.activate("globex", policy(), MONDAY)
    desk.ticket(number=1, body=BODY, customer="acme")
    other = desk.submit(number=1, body=BODY, customer="acme", tenant="globex")
    assert desk.triage.ticket("globex", other.ticket_id).links == ()


def test_an_incident_is_proposed_once_and_later_tickets_join(desk: SampleDesk) -> None:
    for number in range(1, 8):
        desk.passes(MINUTE)
        desk.ticket(number=number, body=f"Words of my own number {number}", customer=f"c{number}")
    proposed = [f"t{n}" for n in range(1, 8) if Kind.INCIDENT_PROPOSED in desk.kinds(f"t{n}")]
    assert proposed == ["t5"]
    joined = [
        f"t{n}" for n in range(1, 8) if any(link.kind == "incident_candidate" for link in desk.read(f"t{n}").links)
    ]
    assert joined == ["t5", "t6", "t7"]
    (event,) = told(desk, "t5", Kind.INCIDENT_PROPOSED)
    assert (event["incident_of"], event["incident_senders"]) == ("t1", 5)
    assert event["incident_tickets_csv"] == "t1,t2,t3,t4,t5"


def test_a_blocked_ticket_is_compared_by_its_system_once_that_is_known(desk: SampleDesk) -> None:
    desk.ticket(number=1, intake={**COMPLETE, "affected_system": ""})
    assert candidates(desk)["t1"].system is None
    desk.triage.complete(TENANT, "t1", {"affected_system": "sso"}, LEAD)
    assert candidates(desk)["t1"].system == "sso"


def test_a_correction_changes_how_grave_a_ticket_counts(desk: SampleDesk) -> None:
    desk.ticket(number=1)
    desk.triage.override(TENANT, "t1", Correction(class_name="P1", reason="the board waits"), LEAD)
    assert candidates(desk)["t1"].gravity[0] == 0


def test_a_newer_text_of_the_source_is_what_counts(desk: SampleDesk) -> None:
    desk.ticket(number=1, body="old words")
    before = candidates(desk)["t1"].signature
    desk.submit(number=1, body=BODY, source_version="2")
    after = candidates(desk)["t1"].signature
    assert before != after
    other = desk.ticket(number=2, body=BODY)
    assert candidates(desk)[other.id].signature == after


def test_an_action_that_changes_nothing_of_it_leaves_the_candidate(desk: SampleDesk) -> None:
    desk.ticket(number=1)
    before = candidates(desk)["t1"]
    desk.triage.transfer(TENANT, "t1", "bob", LEAD)
    assert candidates(desk)["t1"] == before


def test_a_policy_may_compare_no_tickets(desk: SampleDesk) -> None:
    desk.triage.playbooks.activate(TENANT, policy(version="2", related=None), MONDAY + MINUTE)
    desk.passes(2 * MINUTE)
    desk.ticket(number=1, body=BODY, customer="acme")
    assert desk.ticket(number=2, body=BODY, customer="acme").links == ()
    assert candidates(desk) == {}


def test_the_cost_is_bounded(desk: SampleDesk) -> None:
    for number in range(1, 80):
        desk.submit(number=number, body=f"{number} {BODY}", customer="acme", requester="ann@example.com")
    (line,) = [entry for entry in desk.entries("t79") if entry.kind is Kind.LINKED]
    assert line.facts["compared"] <= 75
    assert line.actor == SYSTEM
