"""How does a text read when case, width and invisible characters do not count, and where does each character come from?

Folding drops invisible characters, then applies compatibility normalisation and full case folding. The four letters i
of Turkish become one, because upper case already merges them in half of the texts people send. Each folded character
keeps the place of the original characters it stands for, so that a finding can be shown in the text as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import msgspec

_INVISIBLE = (
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Each of these folds to one character and never merges with the one before it, so whole runs of them fold at once.
_PLAIN = (
    "\x00-\x7f\u00c0-\u00de\u00e0-\u00ff\u0391-\u03a1\u03a3-\u03a9\u03b1-\u03c9\u0400-\u045f\u05d0-\u05ea\u0621-\u063a"
    "\u0641-\u064a\u0904-\u0939\u0e01-\u0e30\u2010\u2013\u2014\u2018-\u201e\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff"
    "\uac00-\ud7a3"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_DROPPED = re.compile(f"[{_INVISIBLE}]")
# A plain run leaves its last character to the stretch behind it, whose first mark may belong to that character.
_STRETCH = re.compile(f"[{_PLAIN}]+(?=[{_PLAIN}]|\\Z)|.[^{_PLAIN}]*", re.DOTALL)
_SINGLE_PLAIN = re.compile(f"[{_PLAIN}]")
_VOWEL_AND_FINAL_JAMO = range(0x1160, 0x1200)
# Normalisation sorts the marks of a letter in quadratic time; thirty is the bound of Unicode's stream-safe text.
_MARKS_PER_LETTER = 30
_CACHED = 4096


class Folded(msgspec.Struct, frozen=True, kw_only=True):
    """A folded text; without `starts` and `ends` every character stands at its original place."""

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open place in the original text of the folded characters from `start` to before `end`."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Fold case, width and invisible characters away; texts that keep their length cost no map."""
    if text.isascii():
        return Folded(text=text.lower())
    folded = text.casefold().replace("ı", "i")
    if len(folded) == len(text) and all(map(_stands_alone, set(text))):
        return Folded(text=folded)
    return _fold_stretches(text)


def without_surrogates(text: str) -> str:
    """The text with each half of a broken pair replaced, so that it can be encoded; no place changes."""
    return _SURROGATE.sub("\ufffd", text)


def is_invisible(char: str) -> bool:
    """Whether nobody sees this character; folding drops it."""
    return _DROPPED.match(char) is not None


def is_separator(char: str) -> bool:
    """Whether this character ends every word, whatever stands before and after it."""
    if char.isascii():
        return not char.isalnum()
    return _always_separates(char)


def _fold_stretches(text: str) -> Folded:
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for stretch in _STRETCH.finditer(text):
        start, end = stretch.span()
        if _SINGLE_PLAIN.match(text, end - 1):
            parts.append(text[start:end].casefold())
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            _fold_clusters(text, start, end, (parts, starts, ends))
    return Folded(text="".join(parts), starts=tuple(starts), ends=tuple(ends))


def _fold_clusters(text: str, start: int, end: int, into: tuple[list[str], list[int], list[int]]) -> None:
    parts, starts, ends = into
    places: list[int] = []
    for place in range(start, end):
        char = text[place]
        if _DROPPED.match(char):
            continue
        if places and (len(places) > _MARKS_PER_LETTER or not _extends(char)):
            _close(text, places, (parts, starts, ends))
            places = []
        places.append(place)
    if places:
        _close(text, places, (parts, starts, ends))


def _close(text: str, places: list[int], into: tuple[list[str], list[int], list[int]]) -> None:
    parts, starts, ends = into
    folded = _fold_cluster("".join([text[place] for place in places]))
    parts.append(folded)
    if len(folded) == len(places):
        starts.extend(places)
        ends.extend([place + 1 for place in places])
    else:
        starts.extend([places[0]] * len(folded))
        ends.extend([places[-1] + 1] * len(folded))


@lru_cache(_CACHED)
def _fold_cluster(cluster: str) -> str:
    # Only the case folding of decomposed text treats the Greek iota below and beside a letter alike.
    spread = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", without_surrogates(cluster))).casefold()
    return unicodedata.normalize("NFKC", spread.replace("i\u0307", "i").replace("ı", "i"))


@lru_cache(_CACHED)
def _stands_alone(char: str) -> bool:
    """Whether the character keeps its place and its neighbours, whatever text it stands in."""
    return not (_DROPPED.match(char) or _extends(char)) and _fold_cluster(char) == char.casefold().replace("ı", "i")


@lru_cache(_CACHED)
def _extends(char: str) -> bool:
    first = unicodedata.normalize("NFKD", char)[0]
    return unicodedata.category(first).startswith("M") or ord(first) in _VOWEL_AND_FINAL_JAMO


@lru_cache(_CACHED)
def _always_separates(char: str) -> bool:
    if _DROPPED.match(char) or _extends(char):
        return False
    return not any(folded.isalnum() for folded in _fold_cluster(char))
