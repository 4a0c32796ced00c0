"""Are flows found in files, folders and solutions, and is whatever is no flow refused politely?"""

from __future__ import annotations

import json
import zipfile
from time import process_time
from typing import TYPE_CHECKING, Any

import pytest

from tests.lowcode.power_automate.sample_flow import connector, flow
from triage_core.lowcode.power_automate import reading
from triage_core.lowcode.power_automate.linting import lint_flows
from triage_core.lowcode.power_automate.reading import FlowsUnreadable

if TYPE_CHECKING:
    from pathlib import Path

    from triage_core.lowcode.power_automate.linting import Linted

MEMBER = "Workflows/Sound-3F0A8F0E-5A5C-4B9E-9D0E-2B7F6F1C0A01.json"
REFERENCES = ("tri_TriageLoop", "tri_Teams", "tri_Approvals")
CUSTOMIZATIONS = (
    f"<ImportExportXml><JsonFileName>/{MEMBER}</JsonFileName>"
    + "".join(f'<connectionreference connectionreferencelogicalname="{name}" />' for name in REFERENCES)
    + "</ImportExportXml>"
)
SOLUTION = {
    "customizations.xml": CUSTOMIZATIONS,
    "solution.xml": "<ImportExportXml />",
    MEMBER: json.dumps(flow()),
    "Connector/tri_x_openapidefinition.json": "{}",
    "environmentvariabledefinitions/tri_Group/environmentvariabledefinition.xml": "<x />",
}


def linted(path: Path) -> Linted:
    return lint_flows(path, connector())


