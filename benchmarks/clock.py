"""Who computes with business hours fastest, and who gets the hard cases right?

The race is run over office hours, where all agree. Around clock changes and on the exact closing minute the peers err;
those cases are shown as rows, and ours must give the right answer in each of them before anything is timed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from importlib import import_module
from random import Random
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from benchmarks.measure import FULL, QUICK, Contestant, prove, race
from benchmarks.report import Report, Table
from benchmarks.tickets import SEED
from triage_core.domain.calendar import BusinessCalendar, HolidayRule, Hours, Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from benchmarks.measure import Effort
    from benchmarks.report import Race

QUESTION = "who computes with business hours fastest, and who gets the hard cases right?"
OURS = "ours"
DISTRIBUTIONS = ("businesstimedelta", "pandas", "holidays")
ZONE = "Europe/Berlin"
COUNTRY = "DE"
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
YEARS = range(2023, 2031)
SPAN_SECONDS = 5 * 365 * 86_400
AMOUNT = timedelta(hours=4)
INSTANTS = 400
LONGEST_SECONDS = 10 * 86_400


Span: TypeAlias = tuple[datetime, datetime]


class Opening(NamedTuple):
    """Opening hours as every library can be told them: whole hours, the same on each of the days."""

    name: str
    opens: int
    closes: int
    days: int
    holidays: bool


OFFICE = Opening("office", 8, 18, 5, holidays=True)
NIGHTS = Opening("nights", 22, 6, 7, holidays=False)


class Case(NamedTuple):
    """A question whose answer is known; `answer` is a moment for an addition and a span for elapsed time."""

    opening: Opening
    start: str
    amount: timedelta | None
    end: str
    answer: str


class Clock(NamedTuple):
    """One library with the opening hours loaded; a library that cannot measure elapsed time has none."""

    add: Callable[[datetime], datetime]
    elapsed: Callable[[datetime, datetime], timedelta] | None


CASES = (
    Case(OFFICE, "2026-11-27T14:00+01:00", AMOUNT, "", "2026-11-27T18:00+01:00"),
    Case(NIGHTS, "2026-03-28T22:00+01:00", timedelta(hours=6), "", "2026-03-29T05:00+02:00"),
    Case(NIGHTS, "2026-10-24T22:00+02:00", timedelta(hours=6), "", "2026-10-25T03:00+01:00"),
    Case(NIGHTS, "2026-03-28T22:00+01:00", None, "2026-03-29T06:00+02:00", "7:00:00"),
    Case(NIGHTS, "2026-10-24T22:00+02:00", None, "2026-10-25T06:00+01:00", "9:00:00"),
)
UNABLE = "-"
NOTES = {
    "businesstimedelta": "holidays as a plain set, its best form",
    "businesstimedelta, holidays object": "as its own examples have it",
    "pandas CustomBusinessHour": "no instant falls due exactly on the close, where it would be wrong",
}


def ours(opening: Opening, amount: timedelta) -> Clock:
    """Return this project's calendar."""
    slots = (Slot(opens=opening.opens * 60, closes=opening.closes * 60),)
    closed = HolidayRule(country=COUNTRY, subdivision=None, pinned={}) if opening.holidays else None
    weekly = (slots,) * opening.days + ((),) * (7 - opening.days)
    calendar = BusinessCalendar(Hours(zone=ZONE, weekly=weekly, holidays=closed, closed=frozenset(), openings={}))
    return Clock(lambda at: calendar.add(at, amount), calendar.elapsed)


def businesstimedelta(opening: Opening, amount: timedelta) -> Clock:
    """Return the library of that name with its holidays as a plain set, the fastest it can be given."""
    return _businesstimedelta(opening, amount, _holidays())


def documented(opening: Opening, amount: timedelta) -> Clock:
    """Return the same library with the object of the `holidays` library, as its own examples have it."""
    return _businesstimedelta(opening, amount, import_module("holidays").country_holidays(COUNTRY))


def _businesstimedelta(opening: Opening, amount: timedelta, holidays: Container[date]) -> Clock:
    library, zone = import_module("businesstimedelta"), import_module("pytz").timezone(ZONE)
    days = list(range(opening.days))
    rules = [library.WorkDayRule(time(opening.opens), time(opening.closes), days, tz=zone)]
    if opening.holidays:
        rules.append(library.HolidayRule(holidays, tz=zone))
    combined = library.Rules(rules)
    span = library.BusinessTimeDelta(combined, timedelta=amount)
    return Clock(lambda at: at + span, lambda start, end: combined.difference(start, end).timedelta)


