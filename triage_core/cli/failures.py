"""What does a person see when a command fails? One line that helps, and a documented exit code."""

from __future__ import annotations

import sys
import traceback
from typing import Any, Final

import typer
from typer.core import TyperGroup

from triage_core.cli.exits import Exit, exit_of
from triage_core.domain.errors import TriageError

#: Shows where in the program a failure arose.
DEBUG: Final = "--debug"


class CarefulGroup(TyperGroup):
    """A group of commands that answers expected failures in one line."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - the framework's own type is private
        """Run the command."""
        try:
            return super().invoke(ctx)
        except TriageError as error:
            if ctx.params.get("debug"):
                traceback.print_exc()
            typer.echo(f"triage: {error} [{error.code}]", err=True)
            raise typer.Exit(exit_of(error)) from error


def unexpected(error: Exception) -> Exit:
    """Own up to a mistake in this program."""
    if DEBUG in sys.argv:
        traceback.print_exception(error)
    typer.echo(
        f"triage: this is a mistake in the program ({type(error).__name__}); "
        f"run `triage {DEBUG} …` and report what it shows [unexpected]",
        err=True,
    )
    return Exit.UNEXPECTED
