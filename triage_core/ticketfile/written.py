"""What may a ticket in a file say?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec

from triage_core.domain.policy.values import parse_duration
from triage_core.domain.submission import Submission

Text = Annotated[str, msgspec.Meta(max_length=1_000_000)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Expectation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an example says its decision must be; a test holds the engine to it."""

    class_name: str | None = msgspec.field(default=None, name="class")
    severity: str | None = None
    tags: tuple[str, ...] | None = None
    gate: bool | None = None
    #: The fields that a blocked ticket lacks, or that hold no value of the list.
    blocked: tuple[str, ...] = ()
    #: The ticket is incomplete and its words ring nevertheless.
    alert: bool | None = None
    #: Rules that must be among those that fired.
    fired: tuple[str, ...] = ()
    #: The same source ticket came before, so this one has no effect of its own.
    repeats: bool = False


class Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A ticket as a file holds it; only subject or body must be there."""

    tenant: Name = "local"
    source: Name = "file"
    source_id: Name | None = None
    source_version: Name = "1"
    channel: Name = "file"
    created_at: datetime | None = None
    #: Instead of a moment: how long before now, such as `-2h`.
    created_offset: str | None = None
    subject: Text = ""
    body: Text = ""
    customer: str | None = None
    requester: str | None = None
    intake: dict[str, Any] = {}
    tags: tuple[str, ...] = ()
    severity: str | None = None
    #: For examples: what the ticket shows, and what must come out.
    story: str = ""
    expect: Expectation | None = None

    def __post_init__(self) -> None:
        """Refuse what has the right form and no sense; the message goes to the person who wrote the file."""
        if not (self.subject.strip() or self.body.strip()):
            raise ValueError("a ticket needs a subject or a body")
        if self.created_at is not None and self.created_at.utcoffset() is None:
            raise ValueError("created_at has no time zone; add Z or an offset such as +02:00")
        if self.created_at is not None and self.created_offset is not None:
            raise ValueError("created_at and created_offset say the same thing; keep one")
        if self.created_offset is not None:
            age_of(self.created_offset)


def age_of(offset: str) -> timedelta:
    """Read `-2h` as two hours ago."""
    age = parse_duration(offset.removeprefix("-")) if offset.startswith("-") else None
    if not isinstance(age, timedelta):
        raise ValueError("created_offset looks like -90s, -15m, -2h or -1d")  # noqa: TRY004 - the form, not the type
    return age


def submission(written: Written, now: datetime, fallback_id: str) -> Submission:
    """Return the submission; a ticket without an id of its source takes the fallback."""
    sent = now - age_of(written.created_offset) if written.created_offset else written.created_at
    return Submission(
        tenant=written.tenant,
        source=written.source,
        source_id=written.source_id or fallback_id,
        source_version=written.source_version,
        channel=written.channel,
        created_at=sent,
        subject=written.subject,
        body=written.body,
        customer=written.customer,
        requester=written.requester,
        intake=written.intake,
        tags=written.tags,
        severity=written.severity,
    )
