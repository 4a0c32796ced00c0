"""Where do words stand that are meant to steer a model?

Phrases begin with common words, so looking for all of them would make every text slow. Each phrase is known by its
rarest word instead, and only the phrases whose rare word stands in a text are looked for.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final

from triage_core.domain.folding import fold
from triage_core.domain.manipulation.lexicon import COMMON, GLUED, PAIRS, PHRASES, TURNED
from triage_core.domain.manipulation.tricks import Finding, Trick
from triage_core.domain.terms import PatternIndex, TermIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage_core.domain.manipulation.lexicon import Pair
    from triage_core.domain.terms import Hit

_WORD: Final = re.compile(r"[^\W_]+")
#: Scripts in which words are not set apart by spaces, and Korean, which glues endings to them.
_GLUED_SCRIPTS: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u3040-\u9fff\uac00-\ud7af]")


def _telltale(phrase: str) -> str:
    """Return the word of a phrase that ordinary texts hold most rarely, as far as its length can tell."""
    words: list[str] = _WORD.findall(fold(phrase).text)
    return max(reversed(words), key=lambda word: (word not in COMMON, len(word)))


def _by_telltale() -> tuple[dict[str, list[tuple[str, Trick]]], dict[str, list[int]]]:
    phrases: defaultdict[str, list[tuple[str, Trick]]] = defaultdict(list)
    pairs: defaultdict[str, list[int]] = defaultdict(list)
    for trick, listed in PHRASES.items():
        for phrase in listed:
            phrases[_telltale(phrase)].append((phrase, trick))
    for place, pair in enumerate(PAIRS):
        for word in pair.rare:
            pairs[_telltale(word)].append(place)
    return phrases, pairs


_PHRASES, _PAIRS = _by_telltale()
_TURNED: Final = frozenset(spelling for word in TURNED for spelling in (codecs.encode(word, "rot13"), word[::-1]))
_TELLTALES: Final = tuple(dict.fromkeys((*_PHRASES, *_PAIRS, *_TURNED)))


def words_in(text: str) -> tuple[list[Finding], bool]:
    """Return what the words say, and whether one stands there that makes sense only when it is turned round."""
    hits = _telltale_index().find(text)
    if not hits:
        return [], False
    telling = {_TELLTALES[hit[0]] for hit in hits}
    pairs = {place for word in telling for place in _PAIRS.get(word, ())}
    found = [finding for word in telling & _PHRASES.keys() for finding in _phrases_with(word, text)]
    found += [finding for place in pairs for finding in _closings(PAIRS[place], _words_of(place)(text))]
    return found, not _TURNED.isdisjoint(telling)


def phrases_in(text: str) -> list[Finding]:
    """Return what the words say as they stand, in all scripts."""
    return words_in(text)[0] + glued_in(text)


# The indexes are made when the first text needs them; most processes never see one that needs more than the first.


@cache
def _telltale_index() -> TermIndex:
    return TermIndex(_TELLTALES)


def _phrases_with(word: str, text: str) -> Iterator[Finding]:
    return (Finding(_PHRASES[word][number][1], start, end) for number, start, end in _phrase_index(word).find(text))


@cache
def _phrase_index(word: str) -> TermIndex:
    return TermIndex(tuple(phrase for phrase, _ in _PHRASES[word]))


class _Sides:
    """The words of a pair with the side that each belongs to."""

    def __init__(self, pair: Pair) -> None:
        self._index: Final = TermIndex((*pair.rare, *pair.others))
        self._rare: Final = len(pair.rare)

    def __call__(self, text: str) -> Iterator[Hit]:
        return ((int(number >= self._rare), start, end) for number, start, end in self._index.find(text))


@cache
def _words_of(place: int) -> _Sides:
    return _Sides(PAIRS[place])


def _closings(pair: Pair, sides: Iterable[Hit]) -> Iterator[Finding]:
    """Return each place where the sides of a pair stand close together; `sides` comes in the order of the text."""
    last: dict[int, Hit] = {}
    for side, start, end in sides:
        last[side] = (side, start, end)
        other = last.get(1 - side)
        if other is not None and 0 <= start - other[2] <= pair.within:
            yield Finding(pair.trick, other[1], end)


@cache
def _glued_words(place: int) -> PatternIndex:
    return PatternIndex(("|".join(GLUED[place].rare), "|".join(GLUED[place].others)))


def glued_in(text: str) -> list[Finding]:
    """Return what words say in scripts that do not set them apart."""
    if text.isascii() or not _GLUED_SCRIPTS.search(text):
        return []
    return [finding for place, pair in enumerate(GLUED) for finding in _closings(pair, _glued_words(place).find(text))]
