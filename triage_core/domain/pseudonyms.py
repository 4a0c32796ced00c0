"""How does a text read when the person who sent it is no longer named in it?

What is known of the person (address, name) becomes a pseudonym, the same in all of the person's tickets, so that the
texts still hang together. What else may be in a text is for the redaction to find.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHORTEST_NAME: Final = 3
_DIGITS: Final = 8
_PIECE: Final = re.compile(r"[^\W\d_]+")


def pseudonym_of(requester_key: str | None) -> str:
    """Return the name that stands for a person."""
    return f"[person {requester_key[:_DIGITS]}]" if requester_key else "[person]"


def names_of(requester: str | None, name: str | None) -> tuple[str, ...]:
    """Return what a person can be named by: the address, the words before its @, and the name; the longest first."""
    address = (requester or "").strip()
    words = [*_PIECE.findall(address.partition("@")[0]), *_PIECE.findall(name or "")]
    known = {address, (name or "").strip(), *(word for word in words if len(word) >= _SHORTEST_NAME)}
    return tuple(sorted((each for each in known if each), key=lambda each: (-len(each), each)))


def without(text: str, names: Iterable[str], pseudonym: str) -> str:
    """Replace every name by the pseudonym, whatever its case; parts of longer words stay."""
    for name in names:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", lambda _: pseudonym, text, flags=re.IGNORECASE)
    return text
