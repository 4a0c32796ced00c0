"""Can what a customer calls themselves stand in a text of ours?

A display name is words of a stranger. It is used as it is when it can only be a name, and otherwise not at all: a part
of a trick is not made harmless by cutting at it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 80
#: Fewer words than make a sentence.
_MOST_WORDS: Final = 4
_LONGEST_WORD: Final = 24
#: For scripts that put no spaces between words, where a sentence is short.
_LONGEST_UNSPACED: Final = 16
_UNSPACED: Final = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")
_MOST_MARKS: Final = 3
_LETTERS: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc"})
#: Letters by their category that nobody sees.
_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u034f\u17b4\u17b5\u180b\u180c\u180d\u180f")
_JOINTS: Final = " .'\u2019-"
_PARTS: Final = re.compile(f"[{_JOINTS}]+")
#: A dot inside a word makes an address of it; one after a letter or a title does not.
_ADDRESS: Final = re.compile(r"\.[^\s.]{2}")


def usable_name(written: str | None) -> str | None:
    """Return a name in one line, or none where it may be more than a name."""
    name = unicodedata.normalize("NFC", " ".join((written or "").split()))
    return name if name and len(name) <= LONGEST and all(test(name) for test in _TESTS) else None


def _has_only_letters(name: str) -> bool:
    return all(_is_letter(char) or char in _JOINTS for char in name) and _is_letter(name[0])


def _is_letter(char: str) -> bool:
    # Variation selectors are marks by their category and change how a neighbour looks.
    hidden = char in _FILLERS or "\ufe00" <= char <= "\ufe0f" or char >= "\U000e0000"
    return unicodedata.category(char) in _LETTERS and not hidden


def _has_few_words(name: str) -> bool:
    """Count what hyphens join as well, since they could join a sentence."""
    words = [part for part in _PARTS.split(name) if part]
    return len(words) <= _MOST_WORDS and all(len(word) <= _LONGEST_WORD for word in words)


def _has_no_address(name: str) -> bool:
    return _ADDRESS.search(name) is None


def _is_short_without_spaces(name: str) -> bool:
    unspaced = sum(unicodedata.name(char, "").startswith(_UNSPACED) for char in name)
    return unspaced <= _LONGEST_UNSPACED


def _has_few_marks(name: str) -> bool:
    run = 0
    for char in name:
        run = run + 1 if unicodedata.category(char).startswith("M") else 0
        if run > _MOST_MARKS:
            return False
    return True


_TESTS: Final = (
    _has_only_letters,
    _has_few_words,
    _has_no_address,
    _is_short_without_spaces,
    _has_few_marks,
)
