"""How is a ticket told to a caller, and what is left out on a platform that may not carry its texts?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from triage_core.contract.intake import NAMED, pointer_to
from triage_core.contract.views import Card, Missing, TicketView
from triage_core.contract.views import Outcome as Came
from triage_core.domain import account as told
from triage_core.domain.model import Clock, Outcome, State, Ticket
from triage_core.domain.platforms import Carriage, carriage, withheld
from triage_core.domain.policy.service_levels import Metric

if TYPE_CHECKING:
    from triage_core.domain.playbook import Playbook
    from triage_core.domain.policy import Policy
    from triage_core.service.accounts import Account

_RESOLUTIONS: Final = (Metric.RESOLUTION, Metric.FIRST_RESOLUTION)


class Told(NamedTuple):
    """A ticket together with what decides how it is told."""

    account: Account
    policy: Policy
    carriage: Carriage
    outcome: str

    @property
    def ticket(self) -> Ticket:
        """The ticket itself."""
        return self.account.ticket


def prepared(account: Account, playbook: Playbook, platform: str | None, outcome: str | None = None) -> Told:
    """Judge what may be told of a ticket on a platform."""
    ticket = account.ticket
    allowed = carriage(playbook.policy, platform, ticket)
    return Told(account, playbook.policy, allowed, outcome or standing(ticket))


def standing(ticket: Ticket) -> str:
    """Say where a ticket stands that was only looked at."""
    return "blocked" if ticket.state is State.INCOMPLETE else "triaged"


def card(shown: Told) -> Card:
    """Tell a ticket as one entry of a list."""
    return Card.of(**_decided(shown))


def view(shown: Told) -> TicketView:
    """Tell a ticket in full."""
    ticket, statement = shown.ticket, shown.account.statement
    return TicketView.of(
        **_decided(shown),
        **{name: _intake(ticket, name) for name in NAMED},
        explanation=explanation(shown),
        impact_statement=statement.impact if statement else None,
        rationale=statement.rationale if statement else None,
        update_every_minutes=_minutes(shown),
        missing=tuple(
            Missing.of(field=(name := field_of(problem.pointer)), pointer=pointer_to(name), expected=problem.expected)
            for problem in ticket.problems
        ),
        defaulted_csv=",".join(ticket.defaulted),
        requester=shown.account.requester if shown.carriage.allowed else None,
        source_version=ticket.source_version,
        channel=ticket.channel,
        mode=ticket.mode,
        secondary=ticket.secondary,
        support_tier=ticket.support_tier,
        handover_to=ticket.handover.to if ticket.handover else None,
        resolved_at=ticket.resolved_at,
        closed_at=ticket.closed_at,
        reopen_count=ticket.reopen_count,
        policy_version=ticket.policy_version,
        version=ticket.version,
    )


def _decided(shown: Told) -> dict[str, Any]:
    ticket = shown.ticket
    due = next_due(ticket)
    return {
        "ticket_id": ticket.id or None,
        "outcome": Came(shown.outcome),
        "class_name": ticket.class_name,
        "severity": ticket.severity,
        "risk_tags_csv": ",".join(ticket.tag_names),
        "gate_required": ticket.gate_required,
        "platform_allowed": shown.carriage.allowed,
        "platform_reason": shown.carriage.reason,
        "state": ticket.state,
        "queue": ticket.queue,
        "owner": ticket.owner,
        "owner_name": _name_of(shown.policy, ticket.owner),
        "first_reply_due_at": due_of(ticket, Metric.FIRST_REPLY),
        "resolution_due_at": due_of(ticket, *_RESOLUTIONS),
        "next_due_at": due.due_at if due else None,
        "next_due_metric": due.metric if due else None,
        "score": shown.account.score,
        "order_key": ticket.order_key,
        "missing_csv": ",".join(field_of(problem.pointer) for problem in ticket.problems),
        "must_escalate": ticket.must_escalate,
        "source": ticket.source,
        "source_id": ticket.source_id,
        "subject": shown.account.subject if shown.carriage.allowed else None,
        "customer": ticket.customer if shown.carriage.allowed else None,
        "created_at": ticket.created_at,
        "updated_at": ticket.updated_at,
    }


def field_of(pointer: str) -> str:
    """Return the intake field that a problem is about."""
    return pointer.rpartition("/")[2]


def due_of(ticket: Ticket, *metrics: Metric) -> Any:  # noqa: ANN401 - a moment or none
    """Return when the first running clock of these metrics is due."""
    return min((clock.due_at for clock in running(ticket) if clock.metric in metrics and clock.due_at), default=None)


def next_due(ticket: Ticket) -> Clock | None:
    """Return the clock that is due next."""
    due = [(clock.due_at, clock.id, clock) for clock in running(ticket) if clock.due_at]
    return min(due)[2] if due else None


def running(ticket: Ticket) -> list[Clock]:
    """Return the clocks that have not ended."""
    return [clock for clock in ticket.clocks if clock.outcome is Outcome.OPEN]


def explanation(shown: Told) -> str:
    """Tell the decision as a paragraph; words of the ticket stand in it only where they may be carried."""
    account = shown.account
    if account.explanation is None:
        needed = "; ".join(f"{field_of(problem.pointer)}: {problem.expected}" for problem in shown.ticket.problems)
        return f"Blocked until its intake is complete. Needed: {needed}."
    free = shown.carriage.allowed
    decided = account.explanation if free else withheld(account.explanation)
    lines = [*told.sentences(decided, account.text, places=False)]
    if account.assigned:
        lines.append(f"owner: {account.assigned}")
    return told.paragraph(lines)


def _intake(ticket: Ticket, name: str) -> str | None:
    """Tell an intake value as a text; of a free text only that it was given is known, so nothing of it can leak."""
    held = ticket.intake.get(name)
    if isinstance(held, bool):
        return str(held).lower()
    return f"{held:.15g}" if isinstance(held, float) else held


def _minutes(shown: Told) -> int | None:
    statement = shown.account.statement
    if statement is None or statement.update_every is None:
        return None
    return max(1, round(statement.update_every.total_seconds() / 60))


def _name_of(policy: Policy, person_id: str | None) -> str | None:
    return next((person.name for person in policy.people if person.id == person_id), None)
