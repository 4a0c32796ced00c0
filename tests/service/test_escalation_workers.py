"""Is every step of an escalation written exactly once, whoever sweeps it and whoever dies while doing so?"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import json

from tests.sample_cases import MINUTE, MONDAY
from tests.sample_desk import TENANT
from tests.sample_ladders import URGENT, LadderDesk, people, person
from tests.service.sweeping_crew import put
from tests.small_policy import COMPLETE
from triage_core.compose import open_store
from triage_core.domain import chain
from triage_core.domain.entry import Kind
from triage_core.domain.errors import StaleTicket
from triage_core.domain.happening import Happened
from triage_core.ports import Store
from triage_core.service.escalations import Progress

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 4
#: Half a minute after the last step that counts, so that nothing falls on the end itself.
END = MONDAY + 100 * MINUTE + timedelta(seconds=30)

Use = Callable[[LadderDesk, str], object]


class BusyDesk(LadderDesk):
    """A desk whose people can own a thousand tickets each; when a ticket finds an owner late is up to who looks."""

    def __init__(self, store: Store | None = None) -> None:
        """Open for work."""
        super().__init__(store, people=[{**each, "capacity": 1_000} for each in people()])


def taken(who: str) -> Use:
    return lambda desk, ticket: desk.escalations.acknowledge(
        TENANT, f"{ticket}-e1", person(who), desk.now + 20 * MINUTE
    )


def told(who: str) -> Use:
    return lambda desk, ticket: desk.escalations.report(TENANT, f"{ticket}-e1", Progress(note="Going on."), person(who))


def ended(desk: LadderDesk, ticket: str) -> object:
    return desk.escalations.resolve(TENANT, f"{ticket}-e1", "Done.", person("lee"))


def solved(desk: LadderDesk, ticket: str) -> object:
    return desk.record(Happened.RESOLVED, person("lee"), ticket)


#: What people do, by the minute: every fifth ticket has another fate, and one of them is left alone.
FATES: tuple[dict[int, Use], ...] = (
    {},
    {7: taken("lee")},
    {12: taken("max"), 25: told("max"), 40: ended},
    {33: solved},
    {61: taken("kim")},
)


def take_in(desk: LadderDesk, count: int) -> None:
    """Submit urgent tickets, and every fourth one with a risk instead."""
    for number in range(1, count + 1):
        risky = number % 4 == 0
        desk.submit(number, intake=COMPLETE if risky else URGENT, body="phishing" if risky else "")


def act(desk: LadderDesk, count: int, minute: int) -> None:
    """Do what people do at a minute; a worker that is quicker makes them try again."""
    for number in range(1, count + 1):
        use = FATES[number % len(FATES)].get(minute)
        while use is not None:
            try:
                use(desk, f"t{number}")
            except StaleTicket:
                continue
            break


def alone(count: int) -> BusyDesk:
    """Return what one process writes, which looks only when people act and at the end."""
    desk = BusyDesk()
    take_in(desk, count)
    for minute in sorted({minute for fate in FATES for minute in fate}):
        desk.now = MONDAY + minute * MINUTE
        act(desk, count, minute)
    desk.now = END
    desk.tick()
    return desk


@contextmanager
def crew(url: str, clock: Path, pause: float) -> Iterator[list[int]]:
    """Let workers sweep, of whom one is killed every so many seconds; how many it were is known at the end."""
    command = [sys.executable, "-m", "tests.service.sweeping_crew", url, str(clock), str(WORKERS), str(pause)]
    working = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    killed: list[int] = []
    try:
        yield killed
    finally:
        told, _ = working.communicate(timeout=60)
        assert working.returncode == 0
        killed.append(int(told))


def together(desk: LadderDesk, clock: Path, count: int, pause: float) -> None:
    """Let time go on in leaps while the crew sweeps, until nothing of before the end is due."""
    chance = random.Random(count)
    minutes = {*chance.sample(range(1, 101), 40), *(minute for fate in FATES for minute in fate)}
    for minute in sorted(minutes):
        desk.now = MONDAY + minute * MINUTE
        put(clock, desk.now)
        act(desk, count, minute)
        time.sleep(pause)
    while desk.store.vitals(END).oldest_timer is not None:
        assert desk.now < END + timedelta(hours=9), "something of before the end is never done"
        desk.now += MINUTE
        put(clock, desk.now)
        time.sleep(0.2)


def written(store: Store, ticket: str) -> list[tuple[Kind, datetime, Any]]:
    """Return the lines of a timeline up to the end, as they were stored."""
    lines = store.timeline(TENANT, ticket)
    found = [(line.entry, json.decode(line.body).get("changes")) for line in lines]
    return [(entry.kind, entry.at, changes) for entry, changes in found if entry.at <= END]


def messages(store: Store, ticket: str, lines: int) -> list[tuple[str, str]]:
    """Return what is told of so many lines."""
    told = store.messages(TENANT, ticket)
    return [(message.id, message.type) for message in told if int(message.id.rpartition("-")[2]) <= lines]


def check(desk: LadderDesk, expected: LadderDesk, count: int) -> int:
    """Compare every ticket line by line and message by message; return the number of lines."""
    total = 0
    for ticket in (f"t{number}" for number in range(1, count + 1)):
        lines = written(expected.store, ticket)
        assert written(desk.store, ticket) == lines
        assert messages(desk.store, ticket, len(lines)) == messages(expected.store, ticket, len(lines))
        head, rows = desk.store.chain(TENANT, ticket)
        assert chain.flaws_of(ticket, rows, head) == []
        total += len(lines)
    return total


def swept_by_a_crew(url: str, folder: Path, count: int, pause: float) -> dict[str, float]:
    """Compare a crew whose members are killed with one process; return figures."""
    with closing(open_store(url)) as store:
        desk, clock = BusyDesk(store), folder / "clock"
        take_in(desk, count)
        put(clock, desk.now)
        began = time.monotonic()
        with crew(url, clock, max(0.25, pause)) as killed:
            together(desk, clock, count, pause)
        seconds = time.monotonic() - began
        lines = check(desk, alone(count), count)
    return {"escalations": count, "seconds": round(seconds, 1), "killed": sum(killed), "lines": lines}


def test_four_workers_that_are_killed_write_every_step_once(clean_postgres_url: str, tmp_path: Path) -> None:
    found = swept_by_a_crew(clean_postgres_url, tmp_path, 200, 0.02)
    assert found["killed"] >= 1


@pytest.mark.campaign
def test_two_thousand_escalations_are_swept_by_workers_that_are_killed(clean_postgres_url: str, tmp_path: Path) -> None:
    found = swept_by_a_crew(clean_postgres_url, tmp_path, 2_000, 1.0)
    assert found["killed"] >= 20
