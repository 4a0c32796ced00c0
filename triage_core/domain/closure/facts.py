"""What does a closure say?

Everything may be left out here, so that a closure that lacks much can be told all of it at once. The whole lies with
the ticket's texts; the timeline has its codes and ids.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec.structs import replace

from triage_core.domain.escalating.state import Confidence
from triage_core.domain.folding import without_surrogates
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

#: The kind of the text that holds a closure.
CLOSURE: Final = "closure"


class ResolutionCode(StrEnum):
    """What became of the request."""

    SOLVED_PERMANENT = "solved_permanent"
    SOLVED_WORKAROUND = "solved_workaround"
    NO_FAULT_FOUND = "no_fault_found"
    USER_ERROR = "user_error"
    DUPLICATE = "duplicate"
    KNOWN_ERROR = "known_error"
    THIRD_PARTY = "third_party"
    WITHDRAWN = "withdrawn"
    NOT_REPRODUCIBLE = "not_reproducible"
    OUT_OF_SCOPE = "out_of_scope"


class ClosureCause(StrEnum):
    """Why the ticket is closed now; `merged` stands on merged tickets only."""

    CONFIRMED_BY_CUSTOMER = "confirmed_by_customer"
    AUTO_AFTER_DAYS = "auto_after_days"
    MERGED = "merged"


class FixState(StrEnum):
    """What becomes of the problem itself."""

    DONE = "done"
    PLANNED = "planned"
    DECLINED = "declined"


class DetectedBy(StrEnum):
    """Who saw the damage first."""

    MONITORING = "monitoring"
    STAFF = "staff"
    CUSTOMER = "customer"
    THIRD_PARTY = "third_party"


class RootCause(Value, frozen=True, kw_only=True):
    """What produced the damage; `unknown` is an honest answer, and is counted."""

    text: str = ""
    category: str | None = None
    confidence: Confidence | None = None


class Workaround(Value, frozen=True, kw_only=True):
    """What lessens the damage while no fix exists; that there is none has to be said."""

    text: str = ""
    none: bool = False


class PermanentFix(Value, frozen=True, kw_only=True):
    """What takes the problem away; a fix that is declined says why in its description."""

    state: FixState | None = None
    description: str = ""
    owner: str | None = None
    due: date | None = None


class Prevention(Value, frozen=True, kw_only=True):
    """What keeps it from happening again."""

    description: str = ""
    owner: str | None = None
    due: date | None = None


class Milestone(Value, frozen=True, kw_only=True):
    """One line of what happened."""

    at: datetime
    what: str


class Review(Value, frozen=True, kw_only=True):
    """The look back at a grave ticket."""

    started_at: datetime | None = None
    detected_at: datetime | None = None
    ended_at: datetime | None = None
    detected_by: DetectedBy | None = None
    milestones: tuple[Milestone, ...] = ()
    impact: str = ""
    went_well: str = ""
    went_badly: str = ""
    #: What got lost, late or twice between people and teams; "none" is an answer.
    handoff_friction: str = ""

    @property
    def duration(self) -> timedelta | None:
        """From the beginning of the damage to its end, whatever a text says about it."""
        return self.ended_at - self.started_at if self.started_at and self.ended_at else None

    @property
    def unnoticed(self) -> timedelta | None:
        """From the beginning of the damage until somebody saw it."""
        return self.detected_at - self.started_at if self.started_at and self.detected_at else None


class ClosureFacts(Value, frozen=True, kw_only=True):
    """Everything that is known when a ticket is closed."""

    summary: str = ""
    resolution_code: ResolutionCode | None = None
    closure_cause: ClosureCause | None = None
    root_cause: RootCause = RootCause()
    workaround: Workaround = Workaround()
    permanent_fix: PermanentFix = PermanentFix()
    prevention: tuple[Prevention, ...] = ()
    #: Why nothing is done to prevent it; a grave ticket has no such choice.
    prevention_declined: str = ""
    known_error_id: str | None = None
    problem_id: str | None = None
    change_id: str | None = None
    review: Review | None = None


_DECODER: Final = msgspec.json.Decoder(ClosureFacts)


def written(facts: ClosureFacts) -> str:
    """Return a closure as the text that is stored; halves of broken character pairs have no bytes and are replaced."""
    try:
        return msgspec.json.encode(facts).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(_whole(msgspec.to_builtins(facts))).decode()


def _whole(value: Any) -> Any:  # noqa: ANN401 - whatever a closure holds
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, dict):
        return {name: _whole(held) for name, held in value.items()}
    return [_whole(held) for held in value] if isinstance(value, list | tuple) else value


def read(text: str) -> ClosureFacts:
    """Return the closure that a stored text holds."""
    return _DECODER.decode(text)


def words_of(facts: ClosureFacts) -> int:
    """Return how many words a closure has in its free texts."""
    count = 0

    def counted(text: str) -> str:
        nonlocal count
        count += len(text.split())
        return text

    with_words(facts, counted)
    return count


def with_words(facts: ClosureFacts, change: Callable[[str], str]) -> ClosureFacts:
    """Return a closure with every free text changed; codes, ids and days stay."""
    review = facts.review
    return replace(
        facts,
        summary=change(facts.summary),
        root_cause=replace(facts.root_cause, text=change(facts.root_cause.text)),
        workaround=replace(facts.workaround, text=change(facts.workaround.text)),
        permanent_fix=replace(facts.permanent_fix, description=change(facts.permanent_fix.description)),
        prevention=tuple(replace(item, description=change(item.description)) for item in facts.prevention),
        prevention_declined=change(facts.prevention_declined),
        review=_reviewed_with(review, change) if review else None,
    )


def _reviewed_with(review: Review, change: Callable[[str], str]) -> Review:
    return replace(
        review,
        milestones=tuple(replace(item, what=change(item.what)) for item in review.milestones),
        impact=change(review.impact),
        went_well=change(review.went_well),
        went_badly=change(review.went_badly),
        handoff_friction=change(review.handoff_friction),
    )
