"""Does a text give back what the customer wrote, or what somebody wrote for a machine?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.domain.folding import fold
from triage_core.domain.manipulation.tricks import Trick
from triage_core.domain.word_list import listed

if TYPE_CHECKING:
    from triage_core.domain.output.case import Case
    from triage_core.domain.output.outgoing import Hit
    from triage_core.domain.output.passage import Passage

#: Tricks that are orders. What speaks of classes and deadlines is left out: texts to customers do that too.
_ORDERS: Final = frozenset({Trick.INSTRUCTION, Trick.ROLE, Trick.ADDRESSED, Trick.ENCODED})


def find_instructions(case: Case) -> Iterator[Hit]:
    """Find words that are meant to steer a machine."""
    for passage, trick in case.tricks:
        if trick.trick in _ORDERS:
            yield passage.raw_hit(trick.start, trick.end)


_NO_SPACES = "\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
#: A word, or one character of a script that sets no spaces.
_TOKEN: Final = re.compile(f"[{_NO_SPACES}]|[^\\W_{_NO_SPACES}]+")
_GLUED: Final = re.compile(f"[{_NO_SPACES}]")
_SENTENCE: Final = re.compile(r"[^.!?\u2026\u3002\uff01\uff1f\n\r]+")
_LINE: Final = re.compile(r"\S[^\n\r]*")
_QUOTED: Final = re.compile('["\u201c\u201e\u00ab]([^"\u201c\u201d\u201e\u00ab\u00bb\n]{8,300})["\u201d\u201c\u00bb]')
#: So many words in a row are no accident; characters of scripts without spaces count half.
_RUN: Final = 8
#: A whole sentence counts from here on; shorter ones are what everybody writes.
_SENTENCE_FROM: Final = 5
_QUOTE_FROM: Final = 3
#: How sentences begin that both sides write.
_COURTESIES: Final = frozenset(
    listed("""
        thank, thanks, many, kind, best, please, hope, sorry, danke, vielen, mit, beste, freundliche, bitte
        entschuldigung, merci, gracias, grazie, dank
    """)
)
#: A line without words, such as a code or a cipher, counts when it is this long.
_CIPHER: Final = 20


class _Token(NamedTuple):
    word: str
    start: int
    end: int


def _tokens(text: str) -> list[_Token]:
    folded = fold(text)
    return [_Token(found[0], *folded.span(*found.span())) for found in _TOKEN.finditer(folded.text)]


def _words(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(fold(text).text))


def _weight(words: Iterable[str]) -> float:
    return sum(0.5 if _GLUED.match(word) else 1 for word in words)


def _runs(words: tuple[str, ...], length: int) -> set[tuple[str, ...]]:
    return {words[place : place + length] for place in range(len(words) - length + 1)}


def _pieces(form: re.Pattern[str], text: str, shortest: int) -> set[tuple[str, ...]]:
    """Return the sentences or quotations that are too short to be found as a run of words."""
    found = (_words(each[each.lastindex or 0]) for each in form.finditer(text))
    return {
        words for words in found if len(words) < 2 * _RUN and shortest <= _weight(words) and words[0] not in _COURTESIES
    }


def find_ticket(case: Case) -> Iterator[Hit]:
    """Find sentences of the ticket, unless they are ours and the customer only quoted them."""
    written = case.surroundings.ticket_text
    if not written:
        return
    ours = [_words(text) for text in case.surroundings.ours]
    known = _foreign(_runs(_words(written), _RUN), ours)
    short = _foreign(_pieces(_SENTENCE, written, _SENTENCE_FROM), ours)
    ciphers = {line for _, line in _ciphers(written)} - _own_lines(case)
    for passage in case.passages:
        tokens = _tokens(passage.text)
        yield from _long_echoes(passage, tokens, known)
        yield from _short_echoes(passage, tokens, short)
        yield from (passage.hit(place, place + len(line)) for place, line in _ciphers(passage.text) if line in ciphers)


def find_quotes(case: Case) -> Iterator[Hit]:
    """Find what stood in quotation marks in the ticket, which may be what a text is told to say."""
    ours = [_words(text) for text in case.surroundings.ours]
    foreign = _foreign(_pieces(_QUOTED, case.surroundings.ticket_text, _QUOTE_FROM), ours)
    for passage in case.passages:
        yield from _short_echoes(passage, _tokens(passage.text), foreign)


def _foreign(pieces: set[tuple[str, ...]], ours: list[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Leave out what stands in our own texts too."""
    lengths = {len(piece) for piece in pieces}
    return pieces - {run for length in lengths for words in ours for run in _runs(words, length)}


def _own_lines(case: Case) -> set[str]:
    """Return what may stand on a line of its own: ids, facts such as the desk's name, and lines of our texts."""
    lines = {line for text in case.surroundings.ours for _, line in _ciphers(text)}
    return lines.union(case.surroundings.ticket_ids, case.text.facts.values(), case.standards.own_names)


def _ciphers(text: str) -> Iterator[tuple[int, str]]:
    """Return long lines that hold no sentence, with their places."""
    for found in _LINE.finditer(text):
        line = found[0].rstrip()
        if len(line) >= _CIPHER and len(_words(line)) < _QUOTE_FROM:
            yield found.start(), line


def _long_echoes(passage: Passage, tokens: list[_Token], known: set[tuple[str, ...]]) -> Iterator[Hit]:
    words = tuple(token.word for token in tokens)
    places = [place for place in range(len(words) - _RUN + 1) if words[place : place + _RUN] in known]
    for first, last in _joined(places):
        end = last + _RUN
        if _weight(words[first:end]) >= _RUN:
            yield passage.hit(tokens[first].start, tokens[end - 1].end)


def _joined(places: list[int]) -> Iterator[tuple[int, int]]:
    """Return the first and last of each row of places that follow one another."""
    first = last = -1
    for place in places:
        if first >= 0 and place > last + 1:
            yield first, last
            first = -1
        first, last = (place if first < 0 else first), place
    if first >= 0:
        yield first, last


def _short_echoes(passage: Passage, tokens: list[_Token], pieces: set[tuple[str, ...]]) -> Iterator[Hit]:
    words = tuple(token.word for token in tokens)
    for length in sorted({len(piece) for piece in pieces if len(piece) < 2 * _RUN}):
        for place in range(len(words) - length + 1):
            if words[place : place + length] in pieces:
                yield passage.hit(tokens[place].start, tokens[place + length - 1].end)
