"""Do both documents say the same, except for what is listed here?"""

from __future__ import annotations

from typing import Any

import pytest

from triage_core.contract.operation import Surface
from triage_core.contract.operations import OPERATIONS
from triage_core.packagers.answers import looked_up
from triage_core.packagers.overlay import Overlay

Document = dict[str, Any]


@pytest.fixture(scope="session")
def pairs(openapi: Document, swagger: Document, connector: Overlay) -> list[tuple[Document, Document]]:
    """Each offered operation in both documents."""
    rows = [row for name, row in OPERATIONS.items() if row.surface is Surface.PLATFORM and name not in connector.hidden]
    places = [(row.path, row.method.lower()) for row in rows]
    return [(openapi["paths"][path][method], swagger["paths"][path][method]) for path, method in places]


def test_labels_are_the_same(pairs: list[tuple[Document, Document]]) -> None:
    for newer, older in pairs:
        assert all(newer[word] == older[word] for word in ("operationId", "summary", "description"))


def test_parameters_are_the_same(pairs: list[tuple[Document, Document]], openapi: Document) -> None:
    for newer, older in pairs:
        given = [looked_up(openapi, each) for each in newer["parameters"]]
        wanted = [(each["name"], each["in"], each["required"], _facts(each["schema"])) for each in given]
        found = [
            (each["name"], each["in"], each["required"], _facts(each))
            for each in older["parameters"]
            if each["in"] != "body"
        ]
        assert wanted == found


def test_bodies_and_answers_name_the_same_messages(pairs: list[tuple[Document, Document]], openapi: Document) -> None:
    for newer, older in pairs:
        body = newer.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        found: Document = next((each["schema"] for each in older["parameters"] if each["in"] == "body"), {})
        assert _name(body) == _name(found)
        assert newer["responses"].keys() == older["responses"].keys()
        for status, response in newer["responses"].items():
            (content,) = looked_up(openapi, response)["content"].values()
            assert _name(content["schema"]) == _name(older["responses"][status]["schema"])


def test_messages_have_the_same_fields(openapi: Document, swagger: Document) -> None:
    for name, older in swagger["definitions"].items():
        newer = openapi["components"]["schemas"][name]
        assert _fields(newer) == _fields(older), name
        assert newer.get("required") == older.get("required"), name


def _name(schema: Document) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _fields(schema: Document) -> Document:
    return {
        name: (_facts(field), _fields(field.get("items", {}))) for name, field in schema.get("properties", {}).items()
    }


def _facts(schema: Document) -> Document:
    """Return what a field is, in words of neither document."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    limits = {key: schema.get(key) for key in ("format", "default", "minLength", "maxLength", "minimum", "maximum")}
    choices = [value for value in schema.get("enum", ()) if value is not None]
    return {
        "kind": kinds[0],
        "nullable": "null" in kinds or schema.get("x-nullable", False),
        "title": schema.get("title", schema.get("x-ms-summary")),
        "choices": choices,
        **limits,
    }
