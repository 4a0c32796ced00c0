"""Does a text hold characters that nobody sees, or letters that only look like others?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from triage_core.domain.manipulation.hidden import LOOKALIKES
from triage_core.domain.manipulation.tricks import Trick

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.output.case import Case
    from triage_core.domain.output.outgoing import Hit

#: Control characters, and what turns the direction of letters round; no text of ours needs them.
_NEVER: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a\u202b\u202d\u202e\u2028\u2029\ufff9-\ufffb\ue000-\uf8ff]+"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_LATIN: Final = re.compile("[A-Za-z]")
_OTHER: Final = re.compile("[\u0370-\u03ff\u0400-\u04ff]")
_ALIKE: Final = frozenset(LOOKALIKES)


def find_hidden(case: Case) -> Iterator[Hit]:
    """Find control characters, invisible characters inside words, and turned direction."""
    for passage in case.passages:
        yield from (passage.raw_hit(*found.span()) for found in _NEVER.finditer(passage.raw))
    for passage, trick in case.tricks:
        if trick.trick is Trick.HIDDEN and not passage.raw[trick.start].isalpha():
            yield passage.raw_hit(trick.start, trick.end)


def find_mixed(case: Case) -> Iterator[Hit]:
    """Find words of Latin letters in which a letter of another script takes the place of one that looks the same."""
    for passage in case.passages:
        if passage.text.isascii():
            continue
        for word in _WORD.finditer(passage.text):
            others = _OTHER.findall(word[0])
            if others and _ALIKE.issuperset(others) and _LATIN.search(word[0]):
                yield passage.hit(*word.span())
