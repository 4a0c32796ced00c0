"""Does the connector's definition hold what the designer of flows needs, and nothing that it refuses?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from openapi_spec_validator import OpenAPIV2SpecValidator

from triage_core.contract.event_rows import EVENTS, EventRow
from triage_core.contract.operation import Surface
from triage_core.contract.operations import OPERATIONS
from triage_core.packagers.artefacts import artefacts
from triage_core.packagers.overlay import Overlay
from triage_core.packagers.spoken import operations_of
from triage_core.packagers.triggers import trigger_name

Document = dict[str, Any]


@pytest.fixture(scope="session")
def by_name(swagger: Document) -> Document:
    """All operations of the definition by their ids."""
    return {operation["operationId"]: operation for _, operation in operations_of(swagger)}


def test_definition_is_valid(swagger: Document) -> None:
    assert not list(OpenAPIV2SpecValidator(swagger).iter_errors())


def test_published_connector_schema_has_no_complaint(swagger: Document, shared_schemas: Path) -> None:
    schema = json.loads((shared_schemas / "power-platform" / "apiDefinition.swagger.schema.json").read_text())
    assert [error.message for error in Draft4Validator(schema).iter_errors(swagger)] == []


def test_definition_is_small_enough() -> None:
    assert len(artefacts()["flows/connector/apiDefinition.swagger.json"]) < 1_000_000


def test_each_operation_for_platforms_is_mapped_or_hidden_with_a_reason(connector: Overlay) -> None:
    offered = {name for name, row in OPERATIONS.items() if row.surface is Surface.PLATFORM}
    assert connector.operations.keys() | connector.hidden.keys() == offered
    assert not connector.operations.keys() & connector.hidden.keys()
    assert all(connector.hidden.values())


def test_only_mapped_operations_and_triggers_are_offered(by_name: Document, connector: Overlay) -> None:
    assert by_name.keys() == connector.operations.keys() | {trigger_name(event) for event in EVENTS}


def test_every_hint_is_on_a_field_of_a_request(connector: Overlay, openapi: Document) -> None:
    fields = {
        name
        for schema in openapi["components"]["schemas"].values()
        for name in (*schema["properties"], *_in_records(schema))
    }
    parameters = {
        each["name"]
        for path in openapi["paths"].values()
        for op in path.values()
        for each in op["parameters"]
        if "name" in each
    } | {each["name"] for each in openapi["components"]["parameters"].values()}
    assert connector.fields.keys() | connector.dropdowns.keys() <= fields | parameters


def _in_records(schema: Document) -> list[str]:
    return [name for field in schema["properties"].values() for name in field.get("items", {}).get("properties", ())]


def test_every_dropdown_asks_an_operation_that_lists_choices(by_name: Document, connector: Overlay) -> None:
    for dropdown in connector.dropdowns.values():
        asked = by_name[dropdown.operation]
        required = {each["name"] for each in asked["parameters"] if each["required"]}
        assert dropdown.parameters.keys() == required
        assert asked["responses"]["200"]["schema"] == {"$ref": "#/definitions/Choices"}
        assert asked["x-ms-visibility"] == "internal"


def test_dropdowns_come_in_both_forms(swagger: Document) -> None:
    impact = swagger["definitions"]["Submission"]["properties"]["impact"]
    assert impact["x-ms-dynamic-values"]["parameters"] == {"field": "impact"}
    assert impact["x-ms-dynamic-list"]["parameters"] == {"field": {"value": "impact"}}


@pytest.mark.parametrize("row", EVENTS.values(), ids=EVENTS)
def test_each_event_is_a_trigger_with_a_path_of_its_own(swagger: Document, row: EventRow) -> None:
    path = swagger["paths"][f"/api/v1/events/{row.type}/hooks"]
    assert path["post"]["x-ms-trigger"] == "single"
    assert path["x-ms-notification-content"]["schema"]["properties"].keys() == set(row.fills)


def test_a_trigger_has_one_required_address_that_the_platform_fills_in(swagger: Document) -> None:
    for path in swagger["paths"].values():
        if "x-ms-notification-content" in path:
            (body,) = path["post"]["parameters"]
            marked = [name for name, field in body["schema"]["properties"].items() if "x-ms-notification-url" in field]
            assert marked == body["schema"]["required"] == ["callback_url"]
            assert body["schema"]["properties"]["callback_url"]["x-ms-visibility"] == "internal"


def test_a_trigger_says_where_to_delete_its_registration(swagger: Document, by_name: Document) -> None:
    for operation in by_name.values():
        if "x-ms-trigger" in operation:
            assert operation["responses"]["201"]["headers"]["Location"]["type"] == "string"
    assert by_name["DeleteHook"]["x-ms-visibility"] == "internal"
    assert swagger["paths"]["/api/v1/hooks/{hook_id}"]["delete"] is by_name["DeleteHook"]


def test_every_status_is_named(by_name: Document) -> None:
    for name, operation in by_name.items():
        assert "default" not in operation["responses"], name
        assert {"401", "403", "429"} <= operation["responses"].keys(), name


def test_parameters_of_a_path_say_how_they_are_encoded(by_name: Document) -> None:
    inside = [each for operation in by_name.values() for each in operation["parameters"] if each["in"] == "path"]
    assert inside
    assert all(each["x-ms-url-encoding"] == "single" for each in inside)


def test_no_message_is_defined_that_nobody_names(swagger: Document) -> None:
    paths = json.dumps(swagger["paths"])
    assert all(f"#/definitions/{name}" in paths for name in swagger["definitions"])
