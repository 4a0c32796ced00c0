"""What is an escalation: who is called, who holds it, until when, and how did it end?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from triage_core.domain.policy.escalation import LadderKind, Trigger
from triage_core.domain.value import Value


class Standing(StrEnum):
    """Where an escalation stands."""

    #: Nobody has taken it over; the ladder climbs.
    CALLING = "calling"
    #: A named person holds it, with a deadline.
    HELD = "held"
    #: The whole ladder was climbed as often as the policy says; somebody can still take it over.
    EXHAUSTED = "exhausted"
    RESOLVED = "resolved"
    #: Older than the ladder lets it grow.
    EXPIRED = "expired"
    #: The ticket became graver, and a graver escalation took its place.
    SUPERSEDED = "superseded"
    #: An incident that the ticket belongs to is escalated in its place.
    COVERED = "covered"
    #: The ticket was merged or is void.
    CANCELLED = "cancelled"


OVER: Final = frozenset(
    {Standing.RESOLVED, Standing.EXPIRED, Standing.SUPERSEDED, Standing.COVERED, Standing.CANCELLED}
)


class Trend(StrEnum):
    """Where the damage is going."""

    GROWING = "growing"
    STABLE = "stable"
    SHRINKING = "shrinking"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """How sure the facts are."""

    CONFIRMED = "confirmed"
    SUSPECTED = "suspected"
    UNKNOWN = "unknown"


class BlastRadius(Value, frozen=True, kw_only=True):
    """What is affected, as facts and never as free text only."""

    tenants: tuple[str, ...] = ()
    #: Exact when both are the same, a range when they differ, unknown when both are empty.
    customers_least: int | None = None
    customers_most: int | None = None
    services: tuple[str, ...] = ()
    data_classes: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    since: datetime | None = None
    trend: Trend = Trend.UNKNOWN
    confidence: Confidence = Confidence.UNKNOWN


class Offer(Value, frozen=True, kw_only=True):
    """A transfer that waits for its acceptance; the holder holds until then."""

    to: str
    by: str
    expires_at: datetime


class Rung(Value, frozen=True, kw_only=True):
    """A place on the ladder; all counted from zero. The turn counts the calls of one level, the round whole climbs."""

    round: int = 0
    level: int = 0
    turn: int = 0


class Escalation(Value, frozen=True, kw_only=True):
    """One escalation of a ticket."""

    #: Counts a ticket's escalations from 1.
    number: int
    trigger: Trigger
    #: Stable name of what set it off, such as `breach:first_reply/1`; each sets off once.
    cause: str
    #: Causes that came while it ran.
    joined: tuple[str, ...] = ()
    #: The policy in force at the start, its rule and its ladder; later versions change nothing here.
    policy_version: str
    rule: str
    ladder: str
    kind: LadderKind = LadderKind.HIERARCHICAL
    #: Where the escalation waits as a task.
    queue: str
    raised_at: datetime
    #: The person who raised it; nobody where a rule did.
    raised_by: str | None = None
    standing: Standing = Standing.CALLING
    #: Counts the times that it was nobody's: a lapsed acknowledgement begins the next.
    cycle: int = 1
    #: The rung that was called last; none before the first call.
    rung: Rung | None = None
    #: Whom the last call reached for.
    called: tuple[str, ...] = ()
    #: Everybody it reached for so far.
    reached: tuple[str, ...] = ()
    #: How many calls there were.
    calls: int = 0
    #: When the next rung is called.
    next_call_at: datetime | None = None
    #: Why it waits to call, where it does: an opening of the people's hours, or maintenance.
    held_back: str = ""
    #: The person who answers for it now.
    holder: str | None = None
    acknowledged_at: datetime | None = None
    #: The acknowledgement lapses unless its holder shows progress before.
    lease_until: datetime | None = None
    #: When news are promised.
    checkpoint_at: datetime | None = None
    #: The promise was missed and its holder reminded.
    reminded: bool = False
    offer: Offer | None = None
    #: The moment at which it ends by its age.
    ends_at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
    blast: BlastRadius = BlastRadius()

    @property
    def is_open(self) -> bool:
        """Somebody still has to do something."""
        return self.standing not in OVER


def id_of(ticket_id: str, escalation: Escalation) -> str:
    """Return the public name of an escalation."""
    return f"{ticket_id}-e{escalation.number}"


def ticket_of(escalation_id: str) -> tuple[str, int] | None:
    """Return the ticket and the number that a public name stands for."""
    ticket_id, mark, number = escalation_id.rpartition("-e")
    return (ticket_id, int(number)) if mark and number.isdecimal() and len(number) < _DIGITS else None


_DIGITS: Final = 9
