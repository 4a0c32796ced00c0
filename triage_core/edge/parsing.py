"""How does a body or a query become a message, and everything that is wrong with it a list?

Nothing that was sent is repeated: a refusal names the place by the contract's own words.
"""

from __future__ import annotations

import json
from difflib import get_close_matches
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ValidationError

from triage_core.contract.problems import Wrong
from triage_core.contract.shape import Kind, Shape, shapes_of
from triage_core.domain.folding import without_surrogates
from triage_core.edge.refusals import BodyTooLarge, Malformed, MediaTypeUnsupported

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pydantic_core import ErrorDetails

    from triage_core.edge.message import Request

Message = TypeVar("Message", bound=BaseModel)

#: How many bytes of a body are read.
LONGEST_BODY: Final = 1_000_000
_MOST_FIELDS: Final = 200

#: Codes of single faults, from pydantic's own; anything else is simply of the wrong form.
_CODES: Final = {
    "missing": "missing",
    "extra_forbidden": "unknown_field",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_short": "too_few",
    "too_long": "too_many",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "enum": "not_listed",
    "timezone_aware": "naive_time",
    "string_type": "wrong_type",
    "int_type": "wrong_type",
    "bool_type": "wrong_type",
    "tuple_type": "wrong_type",
    "model_type": "wrong_type",
}


class _Unreadable(ValueError):
    """A text is no JSON of ours; the message says what was expected."""


def body_of(request: Request, message: type[Message]) -> Message:
    """Read the body as JSON or as a form; raises `Malformed`, `BodyTooLarge` and `MediaTypeUnsupported`."""
    if len(request.body) > LONGEST_BODY:
        raise BodyTooLarge(LONGEST_BODY)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not request.body and not kind and not any(shape.required for shape in shapes_of(message)):
        return checked(message, {}, "")
    if kind not in _READERS:
        raise MediaTypeUnsupported(_READERS)
    try:
        text = request.body.decode("utf-8-sig")
        given = _READERS[kind](text, message)
    except UnicodeDecodeError as error:
        raise Malformed([_wrong("", "text in UTF-8", "wrong_encoding")]) from error
    except _Unreadable as error:
        raise Malformed([_wrong("", str(error), "unreadable")]) from error
    return checked(message, given, "")


def checked(message: type[Message], given: Mapping[str, Any], prefix: str) -> Message:
    """Return the message that was given; raises `Malformed` with all faults, each at its place after the prefix."""
    shapes = shapes_of(message)
    try:
        return message.model_validate(_without_empty(given, shapes))
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        raise Malformed([_fault(fault, shapes, prefix) for fault in faults]) from None


def _json(text: str, _message: type[BaseModel]) -> dict[str, Any]:
    given = _loads(text)
    if not isinstance(given, dict):
        raise _Unreadable("a JSON object")
    return given


def _form(text: str, message: type[BaseModel]) -> dict[str, Any]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except UnicodeDecodeError:
        raise
    except ValueError as error:
        raise _Unreadable(f"at most {_MOST_FIELDS} fields") from error
    given: dict[str, Any] = _each_once(pairs)
    for shape in shapes_of(message):
        if shape.kind is Kind.RECORDS and shape.name in given:
            given[shape.name] = _loads(given[shape.name])
    return given


_READERS: Final[dict[str, Callable[[str, type[BaseModel]], dict[str, Any]]]] = {
    "application/json": _json,
    "application/x-www-form-urlencoded": _form,
}


def _loads(text: str) -> Any:  # noqa: ANN401 - JSON holds anything
    try:
        return json.loads(text, object_pairs_hook=_each_once, parse_constant=_refuse, parse_float=_finite)
    except _Unreadable:
        raise
    except (ValueError, RecursionError) as error:
        raise _Unreadable("valid JSON") from error


def _each_once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    listed = list(pairs)
    found = dict(listed)
    if len(found) != len(listed):
        raise _Unreadable("each field once")
    return found


def _refuse(_constant: str) -> Any:  # noqa: ANN401 - never returns
    raise _Unreadable("numbers that are finite")


def _finite(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise _Unreadable("numbers that are finite")
    return number


def _without_empty(given: Any, shapes: Iterable[Shape]) -> Any:  # noqa: ANN401 - not checked yet
    """Leave out empty values of optional fields: platforms send them for what nobody filled in."""
    if not isinstance(given, dict):
        return given
    known = {shape.name: shape for shape in shapes}
    kept: dict[str, Any] = {}
    for name, value in given.items():
        shape = known.get(name)
        if shape and not shape.required and value in ("", None):
            continue
        kept[name] = _readable(value, shape.records if shape else ())
    return kept


def _readable(value: Any, records: tuple[Shape, ...]) -> Any:  # noqa: ANN401 - not checked yet
    """Replace the halves of broken character pairs, which have no bytes, and go on inside records."""
    if isinstance(value, str):
        return value if value.isascii() else without_surrogates(value)
    return [_without_empty(item, records) for item in value] if records and isinstance(value, list) else value


def _fault(fault: ErrorDetails, shapes: tuple[Shape, ...], prefix: str) -> Wrong:
    code = _CODES.get(fault["type"], "wrong_form")
    place: list[str] = []
    expected = "an object"
    for part in fault["loc"]:
        shape = next((shape for shape in shapes if shape.name == part), None)
        if isinstance(part, str) and shape is None:
            expected = _known_fields(part, shapes)
            break
        place.append(str(part))
        if shape is not None:
            expected, shapes = shape.expected, shape.records
    return _wrong("".join(f"/{part}" for part in (*filter(None, [prefix]), *place)), expected, code)


def _known_fields(unknown: str, shapes: Iterable[Shape]) -> str:
    """Say which fields there are, and which one was probably meant, without the name that was sent."""
    names = [shape.name for shape in shapes]
    near = get_close_matches(unknown[:80], names, n=1)
    meant = f"did you mean {near[0]}? " if near else ""
    return f"{meant}no other fields than {', '.join(names) or 'none'}"


def _wrong(pointer: str, expected: str, code: str) -> Wrong:
    return Wrong.of(pointer=pointer, expected=expected, code=code)
