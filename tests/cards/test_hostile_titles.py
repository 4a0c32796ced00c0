"""Does a card of any hostile subject keep its budgets, and does nothing in it act?

The texts lie outside the repository and are never shown: a failure names the id of the text alone.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema.protocols import Validator

from tests.sample_cards import TOKEN, card, is_refused
from triage_core.cards import slack, teams
from triage_core.cards.escalation import EscalationCard
from triage_core.cards.flat import fields
from triage_core.cards.mail import mail

#: All texts are for the long searches; a schema takes its time too.
_EVERY = 10
_EVERY_BY_SCHEMA = 50


def _links(text: str) -> bool:
    return bool(re.search(r"https?://(?!desk\.example\.com/)", text))


def _acts(text: str) -> bool:
    return _links(text) or bool(re.search(r"<!|<@|<#|<at|@channel|@here|@everyone", text))


def _broken(made: EscalationCard) -> list[str]:
    message, card_message, written, flat = slack.call(made, TOKEN), teams.message(made), mail(made), fields(made)
    wrong = {
        "slack budget": len(json.dumps(message["blocks"], ensure_ascii=False)) > 12_000,
        "slack block": any(is_refused(block) for block in message["blocks"]),
        "slack acts": _acts(json.dumps([message["text"], message["blocks"][3]])),
        "teams budget": len(json.dumps(card_message)) > 24_000,
        "teams acts": _acts(json.dumps(teams.face(made)["body"])),
        "mail budget": len(written.subject) > 150 or len(written.body) > 20_000,
        "mail links": _links(written.body),
        "flat acts": _acts(flat["subject"] or "") or len(flat["subject"] or "") > 2_000,
    }
    return [what for what, is_wrong in wrong.items() if is_wrong]


@pytest.fixture(scope="module")
def titles(shared_data: Path) -> dict[str, str]:
    lines = (shared_data / "hostile" / "hostile.jsonl").read_text("utf-8").rstrip("\n").split("\n")
    return {row["id"]: row["text"] for row in map(json.loads, lines)}


@pytest.mark.parametrize("every", [_EVERY, pytest.param(1, marks=pytest.mark.campaign)])
def test_no_hostile_subject_breaks_a_budget_or_acts(titles: dict[str, str], every: int) -> None:
    found = {name: _broken(card(title=titles[name])) for name in list(titles)[::every]}
    assert {name: broken for name, broken in found.items() if broken} == {}


def test_every_kind_of_hostile_subject_passes_the_published_schemas(
    titles: dict[str, str], slack_messages: Validator, adaptive_cards: Validator
) -> None:
    sample = [(name, card(title=titles[name])) for name in list(titles)[::_EVERY_BY_SCHEMA]]
    refused = [name for name, made in sample if not slack_messages.is_valid(slack.call(made, TOKEN))]
    refused += [name for name, made in sample if not adaptive_cards.is_valid(teams.face(made))]
    assert refused == []
