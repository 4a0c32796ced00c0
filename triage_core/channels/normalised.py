"""What is every payload turned into, and what has to be known about a channel to do so?"""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import Final

import msgspec

from triage_core.channels.mapping import MappingFile
from triage_core.domain.happening import Event
from triage_core.domain.model import Mode
from triage_core.domain.submission import Submission
from triage_core.domain.value import Value

_LONGEST_ID: Final = 200
_HEADLINE: Final = 100


class Ignored(StrEnum):
    """Why a payload makes no ticket; it is counted, never answered."""

    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    BULK = "bulk"
    MAILING_LIST = "mailing_list"
    OWN_ADDRESS = "own_address"
    LOOP = "loop"
    RATE = "rate"
    UNSUPPORTED = "unsupported"


class Span(Value, frozen=True, kw_only=True):
    """Code points [start, end) of a text."""

    start: int
    end: int


class Attachment(Value, frozen=True, kw_only=True):
    """A file beside the text: what it calls itself, and what it is by its bytes where they came along."""

    name: str
    type: str
    size: int
    sha256: str = ""


class TicketKey(Value, frozen=True, kw_only=True):
    """The known ticket that an event is about: ours by id, or the source's by source and source id."""

    ticket_id: str | None = None
    source: str | None = None
    source_id: str | None = None


class Normalised(Value, frozen=True, kw_only=True):
    """One payload of any channel.

    A payload may hold a submission and events at once: a channel that reports a change shows the whole ticket with it,
    so that a creation that never arrived is made good. Submitting the same source ticket again has no effect.
    """

    channel: str = ""
    #: SHA-256 of the exact bytes.
    original_digest: str = ""
    submission: Submission | None = None
    events: tuple[Event, ...] = ()
    #: The ticket that the events belong to.
    about: TicketKey | None = None
    #: The words that came with an event, as received; those of a submission stand in its body.
    text: str = ""
    ignored: Ignored | None = None
    #: What showed that it has to be ignored; a header's name, never its value.
    sign: str = ""
    #: Ids of the conversation that it belongs to, the nearest first.
    thread_keys: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    #: The newest part of the body or text, above the quoted history.
    latest: Span | None = None
    #: Intake fields that the channel's settings or mapping filled with declared constants.
    constants: tuple[str, ...] = ()
    #: What could not be read as it should, by code.
    notes: tuple[str, ...] = ()

    @property
    def event(self) -> Event | None:
        """The first event."""
        return self.events[0] if self.events else None


class ChannelSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a tenant says about one of its channels."""

    tenant: str
    #: The name that tickets carry as their source; the channel's own when empty.
    source: str = ""
    mode: Mode = Mode.LIVE
    #: `source field: intake field`, for form fields, alert labels, ticket columns and Zendesk field ids.
    fields: dict[str, str] = {}
    #: `intake field: {source value: ticket value}`.
    values: dict[str, dict[str, str]] = {}
    #: `intake field: value` where the channel says nothing; every use is shown.
    constants: dict[str, str] = {}
    #: Our own mail addresses, social handles and API users; what they write makes no ticket.
    own_addresses: tuple[str, ...] = ()
    #: The domain of the Message-IDs that we send, which recognises replies to them.
    message_domain: str = ""
    #: List-Ids whose mail makes tickets all the same.
    allowed_lists: tuple[str, ...] = ()
    #: Machines, such as a monitoring, whose automatic mail makes tickets all the same.
    accepted_machines: tuple[str, ...] = ()
    #: How many automatic answers may have caused one another.
    max_hops: int = 3
    max_bytes: int = 25_000_000
    #: For rows of a file.
    mapping: MappingFile | None = None

    def is_own(self, address: str) -> bool:
        """Tell whether an address or user is one of ours."""
        return bool(address) and address.casefold() in {own.casefold() for own in self.own_addresses}

    def intake(self, given: dict[str, object]) -> tuple[dict[str, object], tuple[str, ...]]:
        """Return the intake under its own names and values, and which fields are constants."""
        named = {self.fields.get(name, name): value for name, value in given.items() if value not in {None, ""}}
        said = {name: self._value(name, value) for name, value in named.items()}
        constant = {name: value for name, value in self.constants.items() if name not in said}
        return {**said, **constant}, tuple(constant)

    def _value(self, name: str, value: object) -> object:
        known = self.values.get(name)
        return known.get(str(value), value) if known else value


def identity(text: str) -> str:
    """Return an id fit to be stored: itself, or its digest where it is long or unprintable."""
    plain = text.strip()
    if plain and len(plain) <= _LONGEST_ID and plain.isprintable():
        return plain
    return f"sha256:{sha256(plain.encode()).hexdigest()}"


def headline(text: str) -> str:
    """Return the beginning of the first line that says something, for channels without a subject."""
    first = next((line.strip() for line in text[:10_000].splitlines() if line.strip()), "")
    return first if len(first) <= _HEADLINE else f"{first[: _HEADLINE - 1]}…"
