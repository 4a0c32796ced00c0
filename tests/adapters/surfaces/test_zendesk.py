"""Does the customer see on Zendesk what a person released, and nothing else?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sample_surfaces import SET_UP, of, sender, set_up
from tests.standins.zendesk import Comment, ZendeskStandIn
from triage_core.adapters.surfaces.answers import ADDRESS_UNUSABLE
from triage_core.domain.sending import Act, Envelope, Surface
from triage_core.send_ports import SurfaceSender

FIELD = 360_001


@pytest.fixture
def zendesk() -> Iterator[ZendeskStandIn]:
    with ZendeskStandIn(7, custom_fields=(FIELD,)) as opened:
        yield opened


@pytest.fixture
def surface(zendesk: ZendeskStandIn) -> SurfaceSender:
    return sender(Surface.ZENDESK, zendesk)


def note(text: str = "Escalated to Lee", to: str = "7", **fields: Any) -> Envelope:
    return Envelope(text=text, to=(to,), **fields)


@pytest.mark.parametrize("body", [{}, {"comment": {"public": True}}, {"comment": {"html_body": "<p>a</p>"}}])
@pytest.mark.parametrize("is_released", [False, True])
def test_a_comment_is_public_exactly_where_it_was_released(
    zendesk: ZendeskStandIn,
    surface: SurfaceSender,
    body: dict[str, Any],
    is_released: bool,  # noqa: FBT001 - a value of the table above
) -> None:
    surface.send(note(body=body, is_released=is_released))
    assert [comment.public for comment in zendesk.tickets[7].comments] == [is_released]


def test_fields_are_set_together_with_the_comment(zendesk: ZendeskStandIn, surface: SurfaceSender) -> None:
    fields = {"status": "open", "tags": ["p1"], "custom_fields": [{"id": FIELD, "value": "high"}]}
    told = surface.send(note(body=fields))
    ticket = zendesk.tickets[7]
    assert told.receipt == f"7/{ticket.audits[0].id}"
    assert (ticket.status, ticket.fields["tags"], ticket.custom_fields) == ("open", ["p1"], {FIELD: "high"})
    assert ticket.comments == [Comment("Escalated to Lee", public=False)]


def test_fields_can_be_set_without_a_comment(zendesk: ZendeskStandIn, surface: SurfaceSender) -> None:
    surface.send(note("", body={"status": "pending"}, act=Act.UPDATE))
    assert (zendesk.tickets[7].status, zendesk.tickets[7].comments) == ("pending", [])


@pytest.mark.parametrize("to", ["", "7.json", "07", "../users", "7?x=1", "seven"])
def test_only_a_number_is_a_ticket(zendesk: ZendeskStandIn, surface: SurfaceSender, to: str) -> None:
    assert surface.send(note(to=to)) == ADDRESS_UNUSABLE
    assert surface.send(Envelope(text="a")) == ADDRESS_UNUSABLE
    assert zendesk.received == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (note(to="8"), "recordnotfound"),
        (note(body={"status": "done"}), "recordinvalid"),
        (note(body={"custom_fields": [{"id": 1, "value": "a"}]}), "recordinvalid"),
        (note("x" * 70_000), "recordinvalid"),
    ],
)
def test_what_the_account_does_not_take_is_refused(surface: SurfaceSender, given: Envelope, code: str) -> None:
    told = surface.send(given)
    assert (told.failure, told.may_retry) == (code, False)


def test_a_closed_ticket_takes_nothing_more(zendesk: ZendeskStandIn, surface: SurfaceSender) -> None:
    zendesk.tickets[7].fields["status"] = "closed"
    assert surface.send(note()).failure == "recordinvalid"


def test_a_wrong_token_is_told_without_a_word_of_the_answer(zendesk: ZendeskStandIn) -> None:
    wrong = {**SET_UP[Surface.ZENDESK], "token": "wrong", "address": zendesk.url}
    assert of(set_up({"zendesk": wrong}), Surface.ZENDESK).send(note()).failure == "unauthenticated"
