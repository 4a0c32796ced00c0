"""What does a message of the Gmail API become?"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from triage_core.channels import mail, moments
from triage_core.channels.charsets import decoded
from triage_core.channels.document import Document, parse
from triage_core.channels.headers import address, header_text
from triage_core.channels.markup import text_of
from triage_core.channels.normalised import Attachment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from triage_core.channels.normalised import ChannelSettings, Normalised

_MAX_PARTS: Final = 300


def normalise(raw: bytes, settings: ChannelSettings) -> Normalised:
    """Read a message in the format `full`."""
    message = parse("gmail", raw, "message")
    message.need({"/id": "the id of the message", "/payload/mimeType": "the message in the format full"})
    payload = message.part("/payload")
    headers = mail.firsts((item.text("/name"), header_text(item.text("/value"))) for item in payload.parts("/headers"))
    parts = list(_parts(payload))
    thread = message.text("/threadId")
    letter = mail.Letter(
        headers=headers,
        subject=headers.get("subject", "").strip(),
        body=_body(parts),
        sender=address(headers.get("from", "")),
        message_id=headers.get("message-id", "") or f"gmail:{message.text('/id')}",
        received_at=_received(message) or mail.sent_at(headers),
        media_type=payload.text("/mimeType").lower(),
        attachments=tuple(_attachment(part) for part in parts if part.text("/filename")),
        thread_keys=(f"gmail:{thread}",) if thread else (),
    )
    return mail.normalised(letter, settings)


def _received(message: Document) -> datetime | None:
    milliseconds = message.text("/internalDate")[:20]
    return moments.from_seconds(int(milliseconds) / 1_000) if milliseconds.isdecimal() else None


def _parts(payload: Document) -> Iterator[Document]:
    """Yield a part and all below it, in order, however deep."""
    waiting, seen = [payload], 0
    while waiting and seen < _MAX_PARTS:
        part = waiting.pop()
        seen += 1
        yield part
        waiting.extend(reversed(part.parts("/parts")))


def _body(parts: list[Document]) -> str:
    """Return the plain text, else that of the HTML."""
    plain = [_text(part) for part in parts if _shows(part, "text/plain")]
    if any(text.strip() for text in plain):
        return "\n".join(plain)
    return "\n".join(text_of(_text(part)) for part in parts if _shows(part, "text/html"))


def _shows(part: Document, media_type: str) -> bool:
    return part.text("/mimeType").lower() == media_type and not part.text("/filename")


def _text(part: Document) -> str:
    return decoded(_bytes(part))


def _bytes(part: Document) -> bytes:
    data = part.text("/body/data").encode("ascii", "replace")
    try:
        return urlsafe_b64decode(data + b"=" * (-len(data) % 4))
    except NotBase64:
        return b""


def _attachment(part: Document) -> Attachment:
    content = _bytes(part)
    size = part.at("/body/size")
    return Attachment(
        name=part.text("/filename"),
        type=part.text("/mimeType"),
        size=size if isinstance(size, int) else len(content),
        sha256=sha256(content).hexdigest() if content else "",
    )
