"""How is a solved ticket closed, with everything that a closing has to say?

A closing of a grave ticket is a gated action; `gating.clearing` stands before it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from triage_core.domain.closure import facts as said
from triage_core.domain.closure.facts import ClosureFacts, FixState
from triage_core.domain.closure.gaps import missing
from triage_core.domain.closure.items import ActionItem, NamedCause
from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, NotPermitted, TriageError
from triage_core.domain.lifecycle import Action, Step, allowed, move
from triage_core.domain.model import ActorKind, Lesson, Link, Mode, Problem, State, Ticket
from triage_core.domain.policy.people import Right

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from triage_core.domain.context import Context
    from triage_core.domain.playbook import Playbook

#: Kinds of links that a closing makes, and the fact that each comes from.
LINKS: Final = {"known_error": "known_error_id", "problem": "problem_id", "change": "change_id"}
#: The kind of the link to a page that shows the closure.
PAGE: Final = "closure_page"
_URL: Final = re.compile(r"https://[^\s<>\"']{1,1992}")


class ClosureIncomplete(TriageError):
    """A closure lacks parts."""

    code = "closure_incomplete"

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Name every part that lacks; the caller's own words are not repeated."""
        parts = "; ".join(f"{problem.pointer}: {problem.expected}" for problem in problems)
        count = "a part, add it" if len(problems) == 1 else f"{len(problems)} parts, add them"
        super().__init__(f"the closure lacks {count} and close again: {parts}")
        self.problems = tuple(problems)


class ApprovalNeeded(TriageError):
    """A grave ticket is not closed by one person alone."""

    code = "approval_needed"

    def __init__(self) -> None:
        """Say where the approval is given."""
        super().__init__("closing a ticket of this class needs the approval of another person; ask for it on the page")


class AddressUnfit(TriageError):
    """A page's address cannot be linked."""

    code = "address_unfit"

    def __init__(self) -> None:
        """Say which ones can."""
        super().__init__("this address cannot be linked; give one that begins with https:// and has no spaces")


def close(context: Context, ticket: Ticket, facts: ClosureFacts) -> list[Step]:
    """Close a solved ticket for good, or complete the closure of one that its source closed.

    Raises `ActionNotAllowed`, `NotPermitted` and `ClosureIncomplete`.
    """
    owed = ticket.state is State.CLOSED and ticket.closure_missing
    state = ticket.state if owed else move(ticket.state, Action.CLOSE)
    check_right(context, "close a ticket")
    if problems := missing(context, ticket, facts):
        raise ClosureIncomplete(problems)
    actions = tuple(_items(context, facts))
    changes: dict[str, Any] = {"actions": actions, "links": _linked(ticket, facts), "cause": _cause(facts)}
    changes |= {"lesson": Lesson.ARTICLE} if ticket.mode is Mode.LIVE else {}
    changes |= {"closure_missing": False} if owed else {"state": state, "closed_at": context.now}
    told = {**_codes(facts), **_promised(actions), "by_person": context.actor.kind is ActorKind.PERSON}
    kind = Kind.CLOSURE_COMPLETED if owed else Kind.CLOSED
    return [Step(kind=kind, changes=changes, facts=told, texts={said.CLOSURE: said.written(facts)}, at=context.now)]


def check_right(context: Context, what: str) -> None:
    """Let those who work on tickets close them, and the systems that speak for them; raises `NotPermitted`."""
    directory = context.playbook.directory
    is_person = context.actor.kind is ActorKind.PERSON
    if context.actor.kind is ActorKind.CUSTOMER or (
        is_person and not directory.may(context.actor.roles, Right.WORK_TICKETS)
    ):
        raise NotPermitted(what, directory.holders(Right.WORK_TICKETS))


def _linked(ticket: Ticket, facts: ClosureFacts) -> tuple[Link, ...]:
    named = [Link(kind=kind, to=to) for kind, name in LINKS.items() if (to := getattr(facts, name)) is not None]
    return (*ticket.links, *(link for link in named if link not in ticket.links))


def _cause(facts: ClosureFacts) -> NamedCause | None:
    named = facts.root_cause
    return NamedCause(confidence=named.confidence, category=named.category) if named.confidence is not None else None


