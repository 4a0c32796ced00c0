"""How does the app call an operation?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from triage_core.contract.operation import Operation, Repeat
from triage_core.contract.shape import Shape, shapes_of

if TYPE_CHECKING:
    from pydantic import BaseModel

Part = dict[str, Any]

#: Where the service's operations begin; the base address holds it.
VERSION: Final = "/api/v1"
KEY: Final = "idempotency_key"
_PAGING: Final = frozenset({"cursor", "limit"})
_PLACE: Final = re.compile(r"\{(\w+)\}")


def action(row: Operation) -> Part:
    """Return the call of a module that gives one bundle."""
    return {**_request(row), "response": {"output": "{{body}}"}}


def search(row: Operation) -> Part:
    """Return the call of a module that gives one bundle for each record, over all pages up to the wished number."""
    pages = any(shape.name == "cursor" for shape in shapes(row.query))
    wanted = any(shape.name == "limit" for shape in shapes(row.query))
    listed = {"iterate": "{{body.items}}", "output": "{{item}}"}
    if wanted:
        listed["limit"] = "{{parameters.limit}}"
    paging = {"qs": {"cursor": "{{body.next_cursor}}"}, "condition": "{{body.next_cursor}}"}
    return {**_request(row), "response": listed, **({"pagination": paging} if pages else {})}


def choices(row: Operation, parameters: dict[str, str]) -> Part:
    """Return the call that fills a drop-down."""
    return {
        "url": _PLACE.sub(lambda found: parameters[found[1]], _path(row)),
        "method": row.method,
        "response": {"iterate": "{{body.items}}", "output": {"label": "{{item.name}}", "value": "{{item.id}}"}},
    }


def asked(row: Operation) -> tuple[Shape, ...]:
    """Return the fields that the form of an operation asks for: address first, then query, then body."""
    query = (shape for shape in shapes(row.query) if shape.name not in _PAGING)
    return (*shapes(row.params), *query, *shapes(row.request))


def needs_key(row: Operation) -> bool:
    """Tell whether the idempotency key must be sent."""
    return row.repeat is Repeat.KEY


def shapes(message: type[BaseModel] | None) -> tuple[Shape, ...]:
    """Return the fields of a message that may be missing."""
    return shapes_of(message) if message else ()


def _request(row: Operation) -> Part:
    call: Part = {"url": _PLACE.sub(r"{{encodeURL(parameters.\1)}}", _path(row)), "method": row.method}
    if needs_key(row):
        call["headers"] = {"idempotency-key": f"{{{{parameters.{KEY}}}}}"}
    if row.query:
        call["qs"] = {shape.name: _queried(shape) for shape in shapes_of(row.query) if shape.name != "cursor"}
    if row.method != "GET":
        call["body"] = {shape.name: _mapped(shape.name) for shape in shapes(row.request)}
    return call


def _queried(shape: Shape) -> str | int:
    """Return what a query holds; pages are as long as they may be, so that a search needs few calls."""
    return int(shape.most) if shape.name == "limit" and shape.most else _mapped(shape.name)


def _mapped(name: str) -> str:
    return f"{{{{parameters.{name}}}}}"


def _path(row: Operation) -> str:
    return row.path.removeprefix(VERSION)
