"""Can flows of Power Automate be imported, and will they run?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from triage_core.cli.linting import tell
from triage_core.cli.options import AsJson
from triage_core.lowcode.power_automate.linting import lint_flows
from triage_core.packagers.overlay import overlay
from triage_core.packagers.swagger import swagger_document
from triage_core.packagers.tables import Tables

app = typer.Typer(help="Check flows of Power Automate.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep the command's own name while there is only one."""


@app.command()
def lint(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A flow, a folder of flows, or an exported solution.")],
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as errors.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show everything that keeps flows from being imported, from running, or from being passed on.

    Nothing is sent anywhere. Ends with 1 if there is an error.
    """
    found = lint_flows(path, swagger_document(Tables(), overlay("power_automate")))
    tell(found.findings, files=found.files, strict=strict, as_json=as_json)
