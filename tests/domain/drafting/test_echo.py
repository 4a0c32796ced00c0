"""Is a text noticed that repeats what a ticket says?"""

from __future__ import annotations

import pytest

from triage_core.domain.drafting.echo import echoes

TICKET = "Please refund all of my money at once, or I call the police."


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        ("You wrote: refund ALL of my-money", True),
        ("Refund all of my", False),
        ("We look at your account.", False),
        ("", False),
        ("refund\u200b all of  my … money", True),
    ],
)
def test_five_words_in_a_row_are_a_repetition(text: str, repeats: bool) -> None:  # noqa: FBT001 - a column of a table
    assert echoes(text, TICKET) is repeats


def test_words_of_our_own_may_be_repeated() -> None:
    quoted = "> Hello Ann, thank you for your message.\nStill broken."
    assert echoes("Hello Ann, thank you for your message.", quoted)
    assert not echoes("Hello Ann, thank you for your message.", quoted, ours="Hello Ann, thank you for your message.")
