"""What does the product do, shown on example tickets?"""

from __future__ import annotations

from io import StringIO
from typing import Annotated

import typer

from triage_core.cli.options import AsJson
from triage_core.cli.shapes import emit
from triage_core.demo import run
from triage_core.terminal import console


def demo(
    once: Annotated[bool, typer.Option("--once", help="Tell the story and leave nothing behind.")] = False,
    db: Annotated[
        str | None, typer.Option("--db", metavar="URL", help="Keep the story in this database; a fresh file otherwise.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run our example tickets through triage, clocks, calls, gates, closing and the record, and tell why it was so."""
    story = run(console(StringIO() if as_json else None), once=once, db=db)
    if as_json:
        emit(story)
