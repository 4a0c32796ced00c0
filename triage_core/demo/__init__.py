"""What does the product do, told on our own example tickets, in two minutes of reading?"""

from __future__ import annotations

import shutil
from contextlib import closing
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Final

from rich.text import Text

from triage_core.demo import arriving, passing_time, people, proving
from triage_core.demo.stage import FIRST, SECOND, Stage
from triage_core.terminal import console

if TYPE_CHECKING:
    from rich.console import Console

_CHAPTERS: Final = (
    arriving.decided,
    arriving.blocked,
    passing_time.clocks,
    people.routing,
    people.overriding,
    proving.twice_is_once,
    proving.queue,
    proving.record,
    proving.apart,
)


def run(*, once: bool, db: str | None) -> None:
    """Tell the story on a fresh database; `db` names one to keep it in."""
    folder = None if db else mkdtemp(prefix="triage-demo-")
    url = db or f"sqlite:///{folder}/demo.db"
    page = console()
    stage = Stage(url, page)
    with closing(stage.triage.store):
        stage.feed()
        _introduce(stage)
        for chapter in _CHAPTERS:
            chapter(stage)
    if not once:
        _go_on(page, url)
    elif folder:
        shutil.rmtree(folder)


def _introduce(stage: Stage) -> None:
    tenants = f"{FIRST} (internal IT) and {SECOND} (software as a service)"
    stage.say(Text("Triage Loop: support tickets on their way through the rules", style="bold"))
    stage.say(f"{len(stage.answers)} example tickets of two tenants, {tenants}, on a clock of our own.")


def _go_on(page: Console, url: str) -> None:
    page.print()
    page.print("The database stays. Go on with:", style="bold")
    for command in (
        f"triage verify --db {url}",
        f"triage explain T001 --db {url} --tenant {FIRST}",
        "triage triage FILE --policy POLICY.yaml",
        "triage policy lint POLICY.yaml",
    ):
        page.print(f"  {command}", soft_wrap=True)
