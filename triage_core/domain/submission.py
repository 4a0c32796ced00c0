"""What does a channel hand over, and what is it told?"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from triage_core.domain.happening import Event, Happened
from triage_core.domain.intake import as_given
from triage_core.domain.model import Mode
from triage_core.domain.profile import Profile
from triage_core.domain.value import Value

#: The kind of the text that holds what was known about the customer; it can be erased like any text.
PROFILE: Final = "profile"
#: Begins the events that we name ourselves; an event that a caller names never begins so.
_OURS: Final = "\u0001"


class Submission(Value, frozen=True, kw_only=True):
    """A ticket as a channel hands it over."""

    tenant: str
    source: str
    source_id: str
    source_version: str = "1"
    channel: str = "api"
    #: When the customer sent it; the moment of the submission when empty.
    created_at: datetime | None = None
    subject: str
    body: str
    customer: str | None = None
    requester: str | None = None
    #: What ties tickets together at the source: the mails of a thread, the fingerprint of an alert.
    thread_keys: tuple[str, ...] = ()
    intake: dict[str, Any] = msgspec.field(default_factory=dict)
    tags: tuple[str, ...] = ()
    severity: str | None = None
    mode: Mode = Mode.LIVE


class Submitted(Value, frozen=True, kw_only=True):
    """The answer to a submission, the same for every repetition."""

    ticket_id: str
    #: triaged or blocked
    outcome: str
    #: Nothing came of it that had not come of an earlier one.
    replayed: bool = False
    #: triaged, blocked, updated or known
    effect: str = ""
    #: The line of the timeline at which the ticket stands after it.
    version: int = 0


def texts_of(submission: Submission, profile: Profile | None = None) -> dict[str, str]:
    """Return what is stored beside the timeline; the intake as given may hold anything, so it is text too."""
    requester = {"requester": submission.requester} if submission.requester else {}
    known = {PROFILE: msgspec.json.encode(profile).decode()} if profile else {}
    return {"subject": submission.subject, "body": submission.body, **as_given(submission.intake), **requester, **known}


def version_event(submission: Submission) -> Event:
    """Each version of a source's ticket has one effect, however often and in whatever order it arrives."""
    return Event(what=Happened.NOTE_ADDED, source_event_id=f"{_OURS}version {submission.source_version}")


def named_by_caller(event: Event) -> Event:
    """Return an event whose id cannot be taken for one of ours."""
    name = event.source_event_id
    return event if name is None else replace(event, source_event_id=name.lstrip(_OURS) or None)
