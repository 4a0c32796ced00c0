"""Does a closure get onto a page and into a comment at its source, each once and with the link to the other?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeVar

import pytest
from msgspec.structs import replace

from tests.sample_cases import AGENT, HOUR
from tests.sample_closures import GRAVE, PLAIN
from tests.sample_desk import TENANT, SampleDesk
from tests.sample_surfaces import PATIENT, surfaces
from tests.small_policy import COMPLETE, policy
from tests.standins.base import Received, Said
from tests.standins.notion import NotionStandIn
from tests.standins.zendesk import ZendeskStandIn
from triage_core.adapters.surfaces.opened import OpenedSurfaces
from triage_core.cards.notion import PROPERTIES
from triage_core.domain.closure.closing import page_of
from triage_core.domain.closure.facts import ClosureFacts
from triage_core.domain.entry import Kind
from triage_core.domain.happening import Happened
from triage_core.domain.sending import SendState, Surface
from triage_core.send_ports import SendFilter
from triage_core.service.composing import Composer
from triage_core.service.retention import Retaining
from triage_core.service.sending import Dispatcher

NUMBER = 35_436


class Busy(NotionStandIn):
    """A workspace that takes nothing for a while."""

    answers_with: int = 503

    def answer(self, request: Received) -> Said:
        return (
            Said(self.answers_with, self.refusal(self.answers_with)) if self.answers_with else super().answer(request)
        )


class Mute(NotionStandIn):
    """A workspace that makes a page and does not say so, the first time."""

    def answer(self, request: Received) -> Said:
        said = super().answer(request)
        return Said(500, self.refusal(500)) if len(self.received) == 1 else said


W = TypeVar("W", bound=NotionStandIn)


def workspace(kind: type[W]) -> W:
    return kind({name: shape for name, (shape, _) in PROPERTIES.items()})


@pytest.fixture
def notion() -> Iterator[NotionStandIn]:
    with workspace(NotionStandIn) as opened:
        yield opened


@pytest.fixture
def zendesk() -> Iterator[ZendeskStandIn]:
    with ZendeskStandIn(NUMBER) as opened:
        yield opened


class Sending(SampleDesk):
    """A desk whose closings leave by what is set up."""

    def __init__(self, opened: OpenedSurfaces, **parts: object) -> None:
        """Let everything act."""
        super().__init__()
        self.passes(HOUR)
        self.triage.playbooks.activate(TENANT, policy(version="2", stages={"start": "full"}, **parts), self.now)
        self.triage.surfaces = opened
        composer = Composer(self.triage, "https://triage.example.com")
        self.dispatcher = Dispatcher(
            self.store.sends, opened, composer.compose, lambda: self.now, settled=composer.settled
        )

    def closes(self, facts: ClosureFacts = PLAIN, source: str = "zendesk", **intake: str) -> None:
        self.submit(source=source, source_id=str(NUMBER), intake={**COMPLETE, **intake})
        self.record(Happened.RESOLVED)
        self.triage.close(TENANT, "t1", facts, AGENT)

    def sends(self, rounds: int = 3) -> None:
        for _ in range(rounds):
            self.dispatcher.round()
            self.passes(HOUR)

    def states(self, surface: Surface) -> list[SendState]:
        return [record.state for record in self.store.sends.listed(TENANT, SendFilter(surface=surface), 9)]


def opened(notion: NotionStandIn | None, zendesk: ZendeskStandIn | None) -> OpenedSurfaces:
    stand_ins = {Surface.NOTION: notion, Surface.ZENDESK: zendesk}
    return surfaces({kind: one for kind, one in stand_ins.items() if one is not None}, PATIENT)


def comments(zendesk: ZendeskStandIn) -> list[str]:
    return [comment.html_body or "" for comment in zendesk.tickets[NUMBER].comments]


class TestBothWays:
    def test_page_and_comment_lead_to_each_other(self, notion: NotionStandIn, zendesk: ZendeskStandIn) -> None:
        desk = Sending(opened(notion, zendesk))
        desk.closes()
        desk.sends()
        (page,), (comment,) = notion.written, comments(zendesk)
        address = page_of(desk.read())
        assert address == f"https://www.notion.so/{page.id.replace('-', '')}"
        assert f'href="{address}"' in comment
        assert page.properties["Source link"]["url"] == f"https://acme.zendesk.com/agent/tickets/{NUMBER}"
        assert not zendesk.tickets[NUMBER].comments[0].public
        assert (notion.complaints, zendesk.complaints) == ([], [])

    def test_page_and_address_are_written_on_the_timeline(self, notion: NotionStandIn, zendesk: ZendeskStandIn) -> None:
        desk = Sending(opened(notion, zendesk))
        desk.closes()
        desk.sends()
        (line,) = [entry for entry in desk.entries() if entry.kind is Kind.CLOSURE_PUBLISHED]
        assert line.facts == {"surface": "notion", "page": notion.written[0].id}
        told = [json.loads(each.payload) for each in desk.store.messages(TENANT, "t1")]
        assert [each["page_url"] for each in told if each["type"] == "closure.published"] == [page_of(desk.read())]

    def test_a_grave_closing_is_shown_with_its_review(self, notion: NotionStandIn, zendesk: ZendeskStandIn) -> None:
        desk = Sending(opened(notion, zendesk))
        desk.closes(GRAVE, impact="high", urgency="high")
        desk.sends()
        assert "twenty minutes between the desk" in json.dumps(notion.written[0].children)
        assert notion.complaints == []

    def test_what_could_name_somebody_is_on_neither(self, notion: NotionStandIn, zendesk: ZendeskStandIn) -> None:
        desk = Sending(opened(notion, zendesk))
        desk.closes(replace(PLAIN, summary="Solved with cy.miller@example.com on the phone."))
        desk.sends()
        assert "cy.miller" not in json.dumps([notion.written[0].children, notion.written[0].properties])
        assert "cy.miller" not in comments(zendesk)[0]


class TestOneAlone:
    def test_without_notion_the_comment_goes_out_at_once(self, zendesk: ZendeskStandIn) -> None:
        desk = Sending(opened(None, zendesk))
        desk.closes()
        desk.sends(1)
        (comment,) = comments(zendesk)
        assert "notion" not in comment

    def test_a_ticket_of_another_source_gets_a_page_alone(self, notion: NotionStandIn, zendesk: ZendeskStandIn) -> None:
        desk = Sending(opened(notion, zendesk))
        desk.closes(source="mail")
        desk.sends()
        assert (len(notion.written), comments(zendesk)) == (1, [])
        assert notion.written[0].properties["Source link"]["url"] is None

    def test_what_was_merged_from_zendesk_is_told_there(self, notion: NotionStandIn, zendesk: ZendeskStandIn) -> None:
        desk = Sending(opened(notion, zendesk))
        desk.submit(source="mail", source_id="m1")
        desk.submit(2, source="zendesk", source_id=str(NUMBER))
        desk.triage.merge(TENANT, "t2", "t1", AGENT, "the same")
        desk.record(Happened.RESOLVED)
        desk.triage.close(TENANT, "t1", PLAIN, AGENT)
        desk.sends()
        assert len(comments(zendesk)) == 1
        assert notion.written[0].properties["Source link"]["url"].endswith(f"/{NUMBER}")

    def test_a_closing_at_the_source_is_shown_once_its_facts_are_there(self, notion: NotionStandIn) -> None:
        desk = Sending(opened(notion, None))
        desk.submit(source="zendesk", source_id=str(NUMBER))
        for happened in (Happened.RESOLVED, Happened.CLOSED):
            desk.record(happened)
        desk.sends()
        assert notion.written == []
        desk.triage.close(TENANT, "t1", PLAIN, AGENT)
        desk.sends()
        assert len(notion.written) == 1

    def test_in_shadow_nothing_is_shown(self, notion: NotionStandIn, zendesk: ZendeskStandIn) -> None:
        desk = Sending(opened(notion, zendesk))
        desk.passes(HOUR)
        desk.triage.playbooks.activate(TENANT, policy(version="3", stages={"start": "shadow"}), desk.now)
        desk.closes()
        desk.sends()
        assert (notion.written, comments(zendesk)) == ([], [])


class TestFailing:
    def test_a_page_that_an_unanswered_attempt_made_is_not_made_again(self, zendesk: ZendeskStandIn) -> None:
        with workspace(Mute) as notion:
            desk = Sending(opened(notion, zendesk))
            desk.closes()
            desk.sends()
            (page,) = notion.written
            assert page_of(desk.read()) == f"https://www.notion.so/{page.id.replace('-', '')}"
            assert len(comments(zendesk)) == 1

    def test_where_no_page_can_be_made_the_comment_goes_out_without_it(self, zendesk: ZendeskStandIn) -> None:
        with workspace(Busy) as notion:
            notion.answers_with = 401
            desk = Sending(opened(notion, zendesk))
            desk.closes()
            desk.sends()
            assert desk.states(Surface.NOTION) == [SendState.FAILED]
            (line,) = [entry for entry in desk.entries() if entry.kind is Kind.CLOSURE_UNPUBLISHED]
            assert line.facts == {"surface": "notion", "outcome": "failed"}
            assert len(comments(zendesk)) == 1

    def test_a_page_that_comes_late_is_told_with_its_link(self, zendesk: ZendeskStandIn) -> None:
        with workspace(Busy) as notion:
            notion.answers_with = 401
            desk = Sending(opened(notion, zendesk))
            desk.closes()
            desk.sends()
            notion.answers_with = 0
            (failed,) = desk.store.sends.listed(TENANT, SendFilter(surface=Surface.NOTION), 9)
            assert desk.store.sends.retry(TENANT, failed.send.id, "lee", desk.now)
            desk.sends()
            assert [str(page_of(desk.read())) in comment for comment in comments(zendesk)] == [False, True]

    def test_a_closure_whose_words_are_gone_is_not_shown(self, notion: NotionStandIn) -> None:
        desk = Sending(opened(notion, None), retention={"rules": [{"id": "all", "after": "1h", "then": "erase"}]})
        desk.closes()
        desk.passes(2 * HOUR)
        Retaining(desk.store, lambda: desk.now, lambda: "x", str).run(TENANT)
        desk.sends()
        assert (notion.written, desk.states(Surface.NOTION)) == ([], [SendState.DROPPED])


def test_being_told_twice_how_a_page_ended_changes_nothing(notion: NotionStandIn) -> None:
    desk = Sending(opened(notion, None))
    desk.closes()
    desk.sends()
    before = desk.read()
    (record,) = desk.store.sends.listed(TENANT, SendFilter(), 9)
    Composer(desk.triage, "https://triage.example.com").settled(TENANT, record.send, record.state, record.receipt)
    assert desk.read() == before
