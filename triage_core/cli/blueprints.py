"""Can Make import a blueprint or an app, and will it run?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from triage_core.cli.asking_make import ask_make
from triage_core.cli.linting import tell
from triage_core.cli.options import AsJson, FileUnreadable
from triage_core.lowcode.make.app import lint_app
from triage_core.lowcode.make.app_parts import MANIFEST
from triage_core.lowcode.make.lint import lint as lint_blueprint

if TYPE_CHECKING:
    from triage_core.lowcode.findings import Finding

app = typer.Typer(help="Check blueprints and apps of Make.", no_args_is_help=True)
app.command("ask-make")(ask_make)


@app.command()
def lint(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Blueprints, apps, or folders that hold some.")
    ],
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings count as errors.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show everything that keeps a blueprint from being imported, from running, or from being passed on.

    Nothing is sent anywhere. Ends with 1 if there is an error.
    """
    things = [thing for path in paths for thing in _things(path)]
    found = [finding for thing in things for finding in thing.findings()]
    tell(found, files=sum(len(thing.files) for thing in things), strict=strict, as_json=as_json)


class _App(NamedTuple):
    """A folder that is an app."""

    folder: Path
    files: dict[str, bytes]

    def findings(self) -> list[Finding]:
        return lint_app(self.files, str(self.folder))


class _Blueprint(NamedTuple):
    """A file that is, or should be, a blueprint."""

    path: Path
    files: dict[str, bytes]

    def findings(self) -> list[Finding]:
        return lint_blueprint(self.files[""], str(self.path))


def _things(path: Path) -> list[_App | _Blueprint]:
    """Return what lies behind a path: apps by their manifests, and beside them blueprints."""
    try:
        apps = [manifest.parent for manifest in sorted(path.rglob(MANIFEST))] if path.is_dir() else []
        files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        lone = [file for file in files if not any(file.is_relative_to(app) for app in apps)]
        return [
            *(_App(app, _inside(app)) for app in apps),
            *(_Blueprint(file, {"": file.read_bytes()}) for file in lone),
        ]
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be read") from error


def _inside(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their paths in it."""
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
