"""How do tests run a command and read what it says?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from typer.testing import CliRunner

from triage_core.cli import app
from triage_core.demo.examples import folder

if TYPE_CHECKING:
    from collections.abc import Callable

REPOSITORY = Path(__file__).resolve().parent.parent.parent
POLICY = str(folder() / "policies" / "internal-it.yaml")
#: A complete ticket; the smallest that is triaged under the example policy.
TICKET: dict[str, Any] = {
    "source_id": "a-1",
    "subject": "Strange sign-in",
    "body": "That was not me.",
    "intake": {
        "impact": "low",
        "urgency": "medium",
        "affected_system": "identity",
        "customer_tier": "standard",
        "data_sensitivity": "internal",
    },
}
MORNING = "2026-07-14T08:30:00+02:00"


class Said(msgspec.Struct, frozen=True):
    """What a command printed, and how it ended."""

    exit_code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value that was printed."""
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        """The JSON values that were printed, one in each line."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture(name="triage")
def _triage() -> Callable[..., Said]:
    """Run `triage` with arguments, and with a text on standard input."""

    def run(*arguments: str, given: str = "") -> Said:
        result = CliRunner().invoke(app, list(map(str, arguments)), input=given)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def tickets(tmp_path: Path) -> Callable[..., str]:
    """Write tickets into a file, one in each line, and return its path."""

    def write(*lines: dict[str, Any] | str, name: str = "tickets.jsonl") -> str:
        path = tmp_path / name
        path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
        return str(path)

    return write


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A URL of a database file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'triage.db'}"
