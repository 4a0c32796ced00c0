"""Does the schedule agree with somebody who looks at the local clock every minute and counts?

The reference knows nothing of offsets or changes of the clock. It watches the clock on the wall and remembers the
latest time that it has ever shown; a hand-over has happened once that time is reached.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.sample_rotas import layer, rota, version
from triage_core.domain.rota import Book, on_duty, shifts
from triage_core.domain.rota.document import length_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.rota import Layer, Rota

MINUTE = timedelta(minutes=1)
FORTNIGHT = timedelta(days=14)

#: Each change of the clock in a year, in UTC.
CHANGES = {
    "Berlin, an hour forward": ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    "Berlin, an hour back": ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    "New York, an hour forward": ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    "New York, an hour back": ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    "Lord Howe, half an hour back": ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    "Lord Howe, half an hour forward": ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    "Troll, two hours forward": ("Antarctica/Troll", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    "Troll, two hours back": ("Antarctica/Troll", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    "Sao Paulo, at midnight back": ("America/Sao_Paulo", datetime(2018, 2, 18, 2, tzinfo=UTC)),
    "Sao Paulo, at midnight forward": ("America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),
}


def sample(zone: str, change: datetime) -> Rota:
    """Return a rota whose hand-overs and hours lie in and around the hours that are skipped or doubled."""
    starts = str((change - timedelta(days=20)).date())
    nights = {day: ["22:00-02:30"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    return rota(
        layer("weeks", starts=starts, handover_at="02:30", handover_on="sun"),
        layer(
            "days", starts=starts, handover_at="02:00", turn="1d", only={"sat": ["00:30-02:15"], "sun": "01:45-03:00"}
        ),
        layer("hours", people=["kim", "mia"], starts=starts, handover_at="00:15", turn="3h", only=nights),
        layer(
            "late",
            people=["zoe"],
            starts=str(change.date()),
            handover_at="00:00",
            turn="5d",
            only={"sun": "23:30-01:00"},
        ),
        zone=zone,
    )


def watched(written: Rota, start: datetime) -> Iterator[tuple[str | None, ...]]:
    """Look at the clock every minute of a fortnight, and say for each layer whose turn it is.

    The watch begins some days earlier, to have seen what the clock showed before.
    """
    zone, latest = ZoneInfo(written.zone), datetime.min  # noqa: DTZ901 - a time on the wall has no zone
    for minute in range(-3 * 1_440, FORTNIGHT // MINUTE):
        latest = max(latest, (start + minute * MINUTE).astimezone(zone).replace(tzinfo=None))
        if minute >= 0:
            yield tuple(counted(each, latest) for each in written.layers)


def counted(each: Layer, shown: datetime) -> str | None:
    """Return who has the turn once the clock has shown a time."""
    begins = wall(each.starts, each.handover_at)
    if shown < begins or not any(opens <= shown < closes for opens, closes in hours(each)):
        return None
    served = sum(1 for change in handovers(each) if change <= shown)
    return each.people[(served - 1) % len(each.people)]


def wall(on: date, minute: int) -> datetime:
    return datetime.combine(on, datetime.min.time()) + minute * MINUTE


@cache
def hours(each: Layer) -> list[tuple[datetime, datetime]]:
    """Return the layer's local hours, day by day."""
    days = [each.starts + timedelta(days=number) for number in range(-8, 40)]
    if each.only is None:
        return [(wall(days[0], 0), wall(days[-1], 0))]
    return [
        (wall(day, opens), wall(day, closes if closes > opens else closes + 1_440))
        for day in days
        for opens, closes in getattr(each.only, f"{day:%a}".lower())
    ]


@cache
def handovers(each: Layer) -> list[datetime]:
    """Return the local times of the hand-overs that begin a turn with hours in it."""
    begins = change = wall(each.starts, each.handover_at)
    while each.handover_on and f"{change:%a}".lower() != each.handover_on:
        change -= timedelta(days=1)
    found = []
    while change < begins + timedelta(days=40):
        end = change + length_of(each.turn)
        if any(max(begins, change, opens) < min(end, closes) for opens, closes in hours(each)):
            found.append(change)
        change = end
    return found


@pytest.mark.parametrize(("zone", "change"), CHANGES.values(), ids=CHANGES)
def test_a_fortnight_around_a_change_of_the_clock_is_as_it_is_watched(zone: str, change: datetime) -> None:
    start = change - FORTNIGHT / 2
    whole = sample(zone, change)
    seen = list(watched(whole, start))
    topmost = [next((person for person in reversed(people) if person), None) for people in seen]
    check(whole, start, topmost)
    assert {"ann", "kim", "mia"} < set(topmost)
    for number, each in enumerate(whole.layers):
        check(whole.model_copy(update={"layers": (each,)}), start, [people[number] for people in seen])


def check(written: Rota, start: datetime, seen: list[str | None]) -> None:
    """Compare every minute with the schedule, and those around the change with the answer for that very minute."""
    book = Book(versions=(version(written, since=datetime(2017, 1, 1, tzinfo=UTC)),))
    planned = shifts(book, start, start + FORTNIGHT)
    assert [person for since, until, person in planned for _ in range((until - since) // MINUTE)] == seen
    middle = len(seen) // 2
    for minute in range(middle - 200, middle + 200):
        assert on_duty(book, start + minute * MINUTE) == seen[minute]
