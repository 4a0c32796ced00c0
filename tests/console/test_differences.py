"""Does the page mark exactly the words that came and went?"""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.console.differences import differences, marked
from triage_core.domain.gating.texts import Text

WORDS: Final = st.text(st.sampled_from("ab <&\n"), max_size=30)
GONE, NEW = '<del><span class="heard">removed: </span>', '<ins><span class="heard">new: </span>'


def _text(**changes: object) -> Text:
    return Text(**{"channel": "email", "to": ("jo@example.com",), "body": "t1 works", **changes})  # type: ignore[arg-type] # any part


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("in half an hour", "in an hour", f"in {GONE}half</del> an hour"),
        ("in an hour", "in half an hour", f"in {NEW}half</ins> an hour"),
        ("it works", "it fails", f"it {GONE}works</del> {NEW}fails</ins>"),
        ("", "<b>", f"{NEW}&lt;b&gt;</ins>"),
        ("the same\n\nlines", "the same\n\nlines", "the same\n\nlines"),
    ],
)
def test_words_that_came_and_went_are_marked(old: str, new: str, told: str) -> None:
    assert marked(old, new) == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("a " * 7_000, "a " * 6_999 + "b", 1),
        ("a a a\n" * 3_000, "a a a\n" * 2_999 + "b", 1),
        ("a\n" * 7_000, "b\n" * 7_000, 1),
    ],
)
def test_a_very_long_text_is_compared_by_lines_or_as_a_whole(old: str, new: str, told: int) -> None:
    assert marked(old, new).count(GONE) == told


@given(WORDS, WORDS)
def test_without_the_marks_of_the_new_words_and_with_the_old_ones_gone_the_new_text_remains(old: str, new: str) -> None:
    rest = "".join(part.partition("</del>")[2] if at else part for at, part in enumerate(marked(old, new).split(GONE)))
    plain = rest.replace(NEW, "").replace("</ins>", "").replace("&lt;", "<").replace("&amp;", "&")
    assert plain.split() == new.split()


def test_only_the_parts_that_changed_are_told() -> None:
    found = differences(_text(), _text(subject="news", cc=("kim@example.com",)))
    assert [difference.part for difference in found] == ["Copy to", "Subject"]
