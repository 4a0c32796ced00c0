"""What may a platform carry, and what is left of an account of a decision where it may not?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_cases import arrived, blank
from tests.small_policy import CHOICES, document, policy
from triage_core.domain.account import sentences
from triage_core.domain.explanation import explain
from triage_core.domain.platforms import FREE, carriage, withheld
from triage_core.domain.playbook import Playbook

LEVELS = CHOICES["data_sensitivity"]
OPEN = policy(platforms={"flows": "restricted", "zaps": "internal"})


@given(most=st.sampled_from(LEVELS), held=st.sampled_from(LEVELS))
def test_a_platform_carries_what_is_no_more_sensitive_than_it_may(most: str, held: str) -> None:
    judged = carriage(policy(platforms={"zaps": most}), "zaps", blank(intake={"data_sensitivity": held}))
    assert judged.allowed is (LEVELS.index(held) >= LEVELS.index(most))
    assert (judged.reason is None) is judged.allowed


def test_a_ticket_that_does_not_say_counts_as_the_most_sensitive() -> None:
    assert carriage(OPEN, "flows", blank()) == FREE
    judged = carriage(OPEN, "zaps", blank())
    assert judged.reason == "This platform may carry data up to internal; the ticket does not say how sensitive it is."


def test_a_platform_that_the_policy_does_not_name_carries_nothing() -> None:
    assert not carriage(OPEN, "strange", blank(intake={"data_sensitivity": "public"})).allowed


def test_an_answer_that_goes_to_a_person_is_free() -> None:
    assert carriage(OPEN, None, blank()) == FREE


@pytest.mark.parametrize("change", [{"ordered": False}, {"type": "text", "values": [], "ordered": False}])
def test_sensitivities_without_an_order_let_nothing_out(change: dict[str, object]) -> None:
    intake = document()["intake"]
    intake["fields"]["data_sensitivity"] |= change
    loose = policy(intake=intake, platforms={"zaps": "internal"})
    assert not carriage(loose, "zaps", blank(intake={"data_sensitivity": "public"})).allowed


def test_an_account_without_words_keeps_rules_and_listed_values_only() -> None:
    book, text = Playbook(OPEN), "\nsecret PHISHING mail"
    ticket = arrived(text, book)
    told = explain(book.rules, ticket.intake, book.rules.decide(ticket.intake, text))
    before, after = (" ".join(sentences(one, text)) for one in (told, withheld(told)))
    assert ("PHISHING" in before, "PHISHING" in after) == (True, False)
    assert ("security-words" in after, "impact=medium" in after) == (True, True)


def test_a_free_text_of_the_intake_leaves_no_word_in_an_account() -> None:
    intake = document()["intake"]
    intake["fields"]["room"] = {"type": "text"}
    rules = [{"id": "door", "tag": "security", "when": {"room": "attic"}}]
    book = Playbook(policy(intake=intake, tag_rules=rules))
    ticket = arrived("", book, room="vault")
    told = explain(book.rules, ticket.intake, book.rules.decide(ticket.intake, ""))
    assert "vault" not in repr(told)
