"""Which kinds of field does the public promise know? Each once: title, description, example and limits.

A title is what a person reads in a form; a description is a sentence. Both hold on every surface made from them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field

from triage_core.domain.model import ActorKind, Mode, Outcome, State
from triage_core.domain.policy.service_levels import Metric

#: The oldest moment that calendars know.
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2200
#: Limits of what travels, in characters.
LONGEST_NAME: Final = 80
LONGEST_ID: Final = 200
LONGEST_TEXT: Final = 500_000
LONGEST_LIST: Final = 2_000


def field(title: str, description: str, example: Any, **limits: Any) -> Any:  # noqa: ANN401 - examples and limits are of any kind
    """Return what a field says about itself."""
    return Field(title=title, description=description, examples=[example], **limits)


def text(title: str, description: str, example: str, longest: int = LONGEST_ID, shortest: int = 1) -> Any:  # noqa: ANN401 - what pydantic reads
    """Return what a text field says about itself."""
    return field(title, description, example, min_length=shortest, max_length=longest)


def flag(title: str, description: str, *, example: bool) -> Any:  # noqa: ANN401 - what pydantic reads
    """Return what a field says about itself that is true or false."""
    return field(title, description, example)


def csv(title: str, description: str, example: str) -> Any:  # noqa: ANN401 - what pydantic reads
    """Return what a list says about itself that is told as one text, which every platform can map."""
    said = f"{description} Separated by commas, empty when there are none."
    return field(title, said, example, max_length=LONGEST_LIST)


def listing(title: str, description: str, **limits: Any) -> Any:  # noqa: ANN401 - what pydantic reads
    """Return what a list of records says about itself; its example is that of its record."""
    return Field(title=title, description=description, **limits)


def _read_moment(value: object) -> object:
    """Read ISO 8601 only: a number's unit would be a guess."""
    if not isinstance(value, str):
        raise ValueError("expected a moment")  # noqa: TRY004 - pydantic collects value errors
    return datetime.fromisoformat(value)


def _in_utc(value: datetime) -> datetime:
    try:
        moment = value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("expected a later moment") from error
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError("expected a moment that calendars know")
    return moment


#: A moment in an answer; everything inside is in UTC.
Moment = AwareDatetime
#: A moment in a request: with its time zone, or it is refused.
GivenMoment = Annotated[AwareDatetime, BeforeValidator(_read_moment), AfterValidator(_in_utc)]

# --- who and which ----------------------------------------------------------------------------------------------------

TicketId = Annotated[str, text("Ticket", "Identifier of the ticket in this service.", "0192f3a7c1d25b9e4a7f03", 64)]
Source = Annotated[
    str, text("Source System", "Name of the system that the ticket comes from.", "zendesk", LONGEST_NAME)
]
SourceId = Annotated[str, text("Source Ticket", "The ticket's own identifier in its source system.", "48213")]
SourceVersion = Annotated[
    str,
    text(
        "Source Version",
        "Version of the ticket in its source system, such as the time or number of its last change.",
        "2026-03-02T09:00:00Z",
    ),
]
Channel = Annotated[str, text("Channel", "How the customer reached the service desk.", "email", LONGEST_NAME)]
Customer = Annotated[str, text("Customer", "Account of the customer.", "acme-corp")]
Requester = Annotated[str, text("Requester", "Person who asked, such as an e-mail address.", "jo@example.com", 320)]
Tenant = Annotated[str, text("Tenant", "The separate part of the service that the ticket belongs to.", "default", 80)]
PersonId = Annotated[str, text("Person", "A person of the roster, by the name in the policy.", "lee", LONGEST_NAME)]
PersonName = Annotated[str, field("Person Name", "Name of the person as people read it.", "Lee Park")]
EventId = Annotated[str, text("Event", "Identifier of the event, the same for each delivery of it.", "0192f3a7c1d2-3")]

# --- texts of the customer --------------------------------------------------------------------------------------------

Subject = Annotated[
    str,
    field("Subject", "Subject of the ticket as the customer wrote it.", "Login page shows an error", max_length=2_000),
]
Body = Annotated[
    str,
    field(
        "Body",
        "Text of the ticket as the customer wrote it.",
        "Since this morning nobody in our office can sign in.",
        max_length=LONGEST_TEXT,
    ),
]


class Markup(StrEnum):
    """How the words of a customer are written."""

    PLAIN = "plain"
    HTML = "html"


MarkupName = Annotated[
    Markup, field("Format", "How the text is written; of HTML the words that a reader sees are taken.", "plain")
]
Reason = Annotated[
    str, text("Reason", "Why this is done, in a sentence.", "The customer confirmed a workaround exists.", 2_000)
]
Note = Annotated[
    str, text("Note", "What the next person needs to know.", "Logs are attached, the customer expects a call.", 10_000)
]

# --- what was decided -------------------------------------------------------------------------------------------------

