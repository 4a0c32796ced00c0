"""Is a page written to Notion whole, once, and where it was begun gone on with?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sample_surfaces import PATIENT, SET_UP, of, sender, set_up
from tests.standins.base import Received, Said
from tests.standins.notion import DATA_SOURCE, PAGE, NotionStandIn, Page
from triage_core.adapters.surfaces.answers import RECEIPT_MISSING
from triage_core.domain.sending import Act, Envelope, Surface
from triage_core.send_ports import SurfaceSender

NAME = {"Name": {"title": [{"type": "text", "text": {"content": "Billing was down"}}]}}


@pytest.fixture
def notion() -> Iterator[NotionStandIn]:
    with NotionStandIn() as opened:
        yield opened


@pytest.fixture
def surface(notion: NotionStandIn) -> SurfaceSender:
    return sender(Surface.NOTION, notion, PATIENT)


def blocks(number: int) -> list[Any]:
    return [
        {"type": "paragraph", "paragraph": {"rich_text": [{"type": "text", "text": {"content": str(place)}}]}}
        for place in range(number)
    ]


def page(number: int = 2, **fields: Any) -> Envelope:
    return Envelope(title="Billing was down", body={"properties": NAME, "children": blocks(number)}, **fields)


def called(written: Page, count: str = "") -> str:
    """Return what the receipt of a page says."""
    return f"{written.id}{count} https://www.notion.so/{written.id.replace('-', '')}"


@pytest.mark.parametrize("number", [0, 1, 99, 100, 101, 250])
def test_every_block_arrives_in_order(notion: NotionStandIn, surface: SurfaceSender, number: int) -> None:
    told = surface.send(page(number))
    (written,) = notion.written
    assert (told.receipt, written.children, written.properties) == (called(written), blocks(number), NAME)
    assert written.parent == {"type": "data_source_id", "data_source_id": DATA_SOURCE}


def test_a_page_below_a_page_needs_no_properties(notion: NotionStandIn) -> None:
    below = {"token": SET_UP[Surface.NOTION]["token"], "page": PAGE, "address": notion.url}
    of(set_up({"notion": below}, PATIENT), Surface.NOTION).send(Envelope(title="Billing was down"))
    assert notion.written[0].properties["title"]["title"][0]["text"]["content"] == "Billing was down"


class FailsSecond(NotionStandIn):
    """A workspace that is busy in the middle of a page."""

    def answer(self, request: Received) -> Said:
        if len(self.received) == 2:
            return Said(429, self.refusal(429), {"retry-after": "1"})
        return super().answer(request)


def test_an_unfinished_page_is_gone_on_with_and_not_made_again() -> None:
    with FailsSecond() as notion:
        surface = sender(Surface.NOTION, notion, PATIENT)
        first = surface.send(page(250))
        (begun,) = notion.written
        assert (first.may_retry, first.receipt, len(begun.children)) == (True, called(begun, ":100"), 100)
        again = surface.send(page(250, begun=first.receipt))
        assert (again.failure, again.receipt) == (None, called(begun))
        assert (notion.written, begun.children) == ([begun], blocks(250))


def test_a_page_is_changed_and_added_to(notion: NotionStandIn, surface: SurfaceSender) -> None:
    receipt = surface.send(page(1)).receipt
    more = {"properties": {"Minutes": {"number": 45}}, "children": blocks(2)}
    told = surface.send(Envelope(act=Act.UPDATE, body=more, reply_to=receipt))
    (written,) = notion.written
    assert (told.receipt, len(written.children)) == (receipt, 3)
    assert written.properties == {**NAME, "Minutes": {"number": 45}}


def test_nothing_is_changed_without_a_receipt(notion: NotionStandIn, surface: SurfaceSender) -> None:
    assert surface.send(Envelope(act=Act.UPDATE, body={"properties": NAME})) == RECEIPT_MISSING
    assert notion.received == []


@pytest.mark.parametrize(
    "body",
    [
        {"properties": {"Nme": NAME["Name"]}},
        {"properties": {**NAME, "Class": {"rich_text": []}}},
        {"properties": {**NAME, "Class": {"select": {"name": "P1, P2"}}}},
        {"properties": {"Name": {"title": [{"text": {"content": "x" * 2_001}}]}}},
        {"properties": NAME, "children": [{"type": "paragraf", "paragraf": {}}]},
    ],
)
def test_what_the_database_does_not_have_is_refused(
    notion: NotionStandIn, surface: SurfaceSender, body: dict[str, Any]
) -> None:
    told = surface.send(Envelope(title="a", body=body))
    assert (told.failure, told.may_retry) == ("validation_error", False)
    assert notion.written == []


class Nameless(NotionStandIn):
    """A workspace that does not say what it made."""

    def answer(self, request: Received) -> Said:
        said = super().answer(request)
        return Said(said.status, {"object": "page"})


def test_a_page_without_a_name_that_would_go_on_is_told_as_open() -> None:
    with Nameless() as notion:
        surface = sender(Surface.NOTION, notion, PATIENT)
        assert surface.send(page(100)).failure is None
        cut = surface.send(page(101))
    assert (cut.failure, cut.is_unconfirmed, cut.may_retry) == ("receipt_missing", True, False)


def test_a_conflict_is_tried_again(notion: NotionStandIn, surface: SurfaceSender) -> None:
    notion.fails(409)
    told = surface.send(page())
    assert (told.may_retry, told.is_unconfirmed, told.is_down) == (True, False, False)


TICKET = {"Ticket": {"rich_text": [{"type": "text", "text": {"content": "t1"}}]}}


def about_t1(**fields: Any) -> Envelope:
    return Envelope(title="a", body={"properties": {**NAME, **TICKET}, "children": blocks(150)}, about="t1", **fields)


def test_a_page_that_an_attempt_without_an_answer_made_is_found_and_gone_on_with() -> None:
    with FailsSecond() as notion:
        surface = sender(Surface.NOTION, notion, PATIENT)
        surface.send(about_t1())
        again = surface.send(about_t1(is_repeated=True))
        (written,) = notion.written
        assert (again.failure, again.receipt, written.children) == (None, called(written), blocks(150))


def test_a_first_attempt_asks_for_no_page(notion: NotionStandIn, surface: SurfaceSender) -> None:
    surface.send(about_t1())
    surface.send(about_t1())
    assert len(notion.written) == 2


def test_where_nobody_says_whether_there_is_a_page_none_is_made(notion: NotionStandIn, surface: SurfaceSender) -> None:
    notion.fails(503)
    told = surface.send(about_t1(is_repeated=True))
    assert (told.may_retry, told.is_unconfirmed, notion.written) == (True, True, [])


def test_a_page_below_a_page_has_its_title_alone(notion: NotionStandIn) -> None:
    below = {"token": SET_UP[Surface.NOTION]["token"], "page": PAGE, "address": notion.url}
    told = of(set_up({"notion": below}, PATIENT), Surface.NOTION).send(about_t1(is_repeated=True))
    assert (told.failure, list(notion.written[0].properties)) == (None, ["title"])


def test_blocks_are_shared_out_by_their_size_too(notion: NotionStandIn, surface: SurfaceSender) -> None:
    long = [{"type": "text", "text": {"content": "x" * 2_000}}] * 50
    children = [{"type": "paragraph", "paragraph": {"rich_text": long}} for _ in range(8)]
    told = surface.send(Envelope(title="a", body={"properties": NAME, "children": children}))
    assert (told.failure, notion.written[0].children) == (None, children)
    assert max(len(request.body) for request in notion.received) < 500_000
