"""Why can an escalation not be answered for in this way?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain.errors import TriageError

if TYPE_CHECKING:
    from datetime import datetime


class EscalationNotFound(TriageError):
    """No escalation of this tenant has the id."""

    code = "escalation_not_found"

    def __init__(self) -> None:
        """Do not repeat the id: it may belong to another tenant."""
        super().__init__("no such escalation in this tenant; check the id and the key you use")


class EscalationNotOpen(TriageError):
    """There is no such escalation to work on."""

    code = "escalation_not_open"

    def __init__(self) -> None:
        """Say what may have happened."""
        super().__init__("no such escalation waits for this; it ended, or nobody holds it yet: look at the ticket")


class EscalationHeld(TriageError):
    """Somebody else holds the escalation."""

    code = "escalation_held"

    def __init__(self) -> None:
        """Say how it changes hands."""
        super().__init__("somebody else holds this escalation; the holder hands it on with a transfer")


class CheckpointTooLate(TriageError):
    """News are promised for a moment after the acknowledgement has lapsed."""

    code = "checkpoint_too_late"

    def __init__(self, latest: datetime) -> None:
        """Name the latest moment that fits."""
        super().__init__(f"the acknowledgement lapses at {latest.isoformat()}; promise news for that moment or before")


class OfferNotOpen(TriageError):
    """There is no transfer to answer."""

    code = "offer_not_open"

    def __init__(self) -> None:
        """Say how a transfer starts."""
        super().__init__("no transfer of an escalation waits for this person; its holder starts one")
