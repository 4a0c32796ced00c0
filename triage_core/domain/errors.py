"""What can go wrong in a way a caller can answer?

Every expected failure derives from `TriageError`. The `code` is part of the public promise: flows, Zaps and scenarios
branch on it, so a code never changes its meaning. Messages say what is wrong and what to do next and never repeat
ticket text, personal data or secrets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from triage_core.domain.policy.problem import Problem


class TriageError(Exception):
    """The root of all expected failures."""

    code: ClassVar[str] = "triage_error"


class PolicyInvalid(TriageError):
    """The policy cannot be used as it stands."""

    code = "policy_invalid"

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        """Say what is wrong; a policy file adds each problem with its place."""
        super().__init__(message)
        self.problems = problems


class NaiveTime(TriageError):
    """A moment came without a time zone."""

    code = "naive_time"

    def __init__(self, name: str) -> None:
        """Name the argument that lacks its zone."""
        super().__init__(f"{name} has no time zone; write it with one, such as 2026-11-01T00:00:00+01:00")


class ActionNotAllowed(TriageError):
    """The ticket's state does not allow the action."""

    code = "action_not_allowed"

    def __init__(self, action: str, state: str, allowed: Iterable[str]) -> None:
        """Say what was tried, in which state, and what is allowed instead."""
        choices = ", ".join(sorted(allowed)) or "nothing"
        super().__init__(f"cannot {action} a ticket that is {state}; allowed: {choices}")


class ReopenWindowOver(ActionNotAllowed):
    """The ticket was solved longer ago than the policy reopens."""

    def __init__(self) -> None:
        """Say what to do instead."""
        TriageError.__init__(
            self, "cannot reopen a ticket that was solved before the policy's reopen window; make a follow-up ticket"
        )


class NotPermitted(TriageError):
    """The person's role does not carry the right."""

    code = "not_permitted"

    def __init__(self, action: str, roles: Iterable[str]) -> None:
        """Say what was tried and which roles may do it."""
        super().__init__(f"you may not {action}; this needs one of the roles: {', '.join(sorted(roles)) or 'none'}")


class ReasonMissing(TriageError):
    """A human decision came without its reason."""

    code = "reason_missing"

    def __init__(self, action: str) -> None:
        """Name the action that needs a reason."""
        super().__init__(f"to {action} needs a reason; write one sentence that the weekly calibration can judge")


class UnknownName(TriageError):
    """A name is not declared in the policy."""

    code = "unknown_name"

    def __init__(self, kind: str, known: Iterable[str]) -> None:
        """Say which kind of name is unknown and list the declared ones."""
        super().__init__(f"this {kind} is not in the policy; declared: {', '.join(known) or 'none'}")


class TicketNotFound(TriageError):
    """No ticket of this tenant has the id."""

    code = "ticket_not_found"

    def __init__(self) -> None:
        """Do not repeat the id: it may belong to another tenant."""
        super().__init__("no such ticket in this tenant; check the id and the key you use")


class StaleTicket(TriageError):
    """Somebody else changed the ticket in between."""

    code = "stale_ticket"

    def __init__(self) -> None:
        """Tell the caller to read again and retry."""
        super().__init__("the ticket changed while you worked on it; read it again and repeat the action")


class ControlMoved(StaleTicket):
    """A switch or a stage that the decision was made under changed in between."""

    code = "control_moved"

    def __init__(self) -> None:
        """Tell the caller to look again and decide anew."""
        TriageError.__init__(self, "the rollout changed meanwhile; read it again and decide anew")


class IdempotencyConflict(TriageError):
    """The same key came with another body, or from another caller."""

    code = "idempotency_conflict"

    def __init__(self) -> None:
        """Tell the caller to use a new key for a new request."""
        super().__init__(
            "this idempotency key was used by another caller or with a different body; send a new key for a new request"
        )


class HandoverNotOpen(TriageError):
    """There is no hand-over to accept or decline."""

    code = "handover_not_open"

    def __init__(self) -> None:
        """Tell the caller how a hand-over starts."""
        super().__init__("no hand-over waits for this person; the owner starts one with a transfer")


class TimeOrder(TriageError):
    """A moment lies before one that must precede it."""

    code = "time_order"

    def __init__(self, what: str, earliest: datetime) -> None:
        """Say which moment is too early and the earliest one that fits."""
        super().__init__(f"{what} lies before {earliest.isoformat()}; send a later moment")


class SourceTaken(TriageError):
    """The source's ticket exists already; a submit answers with it."""

    code = "source_taken"

    def __init__(self) -> None:
        """Say how to reach the existing ticket."""
        super().__init__("this source ticket was submitted before; read it by source and source id")


class AnswerTaken(TriageError):
    """The idempotency key was answered in the meantime; a submit replays that answer."""

    code = "answer_taken"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("this idempotency key was answered already; read the stored answer")


class PolicyTaken(TriageError):
    """The policy version exists with other content."""

    code = "policy_taken"

    def __init__(self) -> None:
        """Say how to publish a change."""
        super().__init__("this policy version exists with different content; give the changed policy a new version")


class EventTaken(TriageError):
    """The source's event had its effect on this ticket already."""

    code = "event_taken"

    def __init__(self) -> None:
        """Say where the effect stands."""
        super().__init__("this event of the source was handled before; its effect stands in the ticket's timeline")


class CursorInvalid(TriageError):
    """A list was continued at a place that no list has named."""

    code = "cursor_invalid"

    def __init__(self) -> None:
        """Say how to page."""
        super().__init__("this cursor cannot be read; start at the first page and pass each next_cursor on unchanged")
