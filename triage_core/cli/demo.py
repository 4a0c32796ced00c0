"""What does the product do, shown on example tickets?"""

from __future__ import annotations

from typing import Annotated

import typer

from triage_core.demo import run


def demo(
    once: Annotated[bool, typer.Option("--once", help="Tell the story and leave nothing behind.")] = False,
    db: Annotated[
        str | None, typer.Option("--db", metavar="URL", help="Keep the story in this database; a fresh file otherwise.")
    ] = None,
) -> None:
    """Run our example tickets through triage, clocks, routing and the record, and tell what happened and why."""
    run(once=once, db=db)
