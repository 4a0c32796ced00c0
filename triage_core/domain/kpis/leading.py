"""What tells early that figures will get worse?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from triage_core.domain.escalating.state import OVER, Standing
from triage_core.domain.model import ENDED, Record
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage_core.domain.kpis.facts import TicketFacts
    from triage_core.domain.kpis.weeks import Span


class Sign(StrEnum):
    """The leading indicators; each counts tickets or events, and more is worse."""

    #: Tickets that came less those that were solved or ended in the span.
    GROWTH = "growth"
    OPEN = "open"
    UNOWNED = "unowned"
    UNANSWERED = "unanswered"
    INCOMPLETE = "incomplete"
    WAITING = "waiting"
    #: Warnings before a missed target in the span.
    WARNINGS = "warnings"
    #: Open tickets with a clock that has warned and is not missed yet.
    AT_RISK = "at_risk"
    REASSIGNMENTS = "reassignments"
    UNDECIDED = "undecided"
    #: Escalations that nobody holds.
    UNHELD = "unheld"


class Indicator(Value, frozen=True, kw_only=True):
    """One leading indicator."""

    sign: Sign
    count: int
    #: The oldest item, where it is one that waits.
    oldest: datetime | None = None


def indicators(facts: Iterable[TicketFacts], span: Span) -> tuple[Indicator, ...]:
    """Return every indicator: what stands now, and what happened in the span."""
    counted = [ticket for ticket in facts if ticket.is_counted and ticket.record is Record.TICKET]
    came = sum(_inside(span, ticket.created_at) for ticket in counted)
    went = sum(ended is not None and _inside(span, ended) for ended in map(_ended, counted))
    happened = {
        Sign.GROWTH: came - went,
        Sign.WARNINGS: sum(_inside(span, at) for ticket in counted for at in ticket.warned),
        Sign.REASSIGNMENTS: sum(ticket.reassigned for ticket in counted if ticket.state not in ENDED),
    }
    standing = [_standing(sign, counted, since) for sign, since in _SINCE.items()]
    return (*(Indicator(sign=sign, count=count) for sign, count in happened.items()), *standing)


def _inside(span: Span, at: datetime) -> bool:
    return span.start <= at < span.end


def _ended(ticket: TicketFacts) -> datetime | None:
    return ticket.solved_at or (ticket.closure.at if ticket.closure else None)


def _standing(
    sign: Sign, counted: Iterable[TicketFacts], since: Callable[[TicketFacts], Iterable[datetime]]
) -> Indicator:
    moments = [at for ticket in counted if ticket.state not in ENDED for at in since(ticket)]
    return Indicator(sign=sign, count=len(moments), oldest=min(moments, default=None))


def _open(ticket: TicketFacts) -> Iterable[datetime]:
    return (ticket.created_at,)


def _unowned(ticket: TicketFacts) -> Iterable[datetime]:
    return (ticket.created_at,) if ticket.owner is None else ()


def _unanswered(ticket: TicketFacts) -> Iterable[datetime]:
    return (ticket.created_at,) if ticket.first_reply_at is None or ticket.unanswered else ()


def _incomplete(ticket: TicketFacts) -> Iterable[datetime]:
    return (ticket.created_at,) if ticket.triaged_at is None else ()


def _waiting(ticket: TicketFacts) -> Iterable[datetime]:
    return (ticket.waits_since,) if ticket.waits_since is not None else ()


def _at_risk(ticket: TicketFacts) -> Iterable[datetime]:
    warned = [clock.started_at for clock in ticket.clocks if clock.warned and clock.runs and not clock.breached_at]
    return warned[:1]


def _undecided(ticket: TicketFacts) -> Iterable[datetime]:
    return [each.requested_at for each in ticket.approvals if each.ended_at is None]


def _unheld(ticket: TicketFacts) -> Iterable[datetime]:
    return [each.raised_at for each in ticket.escalations if each.standing not in {*OVER, Standing.HELD}]


_SINCE: Final[dict[Sign, Callable[[TicketFacts], Iterable[datetime]]]] = {
    Sign.OPEN: _open,
    Sign.UNOWNED: _unowned,
    Sign.UNANSWERED: _unanswered,
    Sign.INCOMPLETE: _incomplete,
    Sign.WAITING: _waiting,
    Sign.AT_RISK: _at_risk,
    Sign.UNDECIDED: _undecided,
    Sign.UNHELD: _unheld,
}
