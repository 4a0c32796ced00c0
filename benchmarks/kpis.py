"""How long do a year's figures take beside pandas?

A year of 50,000 tickets is made up once. Both sides come to the same figures, altogether and told apart in seven ways:
once from stored timelines to the end, and once from what each holds in memory. Ours also gives the other figures, the
intervals, and what is unfinished, because they come with it.
"""

from __future__ import annotations

import json
from datetime import timedelta
from math import isclose
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import pandas as pd

from benchmarks.measure import Contestant, Effort, prove, race
from benchmarks.report import Report
from benchmarks.year import START, timelines
from triage_core.domain.calendar import calendar_of
from triage_core.domain.kpis.definitions import Kpi
from triage_core.domain.kpis.gathering import facts_of
from triage_core.domain.kpis.measuring import Dimension, Observed
from triage_core.domain.kpis.observing import Terms
from triage_core.domain.kpis.weeks import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage_core.domain.calendar import Calendar
    from triage_core.domain.kpis.facts import TicketFacts
    from triage_core.domain.kpis.measuring import Figures

QUESTION = "how long do a year's figures take beside pandas?"
DISTRIBUTIONS = ("pandas", "numpy")
TICKETS, FEW_TICKETS = 50_000, 1_000
FULL = Effort(rounds=3, seconds=0, fewest=1)
QUICK = Effort(rounds=1, seconds=0, fewest=1)
ZONE: Final = ZoneInfo("Europe/Berlin")
YEAR: Final = Span(start=START, end=START + timedelta(days=365))
NOW: Final = Terms(now=YEAR.end + timedelta(days=90))
#: The names of both sides for what figures are told apart by.
DIMENSIONS: Final = {
    Dimension.CLASS: "class",
    Dimension.SEVERITY: "severity",
    Dimension.SERVICE_LINE: "service_line",
    Dimension.CUSTOMER_TIER: "customer_tier",
    Dimension.CHANNEL: "channel",
    Dimension.CUSTOMER: "customer",
    Dimension.WEEK: "week",
}
#: Figures of times, and of shares: the name, where pandas finds its cases, by which moment and with which value.
TIMES: Final = (
    (Kpi.FIRST_RESPONSE, "replied", "created", "reply_hours"),
    (Kpi.RESOLUTION_ALL, "was_solved", "solved", "solve_hours"),
    (Kpi.RESOLUTION, "was_solved_escalated", "solved", "solve_hours"),
    (Kpi.ACKNOWLEDGEMENT, "was_taken", "taken", "taken_hours"),
    (Kpi.SATISFACTION, "was_rated", "rated", "rating"),
)
SHARES: Final = (
    (Kpi.ESCALATION_RATE, "all", "created", "escalated"),
    (Kpi.OVERRIDE_RATE, "all", "created", "overridden"),
    (Kpi.INCOMPLETE_RATE, "all", "created", "incomplete"),
    (Kpi.TICKETS_BREACHED, "all", "created", "missed"),
)


class Told(NamedTuple):
    """What one figure of one part comes to: its cases, and their mean and median or their count."""

    n: int
    first: float
    second: float


Answer = dict[tuple[str, str, str], Told]


def run(*, quick: bool) -> Report:
    """Return both races, over a year or over few tickets when quick."""
    lines = list(timelines(FEW_TICKETS if quick else TICKETS))
    facts, frames = gathered(lines), framed(lines)
    expected = by_pandas(frames)
    proven = _proven(expected, ours(facts))
    effort = QUICK if quick else FULL
    in_memory = race(
        f"{len(lines):,} tickets in memory, told apart in {len(DIMENSIONS)} ways",
        [
            Contestant("pandas", by_pandas, [frames], "frames ready, chosen figures"),
            Contestant("triage", ours, [facts], "facts ready, all figures with intervals"),
        ],
        effort,
    )
    from_store = race(
        f"the same from {sum(map(len, lines)):,} stored lines",
        [
            Contestant("pandas", lambda stored: by_pandas(framed(stored)), [lines], "json, frames, figures"),
            Contestant("triage", lambda stored: ours(gathered(stored)), [lines], "lines, facts, figures"),
        ],
        effort,
    )
    return Report(section="kpis", question=QUESTION, proven=(proven,), races=(in_memory, from_store))


def _proven(expected: Answer, got: Answer) -> str:
    """Hold both answers against each other; sums in another order differ in the last digits."""
    names = sorted(expected)
    near = [
        expected[name] if name in got and all(map(_near, expected[name], got[name])) else got.get(name)
        for name in names
    ]
    return prove("triage", [expected[name] for name in names], near)


def _near(one: float, other: float) -> bool:
    return isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


# --- ours -------------------------------------------------------------------------------------------------------------


class Always:
    """Policies whose classes all work round the clock."""

    hours: Final = calendar_of(None)

    def calendar(self, policy_version: str, class_name: str | None) -> Calendar:
        """Return the hours of a class."""
        del policy_version, class_name
        return self.hours

    def escalates(self, *_: object) -> bool:
        """Ask for nothing beside class and tags."""
        return False


def gathered(lines: Sequence[Sequence[str]]) -> list[TicketFacts]:
    """Return the facts of stored timelines."""
    rules = Always()
    return [facts for stored in lines if (facts := facts_of(stored, rules)) is not None]


def ours(facts: Sequence[TicketFacts]) -> Answer:
    """Return the figures of the domain."""
    observed = Observed(facts, NOW)
    found = dict(_told("", "", observed.figures(YEAR)))
    for dimension, name in DIMENSIONS.items():
        for part, figures in observed.by(YEAR, dimension, ZONE).items():
            found |= _told(name, part, figures)
    return found


