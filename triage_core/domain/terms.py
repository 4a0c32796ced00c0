"""Which terms stand in a text, and where?

One definition holds for every backend. Term and text are folded first (see `folding`). A word is a longest run of
characters for which `str.isalnum` holds, so `_` separates and `é` does not. A term hits where its words stand one after
the other, with nothing but separators in between: the term "zero-day" is the term "zero day" and hits "Zero_Day".
Hits may overlap. Patterns that users write are a different matter; they run in RE2, which takes linear time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import AnyStr, Final, Literal, TypeAlias

import msgspec
import re2

from triage_core.domain.errors import TriageError
from triage_core.domain.folding import Folded, fold, is_separator, without_surrogates

try:
    from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, Implementation
except ImportError:  # no wheel for this machine: the standard library finds the same hits, more slowly
    _AHO_CORASICK = False
else:
    _AHO_CORASICK = True

Hit: TypeAlias = tuple[int, int, int]
"""Position of the term in the list, and the half-open place in the original text, in code points."""

_Candidates: TypeAlias = Callable[[AnyStr], Iterable[Hit]]
_Find: TypeAlias = Callable[[str], list[Hit]]
_Rest: TypeAlias = Callable[[AnyStr, int], "re.Match[AnyStr] | None"]
_Row: TypeAlias = tuple[int, "_Rest[AnyStr] | None"]
_AsciiRow: TypeAlias = tuple[int, bytes, "_Rest[bytes] | None"]

_SPACE = ord(" ")
_SPACED = bytes(
    ord(chr(code).lower()) if chr(code).isascii() and chr(code).isalnum() else _SPACE for code in range(256)
)
_WORD = re.compile(r"[^\W_]+")
_JOINTS = (" ", "\n", "  ", "-", "_", ", ", "\u00a0", "\u2014", "\u2019")
_CASINGS = (str.lower, str.upper, str.title)
_MATCHES_PER_PATTERN = 100


class Backend(StrEnum):
    """What finds the first words of the terms; both give the same hits."""

    AHO = "aho"
    RE = "re"


class TermInvalid(TriageError):
    """A term cannot be searched for."""

    code = "term_invalid"

    def __init__(self, position: int, reason: str) -> None:
        """Name the term by its position, counted from 0."""
        super().__init__(f"term {position} {reason}")


class PatternInvalid(TriageError):
    """A pattern cannot be searched for in linear time, or not at all."""

    code = "pattern_invalid"

    def __init__(self, position: int, reason: str) -> None:
        """Name the pattern by its position, counted from 0."""
        super().__init__(f"pattern {position} cannot be used: {reason}")


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """The hits in the part of a text that was read, and whether a rest was left unread."""

    hits: tuple[Hit, ...]
    truncated: bool


class TermIndex:
    """Terms compiled once, to be found in many texts; a hit names the first of several equal terms."""

    def __init__(self, terms: Sequence[str], *, backend: Backend | Literal["aho", "re"] | None = None) -> None:
        words = [_words(position, term) for position, term in enumerate(terms)]
        first: dict[tuple[str, ...], int] = {}
        self.same_as = tuple(first.setdefault(each, position) for position, each in enumerate(words))
        chosen = Backend(backend or (Backend.AHO if _AHO_CORASICK else Backend.RE))
        #: All hits in a text, overlapping ones too, in the order of their start and then of their term.
        self.find: Final[_Find] = _compile(first, chosen)
        for each, position in first.items():
            require_found(self.find, position, each)

    def scan(self, text: str, limit: int) -> Scan:
        """The hits up to the last separator within `limit` characters; a longer text is truncated there."""
        if len(text) <= limit:
            return Scan(hits=tuple(self.find(text)), truncated=False)
        cut = next((place for place in range(limit, 0, -1) if is_separator(text[place])), 0)
        return Scan(hits=tuple(self.find(text[:cut])), truncated=True)


class PatternIndex:
    """Patterns in RE2 syntax, case ignored, at most a hundred matches each."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [_compile_pattern(position, pattern) for position, pattern in enumerate(patterns)]

    def find(self, text: str) -> list[Hit]:
        """Each pattern's matches, which do not overlap one another, in the order of start and then of pattern."""
        readable = text if text.isascii() else without_surrogates(text)
        hits = [
            (position, *match.span())
            for position, pattern in enumerate(self._patterns)
            for match in islice(pattern.finditer(readable), _MATCHES_PER_PATTERN)
            if match.end() > match.start()
        ]
        hits.sort(key=_by_start)
        return hits


def require_found(find: _Find, position: int, words: Sequence[str]) -> None:
    """Refuse a term that is not found alone, in three casings, and at both ends of a text with every separator."""
    for text, start, end in _proofs(words):
        if (position, start, end) not in find(text):
            raise TermInvalid(position, "is not found in its own spelling; write it in plain letters")


def _words(position: int, term: str) -> tuple[str, ...]:
    words = tuple(_WORD.findall(fold(term).text))
    if not words:
        raise TermInvalid(position, "has no letter or digit; write at least one word or remove the term")
    return words


