"""Who changed something that people keep beside the tickets, when, and why?"""

from __future__ import annotations

from datetime import datetime

from triage_core.domain.errors import ReasonMissing, TriageError
from triage_core.domain.value import Value


class EditUnexplained(ReasonMissing):
    """A change came without its reason."""

    def __init__(self, action: str) -> None:
        """Name the change that needs one."""
        TriageError.__init__(self, f"to {action} needs a reason; write one sentence for those who read it later")


class Edit(Value, frozen=True, kw_only=True):
    """A change as it is remembered."""

    by: str
    at: datetime
    reason: str


def check_reason(reason: str, action: str) -> None:
    """Refuse a change that nobody explained; raises `EditUnexplained`."""
    if not reason.strip():
        raise EditUnexplained(action)
