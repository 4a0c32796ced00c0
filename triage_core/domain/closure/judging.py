"""Was the root cause that a closing named the right one, as was learnt later?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from triage_core.domain.closure.closing import check_right
from triage_core.domain.closure.items import CauseVerdict
from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, TriageError, UnknownName
from triage_core.domain.escalating.state import Confidence
from triage_core.domain.lifecycle import Step, allowed
from triage_core.domain.model import State, Ticket
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.context import Context


class Judgement(Value, frozen=True, kw_only=True):
    """A verdict, and for a wrong cause the category that is right."""

    verdict: CauseVerdict
    category: str | None = None
    reason: str = ""


class NoRootCause(TriageError):
    """There is no root cause to judge."""

    code = "no_root_cause"

    def __init__(self) -> None:
        """Say what is missing."""
        super().__init__("this closing names no root cause, or its facts are still owed; add the facts, then judge it")


def judged(context: Context, ticket: Ticket, given: Judgement) -> list[Step]:
    """Keep a verdict; the latest one holds, and the same one twice changes nothing.

    Raises `ActionNotAllowed`, `NotPermitted`, `NoRootCause`, and `UnknownName` for a category that the policy lacks.
    """
    if ticket.state is not State.CLOSED:
        raise ActionNotAllowed("judge the root cause of", ticket.state, allowed(ticket.state))
    check_right(context, "judge a root cause")
    if ticket.cause is None or ticket.cause.confidence is Confidence.UNKNOWN:
        raise NoRootCause
    categories = context.in_force.policy.closing.cause_categories
    if given.category not in {None, *categories}:
        raise UnknownName("root cause category", categories)
    cause = replace(ticket.cause, verdict=given.verdict, right_category=_right_category(given))
    if cause == ticket.cause and not given.reason.strip():
        return []
    said: dict[str, Any] = {"verdict": given.verdict, "confidence": cause.confidence, "named": cause.category}
    facts = {name: value for name, value in {**said, "category": cause.right_category}.items() if value is not None}
    texts = {"reason": given.reason} if given.reason.strip() else {}
    return [Step(kind=Kind.CAUSE_JUDGED, changes={"cause": cause}, facts=facts, texts=texts, at=context.now)]


def _right_category(given: Judgement) -> str | None:
    return given.category if given.verdict is CauseVerdict.WRONG else None
