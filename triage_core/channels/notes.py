"""What does one message with fields become: a web form, a post on a network, the note of a call?

Three channels differ in names only, so they are rows of one table.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

import msgspec

from triage_core.channels.charsets import decoded
from triage_core.channels.document import Document, value_of
from triage_core.channels.normalised import (
    ChannelSettings,
    Ignored,
    Normalised,
    headline,
    identity,
)
from triage_core.channels.refusals import PayloadUnreadable
from triage_core.domain.submission import Submission

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_FIELDS: Final = 200


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Where a channel's payload says what; the first place that says something holds."""

    channel: str
    id: tuple[str, ...]
    subject: tuple[str, ...] = ("/subject", "/title")
    body: tuple[str, ...]
    requester: tuple[str, ...]
    customer: tuple[str, ...] = ("/customer", "/company", "/organization")
    at: tuple[str, ...] = ("/created_at", "/at")
    #: Who wrote it, where that may be ourselves.
    author: tuple[str, ...] = ()
    #: What it answers or belongs to.
    thread: tuple[str, ...] = ()
    #: Whether fields beside these are intake fields.
    is_form: bool = False
    #: Names a part of the id that makes it unique, such as the network.
    realm: tuple[str, ...] = ()
    #: A truth value that becomes a tag of the same name.
    flags: tuple[str, ...] = ()


WEB_FORM: Final = Note(
    channel="web_form",
    id=("/submission_id", "/id"),
    body=("/body", "/message", "/description", "/text", "/comment"),
    requester=("/email", "/requester", "/from", "/name"),
    at=("/submitted_at", "/created_at"),
    is_form=True,
)
SOCIAL: Final = Note(
    channel="social",
    id=("/id", "/message_id"),
    body=("/text", "/message", "/body"),
    requester=("/handle", "/author/handle", "/author/username", "/user/screen_name"),
    author=("/handle", "/author/handle", "/author/username", "/user/screen_name"),
    thread=("/in_reply_to", "/conversation_id"),
    realm=("/network", "/platform"),
    flags=("public",),
)
PHONE: Final = Note(
    channel="phone",
    id=("/call_id", "/id"),
    body=("/note", "/transcript", "/summary", "/text"),
    requester=("/email", "/caller", "/from"),
    at=("/started_at", "/created_at"),
    is_form=True,
)


def normalise(note: Note, raw: bytes, settings: ChannelSettings) -> Normalised:
    """Read a JSON object or, for forms, the fields of a form post."""
    message = Document(note.channel, _fields(note, raw))
    message.need({" or ".join((*note.body, *note.subject)): "the text of the message"})
    threads = _threads(note, message)
    if note.author and settings.is_own(message.text(*note.author)):
        return Normalised(ignored=Ignored.OWN_ADDRESS, sign="author", thread_keys=threads)
    body = message.text(*note.body)
    intake, constants = settings.intake(_given(note, message))
    submission = Submission(
        tenant=settings.tenant,
        source=settings.source or note.channel,
        source_id=_id(note, message, raw),
        source_version=message.text("/version") or "1",
        channel=note.channel,
        created_at=message.moment(*note.at),
        subject=message.text(*note.subject) or headline(body),
        body=body,
        customer=message.text(*note.customer) or None,
        requester=message.text(*note.requester) or None,
        intake=intake,
        tags=tuple(flag for flag in note.flags if message.is_true(f"/{flag}")),
        mode=settings.mode,
    )
    return Normalised(submission=submission, constants=constants, thread_keys=threads)


def _fields(note: Note, raw: bytes) -> Mapping[str, object]:
    data = value_of(raw)
    if isinstance(data, dict):
        return data
    posted = _posted(raw) if note.is_form else {}
    if not posted:
        raise PayloadUnreadable(note.channel, "a JSON object" + (" or the fields of a form" if note.is_form else ""))
    return posted


def _posted(raw: bytes) -> dict[str, object]:
    """Read `application/x-www-form-urlencoded`; of a field sent twice the first value holds."""
    try:
        pairs = parse_qsl(raw.strip(), max_num_fields=_MAX_FIELDS)
    except ValueError:
        return {}
    posted: dict[str, object] = {}
    for name, value in pairs:
        posted.setdefault(decoded(name), decoded(value))
    return posted


def _given(note: Note, message: Document) -> dict[str, object]:
    """Return what the note's own places do not hold; it may be the intake."""
    inner: dict[str, object] = dict(message.scalars("/fields"))
    places = (note.id, note.subject, note.body, note.requester, note.customer, note.at, note.realm, ("/version",))
    named = {pointer[1:] for group in places for pointer in group}
    beside = message.scalars() if note.is_form else {}
    given = inner | {name: value for name, value in beside.items() if name not in named}
    return dict(list(given.items())[:_MAX_FIELDS])


def _id(note: Note, message: Document, raw: bytes) -> str:
    given = message.text(*note.id)
    realm = message.text(*note.realm) if note.realm else ""
    if given:
        return identity(f"{realm.casefold()}:{given}" if realm else given)
    return f"sha256:{sha256(raw).hexdigest()}"


def _threads(note: Note, message: Document) -> tuple[str, ...]:
    realm = message.text(*note.realm).casefold() if note.realm else ""
    found = (message.text(pointer) for pointer in note.thread)
    return tuple(dict.fromkeys(identity(f"{realm or note.channel}:{each}") for each in found if each))
