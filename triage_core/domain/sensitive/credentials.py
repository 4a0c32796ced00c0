"""Which passwords and keys does a text give away by the words around them?"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from triage_core.domain.sensitive.kinds import Found, Sensitive
from triage_core.domain.sensitive.randomness import is_random

_BEGUN: Final = re.compile(
    r"-{4,5} ?BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)? ?-{4,5}|PuTTY-User-Key-File-\d"
)
_ENDED: Final = re.compile(r"-{4,5} ?END [A-Z0-9 ]{0,60}-{4,5}|Private-MAC: ?[0-9a-f]*+")
_LONGEST_KEY: Final = 20_000
#: Lines of a key whose end is missing.
_LINES: Final = re.compile(r"(?:\s*[A-Za-z0-9+/=]{16,}+)*+")

_HEADER: Final = re.compile(
    r"\b(?:bearer|basic|authorization:? token)[ :=]{1,3}([A-Za-z0-9+/._~=-]{16,4000}+)", re.IGNORECASE
)
_USER_INFO: Final = re.compile(r"(?<=://)[^\s/:@<>\"']{0,100}:([^\s/@<>\"']{4,200})@")
_SETTING: Final = re.compile(
    r"\b(?:password|pwd|accountkey|sharedaccesskey|sharedaccesssignature|shared secret)=([^;\s\"'<>]{4,400}+)",
    re.IGNORECASE,
)
_COMMAND: Final = re.compile(r"(?<!\S)(?:-u|--user|--proxy-user)[ =][\"']?[^\s:\"'<>]{1,60}:([^\s\"'<>]{4,200})")
_NAMES = (
    r"passw(?:or[dt]s?|d)|passphrase|pwd|passcode|kennw(?:o|ö)rt(?:er)?|zugangscode|secrets?|geheimnis|tokens?|credentials?"
    r"|api[ _-]?keys?|access[ _-]?keys?|secret[ _-]?keys?|private[ _-]?keys?|account[ _-]?keys?|license[ _-]?keys?"
    r"|signing[ _-]?keys?|encryption[ _-]?keys?|schlüssel"
)
_CALLED: Final = re.compile(
    rf"({_NAMES})[\w.-]{{0,30}}[\"'`*\])]{{0,3}}(?:\s{{0,3}}(?:=>|:{{1,3}}=|\?=|\|\||==?|[:>]|value=)|\s(?:is|ist|lautet|now|jetzt|to|auf)\b:?)"
    r"(?:\s(?:is|ist|now|jetzt))?\s{0,3}[\"'`*(]{0,3}([^\s\"'`<>,()]{4,400}+)",
    re.IGNORECASE,
)
_TRAILING: Final = ".,;:!?*"
_STRONG: Final = frozenset("!@#$%^&*+=?~§|")
_LONG_WORD: Final = 20
#: What people make of digits alone.
_OF_DIGITS: Final = ("pass", "kenn", "zugang")
_SHORTEST: Final = 4
_SHORTEST_MIXED: Final = 6
#: What stands where a secret would, and is none.
_NO_SECRET: Final = re.compile(
    r"\$|%\w+%|\{|<|\[|https?:|\*{3}|x{4}|\.{3}|(?-i:[A-Z]{1,6}-?\d+\Z)|\d{1,2}[.:/-]\d", re.IGNORECASE
)


def keys_in(text: str) -> Iterator[Found]:
    """Private keys, whole or cut off."""
    begun = list(_BEGUN.finditer(text))
    ends = [found.end() for found in _ENDED.finditer(text)] if begun else []
    done = 0
    for found in begun:
        if found.start() >= done:
            done = _key_end(text, found.end(), ends)
            yield Found(Sensitive.PRIVATE_KEY, found.start(), done)


def _key_end(text: str, place: int, ends: list[int]) -> int:
    ended = bisect_right(ends, place)
    if ended < len(ends) and ends[ended] - place <= _LONGEST_KEY:
        return ends[ended]
    lines = _LINES.match(text, place)
    return lines.end() if lines else place


def credentials_in(text: str) -> Iterator[Found]:
    """What stands behind the name of a secret, in a header, or in the address of a service."""
    for form in (_USER_INFO, _SETTING, _COMMAND):
        yield from (Found(Sensitive.CONNECTION, *found.span(1)) for found in form.finditer(text))
    for found in _HEADER.finditer(text):
        if is_random(found[1]):
            yield Found(Sensitive.AUTHORIZATION, *found.span(1))
    for found in _CALLED.finditer(text):
        if _is_secret(found[1].lower(), found[2].rstrip(_TRAILING)):
            yield Found(Sensitive.PASSWORD, *found.span(2))


def _is_secret(name: str, value: str) -> bool:
    """Tell a secret from the words of a sentence."""
    if _NO_SECRET.match(value):
        return False
    if value.isdigit():
        return name.startswith(_OF_DIGITS) and len(value) >= _SHORTEST
    if len(value) < _SHORTEST_MIXED:
        return False
    has_letters = any(char.isalpha() for char in value)
    has_others = any(char.isdigit() or char in _STRONG for char in value)
    return (has_letters and has_others) or len(value) >= _LONG_WORD
