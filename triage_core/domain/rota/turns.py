"""Whose turn is it in a layer, and when does that change?

Turns are counted on the local clock: turn number n begins n lengths after the first, at the first instant at which the
clock shows that time or a later one. A day of 23 or 25 hours therefore makes a turn shorter or longer and never moves
the hand-over, skips anybody or counts anybody twice. A turn without any of the layer's hours is nobody's, so that turns
of days on weekdays only still come to everybody.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from math import lcm
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from triage_core.domain.opening_hours import dates, first_instant
from triage_core.domain.rota.document import Layer, length_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.timeline import Span

_ONE_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_DAY: Final = 1_440
_WEEK: Final = 7 * _DAY


class Turns:
    """One layer in its zone, ready to ask."""

    def __init__(self, layer: Layer, zone: str) -> None:
        """Find where the counting begins, and which turns of a round of weeks have hours in them."""
        self._people: Final = layer.people
        self._zone: Final = ZoneInfo(zone)
        self._length: Final = length_of(layer.turn)
        self._hours: Final = _hours_of(layer)
        starts = datetime.combine(layer.starts, time()) + layer.handover_at * _MINUTE
        self._first: Final = starts - _days_into_turn(layer)
        #: Nobody is on duty before.
        self.begins: Final = first_instant(self._zone, layer.starts, layer.handover_at)
        #: Turns with hours before each turn of a round, and in a whole one.
        self._served: Final = (0, *accumulate(self._round()))
        first_end = self._first + self._length
        self._lost: Final = self._has_hours(self._first, first_end) - self._has_hours(starts, first_end)

    def person(self, at: datetime) -> str | None:
        """Return who has the turn, or nobody before the layer begins and outside its hours."""
        if at < self.begins or not self._is_within(at):
            return None
        rounds, turn = divmod(self._number(at), len(self._served) - 1)
        served = rounds * self._served[-1] + self._served[turn] - self._lost
        return self._people[served % len(self._people)]

    def edges(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Yield every moment after `start` and before `end` at which another answer may begin."""
        if start < self.begins < end:
            yield self.begins
        for span in self._spans(start, end):
            yield from (edge for edge in span if start < edge < end)
        number = self._number(max(start, self.begins)) + 1
        while (change := self._change(number)) < end:
            yield change
            number += 1

    def _number(self, at: datetime) -> int:
        """Return the number of the turn that runs at a moment, counted from 0."""
        local = at.astimezone(self._zone).replace(tzinfo=None)
        number = (local - self._first) // self._length
        # A clock that was set back shows a time before a hand-over that has happened already.
        while self._change(number + 1) <= at:
            number += 1
        return number

    def _change(self, number: int) -> datetime:
        """Return when a turn begins."""
        wall = self._first + number * self._length
        return first_instant(self._zone, wall.date(), wall.hour * 60 + wall.minute)

    def _is_within(self, at: datetime) -> bool:
        return self._hours is None or any(opens <= at < closes for opens, closes in self._spans(at, at))

    def _spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Yield the layer's hours around a time; a night belongs to the day on which it begins."""
        if self._hours is None:
            return
        first, last = (at.astimezone(self._zone).date() for at in (start, end))
        for on in dates(first - _ONE_DAY, last + _ONE_DAY):
            for opens, closes in self._hours[on.weekday()]:
                yield first_instant(self._zone, on, opens), first_instant(self._zone, on, closes)

    def _round(self) -> Iterator[bool]:
        """Tell of each turn whether it has hours, until turns and weeks begin together again."""
        length = self._length // _MINUTE
        for number in range(lcm(length, _WEEK) // length):
            since = self._first + number * self._length
            yield self._has_hours(since, since + self._length)

    def _has_hours(self, since: datetime, until: datetime) -> bool:
        if self._hours is None:
            return True
        start = since.weekday() * _DAY + since.hour * 60 + since.minute
        end = start + (until - since) // _MINUTE
        return any(
            opens + shift < end and start < closes + shift
            for day, hours in enumerate(self._hours)
            for opens, closes in hours
            for shift in (day * _DAY - _WEEK, day * _DAY, day * _DAY + _WEEK)
        )


@lru_cache(maxsize=512)
def turns_of(layer: Layer, zone: str) -> Turns:
    """Return a layer ready to ask."""
    return Turns(layer, zone)


def _hours_of(layer: Layer) -> tuple[tuple[tuple[int, int], ...], ...] | None:
    """Return the layer's hours by weekday, ends after midnight counted on from the day they began on."""
    if layer.only is None:
        return None
    return tuple(tuple((opens, closes + _DAY * (closes < opens)) for opens, closes in day) for day in layer.only.days())


def _days_into_turn(layer: Layer) -> timedelta:
    """Return how long before its start the layer's first turn would have begun."""
    if layer.handover_on is None:
        return timedelta()
    return timedelta(days=(layer.starts.weekday() - layer.handover_on.number) % 7)
