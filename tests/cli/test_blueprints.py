"""Do the commands for Make check, package, and ask?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.cli.conftest import Said
from tests.conftest import REPOSITORY
from tests.standins.oidc import listening

Run = Callable[..., Said]
SHIPPED: Final = REPOSITORY / "make" / "blueprints"
INTAKE: Final = SHIPPED / "intake.json"


def test_what_is_shipped_is_clean(triage: Run) -> None:
    said = triage("blueprints", "lint", SHIPPED, REPOSITORY / "make" / "app", "--strict")
    assert said.code == 0
    assert said.out.splitlines()[-1].endswith("errors: 0, warnings: 0")


def test_a_fault_is_told_with_its_place(triage: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text(INTAKE.read_text().replace('"dlq": true', '"dlq": false'))
    said = triage("blueprints", "lint", broken)
    assert said.code == 1
    assert f"{broken}#/metadata/scenario/dlq: error MK161" in said.out


def test_json_tells_the_same(triage: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("[]")
    told = triage("blueprints", "lint", tmp_path, "--json").json
    assert (told["sound"], told["files"], told["findings"][0]["rule"]) == (False, 1, "MK101")


def test_a_whole_package_is_checked_as_what_it_is(triage: Run, tmp_path: Path) -> None:
    triage("package", "make", "--out", tmp_path)
    said = triage("blueprints", "lint", tmp_path, "--strict")
    assert said.code == 0
    (tmp_path / "app" / "general" / "base.iml.json").write_text("{")
    assert "app/general/base.iml.json: error MK201" in triage("blueprints", "lint", tmp_path).out


def test_a_file_that_is_not_there_is_told(triage: Run, tmp_path: Path) -> None:
    assert triage("blueprints", "lint", tmp_path / "none.json").code == 2


def test_the_package_holds_app_blueprints_and_what_to_do_with_them(triage: Run, tmp_path: Path) -> None:
    assert triage("package", "make", "--out", tmp_path).code == 0
    assert (tmp_path / "app" / "makecomapp.json").exists()
    assert (tmp_path / "blueprints" / "intake.json").read_bytes() == INTAKE.read_bytes()
    readme = (tmp_path / "README.md").read_text()
    assert all(f"blueprints/{path.name}" in readme for path in SHIPPED.glob("*.json"))


def answering(status: int, body: object) -> Starlette:
    """Return somebody who answers like Make's check."""

    async def check(request: Request) -> JSONResponse:
        assert "flow" in (await request.json())["blueprint"]
        return JSONResponse(body, status)

    return Starlette(routes=[Route("/api/v2/blueprints/validate", check, methods=["POST"])])


@pytest.mark.parametrize(
    ("status", "body", "code", "words"),
    [
        (200, {"valid": True, "errors": []}, 0, "Make takes it"),
        (
            200,
            {"valid": False, "errors": [{"path": "/flow/1", "problem": "unknown module", "fix": "x"}]},
            1,
            "unknown module",
        ),
        (403, {}, 2, "switched off"),
        (429, {}, 2, "too often"),
        (500, {}, 2, "500"),
    ],
)
def test_make_is_asked_only_by_hand(triage: Run, status: int, body: Any, code: int, words: str) -> None:
    with listening(answering(status, body)) as address:
        said = triage("blueprints", "ask-make", INTAKE, "--address", address)
    assert said.code == code
    assert words in said.out + said.err


def test_make_that_cannot_be_reached_is_no_fault_of_the_file(triage: Run) -> None:
    said = triage("blueprints", "ask-make", INTAKE, "--address", "http://127.0.0.1:9")
    assert said.code == 2
    assert "nothing is wrong with the file" in said.err


def test_the_wheel_carries_the_blueprints() -> None:
    assert '"make/blueprints" = ' in (REPOSITORY / "pyproject.toml").read_text()
    assert json.loads(INTAKE.read_text())["name"]
