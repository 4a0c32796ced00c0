"""What are the figures of a few timelines, computed a second time, slowly and from the definitions alone?

It imports nothing of this project and reads timelines as plain JSON. Each figure goes through all of them by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
Case = tuple[datetime, float]
BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
OPEN_STATES = {"incomplete", "triaged", "assigned", "waiting_customer", "waiting_third_party"}


def when(text: str) -> datetime:
    """Read a moment."""
    return datetime.fromisoformat(text)


def last(lines: list[Json], field: str, otherwise: Any = None) -> Any:
    """Return what the last line that says something about a field says."""
    said = [line["changes"][field] for line in lines if field in line.get("changes", {})]
    return said[-1] if said else otherwise


def of(lines: list[Json], kind: str) -> list[Json]:
    """Return the lines of a kind."""
    return [line for line in lines if line["kind"] == kind]


def counts(lines: list[Json]) -> bool:
    """Live tickets count that were neither merged nor declared void."""
    first = lines[0]
    return first.get("mode", "live") == "live" and last(lines, "state") not in {"merged", "void"}


def created(lines: list[Json]) -> datetime:
    """A ticket is as old as its creation says."""
    return when(last(lines, "created_at"))


def reply(lines: list[Json]) -> datetime | None:
    """The first public reply of an agent, by its moment and not by when it was reported."""
    moments = [when(line["at"]) for line in of(lines, "ticket.agent_replied")]
    return min(moments, default=None)


def solution(lines: list[Json]) -> datetime | None:
    """The last solution of a ticket that stands solved."""
    solved = of(lines, "ticket.resolved")
    return when(solved[-1]["at"]) if solved and last(lines, "state") in {"resolved", "closed"} else None


def is_escalated(lines: list[Json]) -> bool:
    """At least one escalation was raised."""
    return bool(of(lines, "escalation.raised"))


def hours(start: datetime, end: datetime) -> float:
    """Wall-clock hours, never below zero."""
    return max(0.0, (end - start).total_seconds() / 3600)


def open_hours(lines: list[Json], start: datetime, end: datetime) -> float:
    """Count the open minutes one by one: P3 works in the office's hours, all others round the clock."""
    if last(lines, "class_name") != "P3":
        return hours(start, end)
    minutes, at = 0, start
    while at < end:
        there = at.astimezone(BERLIN)
        minutes += there.weekday() < 5 and 9 <= there.hour < 17
        at += MINUTE
    return minutes / 60


def waiting(lines: list[Json], until: datetime) -> float:
    """Hours in a waiting state before a moment."""
    total, since = 0.0, None
    for line in lines:
        state = line.get("changes", {}).get("state")
        if state is None:
            continue
        if since is not None:
            total += hours(since, min(when(line["at"]), until))
        since = when(line["at"]) if state.startswith("waiting_") else None
    return total


def clocks(lines: list[Json]) -> list[Json]:
    """Every instance of every metric as it stands at the end."""
    known: dict[tuple[str, int], Json] = {}
    for line in lines:
        for clock in line.get("changes", {}).get("clocks", ()):
            known[clock["metric"], clock.get("number", 1)] = clock
    return list(known.values())


def ending(clock: Json, now: datetime) -> Case | None:
    """When an instance was met or missed, and one for missed; nothing where neither is true."""
    outcome = clock.get("outcome", "open")
    if outcome == "cancelled":
        return None
    if clock.get("breached_at"):
        return when(clock["breached_at"]), 1
    if outcome == "open" and clock.get("due_at") and when(clock["due_at"]) < now:
        return when(clock["due_at"]), 1
    if outcome in {"met", "met_by_resolution"}:
        return when(clock["stopped_at"]), 0
    return None


def first_responses(lines: list[Json], *, assisted: bool | None = None) -> list[Case]:
    """Creation to first reply, told by the moment of creation."""
    at = reply(lines)
    if at is None:
        return []
    if assisted is not None:
        first = min(of(lines, "ticket.agent_replied"), key=lambda line: when(line["at"]))
        if first["facts"].get("assisted", False) is not assisted:
            return []
    return [(created(lines), hours(created(lines), at))]


def resolutions(lines: list[Json], kind: str) -> list[Case]:
    """Creation to last solution, told by the moment of the solution."""
    at = solution(lines)
    if at is None or (kind != "all" and not is_escalated(lines)):
        return []
    whole = hours(created(lines), at)
    value = {
        "all": whole,
        "escalated": whole,
        "net": max(0.0, whole - waiting(lines, at)),
        "open": open_hours(lines, created(lines), at) if kind == "open" else 0.0,
    }[kind]
    return [(at, value)]


def targets(lines: list[Json], now: datetime, metric: str | None = None) -> list[Case]:
    """Every instance that ended or was missed."""
    ended = [ending(clock, now) for clock in clocks(lines) if metric in {None, clock["metric"]}]
    return [case for case in ended if case is not None]


def tickets_missed(lines: list[Json], now: datetime) -> list[Case]:
    """Any missed target, of tickets that have one that ended or still runs."""
    known = [clock for clock in clocks(lines) if ending(clock, now) or clock.get("outcome", "open") == "open"]
    missed = any(case[1] for case in targets(lines, now))
    return [(created(lines), float(missed))] if known else []


def reopenings(lines: list[Json], window: timedelta) -> list[Case]:
    """Each solution, and whether the ticket came back within the window."""
    again = [when(line["at"]) for line in of(lines, "ticket.reopened")]
    solved = [when(line["at"]) for line in of(lines, "ticket.resolved")]
    return [(at, float(any(at <= back <= at + window for back in again))) for at in solved]