def _told(dimension: str, part: str, figures: Figures) -> Iterator[tuple[tuple[str, str, str], Told]]:
    for kpi, *_ in TIMES:
        spread = figures.figures[kpi].spread
        if spread is not None and spread.n:
            yield (dimension, part, kpi.value), Told(spread.n, spread.mean or 0.0, spread.median or 0.0)
    for kpi in (*(kpi for kpi, *_ in SHARES), *_PROMISES):
        figure = figures.figures[kpi]
        if figure.n:
            yield (dimension, part, kpi.value), Told(figure.n, figure.count or 0, 0.0)


# --- pandas -----------------------------------------------------------------------------------------------------------


class Frames(NamedTuple):
    """One row for each ticket, and one for each target that ended."""

    tickets: pd.DataFrame
    targets: pd.DataFrame


_PROMISES: Final = {
    Kpi.BREACH_RATE: None,
    Kpi.BREACH_RATE_FIRST_REPLY: "first_reply",
    Kpi.BREACH_RATE_RESOLUTION: "resolution",
}


def framed(lines: Sequence[Sequence[str]]) -> Frames:
    """Read stored timelines into frames."""
    rows: list[dict[str, Any]] = []
    ended: list[dict[str, Any]] = []
    for stored in lines:
        row, clocks = _row([json.loads(line) for line in stored])
        rows.append(row)
        ended += [
            {
                "ticket": len(rows) - 1,
                "metric": clock["metric"],
                "class": clock["class_name"],
                "at": clock.get("breached_at") or clock["stopped_at"],
                "missed": "breached_at" in clock,
            }
            for clock in clocks.values()
        ]
    tickets, targets = pd.DataFrame(rows), pd.DataFrame(ended)
    for name in ("created", "first_reply", "solved", "called", "taken", "rated"):
        tickets[name] = pd.to_datetime(tickets[name], utc=True, format="ISO8601")
    targets["at"] = pd.to_datetime(targets["at"], utc=True, format="ISO8601")
    missed = targets[targets["missed"]].groupby("ticket").size()
    tickets["missed"] = tickets.index.isin(missed.index)
    shared = tickets[["severity", "service_line", "customer_tier", "channel", "customer"]]
    return Frames(tickets, targets.join(shared, on="ticket"))


def _row(lines: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    row: dict[str, Any] = dict.fromkeys(("first_reply", "solved", "called", "taken", "rated", "rating"))
    row |= {"escalated": False, "overridden": False, "incomplete": False}
    clocks: dict[str, Any] = {}
    for line in lines:
        changes, kind = line["changes"], line["kind"]
        clocks |= {clock["metric"]: clock for clock in changes.get("clocks", ())}
        if kind == "ticket.triaged":
            row |= {name: changes[name] for name in ("severity", "channel", "customer")}
            row |= {name: changes["intake"][name] for name in ("service_line", "customer_tier")}
            row |= {"class": changes["class_name"], "created": changes["created_at"]}
        elif kind == "ticket.overridden":
            row |= {"class": changes["class_name"], "overridden": True}
        elif kind in _MOMENTS:
            row[_MOMENTS[kind]] = line["at"]
            row["escalated"] |= kind == "escalation.called"
            row["rating"] = line["facts"].get("rating", row["rating"])
    return row, clocks


_MOMENTS: Final = {
    "ticket.agent_replied": "first_reply",
    "ticket.resolved": "solved",
    "escalation.called": "called",
    "escalation.acknowledged": "taken",
    "feedback.given": "rated",
}


def by_pandas(frames: Frames) -> Answer:
    """Return the same figures, each by one grouping."""
    tickets = frames.tickets.copy()
    for name, end, start in (
        ("reply_hours", "first_reply", "created"),
        ("solve_hours", "solved", "created"),
        ("taken_hours", "taken", "called"),
    ):
        tickets[name] = (tickets[end] - tickets[start]).dt.total_seconds() / 3600
    tickets["all"] = True
    tickets["replied"] = tickets["first_reply"].notna()
    tickets["was_solved"] = tickets["solved"].notna()
    tickets["was_solved_escalated"] = tickets["was_solved"] & tickets["escalated"]
    tickets["was_taken"], tickets["was_rated"] = tickets["taken"].notna(), tickets["rated"].notna()
    found: Answer = {}
    for kpi, which, moment, value in TIMES:
        cases = _inside(tickets[tickets[which]], moment)
        _add(found, kpi, cases, value, ("count", "mean", "median"))
    for kpi, which, moment, value in SHARES:
        _add(found, kpi, _inside(tickets[tickets[which]], moment), value, ("count", "sum"))
    for kpi, metric in _PROMISES.items():
        chosen = frames.targets if metric is None else frames.targets[frames.targets["metric"] == metric]
        _add(found, kpi, _inside(chosen, "at"), "missed", ("count", "sum"))
    return found


def _inside(frame: pd.DataFrame, moment: str) -> pd.DataFrame:
    inside = frame[(frame[moment] >= YEAR.start) & (frame[moment] < YEAR.end)]
    calendar = inside[moment].dt.tz_convert("Europe/Berlin").dt.isocalendar()
    week = calendar["year"].astype(str) + "-W" + calendar["week"].astype(str).str.zfill(2)
    return inside.assign(week=week)


def _add(found: Answer, kpi: Kpi, cases: pd.DataFrame, value: str, told: tuple[str, ...]) -> None:
    if len(cases):
        whole = cases[value].agg(list(told))
        found["", "", kpi.value] = _as_told(*whole)
    for name in DIMENSIONS.values():
        parts = cases.groupby(name)[value].agg(list(told))
        for part, *numbers in parts.itertuples(name=None):
            found[name, str(part), kpi.value] = _as_told(*numbers)


def _as_told(n: float, first: float, second: float = 0.0) -> Told:
    return Told(int(n), float(first), float(second))
