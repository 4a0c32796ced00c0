"""Which workers sweep one database, and die in the middle of it? A crew whose members are killed and replaced.

The simulated moment stands in a file. The crew works until its input ends, and then tells how many members it lost.
"""

from __future__ import annotations

import os
import random
import select
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from triage_core.compose import open_triage

#: In simulated time: what a killed worker had claimed is free again a minute later.
LEASE = timedelta(minutes=1)
#: Small, so that the workers are always in each other's way.
CLAIMED = 20


def moment_in(clock: Path) -> datetime:
    """Return the simulated moment."""
    return datetime.fromtimestamp(float(clock.read_text()), UTC)


def put(clock: Path, moment: datetime) -> None:
    """Let the moment come, for every reader at once."""
    draft = clock.with_suffix(".draft")
    draft.write_text(repr(moment.timestamp()))
    draft.replace(clock)


def sweep(url: str, clock: Path, name: str) -> NoReturn:
    """Sweep without end."""
    triage = open_triage(url, lambda: moment_in(clock))
    while True:
        triage.tick(name, LEASE, CLAIMED)
        time.sleep(0.005)


def hired(url: str, clock: Path, name: str) -> int:
    """Start a worker and return its process."""
    child = os.fork()
    if not child:
        try:
            sweep(url, clock, name)
        finally:
            os._exit(1)
    return child


def work(url: str, clock: Path, members: int, pause: float) -> int:
    """Let a crew work until the input ends; now and then somebody is killed and replaced."""
    open_triage(url).store.close()  # so that whoever is hired has the drivers at hand
    crew = [hired(url, clock, f"w{number}") for number in range(members)]
    chance, lost = random.Random(members), 0
    while not select.select([sys.stdin], [], [], chance.uniform(pause / 2, pause))[0]:
        place = chance.randrange(members)
        _end(crew[place])
        lost += 1
        crew[place] = hired(url, clock, f"w{members + lost}")
    for worker in crew:
        _end(worker)
    return lost


def _end(worker: int) -> None:
    os.kill(worker, signal.SIGKILL)
    _, status = os.waitpid(worker, 0)
    if not os.WIFSIGNALED(status):
        message = "a worker ended by itself"
        raise RuntimeError(message)


if __name__ == "__main__":
    sys.stdout.write(f"{work(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))}\n")
