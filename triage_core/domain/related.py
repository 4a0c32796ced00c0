"""Which earlier tickets does a new one belong to, and are there so many of a kind that it looks like an incident?

Texts are compared by their signatures: each different word becomes one of a million characters under the tenant's key,
and of a long text the words with the smallest characters are kept. Two signatures that stand in order share as many
characters as their texts share words, so the similarity of two strings is the share of words in common. No word can
be read from a signature, and it goes when the texts go.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from hashlib import blake2b
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from triage_core.domain.folding import fold
from triage_core.domain.model import UNCLASSIFIED, Link, Mode, Ticket
from triage_core.domain.policy.related import Related, Sameness
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from triage_core.domain.policy.related import IncidentRule

#: Counts the ways in which signatures were made; signatures of different versions are not compared.
SIGNATURE_VERSION: Final = 1
_WORDS_KEPT: Final = 128
_CHARACTERS_READ: Final = 20_000
_FIRST_CHARACTER: Final = 0x10000
_CHARACTERS: Final = 0x100000
_WORD: Final = re.compile(r"[^\W_]+")

DUPLICATE: Final = "duplicate_of"
RELATED: Final = "related_to"
INCIDENT: Final = "incident_candidate"
#: From a ticket to the incident that it belongs to, and from the incident to its tickets.
PART_OF: Final = "part_of"
INCLUDES: Final = "includes"
#: More links than these help nobody.
_MOST_LINKS: Final = 5


def incident_of(ticket: Ticket) -> str | None:
    """Return the incident that a ticket belongs to."""
    return next((link.to for link in ticket.links if link.kind == PART_OF), None)


class Candidate(Value, frozen=True, kw_only=True):
    """What a ticket is compared by."""

    ticket_id: str
    created_at: datetime
    mode: Mode = Mode.LIVE
    customer: str | None = None
    requester_key: str | None = None
    #: Digests of what ties tickets together at the source: the mails of a thread, the fingerprint of an alert.
    thread_keys: tuple[str, ...] = ()
    system: str | None = None
    service_line: str | None = None
    category: str | None = None
    #: Smaller is worse: class, severity, and 0 where a gate holds.
    gravity: tuple[int, int, int] = (UNCLASSIFIED, UNCLASSIFIED, 1)
    signature: str = ""
    version: int = SIGNATURE_VERSION
    #: The first ticket of the incident candidate that this one belongs to.
    incident: str | None = None

    @property
    def sender(self) -> str:
        """Who sent it, as far as that is known."""
        return self.requester_key or self.customer or self.ticket_id


class Proposal(Value, frozen=True, kw_only=True):
    """Many of a kind: the tickets, the first of them in front, and what they have in common."""

    tickets: tuple[str, ...]
    same: dict[str, str]
    senders: int


class Relations(Value, frozen=True, kw_only=True):
    """What a ticket belongs to; `proposal` only on the ticket that completes the number."""

    links: tuple[Link, ...] = ()
    proposal: Proposal | None = None


def signature_of(text: str, key: bytes) -> str:
    """Return the signature of a text under a tenant's key; a text without words has none."""
    words = set(_WORD.findall(fold(text[:_CHARACTERS_READ]).text))
    return "".join(sorted({_character(word, key) for word in words})[:_WORDS_KEPT])


def _character(word: str, key: bytes) -> str:
    digest = blake2b(word.encode("utf-8", "surrogatepass"), key=key[:64], digest_size=4).digest()
    return chr(_FIRST_CHARACTER + int.from_bytes(digest) % _CHARACTERS)


def candidate_of(ticket: Ticket, signature: str, severity_ranks: Mapping[str, int]) -> Candidate:
    """Return what later tickets compare this one by."""
    said = {name: str(value) for name, value in ticket.intake.items()}
    incidents = [link.to for link in ticket.links if link.kind == INCIDENT]
    severity = severity_ranks.get(ticket.severity or "", UNCLASSIFIED)
    return Candidate(
        ticket_id=ticket.id,
        created_at=ticket.created_at,
        mode=ticket.mode,
        customer=ticket.customer,
        requester_key=ticket.requester_key,
        thread_keys=ticket.thread_keys,
        system=said.get("affected_system"),
        service_line=said.get("service_line"),
        category=said.get("category"),
        gravity=(ticket.class_rank, severity, 0 if ticket.gate_required else 1),
        signature=signature,
        incident=incidents[0] if incidents else None,
    )


