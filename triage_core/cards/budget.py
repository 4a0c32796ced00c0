"""How is a text cut to what a surface takes, so that the cut shows?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from triage_core.cards.surface import Surface

#: The sign of a cut.
CUT: Final = "…"
_LINK: Final = re.compile(r"https?://[!-~]{1,490}")
_BREAKS_OUT: Final = re.compile(r"[<>|\"'`\\]")


def fitted(text: str, limit: int, surface: Surface, mark: str = CUT) -> str:
    """Return a text as the surface writes it, cut with a mark where it is too long; no escape is cut in two."""
    if len(text) <= limit and surface.weigh(written := surface.write(text)) <= limit:
        return written
    room = limit - surface.weigh(mark)
    kept: list[str] = []
    for char in text:
        piece = surface.write(char)
        room -= surface.weigh(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept).rstrip() + mark


def stacked(lines: Sequence[str], limit: int, surface: Surface, more: Callable[[int], str]) -> str:
    """Return written lines one below the other; where not all have room, the last line says how many are missing."""
    whole = "\n".join(lines)
    if surface.weigh(whole) <= limit:
        return whole
    room = limit - surface.weigh(more(len(lines)))
    kept: list[str] = []
    for line in lines:
        room -= surface.weigh(line) + 1
        if room < 0:
            break
        kept.append(line)
    return "\n".join([*kept, more(len(lines) - len(kept))])


def link(url: str | None) -> str | None:
    """Return a link that no surface can misread, or none; a card without a link still calls somebody."""
    fits = url is not None and _LINK.fullmatch(url) and not _BREAKS_OUT.search(url)
    return url if fits else None
