"""What needs a person's eye now or went wrong in a span, and who answers for it?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Final, Protocol

from triage_core.domain.escalating.state import OVER, Standing
from triage_core.domain.gating.state import ApprovalOutcome
from triage_core.domain.model import ENDED, Outcome, State
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from triage_core.domain.kpis.facts import TicketFacts
    from triage_core.domain.kpis.weeks import Span


class Trouble(StrEnum):
    """Kinds of exceptions, the gravest first."""

    GATE_BYPASSED = "gate_bypassed"
    ESCALATION_EXHAUSTED = "escalation_exhausted"
    ESCALATION_UNACKNOWLEDGED = "escalation_unacknowledged"
    CHECKPOINT_MISSED = "checkpoint_missed"
    TARGET_MISSED = "target_missed"
    APPROVAL_UNDECIDED = "approval_undecided"
    SEND_FAILED = "send_failed"
    INTAKE_INCOMPLETE = "intake_incomplete"
    NO_OWNER = "no_owner"


class TroubleFound(Value, frozen=True, kw_only=True):
    """One exception."""

    trouble: Trouble
    ticket_id: str
    class_name: str | None = None
    #: What exactly, such as the metric that was missed.
    about: str = ""
    since: datetime
    #: It still stands.
    is_open: bool
    #: The person who answers for it; none where the policy names nobody.
    owner: str | None = None


class Answerable(Protocol):
    """Knows who answers for what nobody holds."""

    def owner(self, facts: TicketFacts) -> str | None:
        """Return the person who answers for a ticket: who holds it, or whom the policy names for it."""


_ORDER: Final = {trouble: rank for rank, trouble in enumerate(Trouble)}


def troubles(facts: Iterable[TicketFacts], span: Span, now: datetime, people: Answerable) -> tuple[TroubleFound, ...]:
    """Return what stands now, whenever it began, and what happened in the span; the gravest first, then the oldest."""
    found: list[TroubleFound] = []
    for ticket in facts:
        if not ticket.is_counted:
            continue
        each: TroubleFound
        for look in _LOOKS:
            for trouble, about, since, is_open in look(ticket, now):
                if is_open or span.start <= since < span.end:
                    each = TroubleFound(
                        trouble=trouble,
                        ticket_id=ticket.ticket_id,
                        class_name=ticket.class_name,
                        about=about,
                        since=since,
                        is_open=is_open,
                        owner=_holder(ticket, trouble) or people.owner(ticket),
                    )
                    found.append(each)
    found.sort(key=attrgetter("since", "ticket_id"))
    return tuple(sorted(found, key=lambda each: (not each.is_open, _ORDER[each.trouble])))


_Seen = tuple[Trouble, str, datetime, bool]


def _holder(ticket: TicketFacts, trouble: Trouble) -> str | None:
    """Return who holds the running escalation, for what belongs to it."""
    running = ticket.escalations[-1] if ticket.escalations else None
    of_escalation = trouble in {Trouble.CHECKPOINT_MISSED, Trouble.ESCALATION_UNACKNOWLEDGED}
    return running.holder if running is not None and of_escalation else None


def _bypassed(ticket: TicketFacts, _: datetime) -> Iterator[_Seen]:
    for at in ticket.bypassed:
        yield Trouble.GATE_BYPASSED, "", at, False


def _escalated(ticket: TicketFacts, _: datetime) -> Iterator[_Seen]:
    for each in ticket.escalations:
        is_open = each.standing not in OVER
        if each.standing is Standing.EXHAUSTED:
            yield Trouble.ESCALATION_EXHAUSTED, each.trigger, each.raised_at, True
        elif each.standing in {Standing.CALLING, Standing.EXPIRED} and each.holder is None:
            yield Trouble.ESCALATION_UNACKNOWLEDGED, each.trigger, each.raised_at, is_open
        for checkpoint in each.checkpoints:
            if not checkpoint.on_time:
                is_owed = is_open and checkpoint is each.checkpoints[-1] and each.standing is Standing.HELD
                yield Trouble.CHECKPOINT_MISSED, each.trigger, checkpoint.due_at, is_owed


def _missed(ticket: TicketFacts, now: datetime) -> Iterator[_Seen]:
    for clock in ticket.clocks:
        overdue = clock.due_at if clock.outcome is Outcome.OPEN and clock.due_at and clock.due_at < now else None
        missed_at = clock.breached_at or overdue
        if missed_at is not None and clock.outcome is not Outcome.CANCELLED:
            yield Trouble.TARGET_MISSED, clock.metric, missed_at, clock.outcome is Outcome.OPEN


def _undecided(ticket: TicketFacts, _: datetime) -> Iterator[_Seen]:
    for each in ticket.approvals:
        if each.outcome in {ApprovalOutcome.EXPIRED, ApprovalOutcome.NO_CHANNEL} and each.ended_at is not None:
            yield Trouble.APPROVAL_UNDECIDED, each.outcome, each.ended_at, False


def _failed(ticket: TicketFacts, _: datetime) -> Iterator[_Seen]:
    for at in ticket.failed:
        yield Trouble.SEND_FAILED, "", at, not any(sent > at for sent in ticket.sent) and ticket.state not in ENDED


def _incomplete(ticket: TicketFacts, _: datetime) -> Iterator[_Seen]:
    if ticket.state is State.INCOMPLETE:
        yield Trouble.INTAKE_INCOMPLETE, ",".join(ticket.missing), ticket.created_at, True


def _unowned(ticket: TicketFacts, _: datetime) -> Iterator[_Seen]:
    if ticket.state is State.TRIAGED and ticket.owner is None:
        yield Trouble.NO_OWNER, ticket.queue or "", ticket.triaged_at or ticket.created_at, True


_LOOKS: Final[tuple[Callable[[TicketFacts, datetime], Iterator[_Seen]], ...]] = (
    *(_bypassed, _escalated, _missed, _undecided, _failed, _incomplete, _unowned),
)
