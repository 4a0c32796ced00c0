"""What does an event reported from outside do to a ticket?"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core.domain import working
from triage_core.domain.closure.closing import owing
from triage_core.domain.context import Context
from triage_core.domain.errors import NaiveTime, TimeOrder
from triage_core.domain.gating import releasing
from triage_core.domain.gating.needing import gate_of
from triage_core.domain.gating.state import Origin
from triage_core.domain.lifecycle import Action, Step
from triage_core.domain.model import Ticket
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable


class Happened(StrEnum):
    """Events that a source system or a person reports."""

    AGENT_REPLIED = "agent_replied"
    CUSTOMER_REPLIED = "customer_replied"
    NOTE_ADDED = "note_added"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_THIRD_PARTY = "waiting_third_party"
    RESUMED = "resumed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    MERGED = "merged"
    VOIDED = "voided"


class Event(Value, frozen=True, kw_only=True):
    """One reported event."""

    what: Happened
    #: When it happened; the moment of the report when empty.
    at: datetime | None = None
    #: The source system's id of the event; the same one has no second effect.
    source_event_id: str | None = None
    #: For replies: an automatic draft was the beginning of an agent's text.
    assisted: bool = False
    #: For customers' replies: whether an answer is owed.
    substantive: bool = True
    #: For agents' replies: the released text that was sent, by its number or by the seal of its body.
    message: int | None = None
    body_seal: str = ""
    #: For merged: the surviving ticket.
    into: str | None = None
    #: For merged, voided and closed.
    reason: str = ""


def steps_of(context: Context, ticket: Ticket, event: Event) -> list[Step]:
    """Return what an event does.

    Raises `ActionNotAllowed` where the ticket's state does not fit, `NaiveTime`, and `TimeOrder` for an event before
    the ticket's creation.
    """
    at = moment(event, context.now)
    if at < ticket.created_at:
        raise TimeOrder("the event", ticket.created_at)
    return [*_STEPS[event.what](replace(context, now=at), ticket, event), *_bypassed(context, ticket, event, at)]


def moment(event: Event, now: datetime) -> datetime:
    """Return when an event happened, in UTC; a clock that runs ahead of ours makes it happen now."""
    if event.at is None:
        return now
    if event.at.utcoffset() is None:
        raise NaiveTime("at")
    return min(event.at.astimezone(UTC), now)


def _replied(context: Context, ticket: Ticket, event: Event) -> list[Step]:
    return working.agent_replied(context, ticket, public=True, assisted=event.assisted)


def _bypassed(context: Context, ticket: Ticket, event: Event, at: datetime) -> list[Step]:
    """Say that a reply is no text that was released, where the gate as it stands now asks for one."""
    if event.what is not Happened.AGENT_REPLIED or context.is_past:
        return []
    is_gated = ticket.gate_required or gate_of(context, ticket, Origin.PERSON).is_closed
    if not is_gated or releasing.is_known(ticket, event.message, event.body_seal):
        return []
    return [releasing.bypass(ticket, event.body_seal, at)]


def _noted(context: Context, ticket: Ticket, event: Event) -> list[Step]:
    return working.agent_replied(context, ticket, public=False, assisted=event.assisted)


def _customer(context: Context, ticket: Ticket, event: Event) -> list[Step]:
    return working.customer_replied(context, ticket, substantive=event.substantive)


def _waits_for_customer(context: Context, ticket: Ticket, _: Event) -> list[Step]:
    return working.wait(context, ticket, Action.WAIT_FOR_CUSTOMER)


def _waits_for_third_party(context: Context, ticket: Ticket, _: Event) -> list[Step]:
    return working.wait(context, ticket, Action.WAIT_FOR_THIRD_PARTY)


def _resumed(context: Context, ticket: Ticket, _: Event) -> list[Step]:
    return working.resume(context, ticket)


def _resolved(context: Context, ticket: Ticket, _: Event) -> list[Step]:
    return working.resolve(context, ticket)


def _reopened(context: Context, ticket: Ticket, _: Event) -> list[Step]:
    return working.reopen(context, ticket)


def _closed(context: Context, ticket: Ticket, event: Event) -> list[Step]:
    return owing(ticket, working.close(context, ticket, event.reason))


def _merged(context: Context, ticket: Ticket, event: Event) -> list[Step]:
    return working.end(context, ticket, Action.MERGE, event.reason or "merged in the source system", event.into)


def _voided(context: Context, ticket: Ticket, event: Event) -> list[Step]:
    return working.end(context, ticket, Action.VOID, event.reason)


_STEPS: Final[dict[Happened, Callable[[Context, Ticket, Event], list[Step]]]] = {
    Happened.AGENT_REPLIED: _replied,
    Happened.CUSTOMER_REPLIED: _customer,
    Happened.NOTE_ADDED: _noted,
    Happened.WAITING_CUSTOMER: _waits_for_customer,
    Happened.WAITING_THIRD_PARTY: _waits_for_third_party,
    Happened.RESUMED: _resumed,
    Happened.RESOLVED: _resolved,
    Happened.REOPENED: _reopened,
    Happened.CLOSED: _closed,
    Happened.MERGED: _merged,
    Happened.VOIDED: _voided,
}
