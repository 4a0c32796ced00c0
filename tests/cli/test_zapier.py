"""Does the command line write a project that can be uploaded, and look at files of Zaps?"""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from triage_core.cli import app
from triage_core.packagers.zapier.project import folder, project_files

ROOT = Path(__file__).resolve().parents[2]
ZAPS = ROOT / "zapier" / "zaps"


def triage(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, arguments)
    return done.exit_code, done.output


def test_the_project_is_written_whole(tmp_path: Path) -> None:
    assert triage("package", "zapier", "--out", str(tmp_path))[0] == 0
    written = {
        path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    }
    assert written == dict(project_files())


def test_every_module_that_the_app_asks_for_is_in_the_project() -> None:
    files = project_files()
    for name, content in files.items():
        for asked in re.findall(rb"require\('\./([\w.-]+)'\)", content) if name.endswith(".js") else ():
            asked_for = asked.decode()
            assert asked_for in files or f"{asked_for}.js" in files, name
    lying = {path.name for path in folder().glob("*.js")} | {path.name for path in folder().glob("*.json")}
    assert lying <= files.keys()


def test_no_file_in_the_root_has_the_name_that_the_build_writes_itself() -> None:
    assert "definition.json" not in project_files()


def test_the_lock_file_names_no_registry_and_every_digest() -> None:
    lock = json.loads(project_files()["package-lock.json"])
    packages = [said for name, said in lock["packages"].items() if name]
    assert packages
    assert all("resolved" not in said and said["integrity"].startswith("sha512-") for said in packages)


def test_the_wheel_takes_the_project_along_and_no_packages_of_others() -> None:
    taken = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    named = {source: target for source, target in taken["force-include"].items() if source.startswith("zapier/")}
    assert all(target == f"triage_core/{source}" for source, target in named.items())
    files = {name if "/" not in name else name.partition("/")[0] for name in project_files()}
    assert {source.removeprefix("zapier/") for source in named} == files


def test_the_zaps_that_come_along_are_sound() -> None:
    code, said = triage("zaps", "lint", str(ZAPS), "--strict")
    assert (code, said) == (0, "files: 8, errors: 0, warnings: 0\n")


def test_a_zap_of_somebody_else_is_told_where_it_is_wrong(tmp_path: Path) -> None:
    text = (ZAPS / "tell-escalations-in-slack.json").read_text("utf-8")
    (tmp_path / "mine.json").write_text(text.replace("{{1__class}}", "{{1__priority}}"), "utf-8")
    code, said = triage("zaps", "lint", str(tmp_path), "--json")
    (found,) = json.loads(said)["findings"]
    assert code == 1
    assert (found["rule"], found["pointer"]) == ("ZP011", "/zaps/0/nodes/4/params/text")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [("mine.json", "{", "it is no JSON"), ("notes.txt", "", "it holds no file of Zaps")],
)
def test_what_holds_no_zaps_is_told(tmp_path: Path, name: str, content: str, reason: str) -> None:
    (tmp_path / name).write_text(content)
    code, said = triage("zaps", "lint", str(tmp_path))
    assert code != 0
    assert reason in said
