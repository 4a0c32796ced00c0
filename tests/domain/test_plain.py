"""Does the plain form keep the case and tell where each character comes from?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.domain.plain import plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AKIA 12-3", "AKIA 12-3"),
        ("ＡＢ１２", "AB12"),
        ("٤١١١", "4111"),
        ("a\u00a0b\u2009c", "a b c"),
        ("1\u20112\u20133\u22124", "1-2-3\u22124"),
        ("pass\u200bword\u00ad", "password"),
        ("Grüße", "Grüße"),
        ("½ ① ﬁ", "½ 1 ﬁ"),
        ("a\ud800b", "a\ufffdb"),
    ],
)
def test_letters_digits_dashes_and_spaces_become_plain(text: str, expected: str) -> None:
    assert plain(text).text == expected


@given(st.text())
def test_every_character_has_its_place(text: str) -> None:
    written = plain(text)
    for place, char in enumerate(written.text):
        start, end = written.span(place, place + 1)
        assert end == start + 1
        original = text[start]
        assert char in {original, "-", " ", "\ufffd", unicodedata.normalize("NFKC", original)} or char.isascii()
