"""What does the product do, told on our own example tickets, in two minutes of reading?"""

from __future__ import annotations

import logging
from contextlib import closing, contextmanager
from tempfile import TemporaryDirectory, mkdtemp
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace
from rich.text import Text

from triage_core.demo import (
    arriving,
    calibrating,
    calling,
    ending,
    gating,
    learning,
    passing_time,
    people,
    proving,
    replaying,
)
from triage_core.demo.clock import MORNING
from triage_core.demo.stage import FIRST, SECOND, Claim, Stage
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

_PREFIX: Final = "triage-demo-"
_CHAPTERS: Final = (
    arriving.decided,
    arriving.blocked,
    passing_time.clocks,
    people.routing,
    people.overriding,
    calling.escalation,
    gating.gate,
    learning.closing,
    proving.twice_is_once,
    proving.queue,
    proving.record,
    proving.apart,
    replaying.past,
    calibrating.calibration,
)


class Story(Value, frozen=True, kw_only=True, omit_defaults=False):
    """What was told, for a program."""

    #: Where the story is kept; nowhere when it was told once.
    database: str | None
    #: Tickets of each tenant.
    tickets: dict[str, int]
    claims: tuple[Claim, ...]


def run(page: Console, *, once: bool, db: str | None) -> Story:
    """Tell the story on a fresh database; `db` names one to keep it in."""
    if db is None and once:
        with TemporaryDirectory(prefix=_PREFIX) as folder:
            return replace(_told(f"sqlite:///{folder}/demo.db", page, is_kept=False), database=None)
    return _told(db or f"sqlite:///{mkdtemp(prefix=_PREFIX)}/demo.db", page, is_kept=True)


def _told(url: str, page: Console, *, is_kept: bool) -> Story:
    stage = Stage(url, page)
    with closing(stage.triage.store), _without_log():
        stage.feed()
        _introduce(stage)
        for chapter in _CHAPTERS:
            chapter(stage)
        ending.ending(stage, len(_CHAPTERS), is_kept=is_kept)
        tickets = {tenant: proving.count(stage, tenant) for tenant in (FIRST, SECOND)}
    return Story(database=url, tickets=tickets, claims=tuple(stage.claims))


@contextmanager
def _without_log() -> Iterator[None]:
    """Keep what the service would log out of the story, which tells the same on a clock of its own."""
    log = logging.getLogger("triage")
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(before)


def _introduce(stage: Stage) -> None:
    stage.say(Text("Triage Loop: support tickets on their way through the rules", style="bold"))
    tenants = f"{FIRST} (internal IT) and {SECOND} (software)"
    stage.say(f"{len(stage.answers)} example tickets of {tenants}, on a clock of their own: {MORNING:%A %d %B %Y}.")
