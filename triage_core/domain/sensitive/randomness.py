"""Does a piece of text look as if a machine had drawn it?"""

from __future__ import annotations

from collections import Counter
from math import log2
from typing import Final

_LONG: Final = 16
#: Bits for each character; words of natural language have fewer, and hexadecimal digits at most four.
_BITS: Final = 3.2


def is_random(text: str) -> bool:
    """Whether letters and digits are mixed, and no few of them make up the most of it."""
    has_both = any(char.isdigit() for char in text) and any(char.isalpha() for char in text)
    return has_both and len(text) >= _LONG and _bits(text) >= _BITS


def _bits(text: str) -> float:
    """Return the entropy of a text's characters, for each of them."""
    return -sum(count / len(text) * log2(count / len(text)) for count in Counter(text).values())
