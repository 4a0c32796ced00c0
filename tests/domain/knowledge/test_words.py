"""Do forms of a word count as the same word, and is a word always letters and digits?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.domain.knowledge.words import words_of


def words(text: str) -> list[str]:
    return list(words_of(text))


@pytest.mark.parametrize(
    "forms",
    [
        ("lock", "locks", "locked", "locking", "LOCK"),
        ("print", "prints", "printed", "printing", "printer", "printers"),
        ("invoice", "invoices", "invoiced", "invoicing"),
        ("expire", "expires", "expired", "expiring"),
        ("policy", "policies"),
        ("stop", "stops", "stopped", "stopping"),
        ("access", "accesses", "accessed"),
        ("cache", "caches", "cached", "caching"),
        ("Rechnung", "Rechnungen"),
        ("drucken", "Drucker"),
        ("café", "cafe", "CAFÉ"),
        ("straße", "strasse", "STRASSE"),
        ("status",),
        ("analysis",),
    ],
)
def test_forms_of_one_word_are_the_same(forms: tuple[str, ...]) -> None:
    assert len({tuple(words(form)) for form in forms}) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The VPN is down, and I am not amused", ["vpn", "down", "amus"]),
        ("Ich kann mich nicht anmelden", ["anmeld"]),
        ("error 0x80070005 on TLS1.2", ["error", "0x80070005", "tls1", "2"]),
        ("e-mail_address", ["e", "mail", "address"]),
        ("", []),
    ],
)
def test_words_that_say_nothing_are_left_out(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_writing_without_spaces_is_read_in_pairs() -> None:
    assert len(words("電子郵件")) == 3
    assert set(words("郵件")) <= set(words("電子郵件"))


@given(text=st.text())
def test_a_word_is_letters_and_digits_of_ascii(text: str) -> None:
    assert all(word.isascii() and word.isalnum() and word == word.lower() for word in words(text))
    assert all(0 < len(word) <= 80 for word in words(text))


@given(text=st.text(alphabet=st.characters(categories=("L", "N"))))
def test_case_makes_no_difference(text: str) -> None:
    assert words(text) == words(text.casefold())
