"""Does folding forget exactly case, width and invisible characters, and does it remember every place?"""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.domain import folding
from triage_core.domain.folding import fold, is_separator, without_surrogates

EVERY_CHARACTER = [chr(code) for code in range(sys.maxunicode + 1)]
TRICKY = "aeinrsAEINRSß\u1e9eıİ\u0307\u0301\u0328\u0345\u200b\u00ad\u212aﬁ㏠½ᾷΐςｶﾞ\u1100\u1161\u11a8가\ud800\udc00é _-\n"
texts = st.text(alphabet=st.one_of(st.sampled_from(TRICKY), st.characters()), max_size=12)


def fold_as_a_whole(text: str) -> str:
    """The definition of the folded text, without its places."""
    visible = re.sub("[\ud800-\udfff]", "\ufffd", "".join(c for c in text if not folding._DROPPED.match(c)))
    spread = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", visible)).casefold()
    return unicodedata.normalize("NFKC", spread.replace("i\u0307", "i").replace("ı", "i"))


@given(texts)
def test_folding_by_parts_equals_folding_as_a_whole(text: str) -> None:
    assert fold(text).text == fold_as_a_whole(text)


@given(texts)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(texts)
def test_every_folded_character_has_a_place_in_the_original_in_order(text: str) -> None:
    folded = fold(text)
    spans = [folded.span(place, place + 1) for place in range(len(folded.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


@given(texts, texts)
def test_a_place_does_not_depend_on_what_follows_behind_a_space(text: str, rest: str) -> None:
    alone, followed = fold(text), fold(f"{text} {rest}")
    places = range(len(alone.text))
    assert [alone.span(p, p + 1) for p in places] == [followed.span(p, p + 1) for p in places]


def test_every_cased_character_folds_like_its_other_cases() -> None:
    cased = [c for c in EVERY_CHARACTER if c.lower() != c or c.upper() != c or c.title() != c]
    unequal = [c for c in cased if len({fold(each).text for each in (c, c.lower(), c.upper(), c.title())}) > 1]
    assert unequal == []


def test_every_format_character_is_dropped() -> None:
    kept = [c for c in EVERY_CHARACTER if unicodedata.category(c) == "Cf" and fold(c).text]
    assert kept == []


def test_every_plain_character_folds_alone_to_one_character() -> None:
    plain = [c for c in EVERY_CHARACTER if folding._SINGLE_PLAIN.match(c)]
    exceptions = [c for c in plain if folding._extends(c) or folding._fold_cluster(c) != c.casefold()]
    assert exceptions == []
    assert {len(c.casefold()) for c in plain} == {1}


@pytest.mark.parametrize("text", ["", "Plain ASCII", "Überfällige Rückzahlung", "票の件", "снова", "kapı"])
def test_a_text_that_keeps_its_length_needs_no_map(text: str) -> None:
    folded = fold(text)
    assert folded.starts is None
    assert folded.span(2, 5) == (2, 5)


@pytest.mark.parametrize(
    ("text", "folded", "place", "original"),
    [
        ("ＦＩＲＥ!", "fire!", (0, 4), "ＦＩＲＥ"),
        ("in\u200bvoice", "invoice", (0, 7), "in\u200bvoice"),
        ("fire\u200b.", "fire.", (0, 4), "fire"),
        ("\ufefffire", "fire", (0, 4), "fire"),
        ("mal\u00adware", "malware", (0, 7), "mal\u00adware"),
        ("hac\u212aed", "hacked", (0, 6), "hac\u212aed"),
        ("Maß voll", "mass voll", (0, 4), "Maß"),
        ("MASS voll", "mass voll", (0, 4), "MASS"),
        ("İNVOİCE due", "invoice due", (8, 11), "due"),
        ("KAPISI kapısı", "kapisi kapisi", (7, 13), "kapısı"),
        ("cafe\u0301 x", "café x", (3, 4), "e\u0301"),
        ("ﬁre", "fire", (0, 1), "ﬁ"),
        ("❤\ufe0f fire", "❤ fire", (2, 6), "fire"),
        ("ᄀ\u1161ᆨ", "각", (0, 1), "ᄀ\u1161ᆨ"),
        ("ｶﾞｽ", "ガス", (0, 1), "ｶﾞ"),
        ("x\u0302\u00a0y", "x\u0302 y", (0, 1), "x"),
    ],
)
def test_folded_places_cover_what_was_written(text: str, folded: str, place: tuple[int, int], original: str) -> None:
    result = fold(text)
    start, end = result.span(*place)
    assert (result.text, text[start:end]) == (folded, original)


@pytest.mark.parametrize("char", [*" \n-_.,\u00a0\u2014’", "，", "…"])
def test_punctuation_and_spaces_separate(char: str) -> None:
    assert is_separator(char)


@pytest.mark.parametrize("char", [*"aZ09éß票", "\u0301", "\u200b", "\u00ad", "ﾞ", "\u1161", "℀"])
def test_letters_marks_and_invisible_characters_do_not_separate(char: str) -> None:
    assert not is_separator(char)


def test_half_pairs_are_replaced_in_place() -> None:
    assert without_surrogates("a\ud83d\ude00b") == "a\ufffd\ufffdb"


def test_a_letter_under_a_hundred_thousand_marks_ends() -> None:
    assert len(fold("x" + "\u0301" * 50_000 + "\u0323" * 50_000).text) == 100_001


def test_marks_beyond_the_bound_keep_their_places() -> None:
    folded = fold("ß" + "\u0302" * 100 + " fire")
    start = folded.text.index("fire")
    assert folded.span(start, start + 4) == (102, 106)
