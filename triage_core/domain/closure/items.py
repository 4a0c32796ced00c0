"""What does a ticket keep of its closing: what was promised, and which root cause was named?

Neither holds words: what is to be done, and what the cause was, stands in the closure's text.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from triage_core.domain.escalating.state import Confidence
from triage_core.domain.value import Value


class ActionItem(Value, frozen=True, kw_only=True):
    """One thing that somebody of the roster has to do after the closing."""

    #: `fix`, or `prevention-1` and so on.
    id: str
    owner: str
    #: The end of the day that was promised, where its owner works.
    due_at: datetime
    #: When its owner is reminded; never, where the closing itself came so late.
    remind_at: datetime | None = None
    reminded: bool = False
    #: The promise was missed; that stays, also when it is done later.
    overdue: bool = False
    done_at: datetime | None = None


class CauseVerdict(StrEnum):
    """How a root cause turned out later."""

    RIGHT = "right"
    WRONG = "wrong"


class NamedCause(Value, frozen=True, kw_only=True):
    """The root cause that a closing named, by its category."""

    confidence: Confidence
    category: str | None = None
    #: What was learnt later; the category is then the one that is right, where it is known.
    verdict: CauseVerdict | None = None
    right_category: str | None = None