def pandas(opening: Opening, amount: timedelta) -> Clock:
    """Return the custom business hour of pandas, which adds whole hours and measures nothing."""
    library = import_module("pandas")
    offset = library.offsets.CustomBusinessHour(
        amount // timedelta(hours=1),
        weekmask="1" * opening.days + "0" * (7 - opening.days),
        holidays=sorted(_holidays()) if opening.holidays else [],
        start=time(opening.opens),
        end=time(opening.closes),
    )
    return Clock(lambda at: library.Timestamp(at).tz_convert(ZONE) + offset, None)


def _holidays() -> frozenset[date]:
    return frozenset(import_module("holidays").country_holidays(COUNTRY, years=YEARS))


LIBRARIES: dict[str, Callable[[Opening, timedelta], Clock]] = {
    OURS: ours,
    "businesstimedelta": businesstimedelta,
    "businesstimedelta, holidays object": documented,
    "pandas CustomBusinessHour": pandas,
}


JUDGED = tuple(name for name, load in LIBRARIES.items() if load is not documented)


def run(*, quick: bool) -> Report:
    """Return who is how fast over office hours, and every hard case with every library's answer."""
    effort = QUICK if quick else FULL
    table = _hard_cases()
    clocks = {name: load(OFFICE, AMOUNT) for name, load in LIBRARIES.items()}
    moments, spans = _moments(), _spans()
    proven = _proven(clocks, moments, spans)
    races = (_additions(clocks, moments, effort), _measurements(clocks, spans, effort))
    return Report(section="clock", question=QUESTION, proven=proven, tables=(table,), races=races)


def _moments() -> list[datetime]:
    rng = Random(SEED)
    # Odd seconds keep every due time off the exact close, where pandas jumps to the next day.
    return [FIRST + timedelta(seconds=rng.randrange(SPAN_SECONDS) | 1) for _ in range(INSTANTS)]


def _spans() -> list[Span]:
    rng = Random(SEED + 1)
    return [(start, start + timedelta(seconds=rng.randrange(LONGEST_SECONDS))) for start in _moments()]


def _proven(clocks: dict[str, Clock], moments: Sequence[datetime], spans: Sequence[Span]) -> tuple[str, ...]:
    due = [clocks[OURS].add(at) for at in moments]
    additions = [prove(f"{name}, due times", due, map(clock.add, moments)) for name, clock in clocks.items()]
    meters = _meters(clocks)
    open_times = [meters[OURS](span) for span in spans]
    measured = [prove(f"{name}, elapsed", open_times, map(meter, spans)) for name, meter in meters.items()]
    return (*additions, *measured)


def _meters(clocks: dict[str, Clock]) -> dict[str, Callable[[Span], timedelta]]:
    return {name: partial(_call, clock.elapsed) for name, clock in clocks.items() if clock.elapsed}


def _call(elapsed: Callable[[datetime, datetime], timedelta], span: Span) -> timedelta:
    return elapsed(*span)


def _additions(clocks: dict[str, Clock], moments: Sequence[datetime], effort: Effort) -> Race:
    entered = [Contestant(name, clock.add, moments, NOTES.get(name, "")) for name, clock in clocks.items()]
    return race(f"add {AMOUNT} of office time", entered, effort)


def _measurements(clocks: dict[str, Clock], spans: Sequence[Span], effort: Effort) -> Race:
    entered = [Contestant(name, meter, spans) for name, meter in _meters(clocks).items()]
    return race("office time in up to ten days", entered, effort)


def _hard_cases() -> Table:
    answers = [[_answered(LIBRARIES[name], case) for name in JUDGED] for case in CASES]
    prove(f"{OURS}, hard cases", [case.answer for case in CASES], [answer for answer, *_ in answers])
    rows = [(*_asked(case), *_marked(case, given)) for case, given in zip(CASES, answers, strict=True)]
    return Table(
        title="where the others err (wrong answers stand in brackets)",
        columns=("hours", "question", "right", *JUDGED),
        rows=tuple(rows),
    )


def _asked(case: Case) -> tuple[str, str, str]:
    hours = f"{case.opening.name} {case.opening.opens:02}-{case.opening.closes:02}"
    return hours, f"{case.start} {f'+ {case.amount}' if case.amount else f'to {case.end}'}", case.answer


def _marked(case: Case, given: Sequence[str]) -> list[str]:
    return [answer if answer in (case.answer, UNABLE) else f"[{answer}]" for answer in given]


def _answered(load: Callable[[Opening, timedelta], Clock], case: Case) -> str:
    clock = load(case.opening, case.amount or AMOUNT)
    start = datetime.fromisoformat(case.start)
    if case.amount:
        return clock.add(start.astimezone(UTC)).astimezone(ZoneInfo(ZONE)).isoformat(timespec="minutes")
    if not clock.elapsed:
        return UNABLE
    return str(clock.elapsed(start.astimezone(UTC), datetime.fromisoformat(case.end).astimezone(UTC)))
