"""What does a header of a mail say once it is unfolded and decoded?"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from binascii import a2b_qp
from typing import Final

from triage_core.channels.charsets import decoded

_LONGEST: Final = 8_000
_LONGEST_ADDRESS: Final = 1_000
_FOLD: Final = re.compile(r"[\r\n]+")
_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_ANGLED: Final = re.compile(r"<([^<>\s@]{1,200}@[^<>\s@]{1,200})>")
_BARE: Final = re.compile(r"[^\s<>\"(),;:@]{1,200}@[^\s<>\"(),;:@]{1,200}")
_IDS: Final = re.compile(r"<[^<>\s]{1,500}>")


def header_text(value: str) -> str:
    """Return a header's text: unfolded, its bytes and encoded words decoded."""
    if not value.isascii():
        value = decoded(value.encode("utf-8", "surrogateescape"))
    return _unworded(_FOLD.sub("", value[:_LONGEST])) + _FOLD.sub("", value[_LONGEST:])


def _unworded(text: str) -> str:
    """Decode encoded words; neighbours of one charset are joined first, since mail programs cut inside characters."""
    pieces: list[str] = []
    held, charset, place = b"", "", 0
    for found in _WORD.finditer(text):
        between = text[place : found.start()]
        joins = bool(held) and not between.strip() and found.group(1).lower() == charset
        if not joins:
            pieces += [decoded(held, charset), between if between.strip() or not held else ""]
            held = b""
        held, charset, place = held + _bytes(found), found.group(1).lower(), found.end()
    return "".join([*pieces, decoded(held, charset), text[place:]])


def _bytes(word: re.Match[str]) -> bytes:
    content = word.group(3).encode("utf-8", "replace")
    if word.group(2) in "qQ":
        return a2b_qp(content, header=True)
    try:
        return b64decode(content + b"=" * (-len(content) % 4))
    except NotBase64:
        return content


def address(value: str) -> str:
    """Return the mail address of a sender; the one in angle brackets holds, whatever the name beside it pretends."""
    short = value[-_LONGEST_ADDRESS:]
    found = _ANGLED.findall(short) or _BARE.findall(short)
    return found[-1].strip(".") if found else ""


def message_ids(value: str) -> tuple[str, ...]:
    """Return the Message-IDs in a header, without repetition."""
    return tuple(dict.fromkeys(_IDS.findall(value[-20_000:])))
