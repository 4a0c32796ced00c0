"""What does a chat become, as a list of turns or as one text?"""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from triage_core.channels.charsets import decoded
from triage_core.channels.document import Document, joined, value_of
from triage_core.channels.normalised import ChannelSettings, Normalised, headline, identity
from triage_core.channels.refusals import PayloadIncomplete
from triage_core.domain.model import Problem
from triage_core.domain.submission import Submission

SOURCE: Final = "chat"
_TEXTS: Final = ("/text", "/message", "/body", "/content")
_ROLES: Final = ("/role", "/author_role", "/from/role", "/type")
_NAMES: Final = ("/author", "/name", "/from/name", "/from")
#: Roles of those who answer; everybody else is the customer's side.
_OURS: Final = {"agent", "assistant", "bot", "operator", "system"}


def normalise(raw: bytes, settings: ChannelSettings) -> Normalised:
    """Read an object with `turns`, a list of turns, or a plain transcript."""
    data = value_of(raw)
    if isinstance(data, list):
        data = {"turns": data}
    if not isinstance(data, dict):
        return _plain(decoded(raw), raw, settings)
    chat = Document(SOURCE, data)
    turns = chat.parts("/turns") or chat.parts("/messages") or chat.parts("/transcript")
    body = joined(map(_line, turns)) or chat.text("/transcript", "/text")
    if not body:
        problem = Problem(pointer="/turns", expected="a list of turns with a text each", code="missing")
        raise PayloadIncomplete(SOURCE, (problem,))
    asked = next((turn.text(*_TEXTS) for turn in turns if _role(turn) not in _OURS), body)
    intake, constants = settings.intake(dict(chat.scalars("/fields")))
    submission = Submission(
        tenant=settings.tenant,
        source=settings.source or SOURCE,
        source_id=_id(chat, raw),
        source_version=str(len(turns) or 1),
        channel="chat",
        created_at=chat.moment("/started_at", "/created_at", "/turns/0/at"),
        subject=chat.text("/subject") or headline(asked),
        body=body,
        customer=chat.text("/customer", "/company") or None,
        requester=chat.text("/email", "/visitor/email", "/requester", "/visitor/id") or None,
        intake=intake,
        mode=settings.mode,
    )
    return Normalised(submission=submission, constants=constants)


def _plain(text: str, raw: bytes, settings: ChannelSettings) -> Normalised:
    if not text.strip():
        problem = Problem(pointer="", expected="the transcript's text", code="missing")
        raise PayloadIncomplete(SOURCE, (problem,))
    intake, constants = settings.intake({})
    submission = Submission(
        tenant=settings.tenant,
        source=settings.source or SOURCE,
        source_id=_digest(raw),
        channel="chat",
        subject=headline(text),
        body=text,
        intake=intake,
        mode=settings.mode,
    )
    return Normalised(submission=submission, constants=constants)


def _role(turn: Document) -> str:
    return turn.text(*_ROLES).casefold()


def _line(turn: Document) -> str:
    text = turn.text(*_TEXTS)
    said_by = turn.text(*_NAMES) or _role(turn)
    return f"{said_by}: {text}" if said_by and text else text


def _id(chat: Document, raw: bytes) -> str:
    given: Any = chat.text("/id", "/chat_id", "/conversation_id", "/session_id")
    return identity(given) if given else _digest(raw)


def _digest(raw: bytes) -> str:
    return f"sha256:{sha256(raw).hexdigest()}"
