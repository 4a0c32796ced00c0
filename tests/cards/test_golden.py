"""Does each surface show what was agreed? `TRIAGE_GOLDEN=write pytest tests/cards/test_golden.py` agrees anew."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.sample_cards import TOKEN, card, held
from triage_core.cards import flat, opsgenie, pagerduty, slack, teams
from triage_core.cards.mail import mail

GOLDEN = Path(__file__).with_name("golden")


def as_json(payload: object) -> str:
    return json.dumps(payload, indent=2, ensure_ascii=False) + "\n"


SHOWN = {
    "slack-call.json": as_json(slack.call(card(), TOKEN)),
    "slack-news.json": as_json(slack.news(card(held()))),
    "teams-call.json": as_json(teams.message(card())),
    "mail-call.txt": f"Subject: {mail(card()).subject}\n\n{mail(card()).body}",
    "flat.json": as_json(flat.fields(card())),
    "pagerduty-trigger.json": as_json(pagerduty.trigger(card())),
    "opsgenie-create.json": as_json(opsgenie.create(card())),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_surface_shows_what_was_agreed(name: str) -> None:
    agreed = GOLDEN / name
    if os.environ.get("TRIAGE_GOLDEN") == "write":
        agreed.write_text(SHOWN[name], "utf-8")
    assert agreed.read_text("utf-8") == SHOWN[name]


def test_nothing_is_agreed_that_no_surface_shows() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(SHOWN)
