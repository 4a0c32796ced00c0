"""What does a message of Microsoft Graph become?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage_core.channels import mail
from triage_core.channels.document import Document, parse
from triage_core.channels.headers import header_text
from triage_core.channels.markup import text_of
from triage_core.channels.normalised import Attachment

if TYPE_CHECKING:
    from triage_core.channels.normalised import ChannelSettings, Normalised


def normalise(raw: bytes, settings: ChannelSettings) -> Normalised:
    """Read a message resource; ask for `internetMessageHeaders`, without which loops are seen by address only."""
    message = parse("outlook", raw, "message", "resourceData")
    message.need({"/internetMessageId or /id": "the id of the message"})
    headers = _headers(message)
    conversation = message.text("/conversationId")
    letter = mail.Letter(
        headers=headers,
        subject=message.text("/subject"),
        body=_body(message),
        sender=message.text("/from/emailAddress/address", "/sender/emailAddress/address"),
        message_id=message.text("/internetMessageId", "/id"),
        received_at=message.moment("/receivedDateTime", "/sentDateTime"),
        media_type=headers.get("content-type", "").partition(";")[0].strip().lower(),
        attachments=tuple(_attachment(item) for item in message.parts("/attachments")),
        thread_keys=(f"outlook:{conversation}",) if conversation else (),
        notes=() if headers else ("no_headers",),
    )
    return mail.normalised(letter, settings)


def _headers(message: Document) -> dict[str, str]:
    given = message.parts("/internetMessageHeaders")
    return mail.firsts((item.text("/name"), header_text(item.text("/value"))) for item in given)


def _body(message: Document) -> str:
    content = message.text("/body/content", "/bodyPreview")
    return text_of(content) if message.text("/body/contentType").lower() == "html" else content


def _attachment(item: Document) -> Attachment:
    size: Any = item.at("/size")
    return Attachment(
        name=item.text("/name"), type=item.text("/contentType"), size=size if isinstance(size, int) else 0
    )
