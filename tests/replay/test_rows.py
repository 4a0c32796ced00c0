"""What does a row say, and when is it set aside?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import overload

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.replay.conftest import DESK_LOG, DESK_MAPPING
from triage_core.domain.model import State
from triage_core.replay.loading import parse_mapping
from triage_core.replay.mapping import Mapping
from triage_core.replay.moments import Moments
from triage_core.replay.rows import ColumnsMissing, Row, Rows

HEADER = DESK_LOG.read_text().splitlines()[0].split(",")
SOUND = ["T-1", "in progress", "2026-03-02 09:00", "2026-03-02 09:30", "high", "low", "moderate", "ana", "2026-03-09"]


def changed(**cells: str) -> list[str]:
    return [cells.get(name, value) for name, value in zip(HEADER, SOUND, strict=True)]


def read(mapping: Mapping, cells: Sequence[str]) -> Row | str:
    return Rows(mapping, HEADER, ["impact", "urgency"]).read(cells)


class Guarded(Sequence[str]):
    """Cells of which some must not be looked at."""

    def __init__(self, cells: list[str], forbidden: int) -> None:
        self._cells, self._forbidden = cells, forbidden

    def __len__(self) -> int:
        return len(self._cells)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        assert index != self._forbidden, "the future was read"
        return self._cells[index]


def test_a_row_says_number_times_state_class_and_intake(mapping: Mapping) -> None:
    row = read(mapping, SOUND)
    assert isinstance(row, Row)
    assert (row.number, row.said.state, row.said.class_name, row.assigned) == ("T-1", State.ASSIGNED, "P3", True)
    assert row.at - row.opened_at == timedelta(minutes=30)
    assert row.said.intake == {**mapping.constants, "impact": "high", "urgency": "low"}


def test_the_future_is_never_looked_at(mapping: Mapping) -> None:
    assert read(mapping, Guarded(SOUND, HEADER.index("solved_on"))) == read(mapping, SOUND)


def test_unknown_values_are_absent_and_not_empty(mapping: Mapping) -> None:
    row = read(mapping, changed(impact="-", agent="", priority="-"))
    assert isinstance(row, Row)
    assert "impact" not in row.said.intake
    assert (row.assigned, row.said.class_name) == (False, None)


def test_rows_that_say_the_same_share_it(mapping: Mapping) -> None:
    rows = Rows(mapping, HEADER, ["impact", "urgency"])
    first, second = rows.read(SOUND), rows.read(changed(ticket="T-2", changed="2026-03-03 10:00"))
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert first.said is second.said


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (changed(status="archived"), "status archived"),
        (changed(status=""), "status "),
        (changed(impact="huge"), "impact huge"),
        (changed(priority="P1"), "priority P1"),
        (changed(impact="x" * 41), "impact not in the mapping"),
        (changed(impact="a\x1b[31m"), "impact not in the mapping"),
        (changed(impact="\udcff"), "characters that are no text"),
        (changed(opened="2026-02-30 10:00"), "opened is no time"),
        (changed(changed=""), "changed is no time"),
        (changed(ticket=""), "ticket is no number of a ticket"),
        (changed(ticket="x" * 81), "ticket is no number of a ticket"),
        (changed(ticket="\udcff"), "ticket is no number of a ticket"),
        (SOUND[:-1], "8 cells instead of 9"),
        ([*SOUND, "x"], "10 cells instead of 9"),
        ([], "no CSV"),
    ],
)
def test_a_row_that_cannot_be_used_has_a_reason(mapping: Mapping, cells: list[str], reason: str) -> None:
    assert read(mapping, cells) == reason


@given(cells=st.lists(st.text(), min_size=len(HEADER), max_size=len(HEADER)))
def test_any_cells_are_a_row_or_a_reason(cells: list[str]) -> None:
    assert isinstance(read(parse_mapping(DESK_MAPPING.read_text(), "m"), cells), Row | str)


def test_columns_that_the_log_lacks_are_named_at_once(mapping: Mapping) -> None:
    with pytest.raises(ColumnsMissing, match="no column changed, urgency"):
        Rows(mapping, [name for name in HEADER if name not in {"changed", "urgency"}], [])


def test_columns_without_a_use_are_named(mapping: Mapping) -> None:
    assert Rows(mapping, [*HEADER, "room"], []).ignored == ("room",)


def test_texts_are_read_as_they_stand() -> None:
    mapping = parse_mapping(DESK_MAPPING.read_text().replace("assigned_to: agent", "subject: agent"), "m")
    row = read(mapping, changed(agent=" Mail is  down "))
    assert isinstance(row, Row)
    assert (row.subject, row.body) == (" Mail is  down ", "")


# --- moments ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "zone", "text", "expected"),
    [
        ("%d/%m/%Y %H:%M", "UTC", "3/2/2016 06:58", "2016-02-03T06:58"),
        ("%Y-%m-%d", "UTC", "2016-02-03", "2016-02-03T00:00"),
        ("%Y-%m-%d %H:%M:%S", "Europe/Berlin", "2026-07-01 10:00:00", "2026-07-01T08:00"),
        ("%Y-%m-%dT%H:%M:%S%z", "UTC", "2026-07-01T10:00:00+05:30", "2026-07-01T04:30"),
        ("%Y-%m-%d %H:%M%z", "UTC", "2026-07-01 10:00+0200", "2026-07-01T08:00"),
        ("%d %b %Y %H:%M", "UTC", "01 Jul 2026 10:00", "2026-07-01T10:00"),
    ],
)
def test_times_are_read_in_the_form_and_zone_of_the_log(form: str, zone: str, text: str, expected: str) -> None:
    moments = Moments(form, zone)
    assert [moments.read(text) for _ in range(2)] == [datetime.fromisoformat(expected).replace(tzinfo=UTC)] * 2


@given(st.lists(st.integers(0, 60 * 24 * 40_000), min_size=1))
def test_what_is_kept_ready_reads_like_what_is_new(minutes: list[int]) -> None:
    moments = Moments("%d/%m/%Y %H:%M", "Europe/Berlin")
    texts = [f"{datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=n):%d/%m/%Y %H:%M}" for n in minutes]
    fresh = [Moments("%d/%m/%Y %H:%M", "Europe/Berlin").read(text) for text in texts]
    assert [moments.read(text) for text in texts * 2] == fresh * 2


@pytest.mark.parametrize("text", ["", "?", "31/2/2016 10:00", "1/2/2016", "1/2/2016 10:00 x"])
def test_what_is_no_time_is_none(text: str) -> None:
    moments = Moments("%d/%m/%Y %H:%M", "UTC")
    assert moments.read("1/2/2016 10:00") is not None
    assert moments.read(text) is None