ClassName = Annotated[str, text("Class", "Class of work, the first one being the most urgent.", "P1", LONGEST_NAME)]
Severity = Annotated[str, text("Severity", "State of the service that the ticket is about.", "sev2", LONGEST_NAME)]
RiskTag = Annotated[str, text("Risk Tag", "A risk that the ticket carries.", "security", LONGEST_NAME)]
RiskTagsCsv = Annotated[str, csv("Risk Tags", "Risks that the ticket carries.", "security,billing")]
GateRequired = Annotated[
    bool, flag("Gate Required", "Whether a named person must approve every text to the customer.", example=True)
]
MustEscalate = Annotated[bool, flag("Must Escalate", "Whether the ticket is escalated at once.", example=True)]
PlatformAllowed = Annotated[
    bool, flag("Platform Allowed", "Whether the calling platform may carry the texts of this ticket.", example=True)
]
PlatformReason = Annotated[
    str,
    field(
        "Platform Reason",
        "Why texts were left out, where they were.",
        "This platform may carry data up to internal; the ticket is more sensitive.",
    ),
]
StateName = Annotated[State, field("State", "Where the ticket stands.", "assigned")]
Queue = Annotated[str, text("Queue", "Queue in which the ticket waits.", "service-desk", LONGEST_NAME)]
Owner = Annotated[str, text("Owner", "Person who holds the ticket.", "lee", LONGEST_NAME)]
OwnerName = Annotated[str, field("Owner Name", "Name of the person who holds the ticket.", "Lee Park")]
Explanation = Annotated[
    str,
    field(
        "Explanation",
        "Why the ticket was decided so, in plain words.",
        "P1, sev2, under policy desk@3. Matrix rule grid gave P1 (impact=high, urgency=high).",
    ),
]
ImpactStatement = Annotated[
    str,
    field(
        "Impact Statement",
        "What the ticket means for the business, in a sentence.",
        "High impact and high urgency on sign-in for a customer of tier enterprise; core function degraded.",
    ),
]
Rationale = Annotated[str, field("Rationale", "The business reason for the handling.", "Business stands still.")]
UpdateEvery = Annotated[
    int, field("Update Every (Minutes)", "How often the customer was promised news, in minutes.", 30, ge=1)
]
Score = Annotated[float, field("Score", "Place inside the class now; a higher score comes sooner.", 52.5)]
OrderKey = Annotated[
    int, field("Order Key", "Stored place inside the class; the smaller one comes sooner.", 1_772_441_000_000)
]
PolicyVersion = Annotated[str, field("Policy Version", "Policy and version that decided the ticket.", "desk@3")]
ModeName = Annotated[Mode, field("Mode", "Whether the record counts in reports, or is a trial.", "live")]

# --- time -------------------------------------------------------------------------------------------------------------

AT: Final = "2026-03-02T09:00:00Z"
CreatedAt = Annotated[Moment, field("Created At", "When the customer sent the ticket.", AT)]
UpdatedAt = Annotated[Moment, field("Updated At", "When the ticket last changed.", "2026-03-02T09:00:02Z")]
ResolvedAt = Annotated[Moment, field("Resolved At", "When the ticket was resolved.", "2026-03-02T11:30:00Z")]
ClosedAt = Annotated[Moment, field("Closed At", "When the ticket was closed.", "2026-03-09T11:30:00Z")]
FirstReplyDueAt = Annotated[
    Moment, field("First Reply Due At", "When the first reply to the customer is due.", "2026-03-02T09:15:00Z")
]
ResolutionDueAt = Annotated[Moment, field("Resolution Due At", "When the solution is due.", "2026-03-02T13:00:00Z")]
NextDueAt = Annotated[Moment, field("Next Due At", "When something is due next.", "2026-03-02T09:15:00Z")]
HappenedAt = Annotated[Moment, field("Happened At", "When it happened.", AT)]
RecordedAt = Annotated[Moment, field("Recorded At", "When it was written down.", "2026-03-02T09:00:02Z")]
MetricName = Annotated[Metric, field("Metric", "What a service level measures.", "first_reply")]
ClockOutcome = Annotated[Outcome, field("Outcome", "How the clock ended, or that it still runs.", "open")]
ActorKindName = Annotated[ActorKind, field("Actor Kind", "Which kind of actor it was.", "person")]

# --- lists and pages --------------------------------------------------------------------------------------------------

Cursor = Annotated[
    str, text("Cursor", "Where the next page starts, as the page before said.", "WzAsMTc3MjQ0MTAwMDAwMCwidDEiXQ==", 500)
]
NextCursor = Annotated[
    str, field("Next Cursor", "Pass this on to read the next page.", "WzAsMTc3MjQ0MTAwMDAwMCwidDEiXQ==")
]
Limit = Annotated[int, field("Limit", "How many items to return at most.", 25, ge=1, le=100)]
CallbackUrl = Annotated[
    str, text("Callback Address", "Address that receives the events.", "https://hooks.example.com/in/4711", 2_000)
]