def packed(path: Path, members: dict[str, Any]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def rules(found: Linted) -> list[str]:
    return [finding.rule.id for finding in found.findings]


def test_a_sound_solution_is_clean(tmp_path: Path) -> None:
    found = linted(packed(tmp_path / "flows.zip", SOLUTION))
    assert (found.files, [str(finding) for finding in found.findings]) == (1, [])


@pytest.mark.parametrize(
    ("rule", "name", "content"),
    [
        ("PA807", "customizations.xml", CUSTOMIZATIONS.replace("tri_Teams", "tri_Others")),
        ("PA808", "environmentvariabledefinitions/tri_Group/environmentvariabledefinition.xml", None),
        ("PA809", "customizations.xml", CUSTOMIZATIONS.replace("Sound", "Other")),
    ],
)
def test_a_fault_between_flow_and_solution_is_found(rule: str, name: str, content: str | None, tmp_path: Path) -> None:
    members = {**SOLUTION, name: content}
    found = linted(packed(tmp_path / "flows.zip", {name: each for name, each in members.items() if each is not None}))
    assert rules(found) == [rule]
    assert found.findings[0].file == f"{tmp_path / 'flows.zip'}!{MEMBER}"


def test_an_archive_without_the_files_of_a_solution_is_read_as_it_is(tmp_path: Path) -> None:
    assert rules(linted(packed(tmp_path / "old.zip", {"definition.json": json.dumps(flow())}))) == []


def test_in_a_package_of_the_old_kind_only_its_connections_are_somebodys_own(tmp_path: Path) -> None:
    old = flow()
    for reference in old["properties"]["connectionReferences"].values():
        del reference["connection"], reference["runtimeSource"]
        reference |= {"connectionName": "shared-x-1", "source": "Embedded"}
    content = {"name": "x", "type": "Microsoft.Flow/flows", "properties": old["properties"]}
    path = packed(tmp_path / "old.zip", {"Microsoft.Flow/flows/x/definition.json": json.dumps(content)})
    assert rules(linted(path)) == ["PA710"] * 3


def test_a_folder_is_read_with_all_below_it(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "flow.json").write_text(json.dumps(flow()))
    (tmp_path / "settings.json").write_text("{}")
    (tmp_path / "broken.json").write_text("{")
    found = linted(tmp_path)
    assert (found.files, rules(found)) == (2, ["PA001"])


DEEP = '{"a":' * 300 + "1" + "}" * 300


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe{\x00}\x00",
        b"\x80",
        b'{"a": NaN}',
        b'{"a": 1, "a": 2}',
        b'{"a": "\\ud800"}',
        b'{"a": ' + b"9" * 5_000 + b"}",
        DEEP.encode(),
        b"[" * 200_000,
    ],
    ids=["empty", "cut", "utf-16", "latin", "nan", "twice", "half", "number", "deep", "deeper"],
)
def test_what_is_no_json_is_refused_with_a_reason(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "flow.json"
    path.write_bytes(raw)
    (finding,) = linted(path).findings
    assert (finding.rule.id, len(finding.message) < 200) == ("PA001", True)


@pytest.mark.parametrize("content", [[], 1, "x", None, {}, {"properties": 7}, {"properties": {"definition": []}}])
def test_json_that_is_no_flow_is_said_to_be_none(content: Any, tmp_path: Path) -> None:
    path = tmp_path / "flow.json"
    path.write_text(json.dumps(content))
    assert "PA101" in rules(linted(path))


HUGE: dict[str, Any] = {
    "actions": {f"A{number}": {"type": "Compose", "runAfter": {f"A{number - 1}": []}} for number in range(40_000)},
    "signs": {"A": {"type": "Compose", "inputs": "@" * 4_000_000}},
    "words": {"A": {"type": "Compose", "inputs": "a" * 4_000_000 + "@"}},
    "openings": {"A": {"type": "Compose", "inputs": "@{" * 1_000_000}},
    "quotes": {"A": {"type": "Compose", "inputs": "@concat('" + "''" * 1_000_000}},
    "name": {"A" * 3_000: {"type": "Compose"}},
    "findings": {f"A{number}": {"typo": 1, **{f"m{more}": 1 for more in range(40)}} for number in range(1_500)},
}


@pytest.mark.parametrize("name", HUGE)
def test_a_flow_of_absurd_size_is_judged_in_little_time(name: str, tmp_path: Path) -> None:
    path = tmp_path / "flow.json"
    path.write_text(json.dumps({"triggers": {}, "actions": HUGE[name]}))
    before = process_time()
    found = linted(path)
    assert (0 < len(found.findings) <= 1_000, process_time() - before < 5) == (True, True)


def test_a_file_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 1_000)
    path = tmp_path / "flow.json"
    path.write_text(json.dumps(flow()))
    assert rules(linted(path)) == ["PA001"]


def test_an_archive_that_grows_is_not_unpacked_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 100_000)
    monkeypatch.setattr(reading, "LARGEST_ARCHIVE", 250_000)
    bomb = {f"Workflows/{number}.json": " " * 10_000_000 for number in range(5)}
    found = linted(packed(tmp_path / "bomb.zip", bomb))
    assert rules(found) == ["PA001"] * 5
    assert "unpacks to more than" in found.findings[-1].message


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "flows.zip", SOLUTION)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(FlowsUnreadable, match="no archive, or a damaged one"):
        linted(path)


def test_a_damaged_member_is_refused_alone(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "flows.zip", {"Workflows/a.json": json.dumps(flow()), "Workflows/b.json": json.dumps(flow())}
    )
    raw = bytearray(path.read_bytes())
    raw[120:140] = b"\0" * 20
    path.write_bytes(bytes(raw))
    assert rules(linted(path)) == ["PA001"]


@pytest.mark.parametrize("name", ["nowhere.json", "nowhere.zip", "."])
def test_a_path_without_flows_is_an_error_with_a_way_out(name: str, tmp_path: Path) -> None:
    with pytest.raises(FlowsUnreadable, match="name a flow, a folder of flows or a solution"):
        linted(tmp_path / name)


def test_names_in_an_archive_cannot_act_on_a_terminal(tmp_path: Path) -> None:
    path = packed(tmp_path / "flows.zip", {"Workflows/\x1b[2J.json": "{"})
    assert "\x1b" not in str(linted(path).findings[0])
