"""What does retention need from the store beside the tickets themselves?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from triage_core.domain.model import Ticket


class Shelf(Protocol):
    """Knows where texts lie, and lets go of what is kept beside tickets."""

    def texts_due(self, tenant: str, before: datetime, after: str, limit: int) -> tuple[str, ...]:
        """Return ids of tickets that have a text that is as old as a moment or older, by id, those after `after`."""

    def of_requester(self, tenant: str, requester_key: str) -> tuple[Ticket, ...]:
        """Return every ticket that a person sent, the oldest first."""

    def drop_profiles(self, tenant: str, requester_key: str) -> int:
        """Forget what the profile table knows of a person; return how many rows that were."""

    def compact(self) -> None:
        """Write the files anew, so that nothing that was erased is left in them; raises `StoreBusy`."""
