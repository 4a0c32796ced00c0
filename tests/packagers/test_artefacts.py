"""Do the committed files follow from the tables, always in the same way?"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pytest
from typer.testing import CliRunner

from triage_core.contract import fields as f
from triage_core.contract.operation import Operation
from triage_core.contract.operations import OPERATIONS
from triage_core.contract.tickets import Submission
from triage_core.contract.views import TicketView
from triage_core.packagers.__main__ import program
from triage_core.packagers.artefacts import FOLDERS, PAGES, artefacts, stale
from triage_core.packagers.tables import Tables

#: Shows the flows, not the contract.
MADE_OF_FLOWS = {"docs/power-automate-flows.md"}
REPOSITORY = Path(__file__).resolve().parents[2]
Colour = Annotated[str, f.field("Colour", "Colour of the ticket's folder.", "green")]


class Painted(TicketView):
    """A ticket with a colour."""

    colour: Colour


class Paint(Submission):
    """A ticket to be painted."""

    colour: Colour = "red"


@pytest.mark.parametrize(
    "changed",
    [replace(OPERATIONS["SubmitTicket"], response=Painted), replace(OPERATIONS["SubmitTicket"], request=Paint)],
    ids=["answer", "request"],
)
def test_a_field_more_shows_in_every_artefact(changed: Operation) -> None:
    before, after = _joined(artefacts()), _joined(artefacts(Tables(operations={**OPERATIONS, "SubmitTicket": changed})))
    assert after.keys() == before.keys()
    for name in after.keys() - MADE_OF_FLOWS:
        assert b"colour" in after[name], name
        assert b"colour" not in before[name], name


def _joined(files: dict[str, bytes]) -> dict[str, bytes]:
    """Return each artefact of the contract as a whole: a file, or all files of a folder."""
    joined: dict[str, bytes] = {}
    for path, content in files.items():
        if path in PAGES:
            continue
        name = next((folder for folder in FOLDERS if path.startswith(f"{folder}/")), path)
        joined[name] = joined.get(name, b"") + content
    return joined


def test_committed_files_are_current() -> None:
    assert stale(REPOSITORY) == []


def test_a_stale_and_a_missing_file_are_named(tmp_path: Path) -> None:
    fresh, first, missing = artefacts(), *list(artefacts())[:2]
    for path, text in fresh.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(text)
    assert stale(tmp_path) == []
    (tmp_path / first).write_bytes(fresh[first].replace(b"\n", b"\r\n"))
    (tmp_path / missing).unlink()
    assert stale(tmp_path) == [first, missing]


def test_what_is_no_longer_generated_is_named_and_removed(tmp_path: Path) -> None:
    CliRunner().invoke(program, ["write", "--root", str(tmp_path)])
    old = tmp_path / FOLDERS[0] / "modules" / "old.json"
    old.write_text("{}")
    assert stale(tmp_path) == [old.relative_to(tmp_path).as_posix()]
    assert CliRunner().invoke(program, ["write", "--root", str(tmp_path)]).output.endswith("old.json removed\n")
    assert not old.exists()


def _texts(seed: str) -> str:
    code = "from triage_core.packagers.artefacts import artefacts; print(*artefacts().values())"
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True).stdout


def test_texts_do_not_depend_on_the_order_of_hashes() -> None:
    assert _texts("1") == _texts("2")


def test_check_names_every_stale_file_and_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(program, ["check", "--root", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"{path} is stale; run: python -m triage_core.packagers write" for path in artefacts()
    ]


def test_check_passes_once_everything_is_written(tmp_path: Path) -> None:
    written = CliRunner().invoke(program, ["write", "--root", str(tmp_path)])
    assert written.stdout.splitlines() == [f"{path} written" for path in artefacts()]
    checked = CliRunner().invoke(program, ["check", "--root", str(tmp_path)])
    assert (checked.exit_code, checked.output) == (0, "")


def test_writing_leaves_current_files_alone(tmp_path: Path) -> None:
    CliRunner().invoke(program, ["write", "--root", str(tmp_path)])
    assert CliRunner().invoke(program, ["write", "--root", str(tmp_path)]).output == ""
