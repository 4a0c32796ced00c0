"""How does the workflow language compare values, and write them into texts?"""

from __future__ import annotations

import json
from typing import Any

from tests.simulators.power_automate.failures import invalid


def written(value: Any) -> str:
    """Return a value as it stands in a text: nothing for null, JSON for what is made of parts."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value)
    return as_json(value)


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal: of one kind, and letter by letter."""
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return bool(left == right)


def number(value: Any, what: str = "a number") -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    raise invalid(f"{what} is expected, not {kind(value)}")


def text(value: Any, what: str = "a text") -> str:
    if isinstance(value, str):
        return value
    raise invalid(f"{what} is expected, not {kind(value)}")


def truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise invalid(f"true or false is expected, not {kind(value)}")


def items(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    raise invalid(f"a list is expected, not {kind(value)}")


def kind(value: Any) -> str:
    """Return the name of a value's kind."""
    names = {bool: "Boolean", int: "Integer", float: "Float", str: "String", list: "Array", dict: "Object"}
    return "Null" if value is None else names[type(value)]


def less(left: Any, right: Any) -> bool:
    """Compare numbers or texts, each with its own kind."""
    if isinstance(left, str) and isinstance(right, str):
        return left < right
    return number(left) < number(right)
