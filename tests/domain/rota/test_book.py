"""Who is on duty, by layers, hours, overrides and versions?"""

from __future__ import annotations

from datetime import UTC, datetime, timezone

import pytest

from tests.sample_rotas import DAY, HOUR, NOON, book, layer, override, rota, version
from tests.small_policy import document, policy
from triage_core.domain.errors import NaiveTime
from triage_core.domain.rota import Book, Shift, ShiftChange, gaps, on_duty, shifts, summary, version_at
from triage_core.domain.rota.absences import away_by
from triage_core.domain.timeline import TimeOutOfRange


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_new_week_begins_with_its_hand_over() -> None:
    turns = book()
    assert on_duty(turns, utc("2026-01-05 07:59:59")) is None
    assert on_duty(turns, utc("2026-01-05 08:00")) == "ann"
    assert on_duty(turns, utc("2026-01-12 07:59:59")) == "ann"
    assert on_duty(turns, utc("2026-01-12 08:00")) == "bob"
    assert on_duty(turns, utc("2026-01-26 08:00")) == "ann"


def test_the_hand_over_stays_at_nine_when_summer_time_begins() -> None:
    changes = [change.at for change in summary(book(), utc("2026-03-20 00:00"), utc("2026-04-10 00:00")).changes]
    assert changes == [utc("2026-03-23 08:00"), utc("2026-03-30 07:00"), utc("2026-04-06 07:00")]


def test_turns_of_days_skip_nobody_on_any_weekday() -> None:
    days = book(layer(people=["ann", "bob"], turn="1d"))
    assert [shift.person for shift in shifts(days, utc("2026-01-05 08:00"), utc("2026-01-14 08:00"))] == [
        *["ann", "bob"] * 4,
        "ann",
    ]


def test_turns_of_days_on_weekdays_come_to_everybody() -> None:
    """Seven people and five days a week: by days of the calendar, two of the seven would never have a turn."""
    people = ["ann", "bob", "lee", "kim", "mia", "zoe", "eve"]
    weekdays = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-18:00")
    days = book(layer(people=people, turn="1d", handover_at="08:00", only=weekdays))
    planned = shifts(days, utc("2026-01-05 00:00"), utc("2026-02-23 00:00"))
    assert [shift.person for shift in planned if shift.person] == people * 5


def test_a_first_turn_without_hours_is_nobodys() -> None:
    late = layer(starts="2026-01-10", handover_on="mon", only={"fri": "08:00-18:00"})
    planned = shifts(book(late), utc("2026-01-10 00:00"), utc("2026-01-24 00:00"))
    assert [shift.person for shift in planned] == [None, "ann", None, "bob", None]


def test_a_start_in_the_middle_of_a_week_makes_the_first_turn_shorter() -> None:
    planned = shifts(
        book(layer(starts="2026-01-08", handover_on="mon")), utc("2026-01-06 00:00"), utc("2026-01-20 00:00")
    )
    assert planned == (
        Shift(utc("2026-01-06 00:00"), utc("2026-01-08 08:00"), None),
        Shift(utc("2026-01-08 08:00"), utc("2026-01-12 08:00"), "ann"),
        Shift(utc("2026-01-12 08:00"), utc("2026-01-19 08:00"), "bob"),
        Shift(utc("2026-01-19 08:00"), utc("2026-01-20 00:00"), "lee"),
    )


def test_a_later_layer_goes_before_an_earlier_one_in_its_hours() -> None:
    covered = book(layer(), layer("nights", people=["kim"], only={"mon": "22:00-06:00"}))
    planned = shifts(covered, utc("2026-03-02 12:00"), utc("2026-03-03 12:00"))
    assert [(f"{shift.start:%H:%M}", shift.person) for shift in planned] == [
        ("12:00", "lee"),
        ("21:00", "kim"),
        ("05:00", "lee"),
    ]


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    nights = book(layer(people=["kim"], only={"fri": "22:00-06:00"}))
    assert on_duty(nights, utc("2026-03-07 04:59")) == "kim"
    assert on_duty(nights, utc("2026-03-06 04:59")) is None


