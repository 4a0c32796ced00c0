"""How does a ticket come in, and how is it found again?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from triage_core.contract import fields as f
from triage_core.contract.intake import Intake
from triage_core.contract.messages import Given, Paged
from triage_core.domain.model import Mode

#: Named here and not in the field, since a request spells it `class`.
ClassGiven = Annotated[f.ClassName | None, Field(alias="class")]


SentAt = Annotated[f.GivenMoment, f.field("Created At", "When the customer sent the ticket.", f.AT)]


class Submission(Intake):
    """A ticket as its source system has it."""

    source: f.Source
    source_id: f.SourceId
    source_version: f.SourceVersion = "1"
    channel: f.Channel = "api"
    subject: f.Subject
    body: f.Body = ""
    body_format: f.MarkupName = f.Markup.PLAIN
    customer: f.Customer | None = None
    requester: f.Requester | None = None
    created_at: Annotated[f.GivenMoment, f.field("Created At", "When the customer sent the ticket.", f.AT)] | None = (
        None
    )
    risk_tags_csv: f.RiskTagsCsv = ""
    severity: f.Severity | None = None
    mode: f.ModeName = Mode.LIVE


class Batch(Given):
    """Up to a hundred tickets."""

    tickets: Annotated[
        tuple[Submission, ...],
        f.listing("Tickets", "The tickets to submit, each with its own result.", min_length=1, max_length=100),
    ]


class Draft(Intake):
    """A ticket to decide without keeping it."""

    subject: f.Subject
    body: f.Body = ""
    risk_tags_csv: f.RiskTagsCsv = ""
    severity: f.Severity | None = None


class TicketPath(Given):
    """Which ticket."""

    ticket_id: f.TicketId


class TicketList(Paged):
    """Which tickets, in queue order."""

    queue: f.Queue | None = None
    owner: f.Owner | None = None
    state: f.StateName | None = None
    class_name: ClassGiven = None
    customer: f.Customer | None = None
    open_only: Annotated[
        bool, f.flag("Open Only", "Whether to leave out tickets on which nothing is left to do.", example=True)
    ] = True


class TicketSearch(Given):
    """Which tickets: one by its identifier or its source's, or those of a customer."""

    ticket_id: f.TicketId | None = None
    source: f.Source | None = None
    source_id: f.SourceId | None = None
    customer: f.Customer | None = None
    limit: f.Limit = 25
