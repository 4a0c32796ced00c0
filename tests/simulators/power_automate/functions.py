"""What do the functions of the workflow language do with values alone?"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from tests.simulators.power_automate import moments, values
from tests.simulators.power_automate.failures import invalid


def _length(value: Any) -> int:
    if isinstance(value, (str, list)):
        return len(value)
    raise invalid(f"a list or a text has a length, {values.kind(value)} has none")


def _empty(value: Any) -> bool:
    if value is None or isinstance(value, (str, list, dict)):
        return not value
    raise invalid(f"{values.kind(value)} is never empty")


def _contains(whole: Any, given: Any) -> bool:
    if isinstance(whole, str):
        return values.text(given) in whole
    if isinstance(whole, dict):
        return given in whole
    return any(values.same(each, given) for each in values.items(whole))


def _end(value: Any, at: int) -> Any:
    """Return the first or last part; nothing of an empty list."""
    if isinstance(value, (str, list)):
        return value[at] if value else (None if isinstance(value, list) else "")
    raise invalid(f"a list or a text has ends, {values.kind(value)} has none")


def _part(value: Any, start: int, end: int | None = None) -> Any:
    if isinstance(value, (str, list)):
        return value[start:end]
    raise invalid(f"a part of a list or a text, not of {values.kind(value)}")


def _substring(given: Any, start: Any, length: Any = None) -> str:
    whole = values.text(given)
    end = len(whole) if length is None else start + length
    if not 0 <= start <= end <= len(whole):
        raise invalid("the part lies outside of the text")
    return whole[start:end]


def _json(given: Any) -> Any:
    if isinstance(given, (dict, list)):
        return given
    try:
        return json.loads(values.text(given))
    except json.JSONDecodeError as error:
        raise invalid(f"this is no JSON: {error.msg}") from error


def _integer(given: Any) -> int:
    try:
        return int(values.written(given))
    except ValueError as error:
        raise invalid("this is no whole number") from error


def _float(given: Any) -> float:
    try:
        return float(values.written(given))
    except ValueError as error:
        raise invalid("this is no number") from error


def _bool(given: Any) -> bool:
    known = {"true": True, "false": False, "1": True, "0": False}
    found = known.get(values.written(given).lower())
    if found is None:
        raise invalid("this is neither true nor false")
    return found


def _divided(left: Any, right: Any) -> float:
    if values.number(right) == 0:
        raise invalid("nothing can be divided by zero")
    both_whole = isinstance(left, int) and isinstance(right, int)
    return int(left / right) if both_whole else left / right


def _remainder(left: Any, right: Any) -> float:
    return values.number(left) - values.number(right) * int(_divided(left, right))


def _changed(whole: Any, name: Any, value: Any) -> dict[str, Any]:
    if not isinstance(whole, dict):
        raise invalid(f"an object has properties, {values.kind(whole)} has none")
    return {**whole, name: value}


def _added(whole: Any, name: Any, value: Any) -> dict[str, Any]:
    if isinstance(whole, dict) and name in whole:
        raise invalid(f"there is a property {name} already")
    return _changed(whole, name, value)


def _union(*given: Any) -> Any:
    if all(isinstance(each, dict) for each in given):
        return {name: value for each in given for name, value in each.items()}
    found: list[Any] = []
    for each in (each for whole in given for each in values.items(whole)):
        found += [] if _contains(found, each) else [each]
    return found


def _intersection(first: Any, *others: Any) -> Any:
    return [each for each in values.items(first) if all(_contains(other, each) for other in others)]


def _split(given: Any, by: Any) -> list[str]:
    return values.text(given).split(values.text(by))


def _replace(given: Any, old: Any, new: Any) -> str:
    return values.text(given).replace(values.text(old), values.text(new))


def _concat(*given: Any) -> Any:
    if given and all(isinstance(each, list) for each in given):
        return [item for each in given for item in each]
    return "".join(values.written(each) for each in given)


def _index(given: Any, part: Any) -> int:
    return values.text(given).lower().find(values.text(part).lower())


def _numbers(given: tuple[Any, ...]) -> list[float]:
    listed = values.items(given[0]) if len(given) == 1 and isinstance(given[0], list) else list(given)
    return [values.number(each) for each in listed]


def _truths(given: tuple[Any, ...]) -> list[bool]:
    return [values.truth(each) for each in given]


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    # --- texts
    "concat": _concat,
    "tolower": lambda given: values.text(given).lower(),
    "toupper": lambda given: values.text(given).upper(),
    "trim": lambda given: values.text(given).strip(),
    "replace": _replace,
    "split": _split,
    "substring": _substring,
    "startswith": lambda given, part: values.text(given).lower().startswith(values.text(part).lower()),
    "endswith": lambda given, part: values.text(given).lower().endswith(values.text(part).lower()),
    "indexof": _index,
    "string": lambda given: given if isinstance(given, str) else values.as_json(given),
    "base64": lambda given: base64.b64encode(values.text(given).encode()).decode(),
    "base64tostring": lambda given: base64.b64decode(values.text(given)).decode(),
    "decodebase64": lambda given: base64.b64decode(values.text(given)).decode(),
    "encodeuricomponent": lambda given: quote(values.text(given), safe=""),
    "uricomponent": lambda given: quote(values.text(given), safe=""),
    "decodeuricomponent": lambda given: unquote(values.text(given)),
    "uricomponenttostring": lambda given: unquote(values.text(given)),
    "urihost": lambda given: urlsplit(values.text(given)).hostname or "",
    # --- lists and objects
    "length": _length,
    "empty": _empty,
    "contains": _contains,
    "first": lambda given: _end(given, 0),
    "last": lambda given: _end(given, -1),
    "take": lambda given, count: _part(given, 0, int(values.number(count))),
    "skip": lambda given, count: _part(given, int(values.number(count))),
    "reverse": lambda given: values.items(given)[::-1],
    "join": lambda given, by: values.text(by).join(values.written(each) for each in values.items(given)),
    "createarray": lambda *given: list(given),
    "array": lambda given: given if isinstance(given, list) else [given],
    "union": _union,
    "intersection": _intersection,
    "range": lambda start, count: list(range(start, start + count)),
    "setproperty": _changed,
    "addproperty": _added,
    "removeproperty": lambda whole, name: {each: value for each, value in whole.items() if each != name},
    "coalesce": lambda *given: next((each for each in given if each is not None), None),
    # --- numbers
    "add": lambda left, right: values.number(left) + values.number(right),
    "sub": lambda left, right: values.number(left) - values.number(right),
    "mul": lambda left, right: values.number(left) * values.number(right),
    "div": _divided,
    "mod": _remainder,
    "min": lambda *given: min(_numbers(given)),
    "max": lambda *given: max(_numbers(given)),
    "int": _integer,
    "float": _float,
    "bool": _bool,
    "json": _json,
    # --- truths
    "equals": values.same,
    "less": values.less,
    "greater": lambda left, right: values.less(right, left),
    "lessorequals": lambda left, right: not values.less(right, left),
    "greaterorequals": lambda left, right: not values.less(left, right),
    # Both sides are computed, and all of a list: whoever relies on less may fail in the cloud.
    "if": lambda condition, then, otherwise: then if values.truth(condition) else otherwise,
    "and": lambda *given: all(_truths(given)),
    "or": lambda *given: any(_truths(given)),
    "not": lambda given: not values.truth(given),
    **moments.FUNCTIONS,
}
