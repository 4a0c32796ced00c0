"""Is the Make app what its editor takes, and does it call what the service has?"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from triage_core.contract.operation import Surface
from triage_core.contract.operations import OPERATIONS
from triage_core.contract.problems import Row
from triage_core.contract.shape import shapes_of
from triage_core.packagers.make import app_files
from triage_core.packagers.make.names import list_name, module_name
from triage_core.packagers.make.overlay import make_overlay
from triage_core.packagers.tables import Tables

FILES: Final = app_files(Tables())
CODE: Final = {path: json.loads(text) for path, text in FILES.items() if path.endswith(".json")}
MANIFEST: Final = CODE["makecomapp.json"]
#: The end of a file's name, and the published schema for what it holds.
SCHEMAS: Final = {
    "general/base.iml.json": "base.json",
    "modules/groups.json": "groups.json",
    "makecomapp.json": "makecomapp.schema.json",
    "communication.iml.json": "api.json",
    "attach.iml.json": "api.json",
    "detach.iml.json": "api.json",
    "params.iml.json": "parameters.json",
    "interface.iml.json": "parameters.json",
    "samples.iml.json": "samples.json",
}
OVERLAY: Final = make_overlay()


@pytest.fixture(scope="module")
def registry(shared_schemas: Path) -> Registry[Any]:
    """The platform's own schemas, which name each other by their bare file names."""
    found = []
    for file in (shared_schemas / "make").glob("*.json"):
        resource = Resource.from_contents(json.loads(file.read_text()), default_specification=DRAFT7)
        found += [(file.name, resource), (f"mem:/{file.name}", resource)]
    return Registry().with_resources(found)


@pytest.mark.parametrize("path", CODE)
def test_each_file_passes_the_platform_s_own_schema(path: str, registry: Registry[Any]) -> None:
    (name,) = (schema for end, schema in SCHEMAS.items() if path.endswith(end))
    validator = Draft7Validator({"$ref": f"mem:/{name}"}, registry=registry)
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(CODE[path])] == []


def test_the_manifest_names_every_file_and_no_other() -> None:
    named = Counter(_paths(MANIFEST))
    assert named.keys() == FILES.keys() - {"makecomapp.json"}
    assert set(named.values()) == {1}


def _paths(part: object) -> list[str]:
    if isinstance(part, dict):
        return [path for value in part.values() for path in _paths(value)]
    return [part] if isinstance(part, str) and part.endswith((".json", ".md")) else []


def test_each_operation_for_platforms_is_a_module_fills_a_list_or_is_hidden_with_a_reason() -> None:
    wanted = {name for name, row in OPERATIONS.items() if row.surface is Surface.PLATFORM}
    lists = {dropdown.operation for dropdown in OVERLAY.dropdowns.values()}
    told = Counter([*OVERLAY.offered, *OVERLAY.hidden, *lists])
    assert told.keys() == wanted
    assert set(told.values()) == {1}
    assert all(OVERLAY.hidden.values())


def test_there_are_as_many_modules_as_a_maker_expects() -> None:
    kinds = Counter(module["moduleType"] for module in MANIFEST["components"]["module"].values())
    assert kinds["action"] >= 10
    assert kinds["search"] >= 3
    assert (kinds["instant_trigger"], kinds["universal"]) == (1, 1)


def test_each_module_stands_in_one_group() -> None:
    grouped = Counter(name for group in CODE["modules/groups.json"] for name in group["modules"])
    assert grouped == Counter(MANIFEST["components"]["module"].keys())


@pytest.mark.parametrize("name", OVERLAY.offered)
def test_a_module_sends_every_field_of_its_operation_and_asks_for_each(name: str) -> None:
    row, code = OPERATIONS[name], _code("module", module_name(name))
    call = code["communication"]
    asked = {field["name"] for field in code["mappableParams"]}
    sent = set(re.findall(r"parameters\.(\w+)", json.dumps(call)))
    assert sent == asked
    wanted = {shape.name for model in (row.params, row.query, row.request) if model for shape in shapes_of(model)}
    assert wanted - {"cursor"} <= asked
    assert call["method"] == row.method
    assert re.sub(r"\{\{encodeURL\(parameters\.(\w+)\)\}\}", r"{\1}", f"/api/v1{call['url']}") == row.path


@pytest.mark.parametrize("name", OVERLAY.offered)
def test_a_sample_fits_what_the_module_gives(name: str) -> None:
    code = _code("module", module_name(name))
    assert code["samples"].keys() == {field["name"] for field in code["interface"]}


@pytest.mark.parametrize("field", OVERLAY.dropdowns)
def test_a_drop_down_is_filled_by_a_call_of_the_app(field: str) -> None:
    assert list_name(OVERLAY.dropdowns[field]) in MANIFEST["components"]["rpc"]


def test_names_are_as_the_platform_wants_them() -> None:
    parts = MANIFEST["components"]
    assert all(re.fullmatch(r"[a-zA-Z][0-9a-zA-Z]{2,63}", name) for kind in ("module", "rpc") for name in parts[kind])
    assert all(
        re.fullmatch(r"[a-zA-Z][0-9a-zA-Z-]{2,34}", name) for kind in ("connection", "webhook") for name in parts[kind]
    )


def test_every_status_that_the_service_answers_has_an_error_of_the_platform() -> None:
    errors = CODE["general/base.iml.json"]["response"]["error"]
    assert {str(row.status) for row in Tables().problems.values()} <= errors.keys()
    teapot = {**Tables().problems, "teapot": Row(418, "Short and stout")}
    with pytest.raises(KeyError):
        app_files(Tables()._replace(problems=teapot))


def test_the_key_is_kept_out_of_every_log() -> None:
    calls = [code for code in CODE.values() if isinstance(code, dict) and "x-api-key" in code.get("headers", {})]
    assert len(calls) > 1
    assert all("request.headers.x-api-key" in call["log"]["sanitize"] for call in calls)


def test_what_attach_keeps_is_what_detach_uses() -> None:
    webhook = _code("webhook", "events")
    kept = set(webhook["attach"]["response"]["data"])
    assert set(re.findall(r"webhook\.(\w+)", json.dumps(webhook["detach"]))) <= kept


def test_what_the_contract_says_of_an_operation_is_what_the_module_says() -> None:
    row = replace(OPERATIONS["GetTicket"], summary="Another name")
    files = app_files(Tables(operations={**OPERATIONS, "GetTicket": row}))
    assert json.loads(files["makecomapp.json"])["components"]["module"]["getTicket"]["label"] == "Another name"


def _code(kind: str, name: str) -> dict[str, Any]:
    files = MANIFEST["components"][kind][name]["codeFiles"]
    return {part: CODE[path] for part, path in files.items() if path}
