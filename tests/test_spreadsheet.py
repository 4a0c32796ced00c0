"""Does a spreadsheet show every cell and run none?"""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage_core.spreadsheet import cell, neutralised, write

SIGNS = ("=", "+", "-", "@", "|", "\t", "\r")
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)


@pytest.mark.parametrize("start", [*SIGNS, " =", "\n=", "\u200b=", "\ufeff@", "\u3000+", "＝", "＋", "－", "＠", "｜"])
def test_what_looks_like_a_formula_becomes_a_text(start: str) -> None:
    assert neutralised(f"{start}1") == f"'{start}1"


@pytest.mark.parametrize("text", ["", " ", "a=1", "2026-03-02", "it's", "'=1", "printer - broken", "Ünal"])
def test_what_looks_like_none_stays_as_it_is(text: str) -> None:
    assert neutralised(text) == text


@given(texts)
def test_nothing_is_lost_and_nothing_begins_with_a_sign(text: str) -> None:
    written = neutralised(text)
    assert written.endswith(text)
    assert not written.startswith(SIGNS)
    assert neutralised(written) == written


@pytest.mark.parametrize(("held", "told"), [(None, ""), (3, "3"), (-3, "'-3"), (("a", "b"), "a; b"), (("=a",), "'=a")])
def test_a_value_has_one_cell(held: object, told: str) -> None:
    assert cell(held) == told


@given(st.lists(st.lists(texts, min_size=2, max_size=2), max_size=5))
def test_a_table_is_read_back_as_it_was_written(rows: list[list[str]]) -> None:
    stream = io.StringIO(newline="")
    write(stream, ("first", "second"), rows)
    stream.seek(0)
    assert list(csv.reader(stream)) == [["first", "second"], *([neutralised(each) for each in row] for row in rows)]


def test_no_other_separator_cuts_a_cell_in_two() -> None:
    stream = io.StringIO(newline="")
    write(stream, ("a",), [["x;=1"]])
    assert '"x;=1"' in stream.getvalue()
