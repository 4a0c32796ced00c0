"""Which characters of a text cannot be seen, or only look like others?

Most invisible characters are innocent: joiners shape Persian, Indic and emoji, soft hyphens and zero-width spaces come
with copied web pages, direction marks with copied telephone numbers. Only places are reported where they have no such
use: inside a word of plain letters, in runs that spell something, or turning readable letters round.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from triage_core.domain.manipulation.tricks import MOST_OF_A_KIND, Finding, Trick

if TYPE_CHECKING:
    from collections.abc import Iterator

_LETTER = "A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff"
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\u2061-\u2064\u180e\ufeff"
_RIGHT_TO_LEFT: Final = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
#: Cyrillic and Greek letters that look like Latin ones.
LOOKALIKES: Final = (
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0410\u0412\u0415\u041a\u041c\u041d\u041e"
    "\u0420\u0421\u0422\u0425\u03bf\u03bd\u03c1\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7"
)

_ANYTHING: Final = re.compile(
    f"[{_ZERO_WIDTH}\u202a-\u202e\u2066-\u2069\ufe00-\ufe0f\U000e0000-\U000e01ef{LOOKALIKES}]"
)
_PLACES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        f"(?<=[{_LETTER}])[{_ZERO_WIDTH}]++(?=[{_LETTER}])",
        f"[{_ZERO_WIDTH}]{{8,}}+",
        "\u202e",
        "[\U000e0000-\U000e007f]++",
        "[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}",
        f"(?<=[A-Za-z])[{LOOKALIKES}]++(?=[A-Za-z])",
    )
)
_LONGEST_REGION: Final = 5
#: A direction control before a plain letter has a use only where the text holds a script that runs from right to left.
_TURNING: Final = re.compile("[\u202a\u202b\u202d\u2066-\u2068](?=[A-Za-z])")


def hidden_in(text: str) -> list[Finding]:
    """Return the places of suspicious characters; a text of ASCII has none."""
    if text.isascii() or not _ANYTHING.search(text):
        return []
    return [Finding(Trick.HIDDEN, *place) for place in islice(_places(text), MOST_OF_A_KIND)]


def _places(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _PLACES:
        for found in pattern.finditer(text):
            if not _is_flag(text, found):
                yield found.span()
    if not _RIGHT_TO_LEFT.search(text):
        yield from (found.span() for found in _TURNING.finditer(text))


def _is_flag(text: str, found: re.Match[str]) -> bool:
    """Flags of regions are a black flag, up to five tag characters for the region, and one that ends it."""
    start, end = found.span()
    is_tags = text[start] >= "\U000e0000" and end - start <= _LONGEST_REGION + 1
    return is_tags and text[end - 1] == "\U000e007f" and text[start - 1 : start] == "\U0001f3f4"
