"""What changed between two versions of a text?"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.gating.texts import Text

#: A word and the space before it.
_WORD: Final = re.compile(r"\s*\S+|\s+")
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
#: Comparing more pieces than this would keep the reader waiting.
_MOST: Final = 6_000
#: Told to those who hear the page; others see a line through the words or under them.
_GONE: Final = Markup('<del><span class="heard">removed: </span>{}</del>')
_NEW: Final = Markup('<ins><span class="heard">new: </span>{}</ins>')


class Difference(NamedTuple):
    """One part of the text that is not what it was."""

    part: str
    words: Markup


def parts_of(text: Text) -> tuple[tuple[str, str], ...]:
    """Name all that would leave, in the order in which it is read."""
    files = ", ".join(f"{each.name} ({each.digest})" for each in text.attachments)
    return (
        ("To", ", ".join(text.to)),
        ("Copy to", ", ".join(text.cc)),
        ("Hidden copy to", ", ".join(text.bcc)),
        ("Channel", text.channel),
        ("Format", text.format),
        ("Attachments", files),
        ("Subject", text.subject),
        ("Text", text.body),
    )


def differences(earlier: Text, text: Text) -> tuple[Difference, ...]:
    """Return the parts that changed, with the words that came and went."""
    pairs = zip(parts_of(earlier), parts_of(text), strict=True)
    return tuple(Difference(part, marked(old, new)) for (part, old), (_, new) in pairs if old != new)


def marked(old: str, new: str) -> Markup:
    """Mark the words that came and went; of very long texts the lines, or all there is."""
    return Markup("").join(_pieces(*_cut(old, new)))


def _cut(old: str, new: str) -> tuple[list[str], list[str]]:
    """Cut both texts as finely as can be compared at once."""
    for piece in (_WORD, _LINE):
        before, after = piece.findall(old), piece.findall(new)
        if max(len(before), len(after)) <= _MOST:
            return before, after
    return [old], [new]


def _pieces(old: list[str], new: list[str]) -> Iterator[Markup]:
    for how, start, end, begin, stop in SequenceMatcher(None, old, new).get_opcodes():
        gone, come = "".join(old[start:end]), "".join(new[begin:stop])
        if how == "equal":
            yield Markup("{}").format(come)
            continue
        yield from (_marked(mark, words) for mark, words in ((_GONE, gone), (_NEW, come)) if words)


def _marked(mark: Markup, words: str) -> Markup:
    """Mark words, the space before them left out where there is nothing else to it."""
    bare = words.removeprefix(" ")
    return mark.format(words) if bare == words or not bare else Markup(" ") + mark.format(bare)
