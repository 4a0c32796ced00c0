"""What does Make itself say of a blueprint? It is sent there, so only when somebody asks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from triage_core.cli.exits import Exit
from triage_core.cli.options import FileUnreadable
from triage_core.domain.errors import TriageError
from triage_core.terminal import console

_PATH = "/api/v2/blueprints/validate"


class MakeUnavailable(TriageError):
    """Make did not judge the blueprint."""

    code = "make_unavailable"

    def __init__(self, reason: str) -> None:
        """Say why."""
        super().__init__(f"Make did not judge the blueprint: {reason}; nothing is wrong with the file for that")


_REASONS = {
    403: "its check is switched off in this zone",
    404: "it has no check in this zone",
    429: "it was asked too often",
}


def ask_make(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A blueprint; it is sent to Make as it is.")],
    zone: Annotated[str, typer.Option("--zone", help="Whom to ask.", metavar="NAME")] = "eu1",
    address: Annotated[
        str | None, typer.Option("--address", help="Another address than https://ZONE.make.com.", metavar="URL")
    ] = None,
) -> None:
    """Send a blueprint to Make's public check, which knows every module there is. Ends with 1 if it finds something."""
    answer = _asked(address or f"https://{zone}.make.com", _blueprint(path))
    shown = console()
    for error in answer.get("errors", []):
        shown.print(f"{path}{error.get('path', '')}: {error.get('problem')} {error.get('fix') or ''}", soft_wrap=True)
    shown.print("Make takes it" if answer.get("valid") else "Make does not take it")
    if not answer.get("valid"):
        raise typer.Exit(Exit.FINDINGS)


def _blueprint(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise FileUnreadable(path, error.strerror or "it cannot be read") from error
    except ValueError as error:
        raise FileUnreadable(path, "it is no JSON in UTF-8") from error


def _asked(address: str, blueprint: object) -> dict[str, Any]:
    try:
        response = httpx.post(address.rstrip("/") + _PATH, json={"blueprint": blueprint}, timeout=30)
        answer = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise MakeUnavailable("it could not be reached, or answered in another form") from error
    if "valid" not in answer:
        raise MakeUnavailable(_REASONS.get(response.status_code, f"it answered with {response.status_code}"))
    return dict(answer)
