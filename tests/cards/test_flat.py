"""Can a flow map every fact of a card, and put every text where it likes?"""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from tests.sample_cards import LONGEST, card, escalation, held, hostile_cards
from triage_core.cards.escalation import EscalationCard
from triage_core.cards.flat import card_text, fields
from triage_core.contract.events import Event
from triage_core.contract.shape import shapes_of
from triage_core.contract.views import TicketView
from triage_core.domain.escalating.state import BlastRadius

#: Fields that people read, and that a flow posts somewhere.
READ = (
    *("owner_name", "acknowledged_by_name", "called_names", "next_called_names", "deadline_text", "headline"),
    *("subject", "impact_statement", "rationale", "next_step", "card_text", "services_affected_csv"),
)


@given(hostile_cards)
def test_what_people_read_is_short_and_acts_nowhere(made: EscalationCard) -> None:
    told = fields(made)
    for name in READ:
        text = told[name] or ""
        assert len(text) <= 2_000, name
        assert not re.search(r"[<>\r\n]|https?://|@\w", text), name


@given(hostile_cards)
def test_the_names_are_always_the_same(made: EscalationCard) -> None:
    assert list(fields(made)) == list(fields(card()))


@given(hostile_cards)
def test_the_paragraph_tells_owner_and_deadline_whatever_the_length(made: EscalationCard) -> None:
    assert re.search(r"\. Owner: .+?; (Acknowledge by|Progress due by|Ended): .+?; Incident lead: ", card_text(made))


def test_the_longest_card_fits() -> None:
    assert len(card_text(LONGEST)) <= 2_000


def test_the_paragraph_holds_no_word_of_the_customer() -> None:
    assert card_text(card(title="Zebra")) == card_text(card(title=None))


def test_names_that_the_contract_knows_are_spelt_alike() -> None:
    known = {shape.name for model in (Event, TicketView) for shape in shapes_of(model)}
    shared = {"ticket_id", "class", "severity", "risk_tags_csv", "owner", "owner_name", "queue", "source", "source_id"}
    shared |= {"escalation_id", "escalation_kind", "escalation_level", "acknowledge_by", "acknowledged_by"}
    shared |= {"next_checkpoint_at", "subject", "impact_statement", "rationale", "update_every_minutes", "related_csv"}
    assert shared <= known & set(fields(card()))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("class", "P1"),
        ("risk_tags_csv", "security"),
        ("owner", "ann"),
        ("owner_name", "Ann"),
        ("acknowledge_by", "2026-03-02T09:05:00Z"),
        ("acknowledged_by", None),
        ("next_checkpoint_at", None),
        ("escalation_level", "1"),
        ("called_csv", "lee,kim"),
        ("next_called_names", "Kim"),
        ("duplicate_of", "t7"),
        ("related_csv", "t8,t9"),
        ("customers_affected", "12 to 40"),
        ("update_every_minutes", "30"),
        ("deadline_text", "Acknowledge by Mon 2 Mar 2026 10:05 CET (UTC+01:00)"),
    ],
)
def test_a_fact_stands_under_its_name(name: str, value: str | None) -> None:
    assert fields(card())[name] == value


def test_a_held_escalation_tells_its_holder_and_checkpoint() -> None:
    told = fields(card(held()))
    assert (told["acknowledged_by"], told["acknowledged_by_name"]) == ("lee", "Lee")
    assert (told["acknowledge_by"], told["next_checkpoint_at"]) == (None, "2026-03-02T09:30:00Z")


def test_a_comma_in_a_name_makes_no_two_of_it() -> None:
    made = card(escalation(blast=BlastRadius(services=("Sign-in, web", "Mail"))))
    assert fields(made)["services_affected_csv"] == "Sign-in web,Mail"
