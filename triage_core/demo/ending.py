"""What was shown, did it hold, and what can the reader run next?"""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.rule import Rule
from rich.text import Text

from triage_core.demo import examples, proving
from triage_core.demo.calibrating import DESK
from triage_core.demo.clock import MORNING
from triage_core.demo.stage import FIRST, SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.demo.stage import Stage

_PROGRAM: Final = "triage"
#: Decided, handed over and escalated: the ticket with the most to explain.
_TOLD: Final = "m-2001"


def ending(stage: Stage, chapters: int, *, is_kept: bool) -> None:
    """Sum the story up, and print commands that work as they stand."""
    stage.page.print()
    stage.page.print(Rule(Text("The end", style="bold"), align="left", style="dim", characters="─"))
    every = sum(proving.count(stage, tenant) for tenant in (FIRST, SECOND))
    fed = len({answer.ticket_id for _, answer in stage.answers[: len(examples.tickets())]})
    stage.say(
        f"{chapters} chapters, from the first mail to a policy that learns; {every} tickets of {FIRST} and {SECOND}: "
        f"{fed} of the examples, {every - fed} of the story"
    )
    held, total = sum(claim.holds for claim in stage.claims), len(stage.claims)
    stage.say(
        Text(f"checks that the story made of itself: {held} of {total} yes", style="green" if held == total else "red")
    )
    kept = "the database stays" if is_kept else "nothing was left behind"
    stage.page.print(f"{kept}; go on with:", style="bold")
    for words in (*(_in_database(stage) if is_kept else _afresh()), *_with_files()):
        stage.page.print(f"  {program()} {shlex.join(words)}", soft_wrap=True)


def _in_database(stage: Stage) -> Iterator[tuple[str, ...]]:
    where = ("--db", stage.url)
    yield "verify", *where
    yield "explain", stage.ticket(_TOLD).id, *where, "--tenant", FIRST
    yield "report", "weekly", "--week", f"{MORNING:%G-W%V}", *where, "--tenant", FIRST
    yield "policy", "history", *where, "--tenant", DESK


def _afresh() -> Iterator[tuple[str, ...]]:
    """Tell the story in a database that stays, which says in turn how to go on."""
    yield ("demo",)


def _with_files() -> Iterator[tuple[str, ...]]:
    folder = examples.folder()
    policy = _near(folder / "policies" / f"{examples.TENANTS[FIRST]}.yaml")
    yield _PROGRAM, _near(folder / "tickets" / "classes.jsonl"), "--policy", policy
    yield "policy", "lint", policy


def program() -> str:
    """Return how the reader started this program, so that they can do it again from where they are."""
    started = Path(sys.argv[0])
    if started.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m triage_core"
    found = shutil.which(_PROGRAM)
    if started.stem != _PROGRAM or (found is not None and Path(found).resolve() == started.resolve()):
        return _PROGRAM
    return shlex.quote(_near(started.absolute()))


def _near(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
