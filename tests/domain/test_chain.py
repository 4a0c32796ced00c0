"""Does every change of a sealed timeline show?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_cases import MONDAY
from triage_core.domain import chain
from triage_core.domain.chain import Head, Line
from triage_core.domain.entry import Entry, Kind
from triage_core.domain.model import SYSTEM

Row = tuple[int, str, str]


def entry(number: int, ticket: str = "t1", **facts: Any) -> Entry:
    return Entry(
        tenant="acme",
        ticket_id=ticket,
        number=number,
        id=f"{ticket}-{number}",
        kind=Kind.NOTE_ADDED,
        at=MONDAY,
        recorded_at=MONDAY,
        actor=SYSTEM,
        facts={"n": number, **facts},
    )


def rows(lines: tuple[Line, ...]) -> list[Row]:
    return [(line.entry.number, line.body, line.hash) for line in lines]


LINES = chain.seal((entry(number) for number in range(1, 6)), "")
ROWS = rows(LINES)
HEAD = Head(ticket_id="t1", version=5, hash=LINES[-1].hash)


def codes(stored: list[Row], head: Head | None = HEAD) -> list[tuple[int, str]]:
    return [(flaw.number, flaw.code) for flaw in chain.flaws_of("t1", stored, head)]


def test_a_sealed_chain_has_no_flaw() -> None:
    assert codes(ROWS) == []


def test_sealing_in_parts_gives_the_same_chain() -> None:
    first = chain.seal([entry(1), entry(2)], "")
    assert first + chain.seal((entry(number) for number in (3, 4, 5)), first[-1].hash) == LINES


def test_a_line_is_read_back_as_it_was_written() -> None:
    assert [chain.read(line.body) for line in LINES] == [line.entry for line in LINES]


def test_an_edited_line_shows_where_it_stands() -> None:
    number, body, stored = ROWS[2]
    edited = [*ROWS[:2], (number, body.replace('"n":3', '"n":4'), stored), *ROWS[3:]]
    assert codes(edited) == [(3, "edited")]


def test_an_edit_with_its_own_hash_shows_at_the_next_line() -> None:
    number, body, _ = ROWS[2]
    changed = body.replace('"n":3', '"n":4')
    edited = [*ROWS[:2], (number, changed, chain.link(ROWS[1][2], changed)), *ROWS[3:]]
    assert codes(edited) == [(4, "edited")]


def test_a_missing_line_shows_as_a_gap() -> None:
    assert (3, "gap") in [(number - 1, code) for number, code in codes([*ROWS[:2], *ROWS[3:]])]


def test_swapped_lines_show() -> None:
    (two, body2, _), (three, body3, _) = ROWS[1], ROWS[2]
    swapped = [ROWS[0], (two, body3, ROWS[1][2]), (three, body2, ROWS[2][2]), *ROWS[3:]]
    assert {(2, "moved"), (2, "edited"), (3, "moved"), (3, "edited")} <= set(codes(swapped))


def test_a_line_of_another_ticket_shows() -> None:
    (foreign,) = chain.seal([entry(1, "t2")], "")
    head = Head(ticket_id="t1", version=1, hash=foreign.hash)
    assert codes(rows((foreign,)), head) == [(1, "moved")]


def test_bytes_that_are_no_line_show() -> None:
    for body in ("not json", "{}", ROWS[0][1][:-1]):
        stored = [(1, body, chain.link("", body))]
        assert codes(stored, Head(ticket_id="t1", version=1, hash=stored[0][2])) == [(1, "unreadable")]


@pytest.mark.parametrize("head", [None, Head(ticket_id="t1", version=4, hash=ROWS[3][2])])
def test_a_row_that_names_another_end_shows(head: Head | None) -> None:
    assert codes(ROWS, head) == [(5, "head_differs")]


def test_a_cut_off_end_with_a_corrected_row_shows_against_a_checkpoint_only() -> None:
    assert codes(ROWS[:4], Head(ticket_id="t1", version=4, hash=ROWS[3][2])) == []
    kept = {("t1", number): stored for number, _, stored in ROWS[:4]}
    assert [flaw.code for flaw in chain.against_checkpoint([HEAD], kept)] == ["truncated"]


def test_a_chain_written_anew_shows_against_a_checkpoint_only() -> None:
    anew = chain.seal((entry(number, forged=True) for number in range(1, 6)), "")
    assert codes(rows(anew), Head(ticket_id="t1", version=5, hash=anew[-1].hash)) == []
    found = chain.against_checkpoint([HEAD], {("t1", 5): anew[-1].hash})
    assert [(flaw.number, flaw.code) for flaw in found] == [(5, "rewritten")]


def test_a_chain_that_only_grew_fits_its_checkpoint() -> None:
    old = Head(ticket_id="t1", version=3, hash=ROWS[2][2])
    assert chain.against_checkpoint([old], {("t1", number): stored for number, _, stored in ROWS}) == []


@given(st.text(st.characters()), st.text(st.characters()))
def test_a_fingerprint_depends_on_key_and_text(text: str, other: str) -> None:
    assert (chain.digest(b"key", text) == chain.digest(b"key", other)) is (text == other)
    assert chain.digest(b"key", text) != chain.digest(b"other key", text)


@given(st.integers(0, 4), st.integers(0, 10_000), st.characters())
def test_any_changed_character_shows(line: int, place: int, char: str) -> None:
    number, body, stored = ROWS[line]
    place %= len(body)
    changed = body[:place] + char + body[place + 1 :]
    edited = [*ROWS[:line], (number, changed, stored), *ROWS[line + 1 :]]
    assert bool(codes(edited)) is (changed != body)
