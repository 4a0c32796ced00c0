"""What does a mail become, whichever mailbox delivered it?

The three mailboxes share the source `email` and the Message-ID as source id, so that one mail delivered twice, even by
two connectors, is one ticket. A mail without Message-ID is known by the digest of sender, date, subject and text.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

import msgspec

from triage_core.channels import moments, quoting
from triage_core.channels.headers import address, message_ids
from triage_core.channels.loops import Envelope, answered_ticket, recognise
from triage_core.channels.normalised import Attachment, ChannelSettings, Normalised, TicketKey, identity
from triage_core.domain.happening import Event, Happened
from triage_core.domain.submission import Submission

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

SOURCE: Final = "email"
_MAX_THREAD: Final = 50


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as every mailbox can tell it."""

    headers: dict[str, str]
    subject: str
    body: str
    sender: str
    message_id: str = ""
    received_at: datetime | None = None
    media_type: str = ""
    attachments: tuple[Attachment, ...] = ()
    #: Ids of the conversation beside those in the headers.
    thread_keys: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def firsts(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the first header of each name; the topmost was written last, by the server nearest to us."""
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name.lower(), value)
    return found


def sent_at(headers: dict[str, str]) -> datetime | None:
    """Return when our own server took the mail, else when its writer says to have sent it."""
    arrived = headers.get("received", "").rpartition(";")[2]
    return moments.from_mail(arrived) or moments.from_mail(headers.get("date", ""))


def normalised(letter: Letter, settings: ChannelSettings) -> Normalised:
    """Recognise what needs no ticket, answers to our own mail, and new tickets."""
    headers = letter.headers
    named = (*message_ids(headers.get("in-reply-to", "")), *reversed(message_ids(headers.get("references", ""))))
    keys = tuple(dict.fromkeys((*named, *letter.thread_keys)))[:_MAX_THREAD]
    known = Normalised(thread_keys=keys, attachments=letter.attachments, notes=letter.notes)
    sender = letter.sender or address(headers.get("from", ""))
    found = recognise(Envelope(sender=sender, headers=headers, media_type=letter.media_type), settings)
    if found:
        return msgspec.structs.replace(known, ignored=found[0], sign=found[1])
    known = msgspec.structs.replace(known, latest=quoting.latest(letter.body))
    ticket_id = answered_ticket(keys, settings.message_domain)
    return _answer(known, letter, ticket_id) if ticket_id else _ticket(known, letter, sender, settings)


def _answer(known: Normalised, letter: Letter, ticket_id: str) -> Normalised:
    new = letter.body if known.latest is None else letter.body[known.latest.start : known.latest.end]
    event = Event(
        what=Happened.CUSTOMER_REPLIED,
        at=letter.received_at,
        source_event_id=f"mail:{_id(letter)}",
        substantive=bool(new.strip() or letter.attachments),
    )
    about = TicketKey(ticket_id=ticket_id)
    return msgspec.structs.replace(known, events=(event,), about=about, text=letter.body)


def _ticket(known: Normalised, letter: Letter, sender: str, settings: ChannelSettings) -> Normalised:
    intake, constants = settings.intake({})
    submission = Submission(
        tenant=settings.tenant,
        source=settings.source or SOURCE,
        source_id=_id(letter),
        channel="email",
        created_at=letter.received_at,
        subject=letter.subject,
        body=letter.body,
        requester=sender or None,
        intake=intake,
        mode=settings.mode,
    )
    return msgspec.structs.replace(known, submission=submission, constants=constants)


def _id(letter: Letter) -> str:
    if letter.message_id.strip():
        return identity(letter.message_id)
    said = (letter.sender, letter.headers.get("date", ""), letter.subject, letter.body)
    return f"sha256:{sha256(repr(said).encode()).hexdigest()}"
