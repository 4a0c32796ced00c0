"""Do the words of the examples find real questions, also those that nobody looked at while writing them?"""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from triage_core.domain.policy import Policy
from triage_core.domain.terms import TermIndex
from triage_core.policyfile import load_policy

#: What the questions of a bank's customers would be tagged with, by their intent.
INTENTS = {
    "security": {
        "card_payment_not_recognised",
        "cash_withdrawal_not_recognised",
        "compromised_card",
        "direct_debit_payment_not_recognised",
        "lost_or_stolen_card",
        "lost_or_stolen_phone",
    },
    "billing": {
        "Refund_not_showing_up",
        "card_payment_fee_charged",
        "card_payment_wrong_exchange_rate",
        "cash_withdrawal_charge",
        "exchange_charge",
        "extra_charge_on_statement",
        "request_refund",
        "top_up_by_bank_transfer_charge",
        "top_up_by_card_charge",
        "transaction_charged_twice",
        "transfer_fee_charged",
        "wrong_amount_of_cash_received",
        "wrong_exchange_rate_for_cash_withdrawal",
    },
}
#: A debit that the customer does not know is a matter of security, and speaking of its amount is no mistake.
NEUTRAL = {"security": set[str](), "billing": {"direct_debit_payment_not_recognised"}}


class Share(NamedTuple):
    """How often the words were right."""

    recall: float
    precision: float


def is_unseen(text: str) -> bool:
    """Split by the text itself; the words were written with the other half in view."""
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 1


@cache
def questions(folder: Path) -> tuple[tuple[str, str], ...]:
    with (folder / "tickets" / "banking77_train.csv").open(encoding="utf-8", newline="") as file:
        rows = [(row["text"].strip(), row["category"]) for row in csv.DictReader(file)]
    return tuple((text, intent) for text, intent in rows if is_unseen(text))


def measured(policy: Policy, tag: str, folder: Path) -> Share:
    index = TermIndex(
        tuple({term for rule in policy.tag_rules if rule.tag == tag and not rule.when for term in rule.terms})
    )
    found = {intent: [0, 0] for _, intent in questions(folder)}
    for text, intent in questions(folder):
        found[intent][bool(index.find(text))] += 1
    hits = sum(found[intent][1] for intent in INTENTS[tag])
    misses = sum(found[intent][0] for intent in INTENTS[tag])
    wrong = sum(counts[1] for intent, counts in found.items() if intent not in INTENTS[tag] | NEUTRAL[tag])
    return Share(hits / (hits + misses), hits / (hits + wrong))


@pytest.mark.parametrize(("tag", "recall", "precision"), [("security", 0.70, 0.90), ("billing", 0.75, 0.88)])
def test_unseen_questions_are_tagged(
    example: Path, shared_data: Path, tag: str, recall: float, precision: float
) -> None:
    share = measured(load_policy(example), tag, shared_data)
    assert share.recall >= recall
    assert share.precision >= precision


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("I don't recognise this payment, it wasn't me", "security"),
        ("Somebody logged in to my account last night", "security"),
        ("my laptop was stolen on the train", "security"),
        ("We were charged twice for March", "billing"),
        ("please send a credit note for invoice 17", "billing"),
        ("our lawyer will take you to court", "legal_regulatory"),
        ("I want a copy of my data under the GDPR", "legal_regulatory"),
        ("the printer on the second floor is out of paper", ""),
        ("please add a new colleague to the mailing list", ""),
    ],
)
def test_plain_sentences_get_the_tag_a_person_would_give(example: Path, text: str, tag: str) -> None:
    rules = [rule for rule in load_policy(example).tag_rules if rule.terms and not rule.when]
    assert {rule.tag for rule in rules if TermIndex(rule.terms).find(text)} == ({tag} if tag else set())
