"""Which fields does a message have, in words that every target understands?

A message is read once here; forms, samples, documents and the wording of refusals follow from what is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import BaseModel


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    MOMENT = "moment"
    RECORDS = "records"


class NotPortable(Exception):
    """A message says something that not every target can say; this is a mistake of the program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One field of a message."""

    name: str
    kind: Kind
    title: str
    description: str
    example: Any
    required: bool
    nullable: bool
    default: Any = None
    choices: tuple[str, ...] = ()
    shortest: int | None = None
    longest: int | None = None
    least: float | None = None
    most: float | None = None
    #: The fields of each record.
    records: tuple[Shape, ...] = ()

    @property
    def has_default(self) -> bool:
        """It stands for something where it is left out; nothing, an empty text or no records need not be said."""
        return self.default is not None and self.default not in ("", [])

    @property
    def expected(self) -> str:
        """What the field must hold, for whoever has to correct it."""
        if self.choices:
            return f"one of {', '.join(self.choices)}"
        return _EXPECTED[self.kind](self)


def _text_expected(shape: Shape) -> str:
    least = "at least 1" if shape.shortest else ""
    most = f"at most {shape.longest}" if shape.longest else ""
    limits = " and ".join(part for part in (least, most) if part)
    return f"text of {limits} characters" if limits else "text"


def _number_expected(shape: Shape) -> str:
    named = "a whole number" if shape.kind is Kind.INTEGER else "a number"
    low = f" from {shape.least:g}" if shape.least is not None else ""
    high = f" up to {shape.most:g}" if shape.most is not None else ""
    return f"{named}{low}{high}"


def _records_expected(shape: Shape) -> str:
    return f"a list of {shape.shortest or 0} to {shape.longest or 'any number of'} records"


def _said(expected: str) -> Callable[[Shape], str]:
    return lambda _: expected


_EXPECTED: Final[dict[Kind, Callable[[Shape], str]]] = {
    Kind.TEXT: _text_expected,
    Kind.INTEGER: _number_expected,
    Kind.NUMBER: _number_expected,
    Kind.BOOLEAN: _said("true or false"),
    Kind.MOMENT: _said("a moment with its time zone, such as 2026-03-02T09:00:00Z"),
    Kind.RECORDS: _records_expected,
}
_KINDS: Final[dict[tuple[str | None, str | None], Kind]] = {
    ("string", None): Kind.TEXT,
    ("string", "date-time"): Kind.MOMENT,
    ("integer", None): Kind.INTEGER,
    ("number", None): Kind.NUMBER,
    ("boolean", None): Kind.BOOLEAN,
    ("array", None): Kind.RECORDS,
}
_SAID_BY_PORTABLE: Final = frozenset(
    {"type", "format", "title", "description", "examples", "default", "enum", "items", "anyOf", "$ref"}
    | {"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"}
)


@cache
def shapes_of(message: type[BaseModel]) -> tuple[Shape, ...]:
    """Return the fields of a message in order; raises `NotPortable` for what a target cannot say."""
    schema = message.model_json_schema(by_alias=True)
    return _shapes(schema, schema.get("$defs", {}), levels=2)


def _shapes(schema: Mapping[str, Any], known: Mapping[str, Any], levels: int) -> tuple[Shape, ...]:
    if schema.get("type") != "object" or schema.get("additionalProperties") is not False:
        raise NotPortable(f"{schema.get('title')} is not a closed object")
    if not levels:
        raise NotPortable(f"{schema.get('title')} lies deeper than two levels")
    required = schema.get("required", ())
    return tuple(
        _shape(name, said, known, levels, required=name in required)
        for name, said in schema.get("properties", {}).items()
    )


def _shape(name: str, said: Mapping[str, Any], known: Mapping[str, Any], levels: int, *, required: bool) -> Shape:
    plain, nullable = _without_null(name, said)
    whole = {**known.get(plain.get("$ref", "").rpartition("/")[2], {}), **plain}
    if odd := whole.keys() - _SAID_BY_PORTABLE:
        raise NotPortable(f"{name} says {', '.join(sorted(odd))}")
    kind = _KINDS.get((whole.get("type"), whole.get("format")))
    if kind is None:
        raise NotPortable(f"{name} is of no kind that every target knows")
    records = _records(name, whole, known, levels) if kind is Kind.RECORDS else ()
    sample = [{shape.name: shape.example for shape in records}] if records else None
    return Shape(
        name=name,
        kind=kind,
        title=whole.get("title", ""),
        description=whole.get("description", ""),
        example=sample or next(iter(whole.get("examples", ())), None),
        required=required,
        nullable=nullable,
        default=whole.get("default"),
        choices=tuple(whole.get("enum", ())),
        shortest=whole.get("minLength", whole.get("minItems")),
        longest=whole.get("maxLength", whole.get("maxItems")),
        least=whole.get("minimum"),
        most=whole.get("maximum"),
        records=records,
    )


def _without_null(name: str, said: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """Return what a field says when it has a value, and whether it may have none; its own words win."""
    if "anyOf" not in said:
        return dict(said), False
    parts = [part for part in said["anyOf"] if part != {"type": "null"}]
    if len(parts) != 1 or len(said["anyOf"]) > 2:  # noqa: PLR2004 - a value or null
        raise NotPortable(f"{name} may be of several kinds")
    outside = {key: value for key, value in said.items() if key not in {"anyOf", "title"}}
    return {**parts[0], **outside}, True


def _records(name: str, whole: Mapping[str, Any], known: Mapping[str, Any], levels: int) -> tuple[Shape, ...]:
    reference = whole["items"].get("$ref")
    if reference is None:
        raise NotPortable(f"{name} is a list of something else than records")
    return _shapes(known[reference.rpartition("/")[2]], known, levels - 1)


def sample_of(message: type[BaseModel]) -> dict[str, Any]:
    """Return an example of a message, made of the examples of its fields."""
    return {shape.name: shape.example for shape in shapes_of(message)} | getattr(message, "like", {})
