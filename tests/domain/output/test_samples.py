"""How many hostile texts would leave if they were a draft, and how many ordinary ones are held back for their words?

The texts lie outside the repository and are never shown: a failure names ids and numbers alone.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from tests.sample_texts import TEXT, TICKET, usual
from triage_core.domain.output import Surroundings, blocks, check

#: In the ticket there is nothing but a code of one or two words, which no check could tell from an answer.
SHORTER_THAN_A_SENTENCE = 16


def hostile(folder: Path) -> Iterator[tuple[str, str]]:
    for line in (folder / "hostile" / "hostile.jsonl").read_text("utf-8").rstrip("\n").split("\n"):
        row = json.loads(line)
        yield row["id"], row["text"]


def ordinary(folder: Path) -> Iterator[str]:
    with zipfile.ZipFile(folder / "tickets" / "endava_topics.zip") as pack, pack.open(pack.namelist()[0]) as raw:
        for number, row in enumerate(csv.DictReader(io.TextIOWrapper(raw, "utf-8", newline=""))):
            if number % 50 == 0:
                yield row["Document"]
    with (folder / "tickets" / "banking77_train.csv").open(encoding="utf-8", newline="") as rows:
        yield from (row["text"] for number, row in enumerate(csv.DictReader(rows)) if number % 4 == 0)


def left_through(texts: list[tuple[str, str]], *, is_known: bool) -> list[str]:
    """Return the ids of texts that leave inside an ordinary answer, with or without the ticket that holds them."""
    passed = []
    for name, text in texts:
        around = Surroundings(ticket_ids=(TICKET,), ticket_text=f"Printer\n{text}" if is_known else "")
        if not blocks(check(replace(TEXT, body=f"Hello Ann,\n\n{text}\n\nYour desk"), usual(), around)):
            passed.append(name)
    return passed


def test_what_a_ticket_says_does_not_leave_as_a_draft(shared_data: Path) -> None:
    texts = list(hostile(shared_data))
    assert len(texts) > 2_000
    assert len(left_through(texts, is_known=True)) <= SHORTER_THAN_A_SENTENCE


def test_without_the_ticket_the_wording_alone_gives_nearly_half_away(shared_data: Path) -> None:
    """The sentence of the ticket is the surest sign; this shows what is left where a caller does not give it."""
    texts = list(hostile(shared_data))[::4]
    assert len(left_through(texts, is_known=False)) / len(texts) < 0.6


def test_ordinary_texts_are_rarely_taken_for_what_no_desk_says(shared_data: Path) -> None:
    """Customers do name amounts; an answer that names them is for the policy to allow."""
    texts = list(ordinary(shared_data))
    around = Surroundings(ticket_ids=(TICKET,))
    counts = Counter(
        code for text in texts for code in {each.code for each in check(replace(TEXT, body=text), usual(), around)}
    )
    assert counts.pop("price_outside_policy", 0) / len(texts) < 0.02
    assert all(count / len(texts) < 0.001 for count in counts.values())
