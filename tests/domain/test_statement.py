"""Do two sentences of labels say what a ticket means, and when the customer hears from us?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.sample_cases import PLAYBOOK, arrived, blank, playbook
from tests.small_policy import document
from triage_core.domain.lifecycle import apply
from triage_core.domain.model import RiskTag, TagSource
from triage_core.domain.statement import Statement, state


def said(text: str = "", **intake: Any) -> Statement:
    found = state(arrived(text, **intake), PLAYBOOK.policy)
    assert found is not None
    return found


def test_an_unclassified_ticket_has_no_statement() -> None:
    assert state(blank(), PLAYBOOK.policy) is None


def test_the_impact_names_how_much_where_and_for_whom() -> None:
    impact = said("outage", impact="low", urgency="high", customer_tier="vip", users_affected=1_234_567).impact
    assert impact == ("Low impact and high urgency on mail for a customer of tier vip, about 1234567 users; sev1.")


def test_labels_are_written_as_the_policy_spells_them() -> None:
    fields = document()["intake"]["fields"]
    system = {"values": [{"value": "sso", "label": "Single Sign-On (SSO)"}, "mail"], "required": True}
    book = playbook(intake={"fields": {**fields, "affected_system": system}})
    found = state(arrived(book=book, affected_system="sso"), book.policy)
    assert found is not None
    assert "on Single Sign-On (SSO) for" in found.impact


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    found = state(apply(arrived(), {"intake": {"impact": "high"}}), PLAYBOOK.policy)
    assert found is not None
    assert found.impact.startswith("High impact and unknown urgency on unknown for a customer of tier unknown")


def test_the_cadence_is_that_of_the_class() -> None:
    assert said(impact="high", urgency="high").update_every == timedelta(minutes=30)
    assert said().update_every == timedelta(hours=4)
    assert said(urgency="low").update_every is None


def test_the_rationale_is_that_of_the_class_and_of_its_tags() -> None:
    assert said(impact="high", urgency="high").rationale == "Business stands still."
    assert said().rationale == "Handled as P2."
    book = playbook(tags=[{"name": "security", "rationale": "Attackers do not wait."}, "billing"])
    ticket = apply(arrived(), {"tags": (RiskTag(name="security", source=TagSource.RULE),), "class_name": "P1"})
    found = state(ticket, book.policy)
    assert found is not None
    assert found.rationale == "Business stands still. Attackers do not wait."


def test_no_word_of_the_ticket_stands_in_it() -> None:
    assert "phishing" not in repr(said("phishing by Mr Smith"))
