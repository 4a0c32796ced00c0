"""How do tests run a command and read what it says?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from typer.testing import CliRunner

from tests.sample_files import policy_text
from triage_core.cli import app

if TYPE_CHECKING:
    from collections.abc import Callable


class Said(msgspec.Struct, frozen=True):
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value that was printed."""
        return json.loads(self.out)

    @property
    def flat(self) -> str:
        """The printed text without line breaks and columns."""
        return " ".join(self.out.split())


@pytest.fixture(name="triage")
def _triage(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Run `triage` with arguments, and with a text on standard input."""
    monkeypatch.delenv("TRIAGE_DATABASE_URL", raising=False)

    def run(*arguments: object, given: str = "") -> Said:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=given)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """The small policy in a file."""
    path = tmp_path / "policy.yaml"
    path.write_text(policy_text())
    return path


@pytest.fixture
def tickets(tmp_path: Path) -> Callable[..., Path]:
    """Write tickets into a file, one in each line, and return its path."""

    def write(*lines: dict[str, Any] | str) -> Path:
        path = tmp_path / "tickets.jsonl"
        path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
        return path

    return write


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A URL of a database file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'triage.db'}"
