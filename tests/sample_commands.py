"""Which commands are there, that every test of all commands goes through?"""

from __future__ import annotations

from typing import Any

from typer.main import get_command

from triage_core.cli import app


def every_command() -> list[tuple[str, ...]]:
    """Return the words of every command, those inside a group with the group before them."""
    return list(_below((), get_command(app)))


def _below(words: tuple[str, ...], command: Any) -> list[tuple[str, ...]]:
    inside = getattr(command, "commands", None)
    if inside is None:
        return [words]
    return [found for name, each in inside.items() for found in _below((*words, name), each)]
