"""Which closings still owe their facts, and which of their promises are still open?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.model import Ticket


class Promises(Value, frozen=True, kw_only=True):
    """Which promises a list shows."""

    owner: str | None = None
    #: Only those whose day ended by then.
    due_by: datetime | None = None


class Closures(Protocol):
    """Finds tickets by what is still to be done after their closing."""

    def open_closures(self, tenant: str, limit: int) -> tuple[Ticket, ...]:
        """Return up to `limit` of them, the longest closed first."""

    def promised(self, tenant: str, which: Promises, first: int, limit: int) -> tuple[tuple[Ticket, str], ...]:
        """Return open promises as ticket and name of the action, the first due in front."""
