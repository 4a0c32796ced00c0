"""Do the committed files follow from the tables, always in the same way?"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import pytest

from triage_core.contract import fields as f
from triage_core.contract.operations import OPERATIONS
from triage_core.contract.tickets import Submission
from triage_core.contract.views import TicketView
from triage_core.packagers.artefacts import artefacts, stale
from triage_core.packagers.tables import Tables

REPOSITORY = Path(__file__).resolve().parents[2]
Colour = Annotated[str, f.field("Colour", "Colour of the ticket's folder.", "green")]


class Painted(TicketView):
    """A ticket with a colour."""

    colour: Colour


class Paint(Submission):
    """A ticket to be painted."""

    colour: Colour = "red"


@pytest.mark.parametrize("changes", [{"response": Painted}, {"request": Paint}], ids=["answer", "request"])
def test_a_field_more_shows_in_every_artefact(changes: dict[str, type]) -> None:
    changed = replace(OPERATIONS["SubmitTicket"], **changes)  # type: ignore[arg-type] - one of two fields
    after = artefacts(Tables(operations={**OPERATIONS, "SubmitTicket": changed}))
    assert after.keys() == artefacts().keys()
    for path, text in after.items():
        assert "Colour of the ticket's folder." in text, path
        assert "Colour of the ticket's folder." not in artefacts()[path]


def test_committed_files_are_current() -> None:
    assert stale(REPOSITORY) == []


def test_a_stale_and_a_missing_file_are_named(tmp_path: Path) -> None:
    fresh, first, missing = artefacts(), *list(artefacts())[:2]
    for path, text in fresh.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(text.encode())
    assert stale(tmp_path) == []
    (tmp_path / first).write_bytes(fresh[first].replace("\n", "\r\n").encode())
    (tmp_path / missing).unlink()
    assert stale(tmp_path) == [first, missing]


def _run(code: str, seed: str = "random") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False
    )


def test_texts_do_not_depend_on_the_order_of_hashes() -> None:
    code = "from triage_core.packagers.artefacts import artefacts; print(*artefacts().values())"
    assert _run(code, "1").stdout == _run(code, "2").stdout != ""


def test_check_passes_on_current_files_and_names_a_stale_one(tmp_path: Path) -> None:
    code = "import pathlib, sys; import triage_core.packagers.__main__ as main; main._ROOT = pathlib.Path(sys.argv[1]); main.program()"
    def program(word: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, str(tmp_path), word]
        # The command reads its word from the end; the folder before it is for the line above.
        return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert program("check").returncode == 1
