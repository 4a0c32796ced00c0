"""Which headers, texts and files does a raw mail hold?

The parser of the standard library does the reading. What would make it slow or recurse too deeply is seen first; of
such mail only the headers are read and the rest stays one text.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.parser import BytesHeaderParser
from hashlib import sha256
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

import msgspec

from triage_core.channels.charsets import decoded
from triage_core.channels.headers import header_text
from triage_core.channels.markup import text_of
from triage_core.channels.normalised import Attachment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

#: Lines times levels that the parser may have to look at.
_MAX_WORK: Final = 3_000_000
_MAX_LEVELS: Final = 40
_MAX_PARTS: Final = 300
_MAX_HEADERS: Final = 500
_LONGEST_TYPE: Final = 2_000
_LEVEL: Final = re.compile(rb"boundary\s*=|message/", re.IGNORECASE)
_TYPE_HEADER: Final = re.compile(
    rb"^content-(?:type|disposition):(?:[^\r\n]|\r?\n[ \t]|\r(?=[ \t]))*+", re.IGNORECASE | re.MULTILINE
)
_CHARSET: Final = re.compile(r"charset\*?\s*=\s*[\"']?([^\s\"';]{1,60})", re.IGNORECASE)
#: An HTML part that says this many times more than its plain sibling holds the message; the sibling is a stub.
_STUB: Final = 4


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail with its headers decoded, its text chosen and its files listed."""

    #: By small name, in order.
    headers: tuple[tuple[str, str], ...]
    media_type: str = "text/plain"
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    notes: tuple[str, ...] = ()


def parse(raw: bytes) -> Mail:
    """Read a mail; any bytes are one."""
    if _is_costly(raw):
        return _headers_only(raw)
    message = message_from_bytes(raw)
    parts = list(islice(_leaves(message), _MAX_PARTS + 1))
    files = tuple(_attachment(part) for part in parts[:_MAX_PARTS] if _is_file(part))
    notes = ("attachments_over_limit",) if len(parts) > _MAX_PARTS else ()
    return Mail(
        headers=_headers(message),
        media_type=message.get_content_type(),
        text="\n".join(_texts(message, _MAX_LEVELS)),
        attachments=files,
        notes=notes,
    )


def _is_costly(raw: bytes) -> bool:
    levels = sum(1 for _ in _LEVEL.finditer(raw))
    too_long = any(found.end() - found.start() > _LONGEST_TYPE for found in _TYPE_HEADER.finditer(raw))
    return too_long or levels > _MAX_LEVELS * 2 or (raw.count(b"\n") + raw.count(b"\r")) * (levels + 1) > _MAX_WORK


def _headers_only(raw: bytes) -> Mail:
    head, _, body = _split(raw)
    message = BytesHeaderParser().parsebytes(head[:200_000])
    media_type = message.get_content_type()
    return Mail(headers=_headers(message), media_type=media_type, text=decoded(body), notes=("structure_not_read",))


def _split(raw: bytes) -> tuple[bytes, bytes, bytes]:
    for gap in (b"\r\n\r\n", b"\n\n", b"\r\r"):
        if gap in raw:
            return raw.partition(gap)
    return raw, b"", b""


def _headers(message: Message) -> tuple[tuple[str, str], ...]:
    pairs = list(message.raw_items())[:_MAX_HEADERS]
    return tuple((name.lower(), header_text(str(value))) for name, value in pairs)


def _leaves(message: Message) -> Iterator[Message]:
    """Yield the parts that are no containers; mails inside of mails count as files."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting.extend(reversed(_children(part)))
        else:
            yield part


def _children(part: Message) -> list[Message]:
    held = part.get_payload()
    return [child for child in held if not isinstance(child, str)] if isinstance(held, list) else []


def _is_file(part: Message) -> bool:
    named = _disposition(part).startswith("attachment") or part.get_content_maintype() != "text"
    return named or part.get_content_type() not in {"text/plain", "text/html"}


def _disposition(part: Message) -> str:
    return str(part.get("content-disposition", ""))[:_LONGEST_TYPE].strip().lower()


def _texts(part: Message, levels: int) -> list[str]:
    """Return the texts of a part in order; of alternatives the one that says the most with the least markup."""
    if levels and part.get_content_maintype() == "multipart" and part.is_multipart():
        children = _children(part)[:_MAX_PARTS]
        texts = [_texts(child, levels - 1) for child in children]
        alternative = part.get_content_subtype() == "alternative"
        return _chosen(children, texts) if alternative else list(chain.from_iterable(texts))
    if _is_file(part):
        return []
    text = decoded(*_content(part))
    shown = text_of(text) if part.get_content_subtype() == "html" else text
    return [shown] if shown.strip() else []


def _chosen(children: list[Message], texts: list[list[str]]) -> list[str]:
    plain = next((text for part, text in zip(children, texts, strict=True) if _is_plain(part) and text), [])
    rich = max(texts, key=_length, default=[])
    return plain if plain and _length(rich) <= _STUB * _length(plain) else rich


def _is_plain(part: Message) -> bool:
    return part.get_content_type() == "text/plain"


def _length(texts: list[str]) -> int:
    return sum(len(" ".join(text.split())) for text in texts)


def _content(part: Message) -> tuple[bytes, str]:
    """Return a part's bytes and its charset as it says itself."""
    found = _CHARSET.search(str(part.get("content-type", ""))[:_LONGEST_TYPE])
    # Without the header the parser does not try charsets of its own on the way, some of which run away.
    kept = part.get_all("content-type", [])
    del part["content-type"]
    held = part.get_payload(decode=True)
    for value in kept:
        part["content-type"] = value
    return held if isinstance(held, bytes) else b"", found.group(1) if found else ""


def _attachment(part: Message) -> Attachment:
    if part.is_multipart():
        content = b"\n".join(child.as_bytes() for child in _children(part))
    else:
        content, _ = _content(part)
    return Attachment(
        name=_filename(part), type=part.get_content_type(), size=len(content), sha256=sha256(content).hexdigest()
    )


def _filename(part: Message) -> str:
    try:
        return header_text(part.get_filename("") or "")[:255]
    except (LookupError, ValueError, TypeError):  # the parser's answers to malformed parameters
        return ""
