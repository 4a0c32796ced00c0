"""Which words of a connector's definition do people read, and in which role?"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Part = dict[str, Any]


class Role(StrEnum):
    """What a text is for."""

    TITLE = "title"
    ABOUT = "about"
    SUMMARY = "summary"
    DESCRIPTION = "description"
    LABEL = "label"


class Spoken(NamedTuple):
    """One text, empty where it is missing."""

    place: str
    role: Role
    text: str


_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete"})


def operations_of(document: Part) -> Iterator[tuple[str, Part]]:
    """Yield each operation with its place."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in _METHODS:
                yield f"{method} {path}", operation


def spoken(document: Part) -> Iterator[Spoken]:
    """Yield every text that people read, and those that they miss."""
    yield Spoken("info", Role.TITLE, document["info"].get("title", ""))
    yield Spoken("info", Role.ABOUT, document["info"].get("description", ""))
    for place, operation in operations_of(document):
        yield from _of_operation(place, operation)
    for path, methods in document["paths"].items():
        if content := methods.get("x-ms-notification-content"):
            yield from _of_schema(f"{path} content", content["schema"])
    for name, schema in document.get("definitions", {}).items():
        yield from _of_schema(name, schema)


def _of_operation(place: str, operation: Part) -> Iterator[Spoken]:
    yield Spoken(place, Role.SUMMARY, operation.get("summary", ""))
    yield Spoken(place, Role.DESCRIPTION, operation.get("description", ""))
    for parameter in operation.get("parameters", ()):
        where = f"{place} {parameter['name']}"
        if "schema" in parameter:
            yield from _of_schema(where, parameter["schema"])
        else:
            yield from _of_field(where, parameter)
    for status, response in operation["responses"].items():
        yield Spoken(f"{place} {status}", Role.DESCRIPTION, response.get("description", ""))
        yield from _of_schema(f"{place} {status}", response.get("schema", {}))


def _of_schema(place: str, schema: Part) -> Iterator[Spoken]:
    for name, field in schema.get("properties", {}).items():
        yield from _of_field(f"{place}/{name}", field)
        yield from _of_schema(f"{place}/{name}", field)
    if "items" in schema:
        yield from _of_schema(place, schema["items"])


def _of_field(place: str, field: Part) -> Iterator[Spoken]:
    yield Spoken(place, Role.LABEL, field.get("x-ms-summary", ""))
    yield Spoken(place, Role.DESCRIPTION, field.get("description", ""))
