"""What exactly would leave, and by which seal is it known?"""

from __future__ import annotations

from typing import Final

import msgspec

from triage_core.domain.value import Value

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")
_DECODER: Final = msgspec.json.Decoder
#: What systems put under a text, a signature or a notice, has no more words.
_LONGEST_SIGNATURE: Final = 150


class Attachment(Value, frozen=True, kw_only=True):
    """A file that goes along, by its digest."""

    name: str
    digest: str


class Text(Value, frozen=True, kw_only=True, omit_defaults=False):
    """All that would leave: who gets it, by which channel, and what it says."""

    channel: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = ""
    #: plain, markdown or html
    format: str = "plain"
    body: str
    attachments: tuple[Attachment, ...] = ()

    @property
    def words(self) -> int:
        """How many words a person has to read."""
        return len(self.subject.split()) + len(self.body.split())


def canonical(text: Text) -> str:
    """Write a text so that equal texts are equal characters; approvals are of its seal."""
    return _ENCODER.encode(text).decode()


def read(written: str) -> Text:
    """Read what `canonical` wrote."""
    return _DECODER(Text).decode(written)


def recognisable(body: str) -> str:
    """Return a body without what systems change on its way: spaces and line breaks."""
    return " ".join(body.split())


def carries(reported: str, body: str) -> bool:
    """Tell whether reported words are those of a body, with nothing but a signature under them."""
    said, written = recognisable(reported), recognisable(body)
    below = said.removeprefix(written)
    return said.startswith(written) and below[:1] in {"", " "} and len(below.split()) <= _LONGEST_SIGNATURE


def kind_of(number: int, version: int) -> str:
    """Return under which kind a version of a text lies with the texts of its ticket."""
    return f"outgoing/{number}/{version}"
