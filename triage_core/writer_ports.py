"""What does drafting need from a language model? One that phrases a text anew, or says why it does not."""

from __future__ import annotations

from typing import Protocol

import msgspec

from triage_core.domain.drafting.draft import Fallback
from triage_core.domain.value import Value


class Task(Value, frozen=True, kw_only=True):
    """A text to phrase anew, with all that it may say."""

    language: str
    subject: str
    body: str
    #: What must stay as it is, by the name of its placeholder.
    facts: dict[str, str] = msgspec.field(default_factory=dict)
    #: What the customer wrote, redacted; empty where the model may not see it.
    ticket_text: str = ""


class Phrased(Value, frozen=True, kw_only=True):
    """A model's proposal, in form and otherwise unjudged."""

    subject: str
    body: str


class Writer(Protocol):
    """A language model."""

    @property
    def model(self) -> str:
        """What it is called."""

    def write(self, task: Task) -> Phrased | Fallback:
        """Phrase a text anew, within a time limit; every failure is an answer."""
