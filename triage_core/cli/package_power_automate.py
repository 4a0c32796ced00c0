"""How does somebody get the archives for Power Automate?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.cli.package import Out, put
from triage_core.packagers.power_automate import Choice, packages
from triage_core.packagers.power_automate.signing_in import UNKNOWN, SignIn
from triage_core.packagers.shipped import shipped_files
from triage_core.packagers.tables import Tables

if TYPE_CHECKING:
    from collections.abc import Mapping


def power_automate(
    out: Out = Path(),
    api_name: Annotated[
        str | None,
        typer.Option(
            "--api-name", metavar="NAME", help="The connector's name in your environment; else a placeholder."
        ),
    ] = None,
    entra: Annotated[bool, typer.Option("--entra", help="Connect with the organisation's sign-in, not a key.")] = False,
    client: Annotated[
        str, typer.Option("--client", metavar="ID", help="With --entra: the client's id.")
    ] = UNKNOWN.client,
    resource: Annotated[
        str, typer.Option("--resource", metavar="URI", help="With --entra: the service's resource.")
    ] = UNKNOWN.resource,
) -> None:
    """Write both solutions, each to change and to keep, a form for their settings, and the bare connector."""
    put(out, _built(Choice(api=api_name, sign_in=SignIn(client, resource) if entra else None)))


def _built(choice: Choice) -> Mapping[str, bytes]:
    return packages(Tables(), shipped_files("flows", "templates"), choice)
