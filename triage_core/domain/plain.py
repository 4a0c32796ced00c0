"""How does a text read in plain letters, digits, dashes and spaces, and where does each character come from?

Unlike folding it keeps the case, which keys and tokens need. Digits of every script become those of ASCII, all dashes
one dash and all spaces one space, wide letters narrow ones; what nobody sees is dropped.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from triage_core.domain.folding import Folded, is_invisible, without_surrogates

_CACHED: Final = 4_096
_DASH: Final = "Pd"
_SPACE: Final = "Zs"


def plain(text: str) -> Folded:
    """Return the plain form; a text of ASCII is its own."""
    if text.isascii():
        return Folded(text=text)
    written = without_surrogates(text)
    spelled = [_spelled(char) for char in written]
    if all(len(each) == 1 for each in spelled):
        return Folded(text="".join(spelled))
    places = [place for place, each in enumerate(spelled) for _ in each]
    return Folded(text="".join(spelled), starts=tuple(places), ends=tuple(place + 1 for place in places))


@lru_cache(_CACHED)
def _spelled(char: str) -> str:
    if char.isascii():
        return char
    if is_invisible(char):
        return ""
    category = unicodedata.category(char)
    if category == _DASH:
        return "-"
    if category == _SPACE:
        return " "
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    narrow = unicodedata.normalize("NFKC", char)
    return narrow if narrow.isascii() and len(narrow) == 1 else char
