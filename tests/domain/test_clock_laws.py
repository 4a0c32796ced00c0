"""Does a clock tell the same story whenever somebody looks, however often it stood still?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.sample_cases import HOUR, MINUTE, MONDAY
from triage_core.domain import clocks
from triage_core.domain.calendar import Calendar, Hours, Slot, calendar_of
from triage_core.domain.clocks import Edge, Plan, Stamp
from triage_core.domain.model import Clock, Outcome
from triage_core.domain.policy.service_levels import Metric, PauseReason

if TYPE_CHECKING:
    from datetime import datetime

ALWAYS = calendar_of(None)
WORKDAY = (Slot(opens=540, closes=720), Slot(opens=780, closes=1_020))
OFFICE = calendar_of(Hours(zone="Europe/Berlin", weekly=(WORKDAY,) * 5 + ((), ())))
WAITING = PauseReason.WAITING_CUSTOMER


def plan(within: timedelta = 4 * HOUR, *warns: float) -> Plan:
    return Plan(metric=Metric.RESOLUTION, calendar="c", within=within, warns=warns)


@dataclass(frozen=True)
class Life:
    """A clock with pauses in its life, and the moments at which somebody looks."""

    calendar: Calendar
    promise: Plan
    at: datetime
    pauses: tuple[datetime, ...]
    end: datetime


def begin(life: Life) -> Clock:
    return clocks.start(life.promise, life.calendar, life.at, Stamp())


minutes = st.integers(0, 14 * 24 * 60).map(lambda n: MONDAY + n * MINUTE)
seconds = st.integers(0, 14 * 24 * 3_600).map(lambda n: MONDAY + timedelta(seconds=n))
shares = st.lists(st.sampled_from((0.1, 0.25, 0.333, 0.5, 0.75, 0.9, 0.99)), max_size=4, unique=True).map(sorted)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    at, *pauses = sorted(draw(st.lists(minutes, min_size=1, max_size=7)))
    within = draw(st.integers(1, 3_000)) * MINUTE
    return Life(
        calendar=draw(st.sampled_from((ALWAYS, OFFICE))),
        promise=plan(within, *draw(shares)),
        at=at,
        pauses=tuple(pauses),
        end=MONDAY + timedelta(days=40),
    )


def lived(life: Life, looks: list[datetime]) -> tuple[list[Edge], Clock]:
    """Live through pauses and looks in order; before each pause time catches up, as the service lets it."""
    clock, found = begin(life), []
    for at in sorted({*looks, *life.pauses, life.end}):
        pairs = clocks.edges(clock, life.promise, life.calendar, at)
        clock = pairs[-1][0] if pairs else clock
        found += [edge for _, edge in pairs]
        if at in life.pauses:
            clock = (
                clocks.resume(clock, life.promise, life.calendar, at)
                if clock.paused
                else clocks.pause(clock, at, WAITING, "ann")
            )
    return found, clock


@given(lives(), st.lists(seconds, max_size=8))
def test_any_partition_of_time_into_ticks_gives_the_same_edges(life: Life, looks: list[datetime]) -> None:
    looks = [look for look in looks if look >= life.at]
    assert lived(life, looks) == lived(life, [])


@given(lives())
def test_warnings_lie_in_open_hours_after_the_creation_and_before_the_breach(life: Life) -> None:
    found, _ = lived(life, [])
    assert all(life.calendar.is_open(edge.at) and edge.at >= life.at for edge in found if edge.kind == "at_risk")
    assert all(first.at < second.at for first, second in pairwise(found) if second.kind == "breached")
    assert [edge.share for edge in found if edge.share] == sorted({edge.share for edge in found if edge.share})


@given(lives())
def test_a_breach_lies_where_the_target_is_spent(life: Life) -> None:
    found, clock = lived(life, [])
    for edge in found:
        share = 1.0 if edge.share is None else edge.share
        spent = clocks.spent(replace(clock, stopped_at=None), life.calendar, edge.at)
        assert abs(spent - life.promise.within * share) <= timedelta(microseconds=1)


@given(lives(), seconds)
def test_stopping_agrees_with_ticking_on_what_was_late(life: Life, end: datetime) -> None:
    end = max(end, life.at, *life.pauses)
    _, clock = lived(Life(life.calendar, life.promise, life.at, life.pauses, end), [])
    spent = clocks.spent(clock, life.calendar, end)
    late = clocks.stop(clock, end).outcome is Outcome.BREACHED
    assert late or spent <= life.promise.within
    assert not late or spent >= life.promise.within
