"""What does the program around a peer do that the peer itself does not do?

Peers that answer with Booleans get this as their other half: the text in a form in which a plain substring search
finds whole words, and the join of row and tags into the full answer, both as cheap as we know to make them. A peer is
timed with the text preparation and without.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from benchmarks.yardstick import MATRIX, OVERRIDES, SLA_MINUTES, TERM_RULES, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.yardstick import Answer, Ticket


class Peer(Protocol):
    """Another engine that holds the policy, compiled once."""

    @property
    def name(self) -> str:
        """Return the name of its row."""
        ...

    @property
    def form(self) -> str:
        """Return how the policy is said in it and what the host code adds."""
        ...

    def decide(self, ticket: Ticket, words: str) -> Answer:
        """Return the answer for a ticket whose text is already in whole-word form."""
        ...


PLAIN = bytes(ord(chr(code).lower()) if chr(code).isalnum() and code < 128 else ord(" ") for code in range(256))
SEPARATORS = re.compile(r"[\W_]+")
ROW_IDS = tuple(row.id for row in MATRIX)
CLASSES = tuple(row.severity for row in MATRIX)
MASKS = range(1 << len(TERM_RULES))


def _chosen(bits: int, listed: Iterable[str]) -> tuple[str, ...]:
    return tuple(item for bit, item in enumerate(listed) if bits >> bit & 1 and item)


TAG_IDS = tuple(_chosen(mask, (rule.id for rule in TERM_RULES)) for mask in MASKS)
ROW_AND_MASK = {
    (row, *(bool(mask >> bit & 1) for bit in range(len(TERM_RULES)))): (row, mask)
    for row in range(len(MATRIX))
    for mask in MASKS
}
"""From what a peer returns in one call, the row's number and eight Booleans, to that number and the tags as bits."""

TAG_BITS = {rule.id: 1 << bit for bit, rule in enumerate(TERM_RULES)}
SECURITY, LEGAL = TAG_BITS["K:security"], TAG_BITS["K:legal"]
PERSONAL = TAG_BITS["K:privacy"] | TAG_BITS["K:data_breach"]
MONEY, ACCESS = (frozenset(rule.systems) for rule in OVERRIDES[:2])
GUARDED = frozenset(OVERRIDES[2].sensitivities)
RAISED = tuple(
    (
        _chosen(bits, (rule.id for rule in OVERRIDES)),
        _chosen(bits, (rule.approval for rule in OVERRIDES)),
        min([max(CLASSES), *(rule.severity for bit, rule in enumerate(OVERRIDES) if bits >> bit & 1)]),
    )
    for bits in range(1 << len(OVERRIDES))
)


def prepared(ticket: Ticket) -> str:
    """Return the same words as the yardstick's slow form, by the quickest way the standard library offers."""
    text = text_of(ticket)
    if text.isascii():
        return " " + " ".join(text.encode().translate(PLAIN).decode().split()) + " "
    return " " + SEPARATORS.sub(" ", text).lower().strip() + " "


def join(ticket: Ticket, found: Iterable[int]) -> Answer:
    """Return the full answer from the number of the fitting row and the eight Booleans, as one call returned them."""
    row, mask = ROW_AND_MASK[tuple(found)]
    ids, approvals, floor = RAISED[_raised(ticket, mask)]
    severity = min(CLASSES[row], floor)
    return severity, (ROW_IDS[row], *TAG_IDS[mask], *ids), approvals, SLA_MINUTES[severity]


def _raised(ticket: Ticket, mask: int) -> int:
    system = ticket.affected_system
    bits = 1 if ticket.urgency == "high" and system in MONEY else 0
    if mask & SECURITY and system in ACCESS:
        bits |= 2
    if mask & PERSONAL and ticket.data_sensitivity in GUARDED:
        bits |= 4
    return bits | 8 if mask & LEGAL else bits
