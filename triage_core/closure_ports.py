"""Which closings still owe their facts?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from triage_core.domain.model import Ticket


class Closures(Protocol):
    """Finds tickets that their source closed without the facts of a closure."""

    def open_closures(self, tenant: str, limit: int) -> tuple[Ticket, ...]:
        """Return up to `limit` of them, the longest closed first."""