def due_by(lines: list[Json]) -> datetime | None:
    """When class or risk tag asked for an escalation; the policy has no rule of its own for warnings."""
    asked = [when(line["at"]) for line in lines if line.get("changes", {}).get("must_escalate") is True]
    return min(asked, default=None)


def on_time(lines: list[Json]) -> list[Case]:
    """Escalated at or before the moment at which the policy asked for it."""
    due = due_by(lines)
    if due is None:
        return []
    began = min((when(line["at"]) for line in of(lines, "escalation.raised")), default=None)
    return [(due, float(began is not None and began <= due))]


def calls(lines: list[Json], *, first: bool) -> list[Case]:
    """First call to taking over, told by the moment of taking over."""
    found = []
    for line in of(lines, "escalation.acknowledged"):
        number, cycle = line["facts"]["number"], line["facts"].get("cycle", 1)
        rung = [
            when(call["at"])
            for call in of(lines, "escalation.called")
            if (call["facts"]["number"], call["facts"].get("cycle", 1)) == (number, cycle)
        ]
        cycles = {
            call["facts"].get("cycle", 1)
            for call in [*of(lines, "escalation.called"), *of(lines, "escalation.acknowledged")]
            if call["facts"]["number"] == number
        }
        if (cycle == min(cycles)) is first:
            began = min(rung, default=when(line["at"]))
            found.append((when(line["at"]), hours(began, when(line["at"]))))
    return found


def decided(lines: list[Json], direction: str) -> list[Case]:
    """Decisions of automation, and whether a person changed them."""
    first = of(lines, "ticket.triaged")
    if not first:
        return []
    hit = False
    rank: int | None = None
    for line in lines:
        before, rank = rank, line.get("changes", {}).get("class_rank", rank)
        is_person = line["kind"] == "ticket.overridden" and line["actor"]["kind"] == "person"
        if not is_person or not {"class_name", "severity", "add_tags", "remove_tags"} & set(line["facts"]["asked"]):
            continue
        moved = 0 if before is None or rank is None else before - rank
        hit |= {"any": True, "up": moved > 0, "down": moved < 0}[direction]
    return [(when(first[0]["at"]), float(hit))]


def incomplete(lines: list[Json], now: datetime) -> list[Case]:
    """Still incomplete a quarter of an hour after creation."""
    late = created(lines) + QUARTER
    if late > now:
        return []
    complete = [when(line["at"]) for line in of(lines, "ticket.triaged")]
    was_blocked = bool(of(lines, "ticket.blocked"))
    return [(created(lines), float(was_blocked and (not complete or complete[0] > late)))]


def ratings(lines: list[Json]) -> list[Case]:
    """What customers gave."""
    given = [line for line in of(lines, "feedback.given") if line["facts"].get("rating") is not None]
    return [(when(line["at"]), line["facts"]["rating"]) for line in given]


def figures(timelines: list[list[Json]], start: datetime, end: datetime, now: datetime) -> dict[str, list[float]]:
    """Return the cases of each figure in a span, by name, sorted."""
    window = timedelta(days=7)
    observed: dict[str, list[Case]] = {}
    for lines in filter(counts, timelines):
        each: dict[str, list[Case]] = {
            "first_response": first_responses(lines),
            "first_response_human": first_responses(lines, assisted=False),
            "first_response_assisted": first_responses(lines, assisted=True),
            "first_response_open_hours": [
                (at, open_hours(lines, at, max(at, reply(lines) or at))) for at, _ in first_responses(lines)
            ],
            "resolution": resolutions(lines, "escalated"),
            "resolution_all": resolutions(lines, "all"),
            "resolution_net": resolutions(lines, "net"),
            "resolution_open_hours": resolutions(lines, "open"),
            "acknowledgement": calls(lines, first=True),
            "acknowledgement_again": calls(lines, first=False),
            "breach_rate": targets(lines, now),
            "breach_rate_first_reply": targets(lines, now, "first_reply"),
            "breach_rate_next_reply": targets(lines, now, "next_reply"),
            "breach_rate_resolution": targets(lines, now, "resolution"),
            "breach_rate_acknowledgement": targets(lines, now, "acknowledgement"),
            "within_target": [(at, 1 - missed) for at, missed in targets(lines, now, "resolution")],
            "tickets_breached": tickets_missed(lines, now),
            "reopen_rate": reopenings(lines, window),
            "escalation_rate": [(created(lines), float(is_escalated(lines)))],
            "on_time_escalation": on_time(lines),
            "override_rate": decided(lines, "any"),
            "override_up_rate": decided(lines, "up"),
            "override_down_rate": decided(lines, "down"),
            "incomplete_rate": incomplete(lines, now),
            "satisfaction": ratings(lines),
        }
        for name, cases in each.items():
            observed.setdefault(name, []).extend(cases)
    return {name: sorted(value for at, value in cases if start <= at < end) for name, cases in observed.items()}


def unfinished(timelines: list[list[Json]], now: datetime) -> dict[str, list[float]]:
    """Return the ages of what is not finished, in hours, the oldest first."""
    found: dict[str, list[float]] = {"first_response": [], "resolution_all": [], "resolution": []}
    for lines in filter(counts, timelines):
        if last(lines, "state") not in OPEN_STATES:
            continue
        age = hours(created(lines), now)
        found["resolution_all"].append(age)
        if is_escalated(lines):
            found["resolution"].append(age)
        if reply(lines) is None:
            found["first_response"].append(age)
    return {name: sorted(ages, reverse=True) for name, ages in found.items()}


def p90(cases: list[float]) -> float:
    """Return the nearest rank below which nine in ten lie."""
    return cases[ceil(0.9 * len(cases)) - 1]