def relate(rules: Related, ticket: Candidate, recent: Sequence[Candidate], likeness: Sequence[float]) -> Relations:
    """Compare a ticket with those around it; `likeness` is the share of words in common, from 0 to 1, one for each."""
    scored = [
        (other, score if other.version == ticket.version else 0.0)
        for other, score in zip(recent, likeness, strict=True)
        if other.ticket_id != ticket.ticket_id and other.mode is ticket.mode and _near(ticket, other, rules.window)
    ]
    kind = [] if rules.incident is None else _of_a_kind(rules.incident, rules.similarity, ticket, scored)
    incident, proposal = (None, None) if rules.incident is None else _incident(rules.incident, ticket, kind)
    found = [tie for other, score in scored if (tie := _tie(rules.similarity, ticket, other, score))]
    return Relations(links=(*_chosen(found), *([incident] if incident else [])), proposal=proposal)


def _near(ticket: Candidate, other: Candidate, window: timedelta) -> bool:
    return abs(ticket.created_at - other.created_at) <= window


_Tie = tuple[datetime, Link]


def _tie(similarity: float, ticket: Candidate, other: Candidate, score: float) -> _Tie | None:
    """Return how a ticket hangs together with another; the first reason that holds is given."""
    alike = bool(ticket.signature) and score >= similarity
    thread = not set(ticket.thread_keys).isdisjoint(other.thread_keys)
    system = ticket.system is not None and ticket.system == other.system
    sender = _same_sender(ticket, other)
    reasons = (
        (alike and thread, DUPLICATE, "same thread, same text"),
        (alike and sender, DUPLICATE, "same sender, same text"),
        (alike and system, RELATED, "same system, same text"),
        (thread, RELATED, "same thread"),
        (sender and system, RELATED, "same sender and system"),
    )
    for holds, kind, reason in reasons:
        if holds:
            return other.created_at, _link(kind, reason, ticket, other, score)
    return None


def _same_sender(ticket: Candidate, other: Candidate) -> bool:
    """Compare persons where both are known, else accounts."""
    if ticket.requester_key and other.requester_key:
        return ticket.requester_key == other.requester_key
    return ticket.customer is not None and ticket.customer == other.customer


def _link(kind: str, reason: str, ticket: Candidate, other: Candidate, score: float) -> Link:
    """Make the link; a ticket that is graver than the one before it in any respect never counts as its duplicate."""
    if kind == DUPLICATE and any(new < old for new, old in zip(ticket.gravity, other.gravity, strict=True)):
        kind, reason = RELATED, f"{reason}, but graver"
    return Link(kind=kind, to=other.ticket_id, reason=reason, score=round(score, 2))


def _chosen(found: Sequence[_Tie]) -> list[Link]:
    """Keep one duplicate, the oldest, and the closest of the related ones."""
    oldest_first = sorted(found, key=lambda tie: (tie[0], tie[1].to))
    duplicates = [link for _, link in oldest_first if link.kind == DUPLICATE][:1]
    related = [link for _, link in reversed(oldest_first) if link.kind == RELATED]
    related.sort(key=attrgetter("score"), reverse=True)
    return [*duplicates, *related][:_MOST_LINKS]


def _of_a_kind(
    rule: IncidentRule, similarity: float, ticket: Candidate, scored: Sequence[tuple[Candidate, float]]
) -> list[Candidate]:
    mine = _values(rule, ticket)
    least = similarity if Sameness.TEXT in rule.same else 0.0
    if None in mine.values() or (least and not ticket.signature):
        return []
    near = ((other, score) for other, score in scored if _near(ticket, other, rule.window))
    return [other for other, score in near if score >= least and _values(rule, other) == mine]


_VALUES: Final = {
    Sameness.AFFECTED_SYSTEM: attrgetter("system"),
    Sameness.SERVICE_LINE: attrgetter("service_line"),
    Sameness.CATEGORY: attrgetter("category"),
}


def _values(rule: IncidentRule, candidate: Candidate) -> dict[str, str | None]:
    """Return what a ticket says where all tickets of an incident say the same."""
    return {what.value: _VALUES[what](candidate) for what in rule.same if what in _VALUES}


def _incident(rule: IncidentRule, ticket: Candidate, kind: Sequence[Candidate]) -> tuple[Link | None, Proposal | None]:
    """Join the incident candidate that one of the kind belongs to, or propose a new one when there are enough."""
    if ticket.incident is not None:
        return None, None
    known = sorted({other.incident for other in kind if other.incident is not None})
    if known:
        return Link(kind=INCIDENT, to=known[0], reason=_reason(rule)), None
    senders = {other.sender for other in (ticket, *kind)}
    if len(senders) < rule.count:
        return None, None
    ordered = sorted((ticket, *kind), key=lambda other: (other.created_at, other.ticket_id))
    same = {name: str(value) for name, value in _values(rule, ticket).items()}
    proposal = Proposal(tickets=tuple(other.ticket_id for other in ordered), same=same, senders=len(senders))
    return Link(kind=INCIDENT, to=proposal.tickets[0], reason=_reason(rule)), proposal


def _reason(rule: IncidentRule) -> str:
    return f"same {', '.join(what.value.replace('_', ' ') for what in rule.same)}"
