"""What does Slack refuse in a message? Its limits, as its documentation, its schemas and people who met them tell.

That all texts of a message together may not be longer than about 13 thousand characters is in no document of Slack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

MOST_BLOCKS: Final = 50
MOST_ATTACHMENTS: Final = 100
LONGEST_TEXT: Final = 40_000
#: Of the text of a message that is changed, in bytes.
LONGEST_CHANGED: Final = 4_000
LONGEST_ALTOGETHER: Final = 13_100
_TEXT: Final = 3_000
_HEADER: Final = 150
_BUTTON: Final = 75
_ID: Final = 255
_FIELDS: Final = 10
_FIELD: Final = 2_000
_CONTEXT: Final = 10
_ACTIONS: Final = 25
_URL: Final = 3_000
_VALUE: Final = 2_000
_ALT: Final = 2_000
_OPTIONS: Final = 100
_OPTION: Final = 75
_PLACEHOLDER: Final = 150
_MARKDOWN: Final = 12_000
_STYLES: Final = frozenset({"primary", "danger"})

Faults = Iterator[str]


def faults_of(blocks: Any) -> list[str]:
    """Return what is wrong with the blocks of a message."""
    if not isinstance(blocks, list):
        return ["blocks: must be a list"]
    found = [f"blocks: no more than {MOST_BLOCKS} items allowed"] if len(blocks) > MOST_BLOCKS else []
    ids = [block["block_id"] for block in blocks if isinstance(block, dict) and "block_id" in block]
    if len(set(ids)) < len(ids):
        found.append("blocks: `block_id` must be unique")
    for place, block in enumerate(blocks):
        found += [f"/blocks/{place}/{fault}" for fault in _block(block)]
    return found or list(_by_the_models(blocks))


def _by_the_models(blocks: list[dict[str, Any]]) -> Faults:
    """Ask the models of Slack's own library, which know some of the limits."""
    for place, block in enumerate(blocks):
        parsed = Block.parse(block)
        if parsed is not None:
            try:
                parsed.validate_json()
            except SlackObjectFormationError as error:
                yield f"/blocks/{place}: {error}"


def length_of(held: Any) -> int:
    """Count the characters of all texts in a message."""
    if isinstance(held, dict):
        text = held.get("text")
        return (len(text) if isinstance(text, str) else 0) + sum(
            length_of(value) for value in held.values() if not isinstance(value, str)
        )
    return sum(map(length_of, held)) if isinstance(held, list) else 0


def _block(block: Any) -> Faults:
    if not isinstance(block, dict) or block.get("type") not in _BLOCKS:
        yield "type: unsupported type"
        return
    yield from _longer(block, "block_id", _ID)
    yield from _BLOCKS[block["type"]](block)


def _header(block: Mapping[str, Any]) -> Faults:
    yield from _text(block.get("text"), "text", _HEADER, plain=True)


def _section(block: Mapping[str, Any]) -> Faults:
    if "text" not in block and not block.get("fields"):
        yield "section: either text or fields must be provided"
    if "text" in block:
        yield from _text(block["text"], "text", _TEXT)
    fields = block.get("fields", [])
    if len(fields) > _FIELDS:
        yield f"fields: no more than {_FIELDS} items allowed"
    for place, field in enumerate(fields):
        yield from _text(field, f"fields/{place}", _FIELD)
    if "accessory" in block:
        yield from _element(block["accessory"], "accessory")


def _context(block: Mapping[str, Any]) -> Faults:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= _CONTEXT:
        yield f"elements: between 1 and {_CONTEXT} items allowed"
    for place, element in enumerate(elements):
        if element.get("type") == "image":
            yield from _image(element)
        else:
            yield from _text(element, f"elements/{place}", _TEXT)


def _actions(block: Mapping[str, Any]) -> Faults:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= _ACTIONS:
        yield f"elements: between 1 and {_ACTIONS} items allowed"
    ids = [element.get("action_id") for element in elements if element.get("action_id")]
    if len(set(ids)) < len(ids):
        yield "elements: `action_id` must be unique"
    for place, element in enumerate(elements):
        yield from _element(element, f"elements/{place}")


def _image(block: Mapping[str, Any]) -> Faults:
    if not block.get("image_url") and not block.get("slack_file"):
        yield "image_url: must be provided"
    if not block.get("alt_text"):
        yield "alt_text: must be provided"
    yield from _longer(block, "image_url", _URL)
    yield from _longer(block, "alt_text", _ALT)


def _markdown(block: Mapping[str, Any]) -> Faults:
    if not block.get("text"):
        yield "text: must be provided"
    yield from _longer(block, "text", _MARKDOWN)


def _input(block: Mapping[str, Any]) -> Faults:
    yield from _text(block.get("label"), "label", _FIELD, plain=True)
    yield from _element(block.get("element"), "element")


def _nothing(_block: Mapping[str, Any]) -> Faults:
    yield from ()


_BLOCKS: Final[dict[str, Callable[[Mapping[str, Any]], Faults]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "image": _image,
    "markdown": _markdown,
    "input": _input,
    "divider": _nothing,
    "rich_text": _nothing,
}


def _element(element: Any, place: str) -> Faults:
    if not isinstance(element, dict) or "type" not in element:
        yield f"{place}: must be an element"
        return
    yield from _longer(element, "action_id", _ID)
    if element["type"] == "button":
        yield from _button(element, place)
    if "placeholder" in element:
        yield from _text(element["placeholder"], f"{place}/placeholder", _PLACEHOLDER, plain=True)
    yield from _options(element, place)


def _button(element: Mapping[str, Any], place: str) -> Faults:
    yield from _text(element.get("text"), f"{place}/text", _BUTTON, plain=True)
    yield from _longer(element, "value", _VALUE)
    yield from _longer(element, "url", _URL)
    if "style" in element and element["style"] not in _STYLES:
        yield f"{place}/style: must be primary or danger"


def _options(element: Mapping[str, Any], place: str) -> Faults:
    options = element.get("options", [])
    if len(options) > _OPTIONS:
        yield f"{place}/options: no more than {_OPTIONS} items allowed"
    for number, option in enumerate(options):
        yield from _text(option.get("text"), f"{place}/options/{number}", _OPTION)
        yield from _longer(option, "value", _OPTION)


def _text(held: Any, place: str, longest: int, *, plain: bool = False) -> Faults:
    if not isinstance(held, dict) or not isinstance(held.get("text"), str):
        yield f"{place}: must be a text object"
        return
    kinds = {"plain_text"} if plain else {"plain_text", "mrkdwn"}
    if held.get("type") not in kinds:
        yield f"{place}/type: must be {' or '.join(sorted(kinds))}"
    if not held["text"]:
        yield f"{place}/text: must be more than 0 characters"
    if len(held["text"]) > longest:
        yield f"{place}/text: must be less than {longest + 1} characters"


def _longer(held: Mapping[str, Any], name: str, longest: int) -> Faults:
    if len(str(held.get(name, ""))) > longest:
        yield f"{name}: must be less than {longest + 1} characters"
