"""What stands at which place of a JSON payload?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from triage_core.channels import moments
from triage_core.channels.charsets import decoded, storable
from triage_core.channels.refusals import PayloadIncomplete, PayloadUnreadable
from triage_core.domain.model import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

Scalar: TypeAlias = "str | int | float | bool | None"
#: From here on a number has no exact form in the stored JSON.
_LARGEST: Final = 2**63


class Document:
    """A JSON object, read by pointers; what is absent or of another kind is empty, not an error."""

    def __init__(self, channel: str, data: Mapping[str, Any]) -> None:
        """Keep the channel's name for messages."""
        self.channel: Final = channel
        self.data: Final = data

    def at(self, pointer: str) -> Any:  # noqa: ANN401 - JSON of any shape
        """Return what stands at a pointer, or none."""
        found: Any = self.data
        for step in pointer.split("/")[1:]:
            found = _child(found, step)
        return found

    def text(self, *pointers: str) -> str:
        """Return the first text or number that says something, as text."""
        found = (text_of(self.at(pointer)) for pointer in pointers)
        return next((text for text in found if text.strip()), "")

    def texts(self, pointer: str) -> tuple[str, ...]:
        """Return the texts of a list."""
        return tuple(filter(None, map(text_of, self.items(pointer))))

    def is_true(self, pointer: str) -> bool:
        """Tell whether a truth value, or the word for it that a placeholder gives, says yes."""
        found = scalar(self.at(pointer))
        return found is True or found == "true"

    def moment(self, *pointers: str) -> datetime | None:
        """Return the first time that can be read; one without an offset is UTC."""
        found = (moments.from_iso(self.text(pointer)) for pointer in pointers)
        return next((moment for moment in found if moment), None)

    def items(self, pointer: str) -> list[Any]:
        """Return a list, or an empty one."""
        found = self.at(pointer)
        return found if isinstance(found, list) else []

    def parts(self, pointer: str) -> list[Document]:
        """Return the objects of a list."""
        return [Document(self.channel, item) for item in self.items(pointer) if isinstance(item, dict)]

    def part(self, pointer: str) -> Document:
        """Return an object inside, or an empty one."""
        found = self.at(pointer)
        return Document(self.channel, found if isinstance(found, dict) else {})

    def scalars(self, pointer: str = "") -> dict[str, Scalar]:
        """Return the texts, numbers and truth values of an object by name."""
        found = self.at(pointer)
        named = found.items() if isinstance(found, dict) else ()
        return {storable(name): scalar(value) for name, value in named if scalar(value) not in {None, ""}}

    def need(self, wanted: Mapping[str, str]) -> None:
        """Raise `PayloadIncomplete` with each pointer that says nothing; the values say what was expected."""
        missing = [pointer for pointer in wanted if not self.text(*pointer.split(" or "))]
        if missing:
            problems = (Problem(pointer=name, expected=wanted[name], code="missing") for name in missing)
            raise PayloadIncomplete(self.channel, tuple(problems))


def parse(channel: str, raw: bytes, *within: str) -> Document:
    """Read a JSON object, or the one inside it under the first of some names.

    Raises `PayloadUnreadable`.
    """
    data = value_of(raw)
    if not isinstance(data, dict):
        raise PayloadUnreadable(channel, "a JSON object")
    inner = (data[name] for name in within if isinstance(data.get(name), dict))
    return Document(channel, next(inner, data))


def value_of(raw: bytes) -> Any:  # noqa: ANN401 - JSON of any shape
    """Return what JSON says, or none where it says nothing or is none."""
    try:
        # Platforms put texts with raw line breaks into their templates, which strict JSON refuses.
        return json.loads(decoded(raw).removeprefix("\ufeff"), strict=False)
    except (ValueError, RecursionError):
        return None


def text_of(value: object) -> str:
    """Return a text or number as text, and everything else as nothing."""
    found = scalar(value)
    return "" if found is None or isinstance(found, bool) else str(found)


def scalar(value: object) -> Scalar:
    """Return a value that can be stored: no halves of characters, no number beyond all measure."""
    match value:
        case bool():
            return value
        case str():
            return storable(value)
        case int():
            return value if -_LARGEST <= value < _LARGEST else str(value)
        case float():
            return value if value - value == 0 else None
        case _:
            return None


def joined(texts: Iterable[str]) -> str:
    """Return the texts that say something, one below the other."""
    return "\n".join(text for text in texts if text)


def _child(found: Any, step: str) -> Any:  # noqa: ANN401 - likewise
    if isinstance(found, dict):
        return found.get(step)
    if isinstance(found, list) and step.isdecimal() and len(step) < 6:  # noqa: PLR2004 - six digits are no place
        place = int(step)
        return found[place] if place < len(found) else None
    return None
