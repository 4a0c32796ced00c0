"""What does an expression of a blueprint come to, as far as Make's public tables tell?

What nobody knows for sure is not simulated: it fails loudly instead of guessing.
"""

from __future__ import annotations

import html
import json
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

from triage_core.lowcode.make.iml import BLUEPRINT, Call, Dialect, Literal, Node, Operation, Reference
from triage_core.lowcode.make.reading import parse

#: What expressions may begin with: numbers of modules in a blueprint, names in the code of an app.
Bundles = Mapping[Any, Any]


class NotSimulatedError(Exception):
    """A blueprint uses something that the simulator does not know."""


def mapped(value: Any, bundles: Bundles, dialect: Dialect = BLUEPRINT) -> Any:
    """Return a value of a mapper with every text in it filled in."""
    if isinstance(value, dict):
        return {key: mapped(inner, bundles, dialect) for key, inner in value.items()}
    if isinstance(value, list):
        return [mapped(inner, bundles, dialect) for inner in value]
    return filled(value, bundles, dialect) if isinstance(value, str) else value


def filled(text: str, bundles: Bundles, dialect: Dialect = BLUEPRINT) -> Any:
    """Return what a text comes to: a value where it is one expression and nothing else, else a text."""
    parts = parse(text, dialect).parts
    if len(parts) == 1:
        return parts[0] if isinstance(parts[0], str) else evaluated(parts[0], bundles)
    return "".join(part if isinstance(part, str) else written(evaluated(part, bundles)) for part in parts)


def written(value: Any) -> str:
    """Return a value as it stands in a text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        raise NotSimulatedError("a list or a collection in a text")
    return str(value)


def evaluated(node: Node, bundles: Bundles) -> Any:
    """Return what an expression comes to."""
    match node:
        case Literal():
            return node.value
        case Reference():
            return _found(node, bundles)
        case Call():
            return _called(node, bundles)
        case Operation():
            return _operated(node, bundles)


def _found(node: Reference, bundles: Bundles) -> Any:
    first, *steps = node.path
    if first not in bundles and not isinstance(first, int):
        return _word(str(first))
    value = bundles[first]
    for step in steps:
        value = _step(value, step)
    return value


_WORDS: Final[dict[str, Any]] = {
    "null": None,
    "true": True,
    "false": False,
    "emptystring": "",
    "emptyarray": [],
    "newline": "\n",
    "space": " ",
}


def _word(name: str) -> Any:
    if name not in _WORDS:
        raise NotSimulatedError(f"the word {name}")
    return _WORDS[name]


def _step(value: Any, step: str | int | None) -> Any:
    if step is None:
        raise NotSimulatedError("all members of a list")
    if isinstance(step, int):
        return value[step - 1] if isinstance(value, list) and step <= len(value) else None
    return value.get(step) if isinstance(value, dict) else None


def is_empty(value: Any) -> bool:
    """Tell whether Make takes a value for nothing."""
    return value is None or value in ("", [])


def _replaced(text: Any, old: Any, new: Any) -> str:
    return re.sub(old[1:-1], new, text) if re.fullmatch(r"/.*/", old) else written(text).replace(old, new)


_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "ifempty": lambda value, other: other if is_empty(value) else value,
    "if": lambda test, yes, no: yes if test else no,
    "toString": lambda value: json.dumps(value) if isinstance(value, dict | list) else written(value),
    "split": lambda text, by: written(text).split(by) if text else [],
    "join": lambda values, by: by.join(map(written, values)),
    "replace": _replaced,
    "escapeHTML": lambda text: html.escape(written(text)),
    "encodeURL": lambda text: quote(written(text), safe=""),
    "lower": lambda text: written(text).lower(),
    "upper": lambda text: written(text).upper(),
    "trim": lambda text: written(text).strip(),
    "length": lambda value: len(value or ""),
    "contains": lambda value, what: what in (value or ""),
    "first": lambda values: values[0] if values else None,
    "last": lambda values: values[-1] if values else None,
}


def _called(node: Call, bundles: Bundles) -> Any:
    if node.name not in _FUNCTIONS:
        raise NotSimulatedError(f"the function {node.name}")
    return _FUNCTIONS[node.name](*(evaluated(argument, bundles) for argument in node.arguments))


_OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "&": lambda left, right: bool(left) and bool(right),
    "|": lambda left, right: bool(left) or bool(right),
}


def _operated(node: Operation, bundles: Bundles) -> Any:
    right = evaluated(node.right, bundles)
    if node.left is None:
        return -right
    return _OPERATORS[node.operator](evaluated(node.left, bundles), right)


_TESTS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "exist": lambda a, _: not is_empty(a),
    "notexist": lambda a, _: is_empty(a),
    "text:equal": lambda a, b: written(a) == written(b),
    "text:notequal": lambda a, b: written(a) != written(b),
    "text:contain": lambda a, b: written(b) in written(a),
    "text:notcontain": lambda a, b: written(b) not in written(a),
    "text:startwith": lambda a, b: written(a).startswith(written(b)),
    "text:endwith": lambda a, b: written(a).endswith(written(b)),
    "boolean:equal": lambda a, b: written(a) == written(b),
    "boolean:notequal": lambda a, b: written(a) != written(b),
    "number:equal": lambda a, b: float(a) == float(b),
    "number:greater": lambda a, b: float(a) > float(b),
    "number:less": lambda a, b: float(a) < float(b),
}


def passes(conditions: list[list[dict[str, Any]]], bundles: Bundles) -> bool:
    """Tell whether a filter lets a bundle through: any of its groups, and all of a group."""
    return not conditions or any(all(_holds(each, bundles) for each in group) for group in conditions)


def _holds(condition: dict[str, Any], bundles: Bundles) -> bool:
    test = condition["o"]
    if test not in _TESTS:
        raise NotSimulatedError(f"the operator {test}")
    return _TESTS[test](filled(str(condition["a"]), bundles), filled(str(condition.get("b", "")), bundles))
