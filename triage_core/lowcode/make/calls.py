"""Do the calls of a blueprint fit the service: address, body, answer, key?"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from triage_core.contract.operation import Operation, Repeat
from triage_core.contract.operations import OPERATIONS
from triage_core.contract.shape import Kind, Shape, shapes_of
from triage_core.lowcode.make.blueprint import Blueprint, Path, Placed, Spot, mapping, members
from triage_core.lowcode.make.iml import BLUEPRINT, ImlError, Reference, Template
from triage_core.lowcode.make.mapping import templates
from triage_core.lowcode.make.modules import CALLS, FORM, REQUEST, RESPOND
from triage_core.lowcode.make.reading import parse
from triage_core.lowcode.make.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Where the operations of the service begin, whatever stands before.
_BEGINS: Final = "/api/v1/"
#: Stands where an expression was; no character of an address or of JSON.
_HOLE: Final = "\ue000"
_KEY: Final = "idempotency-key"
#: Where a module takes JSON that is written by hand.
_JSON_BY_HAND: Final = {REQUEST: "jsonStringBodyContent", FORM: "data", RESPOND: "body"}
#: Texts that the service makes, or that the policy names things by, so that no quotation mark is in them.
_OUR_NAMES: Final = frozenset(
    {"ticket_id", "message_id", "approval_id", "escalation_id", "incident_id", "hook_id", "permit"}
    | {"class", "queue", "severity", "missing_csv", "risk_tags_csv"}
)


class Called(NamedTuple):
    """An operation that a module calls."""

    module: Placed
    row: Operation


def called(blueprint: Blueprint) -> tuple[Called, ...]:
    """Return every call of the service for which there is an operation."""
    return tuple(Called(module, row) for module in _callers(blueprint) if (row := _operation(module)))


def _callers(blueprint: Blueprint) -> Iterator[Placed]:
    for module in blueprint.modules:
        if module.name in CALLS and _BEGINS in _address(module):
            yield module


def _address(module: Placed) -> str:
    return _filled(str(module.mapper.get("url", "")))


def _filled(text: str) -> str:
    """Return a text with a hole for each expression."""
    try:
        parts = parse(text, BLUEPRINT).parts
    except ImlError:
        return text
    return "".join(part if isinstance(part, str) else _HOLE for part in parts)


def _operation(module: Placed) -> Operation | None:
    path = _path(module)
    method = str(module.mapper.get("method", "")).upper()
    return next((row for place, row in _places() if row.method == method and place.fullmatch(path)), None)


def _path(module: Placed) -> str:
    address = _address(module)
    return address[address.index(_BEGINS) :].partition("?")[0]


@cache
def _places() -> tuple[tuple[re.Pattern[str], Operation], ...]:
    """Return a pattern for the address of each operation; those without places first."""
    rows = sorted(OPERATIONS.values(), key=lambda row: row.path.count("{"))
    return tuple((re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(row.path))), row) for row in rows)


def addresses(blueprint: Blueprint) -> Iterator[Spot]:
    """Look at whether the service has every operation that is called."""
    for module in _callers(blueprint):
        if _operation(module) is None:
            method = str(module.mapper.get("method", "")).upper()
            shown = _path(module).replace(_HOLE, "…")
            yield module.found(RULES["MK150"], f"there is no operation {method} {shown}", "mapper", "url")


def bodies(blueprint: Blueprint) -> Iterator[Spot]:
    """Look at what is sent."""
    for call in called(blueprint):
        yield from _query(call)
        if call.row.request:
            yield from _form(call) if call.module.name == FORM else _json(call)


def _query(call: Called) -> Iterator[Spot]:
    key = "qs" if call.module.name == FORM else "queryParameters"
    given = {str(mapping(each).get("name")): number for number, each in enumerate(members(call.module.mapper.get(key)))}
    wanted = {shape.name: shape for shape in _shapes(call.row.query)}
    yield from _fields(call, given, wanted, ("mapper", key))


def _form(call: Called) -> Iterator[Spot]:
    fields = members(call.module.mapper.get("formFields"))
    given = {str(mapping(each).get("key")): number for number, each in enumerate(fields)}
    yield from _fields(call, given, _asked(call), ("mapper", "formFields"))


def _fields(call: Called, given: dict[str, int], wanted: dict[str, Shape], path: Path) -> Iterator[Spot]:
    for name, number in given.items():
        if name not in wanted:
            yield call.module.found(RULES["MK151"], f"{call.row.name} has no field `{name}`", *path, number)
    yield from _missing(call, given.keys(), wanted, path)


def _missing(call: Called, given: Any, wanted: dict[str, Shape], path: Path) -> Iterator[Spot]:  # noqa: ANN401 - any names
    for name, shape in wanted.items():
        if shape.required and name not in given:
            yield call.module.found(RULES["MK151"], f"{call.row.name} needs the field `{name}`", *path)


def _json(call: Called) -> Iterator[Spot]:
    path = ("mapper", "jsonStringBodyContent")
    text = call.module.mapper.get("jsonStringBodyContent")
    if not isinstance(text, str):
        yield from _missing(call, (), _asked(call), ("mapper",))
        return
    try:
        body = json.loads(_filled(text).replace(_HOLE, "1"))
    except ValueError:
        yield call.module.found(RULES["MK151"], "with values in the places of the expressions, this is no JSON", *path)
        return
    given = mapping(body)
    for name in given.keys() - _asked(call).keys():
        yield call.module.found(RULES["MK151"], f"{call.row.name} has no field `{name}`", *path)
    yield from _missing(call, given, _asked(call), path)


def _asked(call: Called) -> dict[str, Shape]:
    return {shape.name: shape for shape in _shapes(call.row.request)}


def _shapes(message: Any) -> tuple[Shape, ...]:  # noqa: ANN401 - a message or none
    return shapes_of(message) if message else ()


def free_texts(blueprint: Blueprint) -> Iterator[Spot]:
    """Look at what is put between the quotation marks of JSON by hand."""
    rows = {call.module.id: call.row for call in called(blueprint)}
    for module in blueprint.modules:
        text = module.mapper.get(_JSON_BY_HAND.get(module.name, ""))
        if isinstance(text, str) and text.lstrip().startswith("{"):
            for reference in _references(text):
                if not _is_plain(reference, rows, blueprint):
                    named = ".".join(str(step) for step in reference.path)
                    message = f"`{named}` may hold a quotation mark or a line break"
                    yield module.found(RULES["MK152"], message, "mapper", _JSON_BY_HAND[module.name])


def _references(text: str) -> Iterator[Reference]:
    try:
        template = parse(text, BLUEPRINT)
    except ImlError:
        return
    yield from (node for node in template.nodes if isinstance(node, Reference) and node.of_module)


def _is_plain(reference: Reference, rows: dict[int | None, Operation], blueprint: Blueprint) -> bool:
    """Tell whether a value can never break JSON: a number, a choice, a name that the service itself made."""
    source = reference.path[0]
    row = rows.get(source) if isinstance(source, int) else None
    if row is None:
        return _is_set_by_hand(reference, blueprint)
    shape = _found(row, reference)
    return shape is not None and (shape.kind is not Kind.TEXT or bool(shape.choices) or shape.name in _OUR_NAMES)


def _is_set_by_hand(reference: Reference, blueprint: Blueprint) -> bool:
    """Tell whether a value is a variable without any expression in it."""
    source = blueprint.by_id.get(reference.path[0]) if isinstance(reference.path[0], int) else None
    if source is None or len(reference.path) < 2:  # noqa: PLR2004 - a module and a name
        return False
    variables = [mapping(each) for each in members(source.mapper.get("variables"))]
    return any(each.get("name") == reference.path[1] and "{{" not in str(each.get("value")) for each in variables)


def answers(blueprint: Blueprint) -> Iterator[Spot]:
    """Look at whether what is taken from an answer of the service stands in it."""
    rows = {call.module.id: call for call in called(blueprint)}
    for module in blueprint.modules:
        for path, template in templates(module):
            for reference in _taken(template):
                call = rows.get(reference.path[0]) if isinstance(reference.path[0], int) else None
                if call and call.module.id != module.handles and not _exists(call.row, reference):
                    named = ".".join(str(step) for step in reference.path[2:] if step is not None)
                    yield module.found(RULES["MK153"], f"the answer of {call.row.name} has no `{named}`", *path)


def _taken(template: Template) -> Iterator[Reference]:
    for node in template.nodes:
        if isinstance(node, Reference) and node.of_module and node.path[1:2] == ("data",):
            yield node


def _exists(row: Operation, reference: Reference) -> bool:
    return len(reference.path) == 2 or _found(row, reference) is not None  # noqa: PLR2004 - the whole answer


def _found(row: Operation, reference: Reference) -> Shape | None:
    """Return the field of an answer that a reference leads to."""
    shapes, found = shapes_of(row.response), None
    for step in reference.path[2:]:
        if isinstance(step, str):
            found = next((shape for shape in shapes if shape.name == step), None)
            if found is None:
                return None
            shapes = found.records
    return found


def keys(blueprint: Blueprint) -> Iterator[Spot]:
    """Look at what makes a repeated call have one effect."""
    for call in called(blueprint):
        if call.row.repeat is Repeat.KEY:
            yield from _key(call)


def _key(call: Called) -> Iterator[Spot]:
    headers = [mapping(each) for each in members(call.module.mapper.get("headers"))]
    values = [str(each.get("value")) for each in headers if str(each.get("name")).lower() == _KEY]
    if not values:
        yield call.module.found(
            RULES["MK154"], f"{call.row.name} needs the header Idempotency-Key", "mapper", "headers"
        )
    elif not any(_is_stable(value) for value in values):
        message = "the key must come from the trigger, and be the same when the run is repeated"
        yield call.module.found(RULES["MK154"], message, "mapper", "headers")


def _is_stable(value: str) -> bool:
    try:
        nodes = [node for node in parse(value, BLUEPRINT).nodes if isinstance(node, Reference)]
    except ImlError:
        return True
    return any(node.of_module for node in nodes) and not any(
        node.path[0] in {"uuid", "random", "now", "timestamp", "executionId"} for node in nodes
    )
