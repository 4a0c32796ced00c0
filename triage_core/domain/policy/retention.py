"""How long are texts kept, and what becomes of them then? Without a rule they are kept."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from triage_core.domain.policy.values import Duration, Name, Names, Section


class Fate(StrEnum):
    """What becomes of a text."""

    ARCHIVE = "archive"
    PSEUDONYMISE = "pseudonymise"
    ERASE = "erase"


class Since(StrEnum):
    """From when its time runs."""

    WRITTEN = "written"
    ENDED = "ended"


class RetentionRule(Section):
    """What becomes of some texts after some time."""

    id: Name
    texts: Names = ()
    """Kinds of texts, such as subject, body, requester, profile, note, feedback, draft, message, closure; all when
    empty."""
    after: Duration
    since: Since = Since.ENDED
    """`ended` counts from the end of the ticket, `written` from the text itself, whether the ticket is over or not."""
    then: Fate
    classes: Names = ()
    """Only tickets of these classes."""
    unless_tags: Names = ()
    """Texts of a ticket with one of these tags are kept."""

    @model_validator(mode="after")
    def _spares_open_tickets(self) -> Self:
        if self.since is Since.WRITTEN and self.then is not Fate.ARCHIVE:
            message = "expected `archive` where time runs from the writing; words of an open ticket are still needed"
            raise ValueError(message)
        return self


class Retention(Section):
    """How long texts are kept."""

    rules: Annotated[tuple[RetentionRule, ...], Field(max_length=50)] = ()
