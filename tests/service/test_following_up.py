"""Does a reply that comes too late begin a ticket of its own, once and linked both ways?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.sample_cases import AGENT, MINUTE, MONDAY
from tests.sample_desk import TENANT, SampleDesk
from triage_core.domain.entry import Kind
from triage_core.domain.happening import Event, Happened
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.model import SYSTEM, Link, State, Ticket
from triage_core.service.following_up import Reply

DAY = timedelta(days=1)


def solved(days: float = 8) -> SampleDesk:
    """Return a desk with a ticket that was solved so many days ago; the small policy reopens for seven."""
    desk = SampleDesk()
    desk.submit(1, requester="cy@example.com", customer="acme", subject="printer")
    desk.passes(MINUTE)
    desk.record(Happened.RESOLVED)
    desk.passes(days * DAY)
    return desk


def reply(desk: SampleDesk, event_id: str | None = None, ticket_id: str = "t1", **event: Any) -> Ticket:
    told = Event(what=Happened.CUSTOMER_REPLIED, source_event_id=event_id, **event)
    return desk.triage.customer_replied(TENANT, ticket_id, Reply(body="broken again", event=told), SYSTEM)


def texts(desk: SampleDesk, ticket: Ticket) -> dict[str, str]:
    return {text.kind: text.content for text in desk.store.texts(TENANT, ticket.id)}


def test_inside_the_window_the_ticket_is_taken_up_again() -> None:
    ticket = reply(solved(6))
    assert (ticket.id, ticket.reopen_count) == ("t1", 1)


def test_after_the_window_it_becomes_a_ticket_of_its_own() -> None:
    desk = solved()
    new = reply(desk)
    assert (new.id != "t1", new.created_at, new.class_name) == (True, desk.now, "P2")
    assert (new.customer, new.requester_key) == ("acme", desk.read().requester_key)
    assert texts(desk, new)["subject"] == "printer"
    assert texts(desk, new)["body"] == "broken again"


def test_whoever_reports_a_late_reply_is_told_the_ticket_that_it_began() -> None:
    desk = solved()
    told = desk.triage.record(TENANT, "t1", Event(what=Happened.CUSTOMER_REPLIED), SYSTEM, "broken again")
    assert (told.id != "t1", texts(desk, told)["body"]) == (True, "broken again")


def test_it_has_clocks_of_its_own() -> None:
    new = reply(desk := solved())
    assert {clock.started_at for clock in new.clocks} == {desk.now}


def test_both_are_linked_and_the_old_one_stays_as_it_was() -> None:
    desk = solved()
    before = desk.read()
    new = reply(desk)
    assert new.links == (Link(kind="follows", to="t1"),)
    assert desk.read().links == (Link(kind="followed_by", to=new.id),)
    assert (desk.read().state, desk.read().resolved_at) == (before.state, before.resolved_at)
    assert desk.kinds()[-2:] == [Kind.CUSTOMER_REPLIED, Kind.FOLLOWED_UP]


def test_each_row_adds_up_to_its_timeline() -> None:
    desk = solved()
    new = reply(desk)
    for ticket in (new, desk.read()):
        assert rebuild(desk.store.timeline(TENANT, ticket.id)) == ticket


def test_the_same_event_has_one_effect() -> None:
    desk = solved()
    new = reply(desk, "e1")
    before = desk.read()
    assert reply(desk, "e1").id == "t1"
    assert (desk.read(), desk.read(new.id)) == (before, new)


def test_a_second_late_reply_belongs_to_the_follow_up() -> None:
    desk = solved()
    new = reply(desk, "e1")
    desk.passes(MINUTE)
    assert reply(desk, "e2").id == new.id
    assert desk.kinds(new.id)[-1] is Kind.CUSTOMER_REPLIED


def test_a_follow_up_can_be_followed_up() -> None:
    desk = solved()
    first = reply(desk)
    desk.record(Happened.RESOLVED, ticket_id=first.id)
    desk.passes(8 * DAY)
    second = reply(desk)
    assert second.links == (Link(kind="follows", to=first.id),)


def test_a_closed_ticket_is_followed_up_at_once() -> None:
    desk = solved(0)
    desk.record(Happened.CLOSED)
    assert reply(desk).links[0] == Link(kind="follows", to="t1")


def test_a_reply_to_a_merged_ticket_belongs_to_the_one_that_stayed() -> None:
    desk = SampleDesk()
    for number in (1, 2, 3):
        desk.submit(number, requester="cy")
    desk.triage.merge(TENANT, "t1", "t2", AGENT, "same")
    desk.triage.merge(TENANT, "t2", "t3", AGENT, "same")
    assert reply(desk).id == "t3"


def test_an_automatic_answer_begins_nothing() -> None:
    desk = solved()
    assert reply(desk, substantive=False).id == "t1"
    assert desk.kinds()[-1] is Kind.CUSTOMER_REPLIED


def test_words_that_were_erased_stay_erased() -> None:
    desk = solved()
    desk.store._texts.clear()  # type: ignore[attr-defined] # the sample desk opened a memory store
    new = reply(desk)
    assert (texts(desk, new)["subject"], new.requester_key) == ("", None)


def test_a_reply_that_is_reported_late_is_judged_by_when_it_was_written() -> None:
    desk = solved()
    assert reply(desk, at=MONDAY + DAY).id == "t1"
    assert desk.read().state is State.ASSIGNED
