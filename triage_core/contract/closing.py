"""What is said when a ticket is closed, and how are its closure and its follow-ups told?

The parts of a closure are flat, so that people can map them; of several actions the first stands in fields of its own.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from triage_core.contract import fields as f
from triage_core.contract.messages import Given, Paged, Told
from triage_core.domain.closure.facts import ClosureCause, DetectedBy, FixState, ResolutionCode
from triage_core.domain.closure.items import CauseVerdict
from triage_core.domain.escalating.state import Confidence

LONGEST_PART: Final = 20_000
_DAY: Final = "2026-03-20"
_BEGAN: Final = "2026-03-02T08:10:00Z"
_SEEN: Final = "2026-03-02T08:40:00Z"
_ENDED: Final = "2026-03-02T11:20:00Z"
_CAUSE: Final = "The certificate of the sign-in service had run out."
_FIX: Final = "Certificates renew themselves, and one that does not is told a week before."


def day(title: str, description: str) -> Any:  # noqa: ANN401 - what pydantic reads
    """Return what a field says about itself that holds a day without a time."""
    return f.text(title, f"{description} Year, month and day.", _DAY, 10)


def _part(title: str, description: str, example: str) -> Any:  # noqa: ANN401 - what pydantic reads
    return f.text(title, description, example, LONGEST_PART)


def _record(title: str, description: str, example: str) -> Any:  # noqa: ANN401 - what pydantic reads
    return f.text(title, description, example, f.LONGEST_NAME)


Summary = Annotated[str, _part("Summary", "What happened and how it was solved.", "Nobody could sign in for hours.")]
Resolution = Annotated[ResolutionCode, f.field("Resolution Code", "What became of the request.", "solved_permanent")]
Cause = Annotated[ClosureCause, f.field("Closure Cause", "Why the ticket is closed now.", "confirmed_by_customer")]
RootCause = Annotated[str, _part("Root Cause", "What produced the damage.", _CAUSE)]
Category = Annotated[
    str, f.text("Root Cause Category", "Kind of the root cause, as the policy lists them.", "configuration", 80)
]
Sure = Annotated[
    Confidence, f.field("Root Cause Confidence", "How sure the root cause is; unknown is an answer.", "confirmed")
]
Workaround = Annotated[str, _part("Workaround", "What lessens the damage meanwhile.", "Sign in with a recovery code.")]
NoWorkaround = Annotated[
    bool, f.flag("No Workaround", "That there is none, which has to be said in place of one.", example=False)
]
Fix = Annotated[str, _part("Permanent Fix", "What takes the problem away, or why nothing does.", _FIX)]
FixStateName = Annotated[FixState, f.field("Permanent Fix State", "How far the permanent fix is.", "planned")]
FixOwner = Annotated[str, _record("Permanent Fix Owner", "For a planned fix: who sees to it, by the roster.", "lee")]
FixDue = Annotated[str, day("Permanent Fix Due", "For a planned fix: the day by which it is done.")]
Declined = Annotated[
    str, _part("Prevention Declined", "Why nothing is done to prevent it, where nothing is.", "It cannot come again.")
]
KnownError = Annotated[str, _record("Known Error", "Id of the known error that stays open.", "KE-7")]
ProblemId = Annotated[str, _record("Problem Record", "Id of the problem record.", "PRB-12")]
ChangeId = Annotated[str, _record("Change Record", "Id of the change that carries the fix.", "CHG-40")]
Seer = Annotated[DetectedBy, f.field("Review Detected By", "Who saw the damage first.", "customer")]
Impact = Annotated[str, _part("Review Impact", "Who could not do what.", "No customer could sign in.")]
Well = Annotated[str, _part("Review Went Well", "What helped.", "The second line answered at once.")]
Badly = Annotated[str, _part("Review Went Badly", "What cost time.", "Nobody watched when certificates end.")]
Friction = Annotated[
    str,
    _part("Review Handoff Friction", "What got lost or late between people and groups; none is an answer.", "none"),
]


Began = Annotated[f.GivenMoment, f.field("Review Started At", "When the damage began.", _BEGAN)]
WasSeen = Annotated[f.GivenMoment, f.field("Review Detected At", "When somebody saw the damage.", _SEEN)]
Ended = Annotated[f.GivenMoment, f.field("Review Ended At", "When the damage was over.", _ENDED)]


class MoreAction(Given):
    """One more thing that keeps it from happening again."""

    description: Annotated[str, _part("Description", "What is done.", "Watch when certificates end.")] | None = None
    owner: Annotated[str, _record("Action Owner", "Who sees to it, by the roster.", "ann")] | None = None
    due_on: Annotated[str, day("Action Due", "The day by which it is done.")] | None = None


class Moment(Given):
    """One line of what happened."""

    at: Annotated[f.GivenMoment, f.field("At", "When it happened.", _SEEN)]
    what: Annotated[str, _part("What", "What happened.", "The first customer wrote.")]


class Closing(Given):
    """Everything that is known when a ticket is closed; what is missing is named in the refusal, all of it at once."""

    like: ClassVar[dict[str, Any]] = {"prevention_declined": None, "more_prevention": [], "no_workaround": False}

    summary: Summary | None = None
    resolution_code: Resolution | None = None
    closure_cause: Cause | None = None
    root_cause: RootCause | None = None
    root_cause_category: Category | None = None
    root_cause_confidence: Sure | None = None
    workaround: Workaround | None = None
    no_workaround: NoWorkaround = False
    permanent_fix: Fix | None = None
    permanent_fix_state: FixStateName | None = None
    permanent_fix_owner: FixOwner | None = None
    permanent_fix_due_on: FixDue | None = None
    prevention: (
        Annotated[str, _part("Prevention", "What keeps it from happening again.", "Watch when certificates end.")]
        | None
    ) = None
    prevention_owner: (
        Annotated[str, _record("Prevention Owner", "Who sees to the prevention, by the roster.", "ann")] | None
    ) = None
    prevention_due_on: Annotated[str, day("Prevention Due", "The day by which the prevention is done.")] | None = None
    more_prevention: Annotated[
        tuple[MoreAction, ...], f.listing("More Prevention", "Further actions, where there are any.", max_length=49)
    ] = ()
    prevention_declined: Declined | None = None
    known_error_id: KnownError | None = None
    problem_id: ProblemId | None = None
    change_id: ChangeId | None = None
    review_started_at: Began | None = None
    review_detected_at: WasSeen | None = None
    review_ended_at: Ended | None = None
    review_detected_by: Seer | None = None
    review_impact: Impact | None = None
    review_went_well: Well | None = None
    review_went_badly: Badly | None = None
    review_handoff_friction: Friction | None = None
    review_milestones: Annotated[
        tuple[Moment, ...], f.listing("Review Milestones", "What happened when, for a grave ticket.", max_length=200)
    ] = ()


class Judgement(Given):
    """Whether the root cause that a closing named was the right one."""

    like: ClassVar[dict[str, Any]] = {"verdict": "wrong"}

    verdict: Annotated[CauseVerdict, f.field("Verdict", "Whether the root cause was right.", "wrong")]
    category: (
        Annotated[str, f.text("Right Category", "For a wrong one: the category that is right.", "capacity", 80)] | None
    ) = None
    reason: f.Reason | None = None


# --- how it is told ---------------------------------------------------------------------------------------------------


class Standing(StrEnum):
    """How a ticket's closure stands."""

    #: The ticket is not closed.
    OPEN = "open"
    #: The source closed the ticket, and the facts are still owed.
    OWED = "owed"
    COMPLETE = "complete"
    #: The words were erased; codes, days and ids are left.
    ERASED = "erased"


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