def test_an_override_goes_before_the_layers_and_the_later_one_before_the_earlier() -> None:
    swaps = (override("kim", NOON, NOON + 4 * HOUR), override("mia", NOON + HOUR, NOON + 2 * HOUR))
    planned = shifts(book(overrides=swaps), NOON - HOUR, NOON + 5 * HOUR)
    assert [shift.person for shift in planned] == ["lee", "kim", "mia", "kim", "lee"]
    assert [shift.start for shift in planned] == [NOON + hours * HOUR for hours in (-1, 0, 1, 2, 4)]


def test_an_override_that_was_ended_counts_until_then() -> None:
    ended = override("kim", NOON, NOON + 4 * HOUR, ended_at=NOON + HOUR)
    cancelled = override("mia", NOON + 2 * HOUR, NOON + 4 * HOUR, ended_at=NOON)
    planned = shifts(book(overrides=(ended, cancelled)), NOON, NOON + 4 * HOUR)
    assert [(shift.end, shift.person) for shift in planned] == [(NOON + HOUR, "kim"), (NOON + 4 * HOUR, "lee")]


def test_a_new_version_holds_from_its_moment_on_and_drops_what_was_planned_before() -> None:
    kim, mia = (rota(layer(people=[person])) for person in ("kim", "mia"))
    edited = Book(versions=(version(rota()), version(kim, 2, NOON + 3 * DAY), version(mia, 3, NOON + DAY)))
    planned = shifts(edited, NOON, NOON + 6 * DAY)
    assert planned == (Shift(NOON, NOON + DAY, "lee"), Shift(NOON + DAY, NOON + 6 * DAY, "mia"))
    in_force = version_at(edited, NOON + 4 * DAY)
    assert in_force is not None
    assert in_force.number == 3


def test_nobody_is_on_duty_before_the_first_version() -> None:
    later = Book(versions=(version(rota(), since=NOON),))
    assert shifts(later, NOON - DAY, NOON + HOUR) == (
        Shift(NOON - DAY, NOON, None),
        Shift(NOON, NOON + HOUR, "lee"),
    )
    assert version_at(later, NOON - DAY) is None


def test_an_empty_time_has_no_shifts() -> None:
    assert shifts(book(), NOON, NOON) == ()
    assert shifts(book(), NOON, NOON - DAY) == ()


def test_a_gap_is_told_with_whoever_is_away() -> None:
    weeks = book(layer(people=["ann", "bob"], only=dict.fromkeys(("mon", "tue", "wed"), "08:00-20:00")))
    away = (NOON + 2 * HOUR, NOON + 4 * HOUR)
    found = gaps(weeks, NOON, NOON + DAY, lambda person: (away, away) if person == "ann" else ())
    assert found == (Shift(*away, "ann"), Shift(NOON + 7 * HOUR, NOON + 19 * HOUR, None))


def test_absences_last_whole_days_where_the_person_works_and_strangers_are_always_away() -> None:
    people = document()["people"]
    people[0] |= {"calendar": "office", "absences": [{"first": "2026-03-28", "last": "2026-03-29"}]}
    people[1] |= {"absences": [{"first": "2026-03-28", "last": "2026-03-28"}]}
    away = away_by(policy(people=people))
    assert list(away("ann")) == [(utc("2026-03-27 23:00"), utc("2026-03-29 22:00"))]
    assert list(away("bob")) == [(utc("2026-03-28 00:00"), utc("2026-03-29 00:00"))]
    assert list(away("lee")) == []
    ((since, until),) = away("nobody")
    assert since < NOON < until


def test_a_summary_tells_hand_overs_and_how_long_each_is_on_duty() -> None:
    told = summary(book(), NOON, NOON + 14 * DAY)
    assert told.changes == (
        ShiftChange(utc("2026-03-09 08:00"), "lee", "ann"),
        ShiftChange(utc("2026-03-16 08:00"), "ann", "bob"),
    )
    assert told.times == {"lee": 6 * DAY + 20 * HOUR, "ann": 7 * DAY, "bob": 4 * HOUR}
    assert told.gaps == ()


@pytest.mark.parametrize(
    ("at", "error"),
    [
        (datetime(2026, 3, 2, 9), NaiveTime),  # noqa: DTZ001 - the point of the test
        (datetime(9999, 12, 31, tzinfo=UTC), TimeOutOfRange),
        (datetime(1, 1, 1, tzinfo=timezone(5 * HOUR)), TimeOutOfRange),
    ],
)
def test_a_moment_that_cannot_be_placed_is_refused(at: datetime, error: type[Exception]) -> None:
    with pytest.raises(error):
        on_duty(book(), at)
