"""Until when does maintenance hold a ticket's escalations back?

A suppression names what is being worked on, why, and when it ends by itself. It holds calls back and nothing else:
clocks run, breaches are written, and no ticket about security is ever held.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from triage_core.domain.edit import check_reason
from triage_core.domain.errors import TimeOrder, TriageError
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from triage_core.domain.conditions import FieldValues

#: Whoever needs more says so again, and is seen to.
LONGEST: Final = timedelta(days=7)
#: Holds whatever a policy says.
_NEVER: Final = "security"


class SuppressionTooLong(TriageError):
    """Escalations would be held back for longer than anybody may ask."""

    code = "suppression_too_long"

    def __init__(self) -> None:
        """Name the longest time."""
        super().__init__(
            f"a suppression lasts at most {LONGEST.days} days; let it end sooner, and make another one if need be"
        )


class Suppression(Value, frozen=True, kw_only=True):
    """Maintenance that is known: calls about what it names wait until it is over."""

    #: Counts a tenant's suppressions from 1; 0 before it is stored.
    id: int = 0
    #: Tickets on one of these systems or of one of these service lines; all tickets of the tenant where both are empty.
    systems: tuple[str, ...] = ()
    service_lines: tuple[str, ...] = ()
    starts_at: datetime
    ends_at: datetime
    by: str
    at: datetime
    reason: str
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_reason: str = ""

    @property
    def until(self) -> datetime:
        """The moment from which it has no effect."""
        return self.ends_at if self.ended_at is None else min(self.ends_at, self.ended_at)

    def covers(self, fields: FieldValues) -> bool:
        """Tell whether a ticket with these intake values is meant."""
        if not self.systems and not self.service_lines:
            return True
        return fields.get("affected_system") in self.systems or fields.get("service_line") in self.service_lines


def check(wanted: Suppression) -> None:
    """Refuse what nobody may ask for; raises `EditUnexplained`, `TimeOrder` and `SuppressionTooLong`."""
    check_reason(wanted.reason, "hold escalations back")
    if wanted.starts_at < wanted.at:
        raise TimeOrder("the beginning of the suppression", wanted.at)
    if wanted.ends_at <= wanted.starts_at:
        raise TimeOrder("the end of the suppression", wanted.starts_at)
    if wanted.ends_at - wanted.starts_at > LONGEST:
        raise SuppressionTooLong


def held_until(
    suppressions: Iterable[Suppression],
    fields: FieldValues,
    tags: Collection[str],
    never_suppressed: Collection[str],
    at: datetime,
) -> datetime | None:
    """Return the moment until which escalations of a ticket are held back, or none where they are not.

    Suppressions that overlap or follow each other without a break hold until the last of them ends.
    """
    if not {_NEVER, *never_suppressed}.isdisjoint(tags):
        return None
    spans = sorted((each.starts_at, each.until) for each in suppressions if each.covers(fields))
    until = at
    for starts_at, ends_at in spans:
        if starts_at <= until:
            until = max(until, ends_at)
    return until if until > at else None
