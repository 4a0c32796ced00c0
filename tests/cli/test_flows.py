"""Does `triage flows lint` tell what it finds, and end accordingly?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.lowcode.power_automate.faults import Fault
from tests.lowcode.power_automate.sample_flow import TEMPLATES, flow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Said

    Run = Callable[..., Said]

SAY = "actions>Try>actions>Say>inputs"


def test_shipped_flows_pass_even_strictly(triage: Run) -> None:
    said = triage("flows", "lint", TEMPLATES, "--strict", "--json")
    assert (said.code, said.json["findings"]) == (0, [])
    assert said.json["files"] == len(list(TEMPLATES.glob("*.json")))


def test_packaged_flows_pass_as_well(triage: Run, tmp_path: Path) -> None:
    triage("package", "power-automate", "--out", tmp_path)
    for path in tmp_path.glob("*Flows*.zip"):
        said = triage("flows", "lint", path, "--strict", "--json")
        assert (said.code, said.json["files"]) == (0, len(list(TEMPLATES.glob("*.json"))))


def test_an_error_ends_the_command_with_one(triage: Run, tmp_path: Path) -> None:
    path = tmp_path / "flow.json"
    path.write_text(json.dumps(Fault("", SAY, "@lower('A')").flow))
    said = triage("flows", "lint", path)
    assert said.code == 1
    assert (
        "flow.json#/properties/definition/actions/Try/actions/Say/inputs: error PA402: there is no function" in said.out
    )


def test_a_warning_counts_where_asked(triage: Run, tmp_path: Path) -> None:
    path = tmp_path / "flow.json"
    path.write_text(json.dumps(Fault("", SAY, "@body('Get_ticket')['owner']").flow))
    assert [triage("flows", "lint", path, *flags).code for flags in ((), ("--strict",))] == [0, 1]


def test_a_path_that_is_not_there_is_an_error(triage: Run, tmp_path: Path) -> None:
    said = triage("flows", "lint", tmp_path / "nowhere.json")
    assert (said.code != 0, "[file_unreadable]" in said.err) == (True, True)


def test_one_flow_can_be_checked_alone(triage: Run, tmp_path: Path) -> None:
    path = tmp_path / "flow.json"
    path.write_text(json.dumps(flow()))
    assert triage("flows", "lint", path).flat == "files: 1, errors: 0, warnings: 0"