def _codes(facts: ClosureFacts) -> dict[str, Any]:
    """Return what the timeline says of a closure: codes and ids, never its words."""
    codes = {
        "resolution_code": facts.resolution_code,
        "closure_cause": facts.closure_cause,
        "cause_category": facts.root_cause.category,
        "cause_confidence": facts.root_cause.confidence,
        "has_workaround": not facts.workaround.none,
        "permanent_fix": facts.permanent_fix.state,
        "prevention_declined": not facts.prevention,
        "reviewed": facts.review is not None,
        **{name: getattr(facts, name) for name in LINKS.values()},
    }
    return {name: value for name, value in codes.items() if value is not None}


def _promised(actions: Sequence[ActionItem]) -> dict[str, Any]:
    return {"actions": [{"action": item.id, "owner": item.owner, "due_at": item.due_at} for item in actions]}


# --- what is followed up ----------------------------------------------------------------------------------------------


def _items(context: Context, facts: ClosureFacts) -> Iterator[ActionItem]:
    fix = facts.permanent_fix
    if fix.state is FixState.PLANNED and fix.owner is not None and fix.due is not None:
        yield _item(context, "fix", fix.owner, fix.due)
    for number, action in enumerate(facts.prevention, start=1):
        if action.owner is not None and action.due is not None:
            yield _item(context, f"prevention-{number}", action.owner, action.due)


def _item(context: Context, name: str, owner: str, due: date) -> ActionItem:
    due_at = _end_of(due, context.playbook, owner)
    remind_at = due_at - context.playbook.policy.closing.remind_before
    return ActionItem(id=name, owner=owner, due_at=due_at, remind_at=remind_at if remind_at > context.now else None)


def _end_of(day: date, playbook: Playbook, person_id: str) -> datetime:
    """Return the end of a day where somebody works."""
    calendar = playbook.directory.person(person_id).calendar
    zone = playbook.policy.calendars[calendar].zone if calendar else "UTC"
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


# --- what the source reports, and where the closure is shown ----------------------------------------------------------


def owing(ticket: Ticket, steps: Sequence[Step]) -> list[Step]:
    """Mark a closing that the source reports without the facts of a closure; they are still owed on a live ticket."""
    if ticket.mode is not Mode.LIVE:
        return list(steps)
    return [
        replace(step, changes={**step.changes, "closure_missing": True}, facts={**step.facts, "closure": "missing"})
        if step.kind is Kind.CLOSED
        else step
        for step in steps
    ]


def page_of(ticket: Ticket) -> str | None:
    """Return the address of the page that shows the closure, the latest where there are several."""
    return next((link.to for link in reversed(ticket.links) if link.kind == PAGE), None)


def published(context: Context, ticket: Ticket, surface: str, url: str, page_id: str = "") -> list[Step]:
    """Keep the address of a page that shows the closure; one that is known changes nothing.

    Raises `AddressUnfit`, and `ActionNotAllowed` for a ticket that is not closed.
    """
    if ticket.state is not State.CLOSED:
        raise ActionNotAllowed("publish the closure of", ticket.state, allowed(ticket.state))
    check_right(context, "publish a closure")
    if _URL.fullmatch(url) is None:
        raise AddressUnfit
    page = Link(kind=PAGE, to=url, reason=surface)
    if page in ticket.links:
        return []
    kept = [link for link in ticket.links if (link.kind, link.reason) != (PAGE, surface)]
    facts = {"surface": surface, **({"page": page_id} if page_id else {})}
    return [Step(kind=Kind.CLOSURE_PUBLISHED, changes={"links": (*kept, page)}, facts=facts)]


def unpublished(context: Context, ticket: Ticket, surface: str, outcome: str) -> list[Step]:
    """Write down that no page shows the closure, or that nobody knows of one; once is enough."""
    if ticket.state is not State.CLOSED or page_of(ticket) is not None or surface in ticket.unpublished:
        return []
    changes = {"unpublished": (*ticket.unpublished, surface)}
    facts = {"surface": surface, "outcome": outcome}
    return [Step(kind=Kind.CLOSURE_UNPUBLISHED, changes=changes, facts=facts, at=context.now)]
