"""Was this mail written by a machine, or by ourselves, so that an answer would go round in circles?

The first row of `SIGNS` that fits holds. A machine that the settings accept passes the rows for automatic mail, never
those for bounces, own mail and loops.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec
from msgspec.structs import replace

from triage_core.channels.normalised import Ignored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime, timedelta

    from triage_core.channels.normalised import ChannelSettings, Normalised

Test: TypeAlias = "Callable[[str], bool]"

#: Every mail that we send carries how many automatic messages led to it; an automatic answer adds one.
HOPS_HEADER: Final = "X-Triage-Hops"
_ROBOTS: Final = re.compile(r"(?:mailer-daemon|postmaster|bounces?)(?:[+=-][^@]*)?@", re.IGNORECASE)
_MESSAGE_ID: Final = re.compile(r"<?triage\.([A-Za-z0-9_-]{1,80})\.[A-Za-z0-9_-]{1,80}@([^<>@\s]{1,200})>?")


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What of a mail decides: its sender, and its headers by small name, the first of each."""

    sender: str
    headers: dict[str, str]
    #: The media type of the whole mail.
    media_type: str = ""


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """At most `count` messages of one sender in any span `within`."""

    count: int
    within: timedelta


def _word(value: str) -> str:
    return value.partition(";")[0].strip().casefold()


def _says(*words: str) -> Test:
    return lambda value: _word(value) in words


def _says_other_than(*words: str) -> Test:
    return lambda value: bool(value.strip()) and _word(value) not in words


#: Header, what it says, and why such mail is ignored.
SIGNS: Final[tuple[tuple[str, Test, Ignored], ...]] = (
    ("auto-submitted", _says_other_than("no"), Ignored.AUTO_REPLY),
    ("x-autoreply", _says_other_than("no"), Ignored.AUTO_REPLY),
    ("x-autorespond", _says_other_than("no"), Ignored.AUTO_REPLY),
    ("x-auto-response-suppress", _says_other_than("none"), Ignored.AUTO_REPLY),
    ("precedence", _says("auto_reply"), Ignored.AUTO_REPLY),
    ("precedence", _says("bulk", "junk"), Ignored.BULK),
)


def recognise(envelope: Envelope, settings: ChannelSettings) -> tuple[Ignored, str] | None:
    """Return why a mail has to be ignored and which sign showed it; none for a person's mail."""
    found = _ours(envelope, settings) or _bounced(envelope)
    if found or envelope.sender.casefold() in {each.casefold() for each in settings.accepted_machines}:
        return found
    return _automatic(envelope) or _listed(envelope, settings)


def _ours(envelope: Envelope, settings: ChannelSettings) -> tuple[Ignored, str] | None:
    if settings.is_own(envelope.sender):
        return Ignored.OWN_ADDRESS, "from"
    if hops(envelope.headers.get(HOPS_HEADER.lower(), "")) > settings.max_hops:
        return Ignored.LOOP, HOPS_HEADER.lower()
    return None


def _bounced(envelope: Envelope) -> tuple[Ignored, str] | None:
    if envelope.media_type == "multipart/report":
        return Ignored.BOUNCE, "content-type"
    if envelope.headers.get("return-path", "").replace(" ", "") == "<>":
        return Ignored.BOUNCE, "return-path"
    return (Ignored.BOUNCE, "from") if _ROBOTS.match(envelope.sender) else None


def _automatic(envelope: Envelope) -> tuple[Ignored, str] | None:
    for header, test, reason in SIGNS:
        if header in envelope.headers and test(envelope.headers[header]):
            return reason, header
    return None


def _listed(envelope: Envelope, settings: ChannelSettings) -> tuple[Ignored, str] | None:
    name = envelope.headers.get("list-id", "").strip()
    allowed = any(each.casefold() in name.casefold() for each in settings.allowed_lists)
    return (Ignored.MAILING_LIST, "list-id") if name and not allowed else None


def hops(value: str) -> int:
    """Return how many automatic messages led to this one; what is no number counts as one."""
    plain = value.strip()
    if not plain:
        return 0
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 6 else 1  # noqa: PLR2004 - digits


def too_many(arrivals: Iterable[datetime], now: datetime, rate: Rate) -> bool:
    """Tell whether one more message of a sender, beside the earlier `arrivals`, breaks the rate."""
    recent = sum(1 for arrival in arrivals if now - rate.within < arrival <= now)
    return recent >= rate.count


def limited(found: Normalised, arrivals: Iterable[datetime], now: datetime, rate: Rate) -> Normalised:
    """Return a message as it is, or without its effects where its sender breaks the rate."""
    if found.ignored or not too_many(arrivals, now, rate):
        return found
    return replace(found, submission=None, events=(), about=None, ignored=Ignored.RATE, sign="rate")


def message_id(ticket_id: str, number: str, domain: str) -> str:
    """Return the Message-ID of a mail that we send about a ticket, which its answers name."""
    return f"<triage.{ticket_id}.{number}@{domain}>"


def answered_ticket(thread_keys: Iterable[str], domain: str) -> str | None:
    """Return the ticket that a mail answers by naming one of our Message-IDs."""
    for key in thread_keys:
        found = _MESSAGE_ID.fullmatch(key)
        if found and domain and found.group(2).casefold() == domain.casefold():
            return found.group(1)
    return None
