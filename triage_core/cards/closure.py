"""What stands in the summary of a closure, whatever surface shows it?

Facts come from the ticket and the policy, words from the closure; every one of those went through the redaction first.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from triage_core.domain.closure.facts import FixState
from triage_core.domain.closure.gaps import is_grave
from triage_core.domain.folding import without_surrogates
from triage_core.domain.policy.values import format_duration
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from triage_core.domain.closure.facts import ClosureFacts, Review
    from triage_core.domain.model import Ticket
    from triage_core.domain.policy import Policy

#: What no surface shows as a character; line breaks and tabs stay.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_LONGEST_TITLE: Final = 180
_ADDRESS: Final = re.compile(r"https://[^\s<>\"']{1,1992}")


class Links(Value, frozen=True, kw_only=True):
    """Where a reader gets from here; an address is ours or the source's, never a customer's."""

    #: The ticket in its source system, and here.
    source: str | None = None
    ticket: str | None = None
    #: The page that shows the closure.
    page: str | None = None


class Part(Value, frozen=True, kw_only=True):
    """One part of a summary: paragraphs, then a list."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()


class Summary(Value, frozen=True, kw_only=True):
    """A closure as every surface shows it."""

    title: str
    ticket_id: str
    source: str
    source_id: str
    links: Links = Links()
    class_label: str = ""
    severity_label: str = ""
    owner: str = ""
    is_grave: bool = False
    resolution: str
    closure_cause: str
    cause_category: str = ""
    confidence: str
    permanent_fix: str
    known_error_id: str | None = None
    problem_id: str | None = None
    change_id: str | None = None
    created_at: datetime
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    open_actions: int = 0
    next_due_at: datetime | None = None
    parts: tuple[Part, ...] = ()


def summarise(
    ticket: Ticket, facts: ClosureFacts, policy: Policy, links: Links, redact: Callable[[str], str]
) -> Summary:
    """Put a closure together for people to read; `redact` takes personal data and secrets out of a text.

    An address that is none is left out.
    """

    def clean(text: str) -> str:
        return _CONTROL.sub("", without_surrogates(redact(text))).strip()

    waiting = [item.due_at for item in ticket.actions if item.done_at is None]
    class_label, severity_label = _labels(ticket, policy)
    return Summary(
        title=_title(ticket, class_label, clean(facts.summary)),
        ticket_id=ticket.id,
        source=ticket.source,
        source_id=ticket.source_id,
        links=Links(**{name: _sound(getattr(links, name)) for name in links.__struct_fields__}),
        class_label=class_label,
        severity_label=severity_label,
        owner=_person(policy, ticket.owner),
        is_grave=is_grave(policy, ticket),
        resolution=_words(facts.resolution_code),
        closure_cause=_words(facts.closure_cause),
        cause_category=_words(facts.root_cause.category),
        confidence=_words(facts.root_cause.confidence),
        permanent_fix=_words(facts.permanent_fix.state),
        known_error_id=facts.known_error_id,
        problem_id=facts.problem_id,
        change_id=facts.change_id,
        created_at=ticket.created_at,
        resolved_at=ticket.resolved_at,
        closed_at=ticket.closed_at,
        open_actions=len(waiting),
        next_due_at=min(waiting, default=None),
        parts=tuple(part for part in _parts(facts, policy, clean) if part.paragraphs or part.items),
    )


def _labels(ticket: Ticket, policy: Policy) -> tuple[str, str]:
    classes = {each.name: each.label or each.name for each in policy.classes}
    levels = {each.name: each.label or each.name for each in policy.severity.levels}
    return classes.get(ticket.class_name or "", ""), levels.get(ticket.severity or "", "")


def _title(ticket: Ticket, class_label: str, summary: str) -> str:
    first = " ".join(summary.split())
    said = f"{class_label} {ticket.source} {ticket.source_id}: {first}".strip()
    return said if len(said) <= _LONGEST_TITLE else f"{said[: _LONGEST_TITLE - 1]}…"


def _sound(address: str | None) -> str | None:
    return address if address and _ADDRESS.fullmatch(address) else None


def _words(code: str | None) -> str:
    return (code or "").replace("_", " ")


def _person(policy: Policy, person_id: str | None) -> str:
    return next((person.name for person in policy.people if person.id == person_id), person_id or "")


# --- the parts, in the order of reading -------------------------------------------------------------------------------


def _parts(facts: ClosureFacts, policy: Policy, clean: Callable[[str], str]) -> Iterator[Part]:
    yield Part(heading="Summary", paragraphs=_told(clean(facts.summary)))
    cause = clean(facts.root_cause.text) or "Not known."
    yield Part(heading="Root cause", paragraphs=_told(cause))
    yield Part(heading="Workaround", paragraphs=_told(clean(facts.workaround.text) or "There is none."))
    yield Part(heading="Permanent fix", paragraphs=_told(*_fix(facts, policy, clean)))
    yield Part(
        heading="Prevention", paragraphs=_told(clean(facts.prevention_declined)), items=_actions(facts, policy, clean)
    )
    if facts.review is not None:
        yield from _review(facts.review, clean)


def _told(*texts: str) -> tuple[str, ...]:
    return tuple(text for text in texts if text)


def _fix(facts: ClosureFacts, policy: Policy, clean: Callable[[str], str]) -> Iterator[str]:
    fix = facts.permanent_fix
    yield clean(fix.description)
    if fix.state is FixState.PLANNED and fix.due is not None:
        yield f"{_person(policy, fix.owner)}, by {fix.due.isoformat()}."


def _actions(facts: ClosureFacts, policy: Policy, clean: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(
        f"{clean(action.description)} ({_person(policy, action.owner)}, by {action.due.isoformat()})"
        for action in facts.prevention
        if action.due is not None
    )


def _review(review: Review, clean: Callable[[str], str]) -> Iterator[Part]:
    yield Part(heading="Impact", paragraphs=_told(clean(review.impact)), items=_spans(review))
    milestones = sorted(review.milestones, key=lambda milestone: milestone.at)
    items = tuple(f"{shown_moment(milestone.at)}: {clean(milestone.what)}" for milestone in milestones)
    yield Part(heading="Timeline", items=items)
    for heading, text in (
        ("What went well", review.went_well),
        ("What went badly", review.went_badly),
        ("Between people and teams", review.handoff_friction),
    ):
        yield Part(heading=heading, paragraphs=_told(clean(text)))


def _spans(review: Review) -> tuple[str, ...]:
    """Tell the durations that the moments give, not those that a text claims."""
    seen_by = _words(review.detected_by)
    lines: list[tuple[str, timedelta | None, str]] = [
        ("Lasted", review.duration, ""),
        ("Unnoticed for", review.unnoticed, f", then seen by {seen_by}" if seen_by else ""),
    ]
    return tuple(f"{what} {format_duration(span)}{more}" for what, span, more in lines if span is not None)


def shown_moment(at: datetime) -> str:
    """Return a moment as people read it, in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def lines_of(text: str) -> Iterable[str]:
    """Return the lines of a text that hold something, without what indents them."""
    return (line for raw in text.splitlines() if (line := raw.strip()))
