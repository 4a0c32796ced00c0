"""Which words of a text count when articles are searched, whatever their form?

Databases find word forms each in its own way, so the forms are taken off here: every store indexes and is asked for the
same plain words, and finds the same articles. A word is letters and digits only, so no query is ever a syntax error.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from triage_core.domain.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD: Final = re.compile(r"[^\W_]+")
#: Writing without spaces; each two neighbours make a word.
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]{2,}")
_CHARACTERS_READ: Final = 40_000
_LONGEST_WORD: Final = 40
#: A word that would become shorter keeps its ending.
_SHORTEST_STEM: Final = 4
#: Endings of English and German, each taken off once, in this order.
_ENDINGS: Final = ("ungen", "ung", "ing", "ed", "er", "en", "e")
_NO_PLURAL: Final = ("ss", "us", "is")

_ENGLISH: Final = """
a about after again all also am an and any are as at be because been before being but by can cannot could did do does
doing don for from get gets getting got had has have having he her here him his how i if in into is it its just me my
no nor not of off on once only or other our out over own please s same she should so some such t than thank thanks that
the their them then there these they this those through to too under until up us very was we were what when where which
while who whom why will with would you your hello hi dear regards since still now when
"""
_GERMAN: Final = """
aber alle als am an auch auf aus bei bin bis bitte da damit danke das dass dem den der des die dies diese dieser doch
durch ein eine einem einen einer eines er es fur gegen habe haben hallo hat hatte hier ich ihr ihre im in ist ja kann
kein keine konnen man mehr mein meine mich mir mit nach nicht noch nun nur ob oder schon sehr sein seit sich sie sind so
uber um und uns unser vom von vor war was weil wenn wer wie wieder wir wird wurde zu zum zur
"""
_STOP: Final = frozenset({*_ENGLISH.split(), *_GERMAN.split()})


def words_of(text: str) -> Iterator[str]:
    """Return the words of a text in order, without endings and without those that say nothing."""
    for found in _WORD.finditer(fold(text[:_CHARACTERS_READ]).text):
        yield from _words(found[0])


@lru_cache(16_384)
def _words(word: str) -> tuple[str, ...]:
    if _UNSPACED.search(word):
        return tuple(_plain(word[place : place + 2]) for place in range(len(word) - 1))
    plain = _plain(word)
    return () if plain in _STOP else (_stem(plain)[:_LONGEST_WORD],)


def _plain(word: str) -> str:
    """Return a word in ASCII: without accents, or by the numbers of its characters."""
    spread = unicodedata.normalize("NFKD", word)
    bare = "".join(char for char in spread if not unicodedata.combining(char))
    return bare if bare.isascii() else f"u{bare.encode('utf-8', 'surrogatepass').hex()}"


def _stem(word: str) -> str:
    if not word.isalpha():
        return word
    stem = _singular(word)
    for ending in _ENDINGS:
        if stem.endswith(ending) and len(stem) - len(ending) >= _SHORTEST_STEM:
            stem = stem.removesuffix(ending)
    return _undoubled(stem) if stem != word else stem


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > _SHORTEST_STEM + 1:
        return f"{word.removesuffix('ies')}y"
    is_plural = word.endswith("s") and not word.endswith(_NO_PLURAL)
    return word[:-1] if is_plural and len(word) > _SHORTEST_STEM - 1 else word


def _undoubled(stem: str) -> str:
    doubled = len(stem) > _SHORTEST_STEM and stem[-1] == stem[-2] and stem[-1] not in "aeiouls"
    return stem[:-1] if doubled else stem
