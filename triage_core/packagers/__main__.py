"""Are the generated files what the tables give? `write` makes them so, `check` tells."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from triage_core.packagers.artefacts import artefacts, stale

#: The files belong to a working copy; an installed package has no place for them.
Root = Annotated[Path, typer.Option(help="Folder of the working copy.", exists=True, file_okay=False)]
_HERE = Path(__file__).resolve().parents[2]

program = typer.Typer(add_completion=False, no_args_is_help=True, help="Generated files of this repository.")


@program.command()
def write(root: Root = _HERE) -> None:
    """Write every generated file that is missing or differs, and remove what is no longer generated."""
    fresh = artefacts()
    for path in stale(root):
        _make_so(root / path, fresh.get(path))
        typer.echo(f"{path} {'written' if path in fresh else 'removed'}")


def _make_so(target: Path, content: bytes | None) -> None:
    if content is None:
        target.unlink()
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


@program.command()
def check(root: Root = _HERE) -> None:
    """Fail when a generated file is missing, differs, or is no longer generated."""
    found = stale(root)
    for path in found:
        typer.echo(f"{path} is stale; run: python -m triage_core.packagers write", err=True)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    program()
