"""Did somebody walk on in Zendesk where triage had stopped the ticket, or change there what triage decides?"""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from msgspec import field

from triage_core.channels.document import Document, parse
from triage_core.channels.zendesk_fields import (
    CLASS,
    INCOMPLETE_TAG,
    SEVERITY,
    STAMP,
    ZendeskMapping,
    option_tags,
    risk_tag,
)
from triage_core.channels.zendesk_ticket import SOURCE, tags_of
from triage_core.channels.zendesk_writeback import stamp
from triage_core.domain.model import State, Ticket
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.policy import Policy

#: Statuses that an incomplete ticket cannot have.
_MOVED: Final = frozenset({"pending", "hold", "on-hold", "solved", "closed"})


class DriftKind(StrEnum):
    """What somebody did."""

    MOVED_INCOMPLETE = "moved_incomplete"
    REPLIED_UNAPPROVED = "replied_unapproved"
    CLASS_CHANGED = "class_changed"
    SEVERITY_CHANGED = "severity_changed"
    PRIORITY_CHANGED = "priority_changed"
    TAG_REMOVED = "tag_removed"


class Drift(Value, frozen=True, kw_only=True):
    """One difference: what triage says and what Zendesk says; names and statuses, never text."""

    kind: DriftKind
    expected: str
    found: str


class Update(Value, frozen=True, kw_only=True):
    """What a ticket of Zendesk says now, in our names; what the payload does not say is none."""

    source_id: str
    status: str = ""
    class_name: str | None = None
    severity: str | None = None
    priority: str | None = None
    #: `class: priority` as the mapping sets it.
    priorities: dict[str, str] = field(default_factory=dict)
    #: The risk tags it carries, by our names.
    risk_tags: tuple[str, ...] | None = None
    is_marked_incomplete: bool = False
    #: The mark of our last write that it has seen.
    stamp: str = ""
    #: Digest of the newest comment where it is public and by the staff.
    public_reply: str | None = None


def text_digest(text: str) -> str:
    """Return the digest by which an approved text is known again; white space does not count."""
    return sha256(" ".join(text.split()).encode()).hexdigest()


def read(raw: bytes, policy: Policy, mapping: ZendeskMapping) -> Update:
    """Read the body of a ticket webhook, or a ticket of the API.

    Raises `PayloadUnreadable` and `PayloadIncomplete`.
    """
    ticket = parse(SOURCE, raw, "ticket")
    ticket.need({"/id": "the ticket's id"})
    custom = _custom(ticket, mapping)
    named = {(name, tag): value for (name, value), tag in option_tags(policy).items()}
    tags = None if ticket.at("/tags") is None else tags_of(ticket)
    return Update(
        source_id=ticket.text("/id"),
        status=ticket.text("/status").lower(),
        class_name=_name(CLASS, custom, named),
        severity=_name(SEVERITY, custom, named),
        priority=ticket.text("/priority").lower() or None,
        priorities=dict(mapping.priorities),
        risk_tags=None if tags is None else tuple(tag.name for tag in policy.tags if risk_tag(tag.name) in tags),
        is_marked_incomplete=INCOMPLETE_TAG in (tags or ()),
        stamp=custom.get(STAMP, ""),
        public_reply=_public_reply(ticket, mapping),
    )


def _custom(ticket: Document, mapping: ZendeskMapping) -> dict[str, str]:
    listed = {part.text("/id"): part.text("/value") for part in ticket.parts("/custom_fields")}
    return {
        name: listed.get(str(number)) or ticket.text(f"/fields/{number}") for name, number in mapping.fields.items()
    }


def _name(name: str, custom: dict[str, str], named: dict[tuple[str, str], str]) -> str | None:
    """Return what one of our fields says; nothing where it was emptied, none where it is not mapped."""
    return named.get((name, custom[name]), "") if name in custom else None


def _public_reply(ticket: Document, mapping: ZendeskMapping) -> str | None:
    comment = ticket.part("/latest_comment")
    author = comment.text("/author_id")
    is_public = comment.is_true("/public")
    by_staff = author not in {"", ticket.text("/requester_id"), str(mapping.api_user)}
    return text_digest(comment.text("/body")) if is_public and by_staff else None


def drift(ticket: Ticket, update: Update, approved: frozenset[str] = frozenset()) -> tuple[Drift, ...]:
    """Return every difference; `approved` holds the digests of the texts that may have been sent.

    What triage decides is compared only where the update has seen our last write: before that, it is merely older.
    """
    decided = _decided(ticket, update) if update.stamp == stamp(ticket) else ()
    return (*_walked_on(ticket, update, approved), *decided)


def _walked_on(ticket: Ticket, update: Update, approved: frozenset[str]) -> Iterator[Drift]:
    if ticket.state is State.INCOMPLETE and update.status in _MOVED:
        yield Drift(kind=DriftKind.MOVED_INCOMPLETE, expected="new or open", found=update.status)
    if ticket.gate_required and update.public_reply and update.public_reply not in approved:
        yield Drift(kind=DriftKind.REPLIED_UNAPPROVED, expected="an approved text", found="another text")


def _decided(ticket: Ticket, update: Update) -> Iterator[Drift]:
    for kind, ours, theirs in (
        (DriftKind.CLASS_CHANGED, ticket.class_name, update.class_name),
        (DriftKind.SEVERITY_CHANGED, ticket.severity, update.severity),
        (DriftKind.PRIORITY_CHANGED, update.priorities.get(ticket.class_name or ""), update.priority),
    ):
        if ours and theirs is not None and theirs != ours:
            yield Drift(kind=kind, expected=ours, found=theirs)
    if ticket.state is State.INCOMPLETE and update.risk_tags is not None and not update.is_marked_incomplete:
        yield Drift(kind=DriftKind.TAG_REMOVED, expected=INCOMPLETE_TAG, found="")
    for name in ticket.tag_names:
        if update.risk_tags is not None and name not in update.risk_tags:
            yield Drift(kind=DriftKind.TAG_REMOVED, expected=name, found="")
