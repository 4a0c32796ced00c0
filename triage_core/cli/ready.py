"""Can an installation do its work, and if not, what is in the way?"""

from __future__ import annotations

import typer

from triage_core.cli.exits import Exit
from triage_core.cli.options import AsJson, Database, existing
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.service import health
from triage_core.terminal import console


def ready(db: Database, as_json: AsJson = False) -> None:
    """Check the database, the clock, the policy, and that timers and events do not wait too long."""
    with existing(db) as triage:
        checks = health.ready(triage.store, system_clock())
    is_ready = all(check.is_ok for check in checks)
    if as_json:
        emit({"ready": is_ready, "checks": [{"check": c.name, "ok": c.is_ok, "detail": c.detail} for c in checks]})
    else:
        for check in checks:
            console().print(f"{'ok ' if check.is_ok else 'NOT'}  {check.name:<10}  {check.detail}")
    if not is_ready:
        raise typer.Exit(Exit.FINDINGS)