class Line(Told):
    """One line of what happened."""

    at: Annotated[f.Moment, f.field("At", "When it happened.", _SEEN)]
    what: Annotated[str, f.field("What", "What happened.", "The first customer wrote.")]


_PAGE: Final = "https://www.notion.so/598337872cf94fdf8782e53db20768a5"
_MARKDOWN: Final = "# P2 mail 48213: Nobody could sign in for hours."


class ClosureView(Told):
    """A closure: its facts, its summary, and where it is shown; words are empty where they may not be carried."""

    like: ClassVar[dict[str, Any]] = {"platform_reason": None, "prevention_declined": None}

    ticket_id: f.TicketId
    source: f.Source
    source_id: f.SourceId
    state: f.StateName
    standing: Annotated[Standing, f.field("Standing", "How the closure stands.", "complete")]
    class_name: Annotated[f.ClassName | None, Field(alias="class")]
    severity: f.Severity | None
    closed_at: f.ClosedAt | None
    platform_allowed: f.PlatformAllowed
    platform_reason: f.PlatformReason | None
    summary: Summary | None
    markdown: Annotated[str, f.field("Markdown", "The whole summary as Markdown, redacted.", _MARKDOWN)] | None
    page_url: Annotated[str, f.field("Page Address", "Page that shows the closure.", _PAGE)] | None
    source_url: (
        Annotated[
            str, f.field("Source Address", "The ticket in its source system.", "https://desk.example.com/tickets/48213")
        ]
        | None
    )
    resolution_code: Resolution | None
    closure_cause: Cause | None
    root_cause: RootCause | None
    root_cause_category: Category | None
    root_cause_confidence: Sure | None
    root_cause_verdict: (
        Annotated[CauseVerdict, f.field("Root Cause Verdict", "How the root cause was judged later.", "right")] | None
    )
    workaround: Workaround | None
    no_workaround: NoWorkaround
    permanent_fix: Fix | None
    permanent_fix_state: FixStateName | None
    permanent_fix_owner: FixOwner | None
    permanent_fix_due_on: FixDue | None
    prevention_declined: Declined | None
    known_error_id: KnownError | None
    problem_id: ProblemId | None
    change_id: ChangeId | None
    review_started_at: Annotated[f.Moment, f.field("Review Started At", "When the damage began.", _BEGAN)] | None
    review_detected_at: Annotated[f.Moment, f.field("Review Detected At", "When it was seen.", _SEEN)] | None
    review_ended_at: Annotated[f.Moment, f.field("Review Ended At", "When the damage was over.", _ENDED)] | None
    review_lasted_minutes: (
        Annotated[float, f.field("Review Lasted (Minutes)", "From the beginning of the damage to its end.", 190.0)]
        | None
    )
    review_detected_by: Seer | None
    review_impact: Impact | None
    review_went_well: Well | None
    review_went_badly: Badly | None
    review_handoff_friction: Friction | None
    review_milestones: Annotated[tuple[Line, ...], f.listing("Review Milestones", "What happened when.")]
    follow_ups: Annotated[tuple[Promise, ...], f.listing("Follow Ups", "What was promised at the closing.")]


# --- follow-ups -------------------------------------------------------------------------------------------------------


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
