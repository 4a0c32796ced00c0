"""Would files of Zaps do what their owners mean?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from triage_core.cli.linting import tell
from triage_core.cli.options import AsJson
from triage_core.lowcode.zapier.linting import lint_zaps
from triage_core.packagers.tables import Tables
from triage_core.packagers.zapier import integration
from triage_core.packagers.zapier.overlay import zapier_overlay

app = typer.Typer(help="Check files of Zaps.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep the command's own name while there is only one."""


@app.command()
def lint(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file of Zaps, or a folder of them.")],
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as errors.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show everything that keeps Zaps from running, tells a secret, or does something twice.

    Nothing is sent anywhere. Ends with 1 if there is an error.
    """
    found = lint_zaps(path, integration(Tables(), zapier_overlay()))
    tell(found.findings, files=found.files, strict=strict, as_json=as_json)
