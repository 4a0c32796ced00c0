"""How is a package for a platform written to a folder? Each platform has a module and a command of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.domain.errors import TriageError
from triage_core.terminal import console

if TYPE_CHECKING:
    from collections.abc import Mapping

app = typer.Typer(help="Write what a platform imports.", no_args_is_help=True)

Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder to write to; made where it is missing.")]


@app.callback()
def _group() -> None:
    """Keep each platform a word of its own."""


class FileUnwritable(TriageError):
    """A file of the package cannot be written."""

    code = "file_unwritable"

    def __init__(self, path: Path, reason: str) -> None:
        """Name the file, and what the system says."""
        super().__init__(f"{path}: {reason[:1].lower()}{reason[1:]}; choose another --out")


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files under a folder, in the order of their names, and name each on standard output."""
    shown = console()
    for name in sorted(files):
        path = folder / name
        _write(path, files[name])
        shown.print(str(path), soft_wrap=True)


def _write(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise FileUnwritable(path, error.strerror or "it cannot be written") from error
