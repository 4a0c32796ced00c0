"""What does a reader see of a text, and where does each character come from?

Markup that splits a word, such as tags inside it, must not hide the word; so the checks of words read what is shown,
and their findings point to what was written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

from triage_core.domain.folding import Folded
from triage_core.domain.output.outgoing import Format, Hit, Where
from triage_core.domain.word_list import listed

_TOKEN: Final = re.compile(r"<!--|<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>|<[!?][^<>]*>|&#?\w{1,32};?")
_EMPHASIS: Final = re.compile(r"\*\*|~~|`{1,3}")
#: Elements whose content no reader sees.
_SILENT: Final = frozenset({"script", "style", "head", "title", "template", "noscript"})
#: Elements that stand inside of a line; every other one ends it.
_INLINE: Final = frozenset(
    listed("""
        a, abbr, b, bdi, bdo, big, code, del, em, font, i, ins, kbd, mark, q, s, small, span, strike, strong
        sub, sup, tt, u, var, wbr
    """)
)


class Passage:
    """The subject or the body, as written and as shown."""

    def __init__(self, where: Where, raw: str, written_as: Format = Format.PLAIN) -> None:
        """Read the markup of a format; a subject is always plain."""
        self.where: Final = where
        self.raw: Final = raw
        self.shown: Final = _READERS[written_as](raw)

    @property
    def text(self) -> str:
        """What is shown."""
        return self.shown.text

    def hit(self, start: int, end: int, detail: str = "") -> Hit:
        """Point from a place of what is shown to what was written."""
        return Hit(self.where, *self.shown.span(start, end), detail)

    def raw_hit(self, start: int, end: int, detail: str = "") -> Hit:
        """Point to a place of what was written."""
        return Hit(self.where, start, end, detail)


class _Shown:
    """Collects what is shown, with the places it comes from."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._starts: list[int] = []
        self._ends: list[int] = []

    def copy(self, raw: str, start: int, end: int) -> None:
        self._pieces.append(raw[start:end])
        self._starts.extend(range(start, end))
        self._ends.extend(range(start + 1, end + 1))

    def put(self, text: str, start: int, end: int) -> None:
        self._pieces.append(text)
        self._starts.extend([start] * len(text))
        self._ends.extend([end] * len(text))

    def folded(self) -> Folded:
        return Folded(text="".join(self._pieces), starts=tuple(self._starts), ends=tuple(self._ends))


def _plain(raw: str) -> Folded:
    return Folded(text=raw)


def _markdown(raw: str) -> Folded:
    shown, place = _Shown(), 0
    for found in _EMPHASIS.finditer(raw):
        shown.copy(raw, place, found.start())
        place = found.end()
    shown.copy(raw, place, len(raw))
    return shown.folded()


def _html(raw: str) -> Folded:
    shown, place, silent = _Shown(), 0, ""
    for start, end, name, text in _tokens(raw):
        if start < place:
            continue
        if not silent:
            shown.copy(raw, place, start)
            shown.put(text, start, end)
        if name.removeprefix("/") in _SILENT and silent in {"", name.removeprefix("/")}:
            silent = "" if name.startswith("/") else name
        place = end
    if not silent:
        shown.copy(raw, place, len(raw))
    return shown.folded()


def _tokens(raw: str) -> Iterator[tuple[int, int, str, str]]:
    """Return each piece of markup: its place, the element it opens or closes, and what is shown for it."""
    last_comment = raw.rfind("-->")
    for found in _TOKEN.finditer(raw):
        start, end = found.span()
        if found[0] == "<!--":
            if start < last_comment:
                yield start, raw.index("-->", start) + 3, "", ""
        elif found[0].startswith("&"):
            yield start, end, "", html.unescape(found[0])
        else:
            name = (found[2] or "").lower()
            yield start, end, (found[1] or "") + name, "" if name in _INLINE else "\n"


_READERS: Final = {Format.PLAIN: _plain, Format.MARKDOWN: _markdown, Format.HTML: _html}
