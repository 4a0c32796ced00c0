"""What was promised at the closing, who does it, and how far is it?

An item holds no words: what is to be done stands in the closure's text, under the same id.
"""

from __future__ import annotations

from datetime import datetime

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
