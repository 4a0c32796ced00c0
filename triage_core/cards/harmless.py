"""How are words shown that somebody else wrote, so that they link to nothing, call nobody and hide nothing?

What cannot be seen is dropped, links and addresses are broken visibly, and everything stands on one line. What a single
surface reads as markup is that surface's own affair.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from triage_core.domain.folding import fold, without_surrogates

#: No surface shows more characters of one text.
_READ: Final = 20_000
#: Emoji and the scripts of Asia need these between two characters of theirs; no link or mention has one in it.
_SHAPES_EMOJI: Final = "\ufe0f"
_JOINS: Final = "\u200c\u200d"
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_MARK: Final = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
#: More marks on a letter than any language needs cover the lines above and below.
_PILES: Final = re.compile(f"({_MARK}{{4}}){_MARK}+")
_BREAKS: Final = (
    (re.compile(r":(?=//)"), "[:]"),
    (re.compile(r"\b(mailto|tel|sms|sip|callto|javascript|data|file):(?=\S)", re.IGNORECASE), r"\1[:]"),
    # A dot in a number is none of an address.
    (re.compile(r"(?<=[^\s.])\.(?=[^\W\d_]\w)|(?<=[^\s.\d])\.(?=\w{2})"), "[.]"),
    (re.compile("@"), "\N{FULLWIDTH COMMERCIAL AT}"),
    (re.compile(r"\](?=\()"), "] "),
)


def harmless(text: str) -> str:
    """Return a text that is only read, on one line."""
    if len(text) > _READ:
        text = f"{text[:_READ]}…"
    shown = _PILES.sub(r"\1", _seen(_CONTROLS.sub(" ", without_surrogates(text))))
    shown = " ".join(shown.split())
    for pattern, broken in _BREAKS:
        shown = pattern.sub(broken, shown)
    return shown


def _seen(text: str) -> str:
    unseen = "".join(char for char in set(text) if not char.isascii() and _is_unseen(char))
    return re.sub(f"[{re.escape(unseen)}]+", _needed, text) if unseen else text


@lru_cache(4096)
def _is_unseen(char: str) -> bool:
    return not fold(char).text


def _needed(run: re.Match[str]) -> str:
    """Return what of a run of unseen characters its neighbours need to look right."""
    text, start, end = run.string, run.start(), run.end()
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    if before.isascii():
        return ""
    needed = _SHAPES_EMOJI if after.isascii() else _SHAPES_EMOJI + _JOINS
    return "".join(dict.fromkeys(char for char in run[0] if char in needed))
