"""How much open time lies between two moments, whatever the clocks, holidays and nights in between do?"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from triage_core.domain.calendar import (
    Calendar,
    EmptyCalendar,
    HolidayRule,
    Hours,
    HoursInvalid,
    Line,
    NegativeAmount,
    Reason,
    Slot,
    TimeOutOfRange,
    calendar_of,
)
from triage_core.domain.errors import NaiveTime, PolicyInvalid

ZERO = timedelta()
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def slots(*texts: str) -> tuple[Slot, ...]:
    """Read `9:00-17:00`."""
    edges = [[int(part.split(":")[0]) * 60 + int(part.split(":")[1]) for part in text.split("-")] for text in texts]
    return tuple(Slot(opens=opens, closes=closes) for opens, closes in edges)


def weekdays(zone: str, *texts: str) -> Hours:
    return Hours(zone=zone, weekly=(slots(*texts),) * 5 + ((), ()))


def daily(zone: str, *texts: str) -> Hours:
    return Hours(zone=zone, weekly=(slots(*texts),) * 7)


def local(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


OFFICE = weekdays("UTC", "9:00-17:00")
BERLIN = weekdays("Europe/Berlin", "8:00-18:00")
NIGHTS = daily("Europe/Berlin", "22:00-6:00")
SAMPLES = {
    "office": OFFICE,
    "Berlin office with holidays": Hours(
        zone="Europe/Berlin",
        weekly=BERLIN.weekly,
        holidays=HolidayRule(country="DE", subdivision="BE"),
        closed=frozenset({date(2026, 5, 15)}),
        openings={date(2026, 12, 25): slots("10:00-12:00"), date(2026, 3, 29): slots("1:15-2:45", "23:00-1:00")},
    ),
    "Berlin nights": NIGHTS,
    "Berlin, edges in the changed hour": daily("Europe/Berlin", "1:00-2:30", "2:45-4:00"),
    "Lord Howe nights": daily("Australia/Lord_Howe", "21:00-1:45", "1:50-3:00"),
    "Kolkata split day": weekdays("Asia/Kolkata", "9:00-13:00", "14:00-18:30"),
    "Sao Paulo office": weekdays("America/Sao_Paulo", "8:00-18:00"),
    "New York split day": weekdays("America/New_York", "0:00-3:30", "13:00-17:00"),
    "always, written out": daily("Europe/Berlin", "0:00-24:00"),
    "Sundays only": Hours(zone="Pacific/Auckland", weekly=((),) * 6 + (slots("2:00-3:00"),)),
}
CALENDARS = {name: calendar_of(hours) for name, hours in SAMPLES.items()} | {"always open": calendar_of(None)}
each_calendar = pytest.mark.parametrize("calendar", CALENDARS.values(), ids=CALENDARS.keys())

# Anywhere in the common years, or close to where a clock changes.
CHANGES = [
    utc("2026-03-29 01:00"),
    utc("2026-10-25 01:00"),
    utc("2026-03-08 07:00"),
    utc("2026-11-01 06:00"),
    utc("2026-04-04 15:00"),
    utc("2026-10-03 15:30"),
    utc("2018-11-04 03:00"),
    utc("2018-02-18 02:00"),
    utc("2025-12-31 23:00"),
]
moments = st.one_of(
    st.datetimes(datetime(2017, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - zone is drawn
    st.builds(
        lambda change, minutes: change + timedelta(minutes=minutes),
        st.sampled_from(CHANGES),
        st.integers(-3_000, 3_000),
    ),
)
amounts = st.timedeltas(timedelta.resolution, timedelta(days=60))
calendars = st.sampled_from(list(CALENDARS.values()))


@pytest.mark.parametrize(
    ("hours", "start", "amount", "due"),
    [
        pytest.param(OFFICE, utc("2026-11-20 16:30"), HOUR, utc("2026-11-23 09:30"), id="over the weekend"),
        pytest.param(OFFICE, utc("2026-11-20 16:00"), HOUR, utc("2026-11-20 17:00"), id="ends at the close"),
        pytest.param(OFFICE, utc("2026-11-20 17:00"), HOUR, utc("2026-11-23 10:00"), id="starts at the close"),
        pytest.param(OFFICE, utc("2026-11-20 09:00"), 16 * HOUR, utc("2026-11-23 17:00"), id="two business days"),
        pytest.param(OFFICE, utc("2026-11-21 12:00"), HOUR, utc("2026-11-23 10:00"), id="starts on a closed day"),
        pytest.param(BERLIN, local("2026-11-27 14:00"), 4 * HOUR, local("2026-11-27 18:00"), id="Berlin, at the close"),
        pytest.param(NIGHTS, local("2026-03-28 22:00"), 6 * HOUR, local("2026-03-29 05:00"), id="the short night"),
        pytest.param(NIGHTS, local("2026-10-24 22:00"), 6 * HOUR, local("2026-10-25 03:00"), id="the long night"),
        pytest.param(
            SAMPLES["Kolkata split day"],
            local("2026-11-20 12:30", "Asia/Kolkata"),
            HOUR,
            local("2026-11-20 14:30", "Asia/Kolkata"),
            id="over the lunch break",
        ),
        pytest.param(
            SAMPLES["New York split day"],
            local("2026-03-06 16:00", "America/New_York"),
            2 * HOUR,
            local("2026-03-09 01:00", "America/New_York"),
            id="a change of the clock on a closed day",
        ),
        pytest.param(
            SAMPLES["Sao Paulo office"],
            local("2018-11-02 17:00", "America/Sao_Paulo"),
            2 * HOUR,
            local("2018-11-05 09:00", "America/Sao_Paulo"),
            id="a midnight that does not exist",
        ),
        pytest.param(
            daily("Australia/Lord_Howe", "21:00-5:00"),
            local("2026-04-04 21:00", "Australia/Lord_Howe"),
            8 * HOUR,
            local("2026-04-05 04:30", "Australia/Lord_Howe"),
            id="half an hour is doubled",
        ),
        pytest.param(None, utc("2026-11-20 16:30"), 30 * HOUR, utc("2026-11-21 22:30"), id="always open"),
    ],
)
def test_a_target_falls_due(hours: Hours | None, start: datetime, amount: timedelta, due: datetime) -> None:
    assert calendar_of(hours).add(start, amount) == due.astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "start", "end", "open_time"),
    [
        pytest.param(OFFICE, utc("2026-11-20 12:00"), utc("2026-11-23 12:00"), 8 * HOUR, id="over the weekend"),
        pytest.param(OFFICE, utc("2026-11-20 12:00"), utc("2026-11-20 12:00"), ZERO, id="no time"),
        pytest.param(OFFICE, utc("2026-11-20 12:00"), utc("2026-11-19 12:00"), ZERO, id="backwards"),
        pytest.param(NIGHTS, local("2026-03-28 22:00"), local("2026-03-29 06:00"), 7 * HOUR, id="the short night"),
        pytest.param(NIGHTS, local("2026-10-24 22:00"), local("2026-10-25 06:00"), 9 * HOUR, id="the long night"),
        pytest.param(None, local("2026-03-29 00:00"), local("2026-03-30 00:00"), 23 * HOUR, id="a short day, all open"),
        pytest.param(None, utc("2026-11-20 12:00"), utc("2026-11-19 12:00"), ZERO, id="backwards, all open"),
    ],
)
def test_open_time_passes(hours: Hours | None, start: datetime, end: datetime, open_time: timedelta) -> None:
    assert calendar_of(hours).elapsed(start, end) == open_time


@pytest.mark.parametrize(
    ("slot", "on", "minutes"),
    [
        pytest.param("2:00-3:00", "2026-03-29", 0, id="the skipped hour"),
        pytest.param("2:15-2:45", "2026-03-29", 0, id="inside the skipped hour"),
        pytest.param("2:30-4:00", "2026-03-29", 60, id="opens in the skipped hour, so at the change"),
        pytest.param("1:00-2:30", "2026-03-29", 60, id="closes in the skipped hour, so at the change"),
        pytest.param("2:00-3:00", "2026-10-25", 120, id="the doubled hour"),
        pytest.param("2:30-4:00", "2026-10-25", 150, id="opens in the doubled hour, so in its first pass"),
        pytest.param("1:00-2:30", "2026-10-25", 90, id="closes in the doubled hour, so in its first pass"),
        pytest.param("2:15-2:45", "2026-10-25", 30, id="inside the doubled hour, so once"),
    ],
)
def test_an_edge_lies_where_the_clock_first_shows_its_time(slot: str, on: str, minutes: int) -> None:
    calendar = calendar_of(daily("Europe/Berlin", slot))
    day = local(f"{on} 00:00")
    assert calendar.elapsed(day, day + timedelta(days=1)) == minutes * MINUTE


def test_a_local_day_that_never_was_has_no_open_time() -> None:
    calendar = calendar_of(daily("Pacific/Apia", "9:00-17:00"))  # Samoa had no 30 December 2011
    assert calendar.elapsed(utc("2011-12-29 12:00"), utc("2011-12-31 12:00")) == 16 * HOUR


def shown_minutes(hours: Hours, start: datetime, end: datetime) -> int:
    """Count minute by minute, with the latest time that the local clock has shown so far."""
    zone, spans = ZoneInfo(hours.zone), _shown_spans(hours, start.date(), end.date())
    at = start - timedelta(hours=30)
    shown, count = at.astimezone(zone).replace(tzinfo=None), 0
    while at < end:
        shown = max(shown, at.astimezone(zone).replace(tzinfo=None))
        count += at >= start and any(opens <= shown < closes for opens, closes in spans)
        at += MINUTE
    return count


def _shown_spans(hours: Hours, first: date, last: date) -> list[tuple[datetime, datetime]]:
    midnights = [
        datetime.combine(first, time()) + timedelta(days=number) for number in range(-2, (last - first).days + 2)
    ]
    return [
        (midnight + slot.opens * MINUTE, midnight + timedelta(days=slot.closes < slot.opens) + slot.closes * MINUTE)
        for midnight in midnights
        for slot in _slots_on(hours, midnight.date())
    ]


def _slots_on(hours: Hours, on: date) -> tuple[Slot, ...]:
    if on in hours.openings:
        return hours.openings[on]
    if on in hours.closed or (hours.holidays and on in hours.holidays.of(on.year)):
        return ()
    return hours.weekly[on.weekday()]


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_open_time_equals_a_minute_by_minute_count_where_clocks_change(name: str, change: datetime) -> None:
    start, end = change - timedelta(hours=31), change + timedelta(hours=29)
    assert CALENDARS[name].elapsed(start, end) == shown_minutes(SAMPLES[name], start, end) * MINUTE


edges = st.integers(0, 95).map(lambda quarter: quarter * 15)
some_slots = st.lists(st.tuples(edges, edges).filter(lambda pair: pair[0] != pair[1]), max_size=3).map(
    lambda pairs: tuple(Slot(opens=opens, closes=closes) for opens, closes in pairs)
)
some_hours = st.builds(
    Hours,
    zone=st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "America/New_York", "America/Sao_Paulo"]),
    weekly=st.tuples(*[some_slots] * 7).filter(any),
)


@given(hours=some_hours, change=st.sampled_from(CHANGES), offset=st.integers(-900, 900), length=st.integers(1, 1_500))
def test_any_hours_equal_a_minute_by_minute_count(hours: Hours, change: datetime, offset: int, length: int) -> None:
    start = change + offset * MINUTE
    end = start + length * MINUTE
    assert calendar_of(hours).elapsed(start, end) == shown_minutes(hours, start, end) * MINUTE


@given(calendar=calendars, a=moments, b=moments, c=moments)
def test_open_time_adds_up(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted((a, b, c))
    assert calendar.elapsed(a, b) + calendar.elapsed(b, c) == calendar.elapsed(a, c)


@given(calendar=calendars, a=moments, b=moments)
def test_open_time_never_exceeds_the_time(calendar: Calendar, a: datetime, b: datetime) -> None:
    assert ZERO <= calendar.elapsed(a, b) <= max(ZERO, b - a)


@given(calendar=calendars, start=moments, less=amounts, more=amounts)
def test_more_time_is_due_later(calendar: Calendar, start: datetime, less: timedelta, more: timedelta) -> None:
    assume(less < more)
    assert calendar.add(start, less) < calendar.add(start, more)


@given(calendar=calendars, a=moments, b=moments, amount=amounts)
def test_a_later_start_is_due_no_earlier(calendar: Calendar, a: datetime, b: datetime, amount: timedelta) -> None:
    a, b = sorted((a, b))
    assert calendar.add(a, amount) <= calendar.add(b, amount)


@given(calendar=calendars, start=moments, amount=amounts)
def test_exactly_the_amount_passes_until_due_and_not_before(
    calendar: Calendar, start: datetime, amount: timedelta
) -> None:
    due = calendar.add(start, amount)
    assert calendar.elapsed(start, due) == amount
    assert calendar.elapsed(start, due - timedelta.resolution) < amount


@given(calendar=calendars, due=moments, amount=amounts)
def test_a_warning_lies_in_open_hours_with_the_amount_left(
    calendar: Calendar, due: datetime, amount: timedelta
) -> None:
    warning = calendar.back(due, amount)
    assert calendar.is_open(warning)
    assert calendar.elapsed(warning, due) == amount
    assert calendar.elapsed(warning + timedelta.resolution, due) < amount


@given(calendar=calendars, start=moments, amount=amounts, share=st.floats(0.01, 0.99))
def test_a_warning_lies_between_start_and_due(
    calendar: Calendar, start: datetime, amount: timedelta, share: float
) -> None:
    due = calendar.add(start, amount)
    assert start <= calendar.back(due, amount * share) <= due


@given(calendar=calendars, at=moments)
def test_the_next_opening_is_the_first_open_instant(calendar: Calendar, at: datetime) -> None:
    opening = calendar.next_opening(at)
    assert calendar.is_open(opening)
    assert calendar.elapsed(at, opening) == ZERO
    assert (opening == at) is calendar.is_open(at)


@given(calendar=calendars, at=moments)
def test_no_amount_gives_the_moment_or_the_next_opening(calendar: Calendar, at: datetime) -> None:
    assert calendar.add(at, ZERO) == calendar.next_opening(at)
    assert calendar.back(at, ZERO) == at


@given(calendar=calendars, start=moments, length=st.timedeltas(ZERO, timedelta(days=40)))
def test_the_open_pieces_are_the_open_time(calendar: Calendar, start: datetime, length: timedelta) -> None:
    pieces = calendar.intervals(start, start + length)
    assert sum((closed - opened for opened, closed in pieces), ZERO) == calendar.elapsed(start, start + length)
    assert all(closed < opened for (_, closed), (opened, _) in pairwise(pieces))
    assert all(start <= opened < closed <= start + length for opened, closed in pieces)


@given(calendar=calendars, start=moments, length=st.timedeltas(ZERO, timedelta(days=40)))
def test_an_explanation_counts_the_open_time(calendar: Calendar, start: datetime, length: timedelta) -> None:
    lines = calendar.explain(start, start + length)
    assert sum((line.counted for line in lines), ZERO) == calendar.elapsed(start, start + length)
    assert all((line.start is None) is (line.counted == ZERO) for line in lines)


@settings(max_examples=20)
@given(questions=st.lists(st.tuples(moments, amounts), min_size=2, max_size=4))
@example(questions=[(utc("2026-01-01 00:00"), HOUR), (utc("1999-12-31 23:00"), HOUR), (utc("2031-01-01 00:00"), HOUR)])
def test_answers_do_not_depend_on_what_was_asked_before(questions: list[tuple[datetime, timedelta]]) -> None:
    used = calendar_of(NIGHTS)
    for start, amount in questions:
        fresh = calendar_of(NIGHTS)
        assert used.add(start, amount) == fresh.add(start, amount)
        assert used.back(start, amount) == calendar_of(NIGHTS).back(start, amount)


def test_many_threads_may_ask_a_fresh_calendar() -> None:
    starts = [datetime(year, 6, 1, 12, tzinfo=UTC) for year in (2020, 2026, 1990, 2040, 2010, 2030)] * 5
    used = calendar_of(OFFICE)
    with ThreadPoolExecutor(max_workers=6) as pool:
        answers = list(pool.map(lambda start: used.add(start, 4_000 * HOUR), starts))
    assert answers == [calendar_of(OFFICE).add(start, 4_000 * HOUR) for start in starts]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("year", [1970, 2038, 2200])
def test_calendars_reach_from_1970_to_2200(zone: str, year: int) -> None:
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, 23, 59, tzinfo=UTC)
    calendar = calendar_of(daily(zone, "0:00-24:00"))
    assert calendar.elapsed(start, end) == end - start
    assert calendar.add(end, MINUTE) == calendar.back(end, MINUTE) + 2 * MINUTE


def test_a_long_amount_reaches_over_many_years() -> None:
    calendar = calendar_of(OFFICE)
    weeks = 52 * 100
    assert calendar.add(utc("2026-11-20 12:00"), weeks * 40 * HOUR) == utc("2026-11-20 12:00") + timedelta(weeks=weeks)
    assert calendar.back(utc("2126-11-20 12:00"), weeks * 40 * HOUR) == utc("2126-11-20 12:00") - timedelta(weeks=weeks)


def test_a_search_for_the_next_opening_crosses_years() -> None:
    closed = frozenset(date(2026, 12, 1) + timedelta(days=number) for number in range(60))
    calendar = calendar_of(Hours(zone="UTC", weekly=OFFICE.weekly, closed=closed))
    assert calendar.next_opening(utc("2026-12-24 12:00")) == utc("2027-02-01 09:00")


def test_a_night_belongs_to_the_day_it_starts_on() -> None:
    hours = Hours(zone="UTC", weekly=NIGHTS.weekly, closed=frozenset({date(2026, 12, 31)}))
    calendar = calendar_of(hours)
    assert calendar.is_open(utc("2026-12-31 05:59"))
    assert not calendar.is_open(utc("2026-12-31 22:00"))
    assert not calendar.is_open(utc("2027-01-01 05:59"))


def test_a_night_runs_into_the_new_year() -> None:
    assert calendar_of(daily("UTC", "22:00-6:00")).add(utc("2026-12-31 22:00"), 8 * HOUR) == utc("2027-01-01 06:00")


@pytest.mark.parametrize(
    "texts",
    [
        ("9:00-12:00", "12:00-17:00"),
        ("9:00-13:00", "11:00-17:00"),
        ("9:00-17:00", "10:00-11:00"),
        ("11:00-17:00", "9:00-12:00"),
    ],
)
def test_slots_that_touch_or_overlap_count_once(texts: tuple[str, ...]) -> None:
    day = (utc("2026-11-20 00:00"), utc("2026-11-21 00:00"))
    assert calendar_of(daily("UTC", *texts)).intervals(*day) == ((utc("2026-11-20 09:00"), utc("2026-11-20 17:00")),)


def test_whole_days_have_no_seam_at_midnight_or_new_year() -> None:
    calendar = CALENDARS["always, written out"]
    span = (utc("2025-06-01 00:00"), utc("2027-06-01 00:00"))
    assert calendar.intervals(*span) == (span,)


def test_the_closing_instant_is_closed_and_the_opening_instant_open() -> None:
    calendar = calendar_of(OFFICE)
    assert calendar.is_open(utc("2026-11-20 09:00"))
    assert not calendar.is_open(utc("2026-11-20 17:00"))


@pytest.mark.parametrize("fold", [0, 1])
def test_both_passes_of_the_doubled_hour_are_open(fold: int) -> None:
    assert CALENDARS["Berlin nights"].is_open(local("2026-10-25 02:30", fold=fold))


@each_calendar
def test_another_zone_gives_the_same_answer_in_utc(calendar: Calendar) -> None:
    start, end = utc("2026-10-24 12:00"), utc("2026-10-28 12:00")
    tokyo = ZoneInfo("Asia/Tokyo")
    due = calendar.add(start.astimezone(tokyo), HOUR)
    assert (due, due.tzinfo) == (calendar.add(start, HOUR), UTC)
    assert calendar.elapsed(start.astimezone(tokyo), end.astimezone(tokyo)) == calendar.elapsed(start, end)


GERMAN = HolidayRule(country="DE", subdivision="BE")


def test_a_holiday_has_no_open_time() -> None:
    calendar = calendar_of(Hours(zone="Europe/Berlin", weekly=BERLIN.weekly, holidays=GERMAN))
    assert calendar.elapsed(local("2026-04-03 00:00"), local("2026-04-04 00:00")) == ZERO  # Good Friday


def test_a_holiday_of_another_subdivision_is_a_working_day() -> None:
    calendar = calendar_of(Hours(zone="Europe/Berlin", weekly=BERLIN.weekly, holidays=GERMAN))
    assert calendar.is_open(local("2026-11-11 12:00"))  # St Martin is a public holiday nowhere
    assert calendar.is_open(local("2026-06-04 12:00"))  # Corpus Christi is none in Berlin


def test_pinned_dates_win_over_published_ones() -> None:
    rule = HolidayRule(country="DE", pinned={2026: (date(2026, 4, 2),)})
    calendar = calendar_of(Hours(zone="Europe/Berlin", weekly=BERLIN.weekly, holidays=rule))
    assert not calendar.is_open(local("2026-04-02 12:00"))
    assert calendar.is_open(local("2026-04-03 12:00"))
    assert not calendar.is_open(local("2027-03-26 12:00"))  # the next year is not pinned


def test_an_exceptional_opening_replaces_the_usual_hours_even_on_a_holiday() -> None:
    hours = Hours(
        zone="UTC",
        weekly=OFFICE.weekly,
        holidays=GERMAN,
        openings={date(2026, 4, 3): slots("10:00-12:00"), date(2026, 4, 7): slots("10:00-11:00"), date(2026, 4, 8): ()},
    )
    calendar = calendar_of(hours)
    opened = [calendar.elapsed(utc(f"2026-04-{day:02} 00:00"), utc(f"2026-04-{day:02} 23:59")) for day in (3, 7, 8)]
    assert opened == [2 * HOUR, HOUR, ZERO]


def test_an_explanation_gives_each_counted_interval_and_each_skipped_day() -> None:
    hours = Hours(
        zone="Europe/Berlin",
        weekly=BERLIN.weekly,
        holidays=GERMAN,
        closed=frozenset({date(2026, 4, 7)}),
        openings={date(2026, 4, 4): slots("10:00-12:00")},
    )
    lines = calendar_of(hours).explain(local("2026-04-02 17:00"), local("2026-04-08 09:00"))
    assert [(line.day.day, line.reason, line.name, line.counted) for line in lines] == [
        (2, Reason.WEEKLY, "", HOUR),
        (3, Reason.HOLIDAY, "Karfreitag", ZERO),
        (4, Reason.EXCEPTIONAL_OPENING, "", 2 * HOUR),
        (5, Reason.CLOSED_WEEKDAY, "", ZERO),
        (6, Reason.HOLIDAY, "Ostermontag", ZERO),
        (7, Reason.CLOSED_DATE, "", ZERO),
        (8, Reason.WEEKLY, "", HOUR),
    ]
    assert (lines[0].start, lines[0].end) == (utc("2026-04-02 15:00"), utc("2026-04-02 16:00"))


def test_an_explanation_counts_a_night_on_the_day_it_starts() -> None:
    lines = calendar_of(NIGHTS).explain(local("2026-11-20 02:00"), local("2026-11-20 23:00"))
    assert [(line.day.day, line.counted) for line in lines] == [(19, 4 * HOUR), (20, HOUR)]


def test_an_explanation_names_pinned_holidays_where_the_country_does() -> None:
    rule = HolidayRule(country="DE", pinned={2026: (date(2026, 4, 3), date(2026, 4, 9))})
    calendar = calendar_of(Hours(zone="UTC", weekly=OFFICE.weekly, holidays=rule))
    skipped = [line for line in calendar.explain(utc("2026-04-03 00:00"), utc("2026-04-10 00:00")) if not line.counted]
    names = {line.day.day: line.name for line in skipped if line.reason is Reason.HOLIDAY}
    assert names == {3: "Karfreitag", 9: ""}


def test_around_the_clock_is_explained_in_one_line() -> None:
    start, end = utc("2026-04-03 08:00"), utc("2026-04-05 09:00")
    line = Line(day=date(2026, 4, 3), reason=Reason.ALWAYS_OPEN, start=start, end=end, counted=49 * HOUR)
    assert calendar_of(None).explain(start, end) == (line,)


@each_calendar
def test_nothing_is_open_in_no_time(calendar: Calendar) -> None:
    at = utc("2026-11-20 12:00")
    assert calendar.intervals(at, at) == ()
    assert calendar.explain(at, at) == ()


@pytest.mark.parametrize("language", ["de", "en_US"])
def test_holiday_names_do_not_depend_on_the_environment(language: str) -> None:
    code = (
        "from datetime import date; from triage_core.domain.calendar import HolidayRule;"
        "print(HolidayRule(country='DE').of(2026)[date(2026, 4, 3)])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], env={"LANGUAGE": language}, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "Karfreitag"


NAIVE = datetime(2026, 11, 20, 12)  # noqa: DTZ001 - what must be refused


@each_calendar
def test_a_moment_without_a_zone_is_refused(calendar: Calendar) -> None:
    aware = utc("2026-11-20 12:00")
    questions: list[Callable[[], object]] = [
        lambda: calendar.elapsed(NAIVE, aware),
        lambda: calendar.elapsed(aware, NAIVE),
        lambda: calendar.add(NAIVE, HOUR),
        lambda: calendar.add(NAIVE, ZERO),
        lambda: calendar.back(NAIVE, HOUR),
        lambda: calendar.is_open(NAIVE),
        lambda: calendar.next_opening(NAIVE),
        lambda: calendar.intervals(NAIVE, aware),
        lambda: calendar.explain(aware, NAIVE),
    ]
    for question in questions:
        with pytest.raises(NaiveTime, match="has no time zone"):
            question()


@each_calendar
def test_a_negative_amount_is_refused(calendar: Calendar) -> None:
    for ask in (calendar.add, calendar.back):
        with pytest.raises(NegativeAmount, match="cannot be negative"):
            ask(utc("2026-11-20 12:00"), -MINUTE)


@each_calendar
def test_what_lies_beyond_the_years_is_refused(calendar: Calendar) -> None:
    last, first = utc("2200-12-30 12:00"), utc("1970-01-02 12:00")
    questions: tuple[Callable[[], object], ...] = (
        lambda: calendar.add(last, timedelta.max),
        lambda: calendar.back(first, timedelta.max),
        lambda: calendar.next_opening(datetime.max.replace(tzinfo=ZoneInfo("America/New_York"))),
    )
    for ask in questions:
        with pytest.raises(TimeOutOfRange, match="1970 to 2200"):
            ask()


def test_around_the_clock_ends_where_time_does() -> None:
    with pytest.raises(TimeOutOfRange):
        calendar_of(None).add(datetime.max.replace(tzinfo=UTC), HOUR)


def test_a_due_moment_beyond_the_years_is_refused() -> None:
    calendar = calendar_of(OFFICE)
    questions: tuple[Callable[[], object], ...] = (
        lambda: calendar.add(utc("2190-01-01 00:00"), 40_000 * HOUR),
        lambda: calendar.back(utc("1971-01-01 00:00"), 9_000 * HOUR),
        lambda: calendar.elapsed(utc("1969-12-31 23:59"), utc("1971-01-01 00:00")),
        lambda: calendar.elapsed(utc("2199-12-31 23:59"), utc("2201-01-01 00:00")),
        lambda: calendar.explain(utc("2026-01-01 00:00"), utc("2300-01-01 00:00")),
    )
    for ask in questions:
        with pytest.raises(TimeOutOfRange):
            ask()


@pytest.mark.parametrize(("opens", "closes"), [(540, 540), (0, 0), (-1, 60), (1_440, 60), (60, 1_441), (60, -1)])
def test_a_slot_without_length_or_outside_its_day_is_refused(opens: int, closes: int) -> None:
    with pytest.raises(HoursInvalid, match="slot"):
        Slot(opens=opens, closes=closes)


@pytest.mark.parametrize(("country", "subdivision"), [("XX", None), ("DE", "ZZ"), ("de", None), ("Germany", None)])
def test_an_unknown_country_or_part_of_it_is_refused(country: str, subdivision: str | None) -> None:
    with pytest.raises(HoursInvalid, match="countr"):
        HolidayRule(country=country, subdivision=subdivision)


def test_a_holiday_pinned_to_another_year_is_refused() -> None:
    with pytest.raises(HoursInvalid, match="outside its year"):
        HolidayRule(country="DE", pinned={2026: (date(2027, 1, 1),)})


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "Europe", "../etc", "/Europe/Berlin", "a\x00b"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(HoursInvalid, match="time zone"):
        calendar_of(weekdays(zone, "9:00-17:00"))


def test_a_week_without_seven_days_is_refused() -> None:
    with pytest.raises(HoursInvalid, match="seven days"):
        Hours(zone="UTC", weekly=(slots("9:00-17:00"),) * 5)


def test_a_date_both_closed_and_opened_is_refused() -> None:
    day = date(2026, 4, 7)
    with pytest.raises(HoursInvalid, match="2026-04-07 is both"):
        Hours(zone="UTC", weekly=OFFICE.weekly, closed=frozenset({day}), openings={day: slots("9:00-10:00")})


def test_a_week_that_never_opens_is_refused() -> None:
    with pytest.raises(EmptyCalendar, match="no open time in any week"):
        Hours(zone="UTC", weekly=((),) * 7, openings={date(2026, 4, 7): slots("9:00-10:00")})


def test_a_year_without_open_time_is_refused_at_build() -> None:
    sundays = frozenset(date(2026, 1, 4) + timedelta(weeks=number) for number in range(52))
    with pytest.raises(EmptyCalendar, match="in the year 2026"):
        calendar_of(Hours(zone="UTC", weekly=((),) * 6 + (slots("9:00-17:00"),), closed=sundays))


def test_a_pinned_year_without_open_time_is_refused_at_build() -> None:
    sundays = tuple(date(2026, 1, 4) + timedelta(weeks=number) for number in range(52))
    hours = Hours(
        zone="UTC",
        weekly=((),) * 6 + (slots("9:00-17:00"),),
        holidays=HolidayRule(country="DE", pinned={2026: sundays}),
    )
    with pytest.raises(EmptyCalendar, match="in the year 2026"):
        calendar_of(hours)


def test_hours_that_cannot_be_used_are_an_invalid_policy() -> None:
    assert issubclass(EmptyCalendar, HoursInvalid)
    assert issubclass(HoursInvalid, PolicyInvalid)


def test_an_exception_outside_the_years_changes_nothing() -> None:
    calendar = calendar_of(Hours(zone="UTC", weekly=OFFICE.weekly, closed=frozenset({date(1, 1, 1)})))
    assert calendar.is_open(utc("2026-11-20 12:00"))


def test_each_open_day_of_a_year_is_counted_once() -> None:
    lines = calendar_of(OFFICE).explain(utc("2026-01-01 00:00"), utc("2027-01-01 00:00"))
    assert Counter(line.reason for line in lines) == {Reason.WEEKLY: 261, Reason.CLOSED_WEEKDAY: 104}
