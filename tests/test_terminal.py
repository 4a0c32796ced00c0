"""Does a page break its lines so that they can be read and copied?"""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table
from rich.text import Text

from triage_core.terminal import Hanging, Trimmed

if TYPE_CHECKING:
    from rich.console import RenderableType

WIDTH = 20


def shown(what: RenderableType, *, is_terminal: bool = False) -> list[str]:
    page = Console(file=StringIO(), width=WIDTH, force_terminal=is_terminal, color_system="standard", highlight=False)
    with page.capture() as told:
        page.print(what)
    return told.get().splitlines()


def test_a_sentence_that_fits_stays_on_one_line() -> None:
    assert shown(Hanging("x" * WIDTH)) == ["x" * WIDTH]


def test_a_sentence_that_does_not_fit_goes_on_further_in() -> None:
    assert shown(Hanging("one two three four five six")) == ["one two three four", "  five six"]
    assert shown(Hanging("one two three four five", first=2, then=4)) == ["  one two three", "    four five"]


@given(st.lists(st.text("abc", min_size=1, max_size=30), min_size=1, max_size=12))
def test_no_word_is_lost_and_no_line_is_too_long(words: list[str]) -> None:
    lines = shown(Hanging(" ".join(words)))
    assert "".join("".join(lines).split()) == "".join(words)
    assert all(len(line) <= WIDTH and line == line.rstrip() for line in lines)


def test_a_table_is_shown_without_blanks_at_the_ends_of_its_lines() -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_row("a", "long cell")
    grid.add_row("b", "c")
    grid.add_row("d", "")
    assert shown(Trimmed(grid)) == ["a  long cell", "b  c", "d"]


def test_colours_of_a_line_stay() -> None:
    assert "\x1b[31m" in shown(Trimmed(Text("alarm ", style="red")), is_terminal=True)[0]
    assert "\x1b[31m" in shown(Hanging(Text("alarm", style="red")), is_terminal=True)[0]
