"""Do words of others link to nothing, call nobody and hide nothing, and do they stay readable?"""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_cards import HOSTILE
from triage_core.cards.harmless import harmless

#: What mail programs and chats turn into a link or a mention by themselves.
ACTIVE = re.compile(r"https?://|\bmailto:|\bwww\.\w|\w@\w|@\w|[a-z0-9-]\.(?:com|org|net|io|de)\b", re.IGNORECASE)
FORMAT = [char for char in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(char) == "Cf"]
texts = st.one_of(st.text(), st.lists(st.sampled_from([*HOSTILE, *"htp:/.@\u200b\u200d "]), max_size=6).map("".join))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://evil.example.com/a.html", "https[:]//evil[.]example[.]com/a[.]html"),
        ("www.1and1.de", "www[.]1and1[.]de"),
        ("mailto:jo@example.com", "mailto[:]jo＠example[.]com"),
        ("@channel come", "＠channel come"),
        ("ht\u200btp\u2060://x.org", "http[:]//x[.]org"),
        ("пример.рф", "пример[.]рф"),
        ("[a](b)", "[a] (b)"),
        ("one\r\ntwo\x00three\u2028four", "one two three four"),
        ("\u202etxt.exe", "txt[.]exe"),
        ("half \ud800 a pair", "half \ufffd a pair"),
        ("z" + "\u0301" * 50, "z" + "\u0301" * 4),
    ],
)
def test_tricks_are_broken_where_they_can_be_seen(text: str, shown: str) -> None:
    assert harmless(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Version 3.11.2 costs 1.50, e.g. since 10:30. Why? Wait...what",
        "Größe über 5 % & mehr",
        "سلام می\u200cخواهم",
        "क्\u200dष",
        "👩\u200d💻 ❤\ufe0f",
        "注文。確認してください",
        "Data: lost, file: none",
    ],
)
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


def test_no_character_that_cannot_be_seen_is_left_beside_plain_letters() -> None:
    assert [char for char in FORMAT if harmless(f"a{char}b") != "ab"] == []


@given(texts)
def test_nothing_is_active_however_it_is_put_together(text: str) -> None:
    assert not ACTIVE.search(harmless(text))


@given(texts)
def test_what_is_harmless_stays_so(text: str) -> None:
    once = harmless(text)
    assert harmless(once) == once
    assert len(once.splitlines()) <= 1
