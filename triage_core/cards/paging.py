"""What may a page say, which wakes people over a service of somebody else's?

Facts of the policy and of people; never a word of the customer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.cards import wording
from triage_core.cards.budget import fitted
from triage_core.cards.harmless import harmless
from triage_core.cards.moments import stamp
from triage_core.cards.surface import ANYWHERE
from triage_core.domain.model import UNCLASSIFIED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage_core.cards.escalation import EscalationCard

_DETAIL: Final = 250


def summary(card: EscalationCard, limit: int) -> str:
    """Say what it is about in one line."""
    system = card.system.label if card.system else card.source
    return written(f"{wording.headline(card)}: {system}, queue {card.queue.label} [{card.escalation_id}]", limit)


def details(card: EscalationCard) -> dict[str, str]:
    """Return the facts by their names, each a text."""
    told = [*wording.facts(card), *wording.blast_radius(card)]
    moments = {"Raised at": card.raised_at, "Acknowledge by": card.acknowledge_by}
    named = {fact.label: fact.value for fact in told} | {"Ticket": card.ticket_id, "Tenant": card.tenant}
    exact = {f"{label} (UTC)": stamp(at) for label, at in moments.items() if at}
    return {label: written(value, _DETAIL) for label, value in {**named, **exact}.items()}


def gravity(card: EscalationCard, words: Sequence[str]) -> str:
    """Return the word for how bad it is, the worst first; the worse of class and severity counts.

    Nobody knows how bad a ticket without a class is, so it counts as the worst.
    """
    rank = 0 if card.class_rank == UNCLASSIFIED else card.class_rank
    worse = rank if card.severity_rank is None else min(rank, card.severity_rank)
    return words[min(worse, len(words) - 1)]


def written(text: str, limit: int) -> str:
    """Return a text as a page shows it; one of the services reads messages as HTML."""
    return fitted(harmless(text) or wording.UNKNOWN, limit, ANYWHERE)
