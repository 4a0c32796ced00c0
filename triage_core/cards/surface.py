"""How does each surface write characters that mean something to it, and how does it count?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Surface(NamedTuple):
    """A place where texts are read."""

    escapes: Mapping[int, str]
    weigh: Callable[[str], int]

    def write(self, text: str) -> str:
        """Return a text so that the surface shows it and does nothing else."""
        return text.translate(self.escapes)


def in_utf16(text: str) -> int:
    """Count the way JavaScript does, which never counts fewer than there are characters."""
    return len(text.encode("utf-16-le")) // 2


def in_json(text: str) -> int:
    """Count the bytes of a text in JSON of plain ASCII, the longest way of writing it."""
    return len(json.dumps(text)) - 2


#: What is shown in place of a character that nothing escapes for certain.
_LIKE: Final = {
    "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
    ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
    "[": "\N{FULLWIDTH LEFT SQUARE BRACKET}",
    "]": "\N{FULLWIDTH RIGHT SQUARE BRACKET}",
    "*": "\N{ASTERISK OPERATOR}",
    "~": "\N{TILDE OPERATOR}",
    "`": "\N{MODIFIER LETTER GRAVE ACCENT}",
    "\\": "\N{FULLWIDTH REVERSE SOLIDUS}",
}


def _alike(chars: str) -> dict[int, str]:
    return {ord(char): _LIKE[char] for char in chars}


#: Slack decodes these three entities and no others. Underscores stay as they are: names are full of them, and the worst
#: they do is slant a word.
SLACK: Final = Surface({ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", **_alike("*~`")}, in_utf16)
#: Whether a backslash escapes Markdown depends on the client.
TEAMS: Final = Surface(_alike("<>[]*~`\\"), in_json)
#: A text run of a card is no Markdown; a tag in it could still be taken for a mention.
TEAMS_RUN: Final = Surface(_alike("<>"), in_json)
#: Text that nobody interprets.
PLAIN: Final = Surface({}, in_utf16)
#: Text that may end up where angle brackets mean something.
ANYWHERE: Final = Surface(_alike("<>"), in_utf16)
