"""What is about to leave, what may its reader see, and what is wrong with it?"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from triage_core.domain.policy.gates import Placeholder, TemplateKind
from triage_core.domain.policy.output import Channel
from triage_core.domain.value import Value


class Format(StrEnum):
    """How the body is written."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"


class Outgoing(Value, frozen=True, kw_only=True):
    """A text as it would be sent, word for word."""

    kind: TemplateKind
    channel: Channel = Channel.EMAIL
    format: Format = Format.PLAIN
    language: str = "en"
    subject: str = ""
    body: str
    #: Addresses it goes to.
    recipients: tuple[str, ...] = ()
    #: What the ticket's facts read like in texts, whether a template put them in or a writer was given them.
    facts: dict[Placeholder, str] = {}  # noqa: RUF012 - msgspec copies an empty default


class Surroundings(Value, frozen=True, kw_only=True):
    """What the reader may see, and what must not reach them."""

    #: The reader's own mail addresses, telephone numbers and account numbers.
    own: tuple[str, ...] = ()
    #: How the reader, their company and the people who write to them are called.
    own_names: tuple[str, ...] = ()
    #: The ticket's ids, ours and the source's.
    ticket_ids: tuple[str, ...] = ()
    other_tenants: tuple[str, ...] = ()
    other_customers: tuple[str, ...] = ()
    #: What the customer wrote; none of its sentences may come back.
    ticket_text: str = ""
    #: Texts of ours as they were or would be sent, such as earlier messages and the filled template: their sentences
    #: may stand in the ticket as a quotation, and here again.
    ours: tuple[str, ...] = ()


class Where(StrEnum):
    """Which part of the text."""

    SUBJECT = "subject"
    BODY = "body"


class Weight(StrEnum):
    """What follows."""

    #: It does not leave; a person sees it.
    BLOCKS = "blocks"
    #: It leaves; whoever reads the text before sees it.
    WARNS = "warns"


class Hit(NamedTuple):
    """What a check found: a half-open place in code points, and in our words what it is."""

    where: Where
    start: int
    end: int
    detail: str = ""


class Finding(Value, frozen=True, kw_only=True):
    """One thing that is wrong, said without a word of the text."""

    code: str
    weight: Weight
    where: Where
    start: int
    end: int
    reason: str
    #: Which kind, part or limit the reason is about.
    detail: str = ""


def blocks(findings: tuple[Finding, ...]) -> bool:
    """Whether any finding keeps the text from leaving."""
    return any(finding.weight is Weight.BLOCKS for finding in findings)
