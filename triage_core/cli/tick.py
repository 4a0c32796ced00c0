"""What is due now, on every ticket of every tenant?"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Final

import typer

from triage_core.cli.exits import Exit
from triage_core.cli.options import AsJson, Database, existing
from triage_core.cli.shapes import emit
from triage_core.terminal import console

#: How long this sweep may take for what it claimed before another one may take it.
_LEASE: Final = timedelta(minutes=5)


def tick(db: Database, as_json: AsJson = False) -> None:
    """Let time catch up with all tickets, once; the service does this by itself every minute."""
    with existing(db) as triage:
        done = triage.tick(f"triage-tick-{os.getpid()}", _LEASE)
        reports = sum(map(len, triage.reporting.issue_everywhere().values()))
    if as_json:
        emit(
            {
                "looked_at": done.looked_at,
                "steps": done.steps,
                "failed": done.failed,
                "fell": done.fell,
                "reports": reports,
            }
        )
    else:
        console().print(f"{done.looked_at} tickets looked at, {done.steps} lines written, {done.failed} failed")
    if reports and not as_json:
        console().print(f"{reports} weekly reports issued; see: triage report weekly")
    if done.fell and not as_json:
        console().print(f"automation stepped down {done.fell} times; see: triage rollout show")
    if done.failed:
        raise typer.Exit(Exit.FINDINGS)
