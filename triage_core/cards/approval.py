"""How are people asked to decide about something? With everything but its words, which are read on the page alone."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from triage_core.domain.gating.state import Subject
from triage_core.domain.value import Value

_ABOUT: Final = {
    Subject.MESSAGE: "A text to the customer of",
    Subject.CORRECTION: "A correction that lowers the caution on",
    Subject.CLOSING: "The closing of",
    Subject.EXCEPTION: "A text that the checks refuse on",
}


class Asked(Value, frozen=True, kw_only=True):
    """A request for a decision."""

    approval_id: str
    ticket_id: str
    class_name: str
    tags: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    expires_at: datetime
    words: int = 0
    page_url: str
    subject: Subject = Subject.MESSAGE

    @property
    def title(self) -> str:
        """One line."""
        marks = " ".join((self.class_name, *self.tags)).strip()
        return f"Approval wanted: {marks} ticket {self.ticket_id}, until {self.expires_at:%H:%M} UTC"

    @property
    def text(self) -> str:
        """Why, until when, and where."""
        return "\n".join(
            (
                f"{_ABOUT[self.subject]} ticket {self.ticket_id} waits for a person to approve it.",
                f"Why: {', '.join(reason.replace('_', ' ').replace(':', ' ') for reason in self.reasons)}.",
                f"Until: {self.expires_at:%d %b %Y %H:%M} UTC. It has {self.words} words.",
                "",
                f"Read it and decide here: {self.page_url}",
                "Nothing is approved by not answering.",
            )
        )
