"""What does a raw mail (RFC 5322) become?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.channels import mail, mime
from triage_core.channels.headers import address

if TYPE_CHECKING:
    from triage_core.channels.normalised import ChannelSettings, Normalised


def normalise(raw: bytes, settings: ChannelSettings) -> Normalised:
    """Read a mail as a server delivered it."""
    read = mime.parse(raw)
    headers = mail.firsts(read.headers)
    letter = mail.Letter(
        headers=headers,
        subject=headers.get("subject", "").strip(),
        body=read.text,
        sender=address(headers.get("from", "")),
        message_id=headers.get("message-id", ""),
        received_at=mail.sent_at(headers),
        media_type=read.media_type,
        attachments=read.attachments,
        notes=read.notes,
    )
    return mail.normalised(letter, settings)
