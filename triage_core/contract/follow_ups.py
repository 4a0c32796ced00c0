"""How is told what closings promised, and how is it finished?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from triage_core.contract import fields as f
from triage_core.contract.messages import Given, Paged, Told

_ENDED: Final = "2026-03-02T11:20:00Z"


class FollowUpStanding(StrEnum):
    """How something that was promised at a closing stands."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"


FollowUpId = Annotated[
    str,
    f.text("Follow Up", "Identifier of something that was promised.", "0192f3a7c1d25b9e4a7f03-prevention-1", 100),
]
WhatToDo = Annotated[
    str, f.field("What To Do", "What was promised; empty where it may not be carried.", "Watch when certificates end.")
]
FollowUpDue = Annotated[f.Moment, f.field("Due At", "The end of the promised day, where its owner works.", _ENDED)]
FollowUpDone = Annotated[f.Moment, f.field("Done At", "When it was done.", _ENDED)]
FollowUpState = Annotated[FollowUpStanding, f.field("Standing", "Whether it is open, overdue or done.", "open")]


class Promise(Told):
    """Something that was promised at a closing."""

    follow_up_id: FollowUpId
    what: WhatToDo | None
    owner: Annotated[f.PersonId, f.field("Owner", "Person who sees to it.", "ann")]
    due_at: FollowUpDue
    standing: FollowUpState
    done_at: FollowUpDone | None


class FollowUpPath(Given):
    """Which follow-up."""

    follow_up_id: FollowUpId


class FollowUpList(Paged):
    """Which follow-ups."""

    owner: Annotated[str, f.text("Owner", "Person who sees to them.", "ann", f.LONGEST_NAME)] | None = None
    overdue_only: Annotated[bool, f.flag("Overdue Only", "Only those whose day is over.", example=False)] = False


class FollowUpNote(Given):
    """What came of it."""

    note: f.Note | None = None


class FollowUpView(Told):
    """Something that was promised at a closing, with the ticket that it comes from."""

    like: ClassVar[dict[str, Any]] = {"done_at": None}

    follow_up_id: FollowUpId
    ticket_id: f.TicketId
    source: f.Source
    source_id: f.SourceId
    class_name: Annotated[f.ClassName | None, Field(alias="class")]
    what: WhatToDo | None
    owner: Annotated[f.PersonId, f.field("Owner", "Person who sees to it.", "ann")]
    owner_name: f.OwnerName | None
    due_at: FollowUpDue
    standing: FollowUpState
    done_at: FollowUpDone | None
    closed_at: f.ClosedAt | None
    platform_allowed: f.PlatformAllowed


class FollowUpPage(Told):
    """Follow-ups, the one that is due first in front."""

    items: Annotated[tuple[FollowUpView, ...], f.listing("Items", "The follow-ups of this page.")]
    next_cursor: f.NextCursor | None
