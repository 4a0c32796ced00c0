"""In which words does a card tell its facts? Plain text; every surface cuts and escapes it in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.cards.moments import local
from triage_core.domain.escalating.state import Standing
from triage_core.domain.model import Mode
from triage_core.domain.policy.values import format_duration
from triage_core.domain.related import DUPLICATE, INCIDENT, RELATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from triage_core.cards.escalation import EscalationCard, Labelled
    from triage_core.domain.escalating.state import BlastRadius

NOBODY: Final = "nobody yet"
UNKNOWN: Final = "unknown"

_STANDS: Final = {
    Standing.CALLING: "Please acknowledge",
    Standing.HELD: "Acknowledged",
    Standing.EXHAUSTED: "Still not acknowledged",
    Standing.RESOLVED: "Resolved",
    Standing.EXPIRED: "Ended by its age",
    Standing.SUPERSEDED: "Replaced by a graver one",
    Standing.COVERED: "Covered by an incident",
    Standing.CANCELLED: "Cancelled",
}
_OVER: Final = {
    Standing.EXPIRED: "It grew older than its ladder allows and ended without a solution.",
    Standing.SUPERSEDED: "The ticket became graver; a graver escalation took the place of this one.",
    Standing.COVERED: "An incident that the ticket belongs to is escalated in its place.",
    Standing.CANCELLED: "The ticket was merged or voided; there is nothing left to do.",
}
#: Why a call waits, by the code of the engine.
WAITS: Final = {"hours": "nobody who may be called is at work", "maintenance": "maintenance holds it back"}
_TRIALS: Final = {Mode.DRILL: "DRILL", Mode.SHADOW: "TRIAL RUN"}
_RELATIONS: Final = {DUPLICATE: "duplicate of", RELATED: "related to", INCIDENT: "perhaps one incident with"}


class Fact(NamedTuple):
    """A label and what it says."""

    label: str
    value: str


def headline(card: EscalationCard) -> str:
    """Say in a few words what it is about."""
    about = (_TRIALS.get(card.mode, ""), _STANDS[card.standing], *_grade(card), *(tag.label for tag in card.tags))
    return " · ".join(part for part in about if part)


def deadline(card: EscalationCard) -> Fact:
    """Say until when somebody has to do what; never empty."""
    match card.standing:
        case Standing.CALLING:
            return Fact("Acknowledge by", when(card, card.acknowledge_by, "at once"))
        case Standing.HELD:
            return Fact("Progress due by", when(card, card.lease_until, "not limited"))
        case Standing.EXHAUSTED:
            return Fact("Acknowledge by", f"overdue; it ends at {local(card.ends_at, card.zone)}")
        case _:
            return Fact("Ended", when(card, card.ended_at, UNKNOWN))


def facts(card: EscalationCard) -> tuple[Fact, ...]:
    """Return the ten facts that every card shows, the two that are never left out in front."""
    return (
        Fact("Owner", card.owner.label if card.owner else NOBODY),
        deadline(card),
        Fact("Incident lead", card.holder.label if card.holder else NOBODY),
        Fact("Next checkpoint", when(card, card.next_checkpoint_at, "not agreed yet")),
        Fact("Class", ", ".join(_grade(card))),
        Fact("Risk tags", listed(card.tags, "none")),
        Fact("Queue", card.queue.label),
        Fact("Source", f"{card.source} {card.source_id}"),
        Fact("Called", _reached(card)),
        Fact("Raised", _raised(card)),
    )


def notice(card: EscalationCard) -> str:
    """Say where it stands."""
    match card.standing:
        case Standing.CALLING:
            waits = f" The call waits: {WAITS.get(card.held_back, card.held_back)}." if card.held_back else ""
            return f"Nobody has taken it over yet.{waits}"
        case Standing.HELD:
            return _held(card)
        case Standing.EXHAUSTED:
            return f"Everybody was called without an answer ({card.calls} calls); it can still be taken over."
        case Standing.RESOLVED:
            by = f" by {card.ended_by.label}" if card.ended_by else ""
            return f"It was resolved{by}; nobody is called any more."
        case over:
            return _OVER[over]


def next_step(card: EscalationCard) -> str:
    """Say what happens by itself when nobody does anything; empty where nothing does."""
    if card.standing is Standing.CALLING and card.acknowledge_by:
        return _next_call(card, card.acknowledge_by)
    if card.standing is Standing.HELD and card.lease_until:
        return f"Without progress until {local(card.lease_until, card.zone)}, people are called again."
    return ""


def _next_call(card: EscalationCard, due_at: datetime) -> str:
    """Say which level is called next: the same one again, another one, or none."""
    level, last = card.upcoming_level, card.level
    if level is None:
        return f"The ladder foresees no further call after {local(due_at, card.zone)}."
    which = f"level {level} is called"
    if last is not None:
        which = f"{which} again" if level <= last else f"the next level, {level}, is called"
    people = f": {listed(card.upcoming)}" if card.upcoming else ""
    return f"At {local(card.upcoming_at or due_at, card.zone)} {which}{people}."


def meaning(card: EscalationCard) -> str:
    """Say what it means for the business, why it is handled so, and what the customer was promised."""
    every = f"The customer was promised news every {format_duration(card.update_every)}." if card.update_every else ""
    return " ".join(part for part in (card.impact, card.rationale, every) if part)


def blast_radius(card: EscalationCard) -> tuple[Fact, ...]:
    """Say what is affected, and what of it is not known."""
    blast = card.blast
    return (
        Fact("Customers affected", customers(blast)),
        Fact("Tenants", ", ".join(blast.tenants) or UNKNOWN),
        Fact("Services", ", ".join(blast.services) or UNKNOWN),
        Fact("Data", ", ".join(blast.data_classes) or UNKNOWN),
        Fact("Regions", ", ".join(blast.regions) or UNKNOWN),
        Fact("Since", when(card, blast.since, UNKNOWN)),
        Fact("Trend", blast.trend),
        Fact("Confidence", blast.confidence),
    )


def customers(blast: BlastRadius) -> str:
    """Say how many customers are affected: exactly, as a range, or that nobody knows."""
    match (blast.customers_least, blast.customers_most):
        case (None, None):
            return UNKNOWN
        case (least, None):
            return f"at least {least}"
        case (None, most):
            return f"at most {most}"
        case (least, most):
            return str(least) if least == most else f"{least} to {most}"


def related(card: EscalationCard) -> tuple[Fact, ...]:
    """Return the tickets that belong to this one, by kind; nothing of theirs but the id is told."""
    kinds = dict.fromkeys(link.kind for link in card.related)
    return tuple(Fact(_RELATIONS.get(kind, kind.replace("_", " ")), ", ".join(_linked(card, kind))) for kind in kinds)


def history(card: EscalationCard) -> tuple[Fact, ...]:
    """Return the latest movements, the newest first, since those below may have to go."""
    return tuple(Fact(local(each.at, card.zone), f"{each.what} ({each.who})") for each in reversed(card.history))


def listed(items: Iterable[Labelled], nothing: str = "") -> str:
    """List things in the words that people read."""
    return ", ".join(item.label for item in items) or nothing


def when(card: EscalationCard, at: datetime | None, never: str) -> str:
    """Write a moment of the card, or what stands for it."""
    return never if at is None else local(at, card.zone)


def _grade(card: EscalationCard) -> tuple[str, ...]:
    grade = card.ticket_class.label if card.ticket_class else "unclassified"
    return (grade, card.severity.label) if card.severity else (grade,)


def _linked(card: EscalationCard, kind: str) -> Iterator[str]:
    return (link.to for link in card.related if link.kind == kind)


def _reached(card: EscalationCard) -> str:
    level = f" (level {card.level})" if card.level else ""
    return f"{listed(card.called, 'nobody')}{level}"


def _raised(card: EscalationCard) -> str:
    by = f"by {card.raised_by.label}" if card.raised_by else "by rule"
    return f"{local(card.raised_at, card.zone)}, {by} ({card.trigger.replace('_', ' ')})"


def _held(card: EscalationCard) -> str:
    said = [f"{card.holder.label if card.holder else 'Somebody'} has taken it over."]
    if card.offered_to:
        until = f" until {local(card.offered_until, card.zone)}" if card.offered_until else ""
        said.append(f"It is offered to {card.offered_to.label}, whose acceptance is awaited{until}.")
    if card.reminded:
        said.append("The promised news are overdue; the incident lead was reminded.")
    return " ".join(said)
