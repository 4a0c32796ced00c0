"""Is a surface set up so that it can be reached?"""

from __future__ import annotations

import os
import secrets
from typing import Annotated

import typer

from triage_core.cli.exits import Exit
from triage_core.cli.kill import operator
from triage_core.cli.options import AsJson, Tenant, existing
from triage_core.cli.shapes import emit
from triage_core.compose import open_surfaces
from triage_core.domain.sending import Surface
from triage_core.service.controlling import Hand
from triage_core.service.probing import ADDRESSED, probe
from triage_core.settings import settings_from
from triage_core.terminal import console

app = typer.Typer(help="Try the surfaces that the service sends to by itself.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `test` a word of its own."""


@app.command("test")
def try_out(
    surface: Annotated[Surface, typer.Option("--surface", help="Which surface.")],
    to: Annotated[
        str | None, typer.Option("--to", metavar="PLACE", help="An address for e-mail, a ticket's number for Zendesk.")
    ] = None,
    tenant: Tenant = "default",
    db: Annotated[
        str | None,
        typer.Option("--db", metavar="URL", help="Keep the result there, for the checklist before a promotion."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Send a message that harms nobody through a surface, as TRIAGE_SURFACES sets it up.

    With --db the result is kept, and the checklist of the rollout knows that the surface was tested.
    """
    if surface in ADDRESSED and not to:
        raise typer.BadParameter(f"--to says where: {ADDRESSED[surface]}")
    # Nothing is sent about a ticket, so a database need not be named.
    settings = settings_from({"TRIAGE_DATABASE_URL": "memory:", **os.environ})
    told = probe(open_surfaces(settings), tenant, surface, (to,) if to else (), f"test{secrets.token_hex(8)}")
    is_ok = told.failure is None
    if db is not None:
        with existing(db) as triage:
            triage.rollout.note_test(Hand(tenant, operator()), surface, passed=is_ok)
    if as_json:
        emit({"tenant": tenant, "surface": surface, "ok": is_ok, "failure": told.failure, "receipt": told.receipt})
    else:
        console().print(f"{'ok ' if is_ok else 'NOT'}  {surface}  {told.failure or told.receipt or 'taken'}")
    if not is_ok:
        raise typer.Exit(Exit.FINDINGS)
