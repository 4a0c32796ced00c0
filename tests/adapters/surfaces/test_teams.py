"""Does the workflow of a Teams channel get one card that clients can show?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sample_surfaces import sender
from tests.standins.teams import CARD, TeamsStandIn
from triage_core.adapters.surfaces.answers import ADDRESS_UNUSABLE
from triage_core.domain.sending import Envelope, Surface
from triage_core.send_ports import SurfaceSender


@pytest.fixture
def teams() -> Iterator[TeamsStandIn]:
    with TeamsStandIn() as opened:
        yield opened


@pytest.fixture
def surface(teams: TeamsStandIn) -> SurfaceSender:
    return sender(Surface.TEAMS, teams)


def card(text: str = "P1 on billing", version: str = "1.5") -> dict[str, Any]:
    return {"type": "AdaptiveCard", "version": version, "body": [{"type": "TextBlock", "text": text}]}


def test_a_card_goes_as_the_one_attachment_of_a_message(teams: TeamsStandIn, surface: SurfaceSender) -> None:
    surface.send(Envelope(text="for notifications", body=card()))
    assert teams.cards == [card()]
    assert teams.received[0].json["attachments"][0]["contentType"] == CARD


def test_without_a_card_the_words_make_one(teams: TeamsStandIn, surface: SurfaceSender) -> None:
    surface.send(Envelope(title="P1", text="Nobody has taken it"))
    assert [part["text"] for part in teams.cards[0]["body"]] == ["P1", "Nobody has taken it"]


def test_letters_are_said_to_be_utf_8_since_the_service_counts_their_bytes(
    teams: TeamsStandIn, surface: SurfaceSender
) -> None:
    surface.send(Envelope(body=card("ü" * 10_000)))
    assert teams.received[0].headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("body", [card("x" * 30_000), card(version="1.6"), {"type": "MessageCard"}])
def test_what_clients_cannot_show_is_refused(teams: TeamsStandIn, surface: SurfaceSender, body: dict[str, Any]) -> None:
    told = surface.send(Envelope(body=body))
    assert (told.failure in {"malformed", "too_large"}, told.may_retry, teams.cards) == (True, False, [])


def test_a_workflow_has_one_place(teams: TeamsStandIn, surface: SurfaceSender) -> None:
    assert surface.send(Envelope(body=card(), to=("somebody",))) == ADDRESS_UNUSABLE
    assert teams.received == []
