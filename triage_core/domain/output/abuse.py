"""Where does a text insult, threaten or swear?

Words are found whole, in any case and width, and in the spellings that people use to slip past a list: figures and
signs for letters, letters drawn out, set apart or hidden behind stars.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from triage_core.domain.folding import fold
from triage_core.domain.output.abusive_words import ABUSIVE, ABUSIVE_PHRASES
from triage_core.domain.output.phrases import Phrases

if TYPE_CHECKING:
    from triage_core.domain.output.case import Case
    from triage_core.domain.output.outgoing import Hit
    from triage_core.domain.policy.output import Wording

_FOR_LETTERS: Final = str.maketrans("013457@$!|+", "oieastasilt")
#: A word with signs in it, but not one that is all figures.
_DISGUISED: Final = re.compile(r"(?<![\w@$!|+*#])(?=[\w@$!|+]{0,30}[a-z])[a-z0-9@$!|+]{3,30}(?![\w@$|*#])")
_DRAWN_OUT: Final = re.compile(r"(.)\1{2,}")
_SET_APART: Final = re.compile(r"(?<!\w)[a-z0-9@$!](?:([ .*_-])[a-z0-9@$!](?:\1[a-z0-9@$!]){1,28})(?!\w)")
_STARRED: Final = re.compile(r"(?<![\w*#])[a-z](?:[a-z]|[*#](?=[a-z*#])){1,20}[a-z*#](?![\w*#])")
_STARS: Final = re.compile("[*#]")
_SHOWN_LETTERS: Final = 2


class AbuseRules:
    """The words of a policy and the usual ones, ready to be found."""

    def __init__(self, wording: Wording) -> None:
        """Compile them; phrases have more than one word."""
        words, phrases = (ABUSIVE, ABUSIVE_PHRASES) if wording.usual else ((), ())
        self._phrases: Final = Phrases((words, phrases, wording.terms), wording.patterns, wording.allowed)
        self._single: Final = frozenset(
            folded for word in (*words, *wording.terms) if (folded := fold(word).text).isalpha()
        )
        self._by_length: Final = self._lengths()

    def _lengths(self) -> dict[int, list[str]]:
        by_length: defaultdict[int, list[str]] = defaultdict(list)
        for word in sorted(self._single):
            by_length[len(word)].append(word)
        return by_length

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Return the places, without those that stand in an allowed phrase."""
        return self._phrases.find(text, self._disguised(text))

    def _disguised(self, text: str) -> Iterator[tuple[int, int]]:
        folded = fold(text)
        for form in (_DISGUISED, _SET_APART):
            for found in form.finditer(folded.text):
                if self._means(found[0]):
                    yield folded.span(*found.span())
        for found in _STARRED.finditer(folded.text) if _STARS.search(folded.text) else ():
            if self._is_hidden(found[0]):
                yield folded.span(*found.span())

    def _means(self, written: str) -> bool:
        """Whether a word reads as one of the list once figures are letters and drawn-out letters short."""
        letters = "".join(char for char in written.translate(_FOR_LETTERS) if char.isalpha())
        return any(_DRAWN_OUT.sub(short, letters) in self._single for short in (r"\1", r"\1\1"))

    def _is_hidden(self, starred: str) -> bool:
        shown = [(place, char) for place, char in enumerate(starred) if char.isalpha()]
        if len(shown) == len(starred) or len(shown) < _SHOWN_LETTERS:
            return False
        return any(all(word[place] == char for place, char in shown) for word in self._by_length.get(len(starred), ()))


def find_abuse(case: Case) -> Iterator[Hit]:
    """Find insults, threats and swearing."""
    for passage in case.passages:
        yield from (passage.hit(*span) for span in case.standards.abuse.find(passage.text))
