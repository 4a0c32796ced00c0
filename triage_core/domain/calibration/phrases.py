"""Which words and phrases does a text say that a policy could have as terms?

A phrase that is proposed comes from customers' texts and ends in a policy that many people read. So it has no digits,
and whoever proposes it asks for several tickets that say the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from triage_core.domain.folding import fold

#: A phrase does not go on behind one of these.
_END: Final = re.compile(r"[.,;:!?()\n\r\t]+")
_WORD: Final = re.compile(r"[^\W_]+")
_LONGEST: Final = 3
_READ: Final = 20_000
#: Words that say nothing alone or in pairs; three of them may, as in "was not me".
_SMALL: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "she",
        "so",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "this",
        "to",
        "up",
        "was",
        "we",
        "were",
        "what",
        "when",
        "which",
        "who",
        "will",
        "with",
        "you",
        "your",
        "please",
        "hello",
        "hi",
        "thanks",
        "thank",
        "dear",
        "regards",
        "am",
        "auf",
        "bitte",
        "danke",
        "das",
        "der",
        "die",
        "ein",
        "eine",
        "hallo",
        "im",
        "in",
        "ist",
        "mit",
        "und",
        "zu",
    ]
)


@lru_cache(4_096)
def phrases_of(text: str) -> frozenset[str]:
    """Return the phrases of up to three words that say something."""
    parts = (_WORD.findall(part) for part in _END.split(fold(text[:_READ]).text))
    return frozenset(
        " ".join(words[start : start + length])
        for words in parts
        for length in range(1, _LONGEST + 1)
        for start in range(len(words) - length + 1)
        if _says_something(words[start : start + length])
    )


def _says_something(words: list[str]) -> bool:
    if not all(word.isalpha() for word in words):
        return False
    return len(words) == _LONGEST or any(len(word) > 2 and word not in _SMALL for word in words)  # noqa: PLR2004 - shorter words say little
