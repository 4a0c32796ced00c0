"""How is a schema of OpenAPI 3.1 said in Swagger 2.0, and what cannot be said there?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Schema = dict[str, Any]

#: What the older format is not told: its readers need no more, and would only break on a new field.
LEFT_OUT: Final = frozenset({"additionalProperties"})
_SAME: Final = frozenset(
    {"format", "description", "default", "pattern", "required"}
    | {"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"}
)
#: A value in an address or a header has no example of its own there.
_NOT_IN_PARAMETERS: Final = frozenset({"example"})


class CannotSay(Exception):
    """The older format has no word for something; this is a mistake of the program and never guessed away."""


def downgraded(schema: Mapping[str, Any], place: str) -> Schema:
    """Return the schema in the older words; raises `CannotSay`."""
    said: Schema = {}
    for keyword, value in schema.items():
        said |= _rule(keyword)(value, f"{place}/{keyword}")
    return said


def parameter(given: Mapping[str, Any], place: str) -> Schema:
    """Return a parameter in the older words, where its schema stands beside its name."""
    kept = {key: given[key] for key in ("name", "in", "required", "description")}
    schema = downgraded(given["schema"], place)
    return kept | {key: value for key, value in schema.items() if key not in _NOT_IN_PARAMETERS}


def header(given: Mapping[str, Any], place: str) -> Schema:
    """Return a header of an answer in the older words."""
    return {"description": given["description"], **downgraded(given["schema"], place)}


def _rule(keyword: str) -> Callable[[Any, str], Schema]:
    if keyword in _SAME:
        return lambda value, _: {keyword: value}
    if keyword in LEFT_OUT:
        return lambda value, there: {} if value is False else _refuse(there, "open objects")
    if keyword not in _RULES:
        return lambda _, there: _refuse(there, keyword)
    return _RULES[keyword]


def _refuse(place: str, what: str) -> Schema:
    raise CannotSay(f"{place}: Swagger 2.0 has no word for {what}; say it otherwise in the contract")


def _type(value: str | list[str], place: str) -> Schema:
    if isinstance(value, str):
        return {"type": value}
    kinds = [kind for kind in value if kind != "null"]
    if len(kinds) != 1:
        return _refuse(place, "several types")
    return {"type": kinds[0], "x-nullable": True}


def _enum(values: list[Any], _place: str) -> Schema:
    return {"enum": [value for value in values if value is not None]}


def _reference(value: str, place: str) -> Schema:
    start, _, name = value.rpartition("/")
    return {"$ref": f"#/definitions/{name}"} if start == "#/components/schemas" else _refuse(place, value)


def _properties(fields: Mapping[str, Schema], place: str) -> Schema:
    # A field may be called like a keyword, so names are never looked up in the table.
    return {"properties": {name: downgraded(field, f"{place}/{name}") for name, field in fields.items()}}


_RULES: Final[dict[str, Callable[[Any, str], Schema]]] = {
    "$ref": _reference,
    "type": _type,
    "enum": _enum,
    "const": lambda value, _: {"enum": [value]},
    "title": lambda value, _: {"x-ms-summary": value},
    "examples": lambda values, _: {"example": values[0]},
    "exclusiveMinimum": lambda value, _: {"minimum": value, "exclusiveMinimum": True},
    "exclusiveMaximum": lambda value, _: {"maximum": value, "exclusiveMaximum": True},
    "properties": _properties,
    "items": lambda value, place: {"items": downgraded(value, place)},
}
