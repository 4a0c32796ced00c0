"""Is everything said in Swagger 2.0 that can be said there, and the rest refused?"""

from __future__ import annotations

from typing import Any

import pytest

from triage_core.packagers.downgrade import CannotSay, downgraded, parameter


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ({"type": "string"}, {"type": "string"}),
        ({"type": ["string", "null"]}, {"type": "string", "x-nullable": True}),
        ({"type": ["string", "null"], "enum": ["a", None]}, {"type": "string", "x-nullable": True, "enum": ["a"]}),
        ({"const": "a"}, {"enum": ["a"]}),
        ({"examples": ["a", "b"]}, {"example": "a"}),
        ({"title": "Ticket"}, {"x-ms-summary": "Ticket"}),
        ({"exclusiveMinimum": 1}, {"minimum": 1, "exclusiveMinimum": True}),
        ({"exclusiveMaximum": 1}, {"maximum": 1, "exclusiveMaximum": True}),
        ({"$ref": "#/components/schemas/Card"}, {"$ref": "#/definitions/Card"}),
        ({"type": "object", "additionalProperties": False}, {"type": "object"}),
        ({"items": {"title": "A"}}, {"items": {"x-ms-summary": "A"}}),
    ],
)
def test_what_the_older_format_says_otherwise(newer: dict[str, Any], older: dict[str, Any]) -> None:
    assert downgraded(newer, "") == older


def test_a_field_that_is_called_like_a_keyword_stays() -> None:
    fields = {"properties": {"title": {"type": "string"}, "const": {"type": "integer"}}}
    assert downgraded(fields, "") == fields


@pytest.mark.parametrize(
    "newer",
    [
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        {"type": ["string", "integer"]},
        {"type": ["string", "integer", "null"]},
        {"type": "object", "additionalProperties": True},
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"contentMediaType": "application/json"},
        {"prefixItems": []},
        {"$ref": "#/components/responses/Problem400"},
        {"unheard-of": 1},
    ],
)
def test_what_cannot_be_said_is_refused(newer: dict[str, Any]) -> None:
    with pytest.raises(CannotSay, match="say it otherwise in the contract"):
        downgraded({"properties": {"deep": newer}}, "Card")


def test_a_refusal_names_the_place() -> None:
    with pytest.raises(CannotSay, match="Card/properties/deep/oneOf"):
        downgraded({"properties": {"deep": {"oneOf": []}}}, "Card")


def test_the_schema_of_a_parameter_stands_beside_its_name() -> None:
    given = {
        "name": "limit",
        "in": "query",
        "required": False,
        "description": "How many.",
        "schema": {"title": "Limit", "type": "integer", "minimum": 1, "examples": [3]},
    }
    said = {"name": "limit", "in": "query", "required": False, "description": "How many."}
    assert parameter(given, "") == {**said, "x-ms-summary": "Limit", "type": "integer", "minimum": 1}
