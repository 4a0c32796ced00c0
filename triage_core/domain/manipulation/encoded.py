"""Does a text hold in an encoding what it would not say openly?

Encoded text alone is no trick: logs, keys and addresses are full of it. A block counts only when what it says, once it
is decoded, is a trick itself.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from triage_core.domain.manipulation.phrases import phrases_in
from triage_core.domain.manipulation.tricks import MOST_OF_A_KIND, Finding, Trick

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

#: The shortest run without a space that is worth decoding; "ignore all instructions" is longer in every encoding.
_RUN: Final = 32
#: Nobody needs more characters than these to say what to ignore.
_DECODED: Final = 4_096
_BLOCKS: Final = 50


def _base64(block: str) -> str:
    plain = block.replace("-", "+").replace("_", "/")[: _DECODED * 4 // 3 // 4 * 4]
    return _text(base64.b64decode(plain + "=" * (-len(plain) % 4)))


def _hexadecimal(block: str) -> str:
    digits = re.sub(r"(?:0x|\\x|[\s:])", "", block)[: _DECODED * 2]
    return _text(bytes.fromhex(digits[: len(digits) // 2 * 2]))


def _binary(block: str) -> str:
    return _text(bytes(int(octet, 2) for octet in block.split()[:_DECODED]))


def _escaped(block: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), block[: _DECODED * 6])


def _percent(block: str) -> str:
    return unquote(block[: _DECODED * 3], errors="replace")


def _entities(block: str) -> str:
    return html.unescape(block[: _DECODED * 8])


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


#: What must stand in the text, the form of a block, and how it is read. No pattern steps back over what it has taken.
_ENCODINGS: Final[tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...]] = tuple(
    (mark, re.compile(pattern), decode)
    for mark, pattern, decode in (
        ("", r"[A-Za-z0-9+/_-]{32,}+={0,2}", _base64),
        ("", r"(?:0x)?(?:[0-9A-Fa-f]{2}){16,}+", _hexadecimal),
        (" 6", r"(?:[0-9A-Fa-f]{2}[ :]){12,}+[0-9A-Fa-f]{2}", _hexadecimal),
        ("\\x", r"(?:\\x[0-9A-Fa-f]{2}){8,}+", _hexadecimal),
        ("\\u", r"(?:\\u[0-9A-Fa-f]{4}){8,}+", _escaped),
        ("%", r"[\w.+-]*+(?:%[0-9A-Fa-f]{2}[\w.+-]*+){3,}+", _percent),
        ("&#", r"(?:&#x?[0-9A-Fa-f]{2,6};\s?){8,}+", _entities),
        (" 01", r"(?:[01]{8} ){8,}+[01]{8}", _binary),
    )
)


def encoded_in(text: str) -> list[Finding]:
    """Return the blocks that say a trick once they are decoded."""
    has_run = _has_run(text)
    if not (has_run or "%" in text or "\\" in text or "&#" in text or " 01" in text or " 6" in text):
        return []
    blocks = islice(_blocks(text, has_run=has_run), _BLOCKS)
    told = (Finding(Trick.ENCODED, *span) for span, decode in blocks if _tells(decode, text[span[0] : span[1]]))
    return list(islice(told, MOST_OF_A_KIND))


def _blocks(text: str, *, has_run: bool) -> Iterator[tuple[tuple[int, int], Callable[[str], str]]]:
    for mark, pattern, decode in _ENCODINGS:
        if mark in text if mark else has_run:
            yield from ((found.span(), decode) for found in pattern.finditer(text))


def _tells(decode: Callable[[str], str], block: str) -> bool:
    try:
        return bool(phrases_in(decode(block)))
    except (ValueError, binascii.Error):
        return False


def _has_run(text: str) -> bool:
    """Tell whether so many characters may stand without a space; cheap, and never wrong where there are."""
    place, last = 0, len(text)
    while place + _RUN <= last:
        space = text.rfind(" ", place, place + _RUN)
        if space < 0:
            return True
        place = space + 1
    return False


def turned_in(text: str) -> list[Finding]:
    """Return what a text says whose letters are rotated by thirteen, or that is written from its end."""
    last = len(text)
    rotated = phrases_in(codecs.encode(text, "rot13"))
    mirrored = [Finding(trick, last - end, last - start) for trick, start, end in phrases_in(text[::-1])]
    return [Finding(Trick.ENCODED, start, end) for _, start, end in (*rotated, *mirrored)][:MOST_OF_A_KIND]
