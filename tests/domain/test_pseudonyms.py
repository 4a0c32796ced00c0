"""Does a text read without the person who sent it, and otherwise as it was?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.domain.pseudonyms import names_of, pseudonym_of, without

NAMES = names_of("Cy.Miller@Example.com", "Cyrus Miller")


def clean(text: str) -> str:
    return without(text, NAMES, "[p]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to cy.miller@example.com now", "write to [p] now"),
        ("CYRUS MILLER called; Miller again", "[p] called; [p] again"),
        ("the millers of Millerton", "the millers of Millerton"),
        ("Cyrus, please", "[p], please"),
        ("", ""),
    ],
)
def test_every_name_of_the_person_is_replaced(text: str, expected: str) -> None:
    assert clean(text) == expected


def test_a_name_of_two_letters_is_too_common_to_replace() -> None:
    assert "Cy" not in NAMES
    assert clean("cy") == "cy"


def test_the_same_person_has_the_same_pseudonym() -> None:
    assert pseudonym_of("0123456789abcdef") == "[person 01234567]"
    assert pseudonym_of(None) == "[person]"


def test_nobody_known_changes_nothing() -> None:
    assert names_of(None, None) == names_of(" ", "") == ()


@given(text=st.text(), requester=st.emails(), name=st.text(max_size=20))
def test_no_name_is_left_and_a_second_time_changes_nothing(text: str, requester: str, name: str) -> None:
    names = names_of(requester, name)
    once = without(f"{text} {requester} {text}", names, "\u0001")
    assert requester not in once
    assert without(once, names, "\u0001") == once
