"""How does a message of the contract read as JSON Schema of OpenAPI 3.1?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract.messages import Given
from triage_core.contract.shape import Kind, Shape, sample_of, shapes_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel

_TYPES: Final[dict[Kind, dict[str, str]]] = {
    Kind.TEXT: {"type": "string"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
    Kind.INTEGER: {"type": "integer"},
    Kind.NUMBER: {"type": "number"},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.RECORDS: {"type": "array"},
}
_LENGTHS: Final = {Kind.TEXT: ("minLength", "maxLength"), Kind.RECORDS: ("minItems", "maxItems")}


def message_schema(message: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of a whole message, with an example of it."""
    about = (message.__doc__ or "").partition("\n")[0]
    is_given = issubclass(message, Given)
    return {**_object(shapes_of(message), is_given=is_given), "description": about, "examples": [sample_of(message)]}


def form_schema(message: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of a message that is sent as a form, where lists of records are JSON in a text."""
    schema = message_schema(message)
    for name, said in schema["properties"].items():
        if said["type"] == "array":
            kept = {key: said[key] for key in ("title", "description") if key in said}
            schema["properties"][name] = {**kept, "type": "string", "contentMediaType": "application/json"}
    return {key: value for key, value in schema.items() if key != "examples"}


def parameter_schema(shape: Shape) -> dict[str, Any]:
    """Return the schema of a value in a path or a query; there is no way to say null there."""
    plain = {key: value for key, value in field_schema(shape, is_given=True).items() if key != "description"}
    return {**plain, **_TYPES[shape.kind], **({"enum": list(shape.choices)} if shape.choices else {})}


def field_schema(shape: Shape, *, is_given: bool) -> dict[str, Any]:
    """Return the schema of one field."""
    schema: dict[str, Any] = {"title": shape.title, "description": shape.description, **_TYPES[shape.kind]}
    if shape.choices:
        schema["enum"] = list(shape.choices)
    schema |= _limits(shape)
    if shape.records:
        schema["items"] = _object(shape.records, is_given=is_given)
    elif shape.example is not None:
        schema["examples"] = [shape.example]
    if shape.has_default:
        schema["default"] = shape.default
    return _with_null(schema) if shape.nullable else schema


def _limits(shape: Shape) -> dict[str, Any]:
    shortest, longest = _LENGTHS.get(shape.kind, ("", ""))
    limits = {shortest: shape.shortest, longest: shape.longest, "minimum": shape.least, "maximum": shape.most}
    return {name: limit for name, limit in limits.items() if name and limit is not None}


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    nullable = {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        nullable["enum"] = [*schema["enum"], None]
    return nullable


def _object(shapes: Iterable[Shape], *, is_given: bool) -> dict[str, Any]:
    fields = tuple(shapes)
    schema: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {shape.name: field_schema(shape, is_given=is_given) for shape in fields},
    }
    # An answer has every field every time, also one that has a value to fall back to.
    required = [shape.name for shape in fields if shape.required or not is_given]
    return {**schema, "required": required} if required else schema