def _compile_pattern(position: int, pattern: str) -> re2._Regexp:
    if pattern != without_surrogates(pattern):
        raise PatternInvalid(position, "it holds half of a character pair; write the whole character")
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options)
    except re2.error as refused:
        reason = refused.args[0].decode(errors="replace")
        raise PatternInvalid(position, f"{reason}; rewrite it in RE2 syntax") from None
    if compiled.search(""):
        raise PatternInvalid(position, "it matches the empty text; make it need at least one character")
    return compiled


def _by_start(hit: Hit) -> tuple[int, int]:
    return hit[1], hit[0]


def _restored(hits: list[Hit], folded: Folded) -> list[Hit]:
    restored = [(term, *folded.span(start, end)) for term, start, end in hits]
    restored.sort(key=_by_start)
    return restored


def _proofs(words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    for joint in _JOINTS:
        for casing in _CASINGS:
            spelled = joint.join(map(casing, words))
            yield spelled, 0, len(spelled)
            yield f"{spelled}{joint}x", 0, len(spelled)
            before = f"x{joint}"
            yield before + spelled, len(before), len(before) + len(spelled)


def _compile(terms: dict[tuple[str, ...], int], backend: Backend) -> _Find:
    by_first: defaultdict[str, list[tuple[int, Sequence[str]]]] = defaultdict(list)
    for words, position in terms.items():
        by_first[words[0]].append((position, words[1:]))
    ascii_rows = [[(term, *_tail(rest)) for term, rest in rows] for rows in by_first.values()]
    folded_rows = [[(term, _anchored(_rest(rest))) for term, rest in rows] for rows in by_first.values()]
    in_ascii, in_folded = _candidates(list(by_first), backend)
    return _ascii_find(in_ascii, ascii_rows, _unfolded(_folded_find(in_folded, folded_rows)))


def _unfolded(find: _Find) -> _Find:
    """Search the folded form of a text and give the places in the text itself."""

    def find_in(text: str) -> list[Hit]:
        folded = fold(text)
        hits = find(folded.text)
        return hits if folded.starts is None else _restored(hits, folded)

    return find_in


def _rest(words: Sequence[str]) -> str:
    """A pattern of literals that never steps back, hence linear; no words, no pattern."""
    joined = "".join(rf"[\W_]++{re.escape(word)}" for word in words)
    return rf"{joined}(?![^\W_])" if joined else ""


def _tail(words: Sequence[str]) -> tuple[bytes, _Rest[bytes] | None]:
    """How a phrase goes on after its first word: its usual spelling, and the pattern for every spelling."""
    return (" ".join((*words, "")).encode(), _anchored(_rest(words).encode())) if words else (b"", None)


def _anchored(rest: AnyStr) -> _Rest[AnyStr] | None:
    return re.compile(rest).match if rest else None


def _candidates(firsts: list[str], backend: Backend) -> tuple[_Candidates[bytes], _Candidates[str]]:
    # In ASCII text every separator becomes a space first, so that the automaton itself sees where a word ends.
    encoded = [b"%b " % first.encode() for first in firsts]
    if backend is Backend.AHO:
        in_bytes = BytesAhoCorasick(encoded, implementation=Implementation.DFA)
        in_text = AhoCorasick(firsts, implementation=Implementation.DFA)
        return (
            partial(in_bytes.find_matches_as_indexes, overlapping=True),
            partial(in_text.find_matches_as_indexes, overlapping=True),
        )
    return _whole_words(encoded, re.compile(b"[^ ]+"), 1), _whole_words(firsts, _WORD, 0)


def _whole_words(firsts: Sequence[AnyStr], word: re.Pattern[AnyStr], margin: int) -> _Candidates[AnyStr]:
    known = {first.strip(): position for position, first in enumerate(firsts)}

    def find(text: AnyStr) -> Iterator[Hit]:
        for found in word.finditer(text):
            first = known.get(found[0])
            if first is not None:
                yield first, found.start(), found.end() + margin

    return find


def _ascii_find(  # noqa: C901 - the hottest loop of the product: a call for each candidate would cost more than it does
    candidates: _Candidates[bytes], table: Sequence[Sequence[_AsciiRow]], otherwise: _Find
) -> _Find:
    def find(text: str) -> list[Hit]:
        if not text.isascii():
            return otherwise(text)
        spaced = f"{text}  ".encode().translate(_SPACED)
        hits: list[Hit] = []
        # A candidate spans the space behind the first word; before the text's first word stands its last space.
        for first, start, end in candidates(spaced):
            if spaced[start - 1] != _SPACE:
                continue
            for term, tail, rest in table[first]:
                if rest is None:
                    hits.append((term, start, end - 1))
                elif spaced.startswith(tail, end):
                    hits.append((term, start, end + len(tail) - 1))
                elif spaced[end] in (tail[0], _SPACE) and (found := rest(spaced, end - 1)):
                    hits.append((term, start, found.end()))
        return hits

    return find


def _folded_find(candidates: _Candidates[str], table: Sequence[Sequence[_Row[str]]]) -> _Find:
    def find(text: str) -> list[Hit]:
        padded = text + " "
        hits: list[Hit] = []
        for first, start, end in candidates(padded):
            if padded[start - 1].isalnum() or padded[end].isalnum():
                continue
            for term, rest in table[first]:
                if rest is None:
                    hits.append((term, start, end))
                elif found := rest(padded, end):
                    hits.append((term, start, found.end()))
        return hits

    return find
