"""Can Make import a blueprint or an app, and will it run?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.cli.asking_make import ask_make
from triage_core.cli.linting import tell
from triage_core.cli.options import AsJson, FileUnreadable
from triage_core.lowcode.make.app import lint_app
from triage_core.lowcode.make.app_parts import MANIFEST
from triage_core.lowcode.make.lint import lint as lint_blueprint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.lowcode.findings import Finding

app = typer.Typer(help="Check blueprints and apps of Make.", no_args_is_help=True)
app.command("ask-make")(ask_make)


@app.command()
def lint(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Blueprints, folders of them, or the folder of an app.")
    ],
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as errors.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show everything that keeps a blueprint from being imported, from running, or from being passed on.

    Nothing is sent anywhere. Ends with 1 if there is an error.
    """
    contents = {path: _contents(path) for path in paths}
    found = [finding for path, files in contents.items() for finding in _found(path, files)]
    tell(found, files=sum(len(files) for files in contents.values()), strict=strict, as_json=as_json)


def _found(path: Path, files: dict[str, bytes]) -> Iterator[Finding]:
    if MANIFEST in files:
        yield from lint_app(files, str(path))
        return
    for name, content in files.items():
        yield from lint_blueprint(content, str(path / name) if name else str(path))


def _contents(path: Path) -> dict[str, bytes]:
    """Return the files of a folder by their paths in it, or the one file under an empty name."""
    try:
        if (path / MANIFEST).exists():
            return {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}
        if path.is_dir():
            return {file.relative_to(path).as_posix(): file.read_bytes() for file in sorted(path.rglob("*.json"))}
        return {"": path.read_bytes()}
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be read") from error
