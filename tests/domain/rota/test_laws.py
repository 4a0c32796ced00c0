"""Does every rota give one answer for every moment, and is everybody's turn worth the same?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.sample_rotas import PEOPLE, ZONES, books, layers, moments, overrides, rota, rotas, spans, version
from triage_core.domain.rota import Book, gaps, on_duty, shifts, summary

if TYPE_CHECKING:
    from triage_core.domain.rota import Override, Rota

TINY = timedelta.resolution


@given(books(), moments, spans)
def test_shifts_tile_their_time_without_overlap(book: Book, start: datetime, span: timedelta) -> None:
    planned = shifts(book, start, start + span)
    edges = [start, *(shift.end for shift in planned)]
    assert edges[-1] == start + span
    assert [shift.start for shift in planned] == edges[:-1]
    assert all(shift.start < shift.end for shift in planned)
    assert all(before.person != after.person for before, after in pairwise(planned))


@given(books(), moments, spans, st.floats(0, 0.99))
def test_shifts_say_what_on_duty_says(book: Book, start: datetime, span: timedelta, share: float) -> None:
    for shift in shifts(book, start, start + span):
        inside = (shift.start, shift.start + (shift.end - shift.start) * share, shift.end - TINY)
        assert {on_duty(book, at) for at in inside} == {shift.person}


@given(books(), moments, spans, spans)
def test_a_longer_look_says_the_same(book: Book, start: datetime, span: timedelta, more: timedelta) -> None:
    end = start + span + TINY
    cut = [
        (max(start, shift.start), min(end, shift.end), shift.person)
        for shift in shifts(book, start - more, end + more)
        if shift.start < end and start < shift.end
    ]
    assert [tuple(shift) for shift in shifts(book, start, end)] == cut


@given(books(), overrides())
def test_the_latest_override_goes_before_everything(book: Book, latest: Override) -> None:
    changed = replace(book, overrides=(*book.overrides, latest))
    planned = shifts(changed, latest.starts_at, max(latest.starts_at, latest.until))
    assert {shift.person for shift in planned} <= {latest.person}


@given(books(), rotas(), overrides(), moments)
def test_no_edit_changes_the_past(book: Book, newer: Rota, swap: Override, now: datetime) -> None:
    """Whatever is written now takes effect now or later."""
    later = replace(swap, starts_at=max(now, swap.starts_at), ends_at=max(now, swap.ends_at), ended_at=None)
    ended = tuple(replace(each, ended_at=now) if each.ended_at is None else each for each in book.overrides)
    edits = (
        replace(book, versions=(*book.versions, version(newer, len(book.versions) + 1, now))),
        replace(book, overrides=(*book.overrides, later)),
        replace(book, overrides=ended),
    )
    before = now - timedelta(days=20)
    assert all(shifts(edited, before, now) == shifts(book, before, now) for edited in edits)


@given(layers(), st.sampled_from(ZONES), st.integers(1, 4))
def test_everybody_has_the_same_number_of_turns(drawn: dict[str, Any], zone: str, cycles: int) -> None:
    """Over full cycles, in the written order, whatever the clocks do in between; some go on for more than a year."""
    people = sorted({*drawn["people"], *PEOPLE[:2]})
    drawn |= {"people": people, "only": daytime(drawn.get("only"))}
    alone = Book(versions=(version(rota(drawn, zone=zone)),))
    start = datetime.fromisoformat(drawn["starts"]).replace(tzinfo=UTC) - timedelta(days=2)
    expected = people * cycles
    planned = shifts(alone, start, start + timedelta(days=29) * len(expected))
    served = [person for person, _ in groupby(shift.person for shift in planned if shift.person is not None)]
    assert served[: len(expected)] == expected


def daytime(only: dict[str, list[str]] | None) -> dict[str, str] | None:
    """Return four hours on each of the days, none of which any clock skips."""
    return None if only is None else {day: four_hours(int(hours[0][:2]) % 16 + 4) for day, hours in only.items()}


def four_hours(opens: int) -> str:
    return f"{opens:02}:15-{(opens + 4) % 24:02}:15"


@given(layers(), st.sampled_from(ZONES))
def test_hand_overs_of_days_and_weeks_keep_their_local_time(drawn: dict[str, Any], zone: str) -> None:
    drawn |= {"people": ["ann", "bob"], "only": None}
    if drawn["turn"].endswith("h"):
        drawn["turn"] = "1d"
    alone = Book(versions=(version(rota(drawn, zone=zone)),))
    start = datetime.fromisoformat(drawn["starts"]).replace(tzinfo=UTC)
    found = [change.at for change in summary(alone, start, start + timedelta(days=300)).changes]
    local = [at.astimezone(ZoneInfo(zone)) for at in found]
    skipped = [at for at in local if f"{at:%H:%M}" != drawn["handover_at"]]
    # Only where the clock never showed that time: just before, it showed an earlier one.
    assert all(f"{at:%H:%M}" > drawn["handover_at"] for at in skipped)
    just_before = [(at.astimezone(UTC) - TINY).astimezone(ZoneInfo(zone)) for at in skipped]
    assert all(f"{at:%H:%M}" < drawn["handover_at"] for at in just_before)


@given(books(), moments, spans, st.lists(st.tuples(moments, spans), max_size=3))
def test_gaps_are_where_nobody_can_answer(
    book: Book, start: datetime, span: timedelta, absent: list[tuple[datetime, timedelta]]
) -> None:
    away = [(since, since + length) for since, length in absent]
    found = gaps(book, start, start + span, lambda person: away if person == "ann" else ())
    edges = sorted({start, *(edge for shift in found for edge in shift[:2]), *(at for pair in away for at in pair)})
    for at in (edge for edge in edges if start <= edge < start + span):
        person = on_duty(book, at)
        missing = person is None or (person == "ann" and any(since <= at < until for since, until in away))
        assert any(gap.start <= at < gap.end and gap.person == person for gap in found) is missing


@given(books(), moments, spans)
def test_a_summary_accounts_for_all_of_its_time(book: Book, start: datetime, span: timedelta) -> None:
    told = summary(book, start, start + span)
    unserved = sum((gap.end - gap.start for gap in told.gaps), timedelta())
    assert sum(told.times.values(), timedelta()) + unserved == span
    assert [change.at for change in told.changes] == [shift.start for shift in told.shifts[1:]]
