"""Does `triage package power-automate` write everything that somebody imports?"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile

from triage_core.packagers.shipped import shipped_files, shipped_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Said

    Run = Callable[..., Said]

ROOT = Path(__file__).resolve().parents[2]
API = "shared_tri-5ftriage-20loop-5f0123456789abcdef"


def test_every_file_is_written_and_named(triage: Run, tmp_path: Path) -> None:
    said = triage("package", "power-automate", "--out", tmp_path / "out")
    assert said.code == 0
    written = {str(path) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert set(said.out.splitlines()) == written
    assert len([path for path in written if path.endswith(".zip")]) == 4


def test_the_name_in_the_environment_is_put_in(triage: Run, tmp_path: Path) -> None:
    assert triage("package", "power-automate", "--out", tmp_path, "--api-name", API).code == 0
    (flows,) = tmp_path.glob("TriageLoopFlows_*0.zip")
    with ZipFile(flows) as archive:
        assert API.encode() in archive.read("customizations.xml")


def test_a_wrong_name_is_refused_before_anything_is_written(triage: Run, tmp_path: Path) -> None:
    said = triage("package", "power-automate", "--out", tmp_path / "out", "--api-name", "shared_teams")
    assert said.code == 2
    assert "it reads shared_tri-5ftriage-20loop-5f and 16 digits" in " ".join(said.err.split())
    assert not (tmp_path / "out").exists()


def test_the_organisations_sign_in_is_put_in(triage: Run, tmp_path: Path) -> None:
    asked = ["--entra", "--client", "a-client", "--resource", "api://acme"]
    assert triage("package", "power-automate", "--out", tmp_path, *asked).code == 0
    (connector,) = tmp_path.glob("TriageLoopConnector_*0.zip")
    with ZipFile(connector) as archive:
        parameters = archive.read("Connector/tri_triage-20loop_connectionparameters.json")
    assert b'"clientId": "a-client"' in parameters
    assert b"api_key" not in parameters


def test_an_installed_package_has_the_flows_where_a_clone_has_them() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packed = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert packed["flows/templates"] == "triage_core/flows/templates"
    assert shipped_folder("flows", "templates") == ROOT / "flows" / "templates"
    assert shipped_files("flows", "templates")
