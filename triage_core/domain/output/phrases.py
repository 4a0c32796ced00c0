"""Where do words of one sort stand, but for the phrases that a policy allows?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from triage_core.domain.terms import PatternIndex, TermIndex

_Span = tuple[int, int]
#: More than the sorts of words that a few policies in use have.
_KEPT: Final = 128


@lru_cache(_KEPT)
def index_of(terms: tuple[str, ...]) -> TermIndex:
    """Return the index of some terms; the usual words are the same for every policy and compiled once."""
    return TermIndex(terms)


class Phrases:
    """Terms and patterns to find, and phrases that take findings inside them back."""

    def __init__(self, terms: Iterable[tuple[str, ...]], patterns: tuple[str, ...], allowed: tuple[str, ...]) -> None:
        """Compile them; each list of terms has an index of its own."""
        self._terms: Final = tuple(map(index_of, terms))
        self._patterns: Final = PatternIndex(patterns)
        self._allowed: Final = index_of(allowed)

    def find(self, text: str, beside: Iterable[_Span] = ()) -> Iterator[_Span]:
        """Return the places by their start, with others that were found in another way; none lies inside another."""
        spans = {(start, end) for index in self._terms for _, start, end in index.find(text)}
        spans |= {(start, end) for _, start, end in self._patterns.find(text)}
        spans.update(beside)
        allowed = joined((start, end) for _, start, end in self._allowed.find(text)) if spans else []
        return outside(_apart(spans), allowed)


def _apart(spans: Iterable[_Span]) -> Iterator[_Span]:
    reached = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end > reached:
            yield start, end
            reached = end


def joined(spans: Iterable[_Span]) -> list[_Span]:
    """Join overlapping places, so that of those that begin earlier the last one also ends last."""
    apart: list[_Span] = []
    for start, end in sorted(spans):
        if apart and start < apart[-1][1]:
            apart[-1] = apart[-1][0], max(apart[-1][1], end)
        else:
            apart.append((start, end))
    return apart


def outside(spans: Iterable[_Span], allowed: list[_Span]) -> Iterator[_Span]:
    """Return the places that lie inside no allowed one; both come by their start, and the allowed ones apart."""
    place = 0
    for start, end in spans:
        while place < len(allowed) and allowed[place][1] <= start:
            place += 1
        if place == len(allowed) or not (allowed[place][0] <= start and end <= allowed[place][1]):
            yield start, end
