"""Which words does a piece of HTML show?

A scan of our own in linear time: the parser of the standard library takes seconds for some 80 kB of opened comments.
What it does not understand stays as text, so nothing can hide behind broken markup.
"""

from __future__ import annotations

import html
import re
from typing import Final

_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^<>]*>|<[!?][^<>]*>")
#: Elements whose content is no text for readers.
_SILENT: Final = {"script", "style", "head", "title", "template", "noscript"}
#: Elements that begin a new line.
_BREAKS: Final = {
    "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul",
}  # fmt: skip
_CELLS: Final = {"td", "th"}
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_EDGES: Final = re.compile(r" ?\n ?")


def text_of(markup: str) -> str:
    """Return the text of HTML with line breaks where blocks begin."""
    shown = "".join(_pieces(_without_comments(markup)))
    lines = _EDGES.sub("\n", shown)
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n ")


def _without_comments(markup: str) -> str:
    first, *rest = markup.split("<!--")
    kept = [first]
    for part in rest:
        _, end, after = part.partition("-->")
        kept.append(after if end else part)
    return "".join(kept)


def _pieces(markup: str) -> list[str]:
    pieces: list[str] = []
    silent, kept, place = "", 0, 0
    for tag in _TAG.finditer(markup):
        pieces.append(_plain(markup[place : tag.start()]))
        place = tag.end()
        closes, name = tag.group(1), (tag.group(2) or "").lower()
        if silent:
            if closes and name == silent:
                del pieces[kept:]
                silent = ""
        elif name in _SILENT and not closes:
            silent, kept = name, len(pieces)
        elif name in _BREAKS:
            pieces.append("\n")
        elif name in _CELLS and not closes:
            pieces.append(" ")
    return [*pieces, _plain(markup[place:])]


def _plain(text: str) -> str:
    return _SPACES.sub(" ", html.unescape(text))
