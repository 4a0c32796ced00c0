"""What does Notion refuse in a page? Its limits for requests, and properties that its source of data does not have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

LONGEST_TEXT: Final = 2_000
LONGEST_URL: Final = 2_000
LONGEST_EMAIL: Final = 200
MOST_IN_A_LIST: Final = 100
MOST_BLOCKS: Final = 1_000
MOST_BYTES: Final = 500_000
#: Blocks inside blocks inside blocks need a request of their own.
DEEPEST: Final = 2
_LONGEST_OPTION: Final = 100

BLOCKS: Final = frozenset(
    {
        *("paragraph", "heading_1", "heading_2", "heading_3", "bulleted_list_item", "numbered_list_item", "to_do"),
        *("toggle", "quote", "callout", "code", "divider", "bookmark", "table", "table_row", "column_list", "column"),
    }
)

Faults = Iterator[str]


def faults_of_properties(given: Any, declared: Mapping[str, str]) -> Faults:
    """Hold properties against those of the source of data: name and type."""
    if not isinstance(given, dict):
        yield "body.properties should be an object"
        return
    for name, value in given.items():
        # The property that holds the title can be called by that name everywhere.
        kind = declared.get(name) or ("title" if name == "title" else None)
        if kind is None:
            yield f"{name} is not a property that exists."
        elif not isinstance(value, dict) or kind not in value:
            yield f"{name} is expected to be {kind}."
        else:
            yield from (f"body.properties.{name}.{fault}" for fault in _value(kind, value[kind]))


def _value(kind: str, held: Any) -> Faults:
    check = _VALUES.get(kind)
    if check is not None and not (held is None and kind in _MAY_BE_EMPTY):
        yield from check(kind, held)


def _texts(kind: str, held: Any) -> Faults:
    yield from _rich_text(held, kind)


def _list_of_options(kind: str, held: Any) -> Faults:
    yield from _listed(held, kind)
    for option in held if isinstance(held, list) else ():
        yield from _option(kind, option)


def _number(kind: str, held: Any) -> Faults:
    if isinstance(held, bool) or not isinstance(held, int | float):
        yield f"{kind} should be a number"


def _checkbox(kind: str, held: Any) -> Faults:
    if not isinstance(held, bool):
        yield f"{kind} should be a boolean"


def _date(kind: str, held: Any) -> Faults:
    if not str(held.get("start", ""))[:4].isdecimal():
        yield f"{kind}.start should be a valid ISO 8601 date string"


def _link(kind: str, held: Any) -> Faults:
    yield from _text(held, kind, LONGEST_URL if kind == "url" else LONGEST_EMAIL)


def _references(kind: str, held: Any) -> Faults:
    yield from _listed(held, kind)


def _option(kind: str, held: Any) -> Faults:
    name = held.get("name") if isinstance(held, dict) else None
    if not name or "," in name or len(name) > _LONGEST_OPTION:
        yield f"{kind}.name should be a text without commas of at most {_LONGEST_OPTION} characters"


_MAY_BE_EMPTY: Final = frozenset({"select", "status", "number", "date", "url", "email"})
_VALUES: Final[dict[str, Callable[[str, Any], Faults]]] = {
    "title": _texts,
    "rich_text": _texts,
    "select": _option,
    "status": _option,
    "multi_select": _list_of_options,
    "number": _number,
    "checkbox": _checkbox,
    "date": _date,
    "url": _link,
    "email": _link,
    "people": _references,
    "relation": _references,
}


def faults_of_children(children: Any) -> Faults:
    """Hold blocks against the limits of one request."""
    yield from _children(children, "body.children", 1)
    if _number_of(children) > MOST_BLOCKS:
        yield f"body failed validation: the request should have at most {MOST_BLOCKS} blocks"


def _children(children: Any, place: str, depth: int) -> Faults:
    yield from _listed(children, place)
    if depth > DEEPEST:
        yield f"{place} is nested too deeply"
        return
    for number, block in enumerate(children if isinstance(children, list) else ()):
        yield from _block(block, f"{place}[{number}]", depth)


def _block(block: Any, place: str, depth: int) -> Faults:
    kinds = [name for name in block if name in BLOCKS] if isinstance(block, dict) else []
    if len(kinds) != 1 or block.get("type", kinds[0]) != kinds[0]:
        yield f"{place} should be one block of a known type"
        return
    held = block[kinds[0]]
    for name in ("rich_text", "caption"):
        if name in held:
            yield from _rich_text(held[name], f"{place}.{kinds[0]}.{name}")
    for number, cell in enumerate(held.get("cells", [])):
        yield from _rich_text(cell, f"{place}.cells[{number}]")
    if "children" in held:
        yield from _children(held["children"], f"{place}.{kinds[0]}.children", depth + 1)


def _rich_text(held: Any, place: str) -> Faults:
    yield from _listed(held, place)
    for number, part in enumerate(held if isinstance(held, list) else ()):
        text = part.get("text", {}) if isinstance(part, dict) else {}
        yield from _text(text.get("content"), f"{place}[{number}].text.content", LONGEST_TEXT)
        if text.get("link"):
            yield from _text(text["link"].get("url"), f"{place}[{number}].text.link.url", LONGEST_URL)


def _text(held: Any, place: str, longest: int) -> Faults:
    if not isinstance(held, str):
        yield f"{place} should be a string"
    elif len(held) > longest:
        yield f"{place}.length should be ≤ `{longest}`, instead was `{len(held)}`."


def _listed(held: Any, place: str) -> Faults:
    if not isinstance(held, list):
        yield f"{place} should be an array"
    elif len(held) > MOST_IN_A_LIST:
        yield f"{place}.length should be ≤ `{MOST_IN_A_LIST}`, instead was `{len(held)}`."


def _number_of(children: Any) -> int:
    if not isinstance(children, list):
        return 0
    inner = (held.get("children", []) for block in children for held in block.values() if isinstance(held, dict))
    return len(children) + sum(map(_number_of, inner))
