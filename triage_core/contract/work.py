"""What do people and flows do on a ticket?"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from triage_core.contract import fields as f
from triage_core.contract.intake import Intake
from triage_core.contract.messages import Given
from triage_core.domain.feedback import About
from triage_core.domain.happening import Happened


class Completion(Intake):
    """The intake values that were missing."""


class Override(Intake):
    """A correction with its reason; what is left out stays."""

    reason: f.Reason
    class_name: Annotated[f.ClassName | None, Field(alias="class")] = None
    severity: f.Severity | None = None
    add_tags_csv: Annotated[str, f.csv("Add Risk Tags", "Risks that the ticket does carry.", "security")] = ""
    remove_tags_csv: Annotated[str, f.csv("Remove Risk Tags", "Risks that the ticket does not carry.", "billing")] = ""


Survivor = Annotated[f.TicketId, f.field("Merged Into", "For a merge: the surviving ticket.", "0192f3a7")]


class TicketEvent(Given):
    """Something that happened on a ticket outside."""

    like: ClassVar[dict[str, Any]] = {"merged_into": None, "reason": None, "message_id": None, "text": None}

    event: Annotated[Happened, f.field("Event", "What happened.", "agent_replied")]
    source_event_id: f.EventId | None = None
    happened_at: Annotated[f.GivenMoment, f.field("Happened At", "When it happened; now when empty.", f.AT)] | None = (
        None
    )
    message_id: (
        Annotated[
            str, f.text("Message", "For an agent's reply: the released message that was sent.", "0192f3a7-m1", 80)
        ]
        | None
    ) = None
    text: (
        Annotated[
            str,
            f.text(
                "Text",
                "The words of a reply. An agent's are compared with released texts and not kept; a customer's begin a "
                "new ticket where they come too late.",
                "Hello.",
                100_000,
            ),
        ]
        | None
    ) = None
    text_format: f.MarkupName = f.Markup.PLAIN
    assisted: Annotated[
        bool, f.flag("Assisted", "For an agent's reply: whether it began as an automatic draft.", example=False)
    ] = False
    substantive: Annotated[
        bool, f.flag("Substantive", "For a customer's reply: whether it asks for an answer.", example=True)
    ] = True
    merged_into: (
        Annotated[f.TicketId, f.field("Merged Into", "For a merge: the surviving ticket.", "0192f3a7")] | None
    ) = None
    reason: Annotated[f.Reason, f.field("Reason", "For an end: why, in a sentence.", "Sent twice.")] | None = None


class Assignment(Given):
    """Who gets the ticket."""

    owner: f.PersonId
    reason: f.Reason | None = None


class Transfer(Given):
    """Who is offered the ticket."""

    to: f.PersonId
    note: f.Note | None = None


class Refusal(Given):
    """Why an offered ticket is turned down."""

    reason: f.Reason | None = None


class Feedback(Given):
    """What a customer, an agent or a team says about the handling of a ticket."""

    like: ClassVar[dict[str, Any]] = {"field": None, "should_be": None}

    about: Annotated[About, f.field("About", "What kind of feedback it is.", "satisfaction")]
    rating: Annotated[int, f.field("Rating", "Satisfaction from one, the worst, to five.", 4, ge=1, le=5)] | None = None
    text: (
        Annotated[
            str, f.text("Text", "The feedback in the words of whoever gives it.", "Solved fast, thank you.", 10_000)
        ]
        | None
    ) = None
    field: (
        Annotated[
            str, f.text("Corrected Field", "For a correction: the field that was wrong.", "class", f.LONGEST_NAME)
        ]
        | None
    ) = None
    should_be: (
        Annotated[str, f.text("Should Be", "For a correction: the value that is right.", "P2", f.LONGEST_NAME)] | None
    ) = None
