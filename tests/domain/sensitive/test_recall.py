"""How much of what a pattern can find is found, in sentences that somebody else made up?

The samples lie outside the repository; what is missed is told by the number of its sentence.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from triage_core.domain.redaction import redact
from triage_core.domain.sensitive import Sensitive, find

KINDS = {
    "CREDIT_CARD": Sensitive.CREDIT_CARD,
    "EMAIL_ADDRESS": Sensitive.EMAIL_ADDRESS,
    "IBAN_CODE": Sensitive.IBAN,
    "US_SSN": Sensitive.NATIONAL_NUMBER,
    "IP_ADDRESS": Sensitive.IP_ADDRESS,
}
REGIONS = ("US", "GB", "DE")


@pytest.fixture(scope="module", name="sentences")
def _sentences(shared_data: Path) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((shared_data / "pii" / "synth_dataset_v2.json").read_text("utf-8"))
    return read


@pytest.mark.parametrize("entity", KINDS)
def test_nearly_all_of_each_kind_is_found_in_its_place(sentences: list[dict[str, Any]], entity: str) -> None:
    missed, total = [], 0
    for number, sentence in enumerate(sentences):
        found = find(sentence["full_text"], REGIONS)
        for span in sentence["spans"]:
            if span["entity_type"] == entity:
                total += 1
                place = (KINDS[entity], span["start_position"], span["end_position"])
                missed += [] if place in found else [number]
    assert total >= 14
    assert len(missed) <= total * 0.05, missed


def test_sentences_without_any_such_value_are_left_alone(sentences: list[dict[str, Any]]) -> None:
    wanted = {*KINDS, "PHONE_NUMBER", "US_DRIVER_LICENSE"}
    clean = [each for each in sentences if not wanted & {span["entity_type"] for span in each["spans"]}]
    assert len(clean) > 1_000
    assert [number for number, each in enumerate(clean) if find(each["full_text"], REGIONS)] == []


def test_redaction_keeps_the_rest_of_a_sentence(sentences: list[dict[str, Any]]) -> None:
    for sentence in sentences:
        text, kept = sentence["full_text"], redact(sentence["full_text"]).text
        place = 0
        for found in find(text):
            assert kept.startswith(text[place : found.start])
            kept = kept[found.start - place + len(f"[{found.kind}]") :]
            place = found.end
        assert kept == text[place:]


def test_ordinary_tickets_hold_next_to_nothing(shared_data: Path) -> None:
    """The larger collection has no digits, so that it tests words more than numbers."""
    texts = []
    with zipfile.ZipFile(shared_data / "tickets" / "endava_topics.zip") as pack, pack.open(pack.namelist()[0]) as raw:
        rows = csv.DictReader(io.TextIOWrapper(raw, "utf-8", newline=""))
        texts += [row["Document"] for number, row in enumerate(rows) if number % 20 == 0]
    with (shared_data / "tickets" / "banking77_train.csv").open(encoding="utf-8", newline="") as rows_of_bank:
        texts += [row["text"] for row in csv.DictReader(rows_of_bank)]
    assert sum(len(find(text, REGIONS)) for text in texts) == 0
