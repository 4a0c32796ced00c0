"""How are texts to the customer prepared, released and told, and how are approvals told?

A text stands in one answer alone: that to its release.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Final

from triage_core.contract import fields as f
from triage_core.contract.messages import Given, Paged, Told
from triage_core.domain.gating.releasing import Sent
from triage_core.domain.gating.state import ApprovalOutcome, MessageState, Origin, Subject, Verdict
from triage_core.domain.policy.gates import TemplateKind

MessageId = Annotated[str, f.text("Message", "Identifier of the message.", "0192f3a7c1d25b9e4a7f03-m1", 80)]
ApprovalId = Annotated[str, f.text("Approval", "Identifier of the approval.", "0192f3a7c1d25b9e4a7f03-a1", 80)]
_SAID: Final = "For a template: {}, as people inside put it."


class TextFormat(StrEnum):
    """How a body is written."""

    PLAIN = "plain"
    MARKDOWN = "markdown"
    HTML = "html"


class Via(StrEnum):
    """By which way a text leaves."""

    #: The service's own sender where a gate holds and one is set up, else the caller.
    AUTO = "auto"
    PLATFORM = "platform"
    DIRECT = "direct"


class Came(StrEnum):
    """What came of a release."""

    RELEASED = "released"
    QUEUED = "queued"
    WITHHELD = "withheld"


def _said(title: str, what: str, example: str) -> Any:  # noqa: ANN401 - what pydantic reads
    return f.text(title, _SAID.format(what), example, 5_000)


Kind = Annotated[TemplateKind, f.field("Kind", "What the text is for.", "status_update")]
ChannelName = Annotated[str, f.text("Channel", "How the text reaches the customer.", "email", f.LONGEST_NAME)]
Line = Annotated[str, f.field("Subject", "Subject of the text.", "Where we stand", max_length=300)]
Format = Annotated[TextFormat, f.field("Format", "How the body is written.", "plain")]
SentBody = Annotated[str, f.text("Body", "The text itself.", "We found the cause and are on it.", 100_000)]
Receivers = Annotated[str, f.csv("Recipients", "Addresses of whoever gets the text.", "jo@example.com")]


class TextGiven(Given):
    """All that would leave."""

    subject: Line = ""
    body: SentBody
    format: Format = TextFormat.PLAIN
    to_csv: Receivers = ""
    cc_csv: Annotated[str, f.csv("Copies", "Addresses of whoever gets a copy.", "kim@example.com")] = ""
    bcc_csv: Annotated[str, f.csv("Hidden Copies", "Addresses that nobody else sees.", "")] = ""


class Preparation(Given):
    """A text to prepare: one's own where there is a body, else a template's."""

    like: ClassVar[dict[str, Any]] = {"body": None, "subject": "", "bcc_csv": ""}

    kind: Kind
    channel: ChannelName = "email"
    language: Annotated[str, f.text("Language", "Language of the text.", "en", 5)] = "en"
    subject: Line = ""
    body: SentBody | None = None
    format: Format = TextFormat.PLAIN
    to_csv: Receivers = ""
    cc_csv: Annotated[str, f.csv("Copies", "Addresses of whoever gets a copy.", "kim@example.com")] = ""
    bcc_csv: Annotated[str, f.csv("Hidden Copies", "Addresses that nobody else sees.", "")] = ""
    current_state: Annotated[str, _said("Current State", "where things stand", "The cause is found.")] | None = None
    next_steps: Annotated[str, _said("Next Steps", "what comes next", "We replace the cable.")] | None = None
    workaround: Annotated[str, _said("Workaround", "what helps meanwhile", "Use the web access.")] | None = None
    root_cause: Annotated[str, _said("Root Cause", "what the cause was", "A worn cable.")] | None = None
    resolution_summary: Annotated[str, _said("Resolution", "what was done", "We replaced it.")] | None = None
    prevention: Annotated[str, _said("Prevention", "what is changed for good", "Yearly checks.")] | None = None


class MessagePath(Given):
    """Which message."""

    message_id: MessageId


class ApprovalPath(Given):
    """Which approval."""

    approval_id: ApprovalId


class ApprovalList(Paged):
    """Which approvals."""


class ApprovalAsked(Given):
    """Where a flow waits for the end of the request, if one does."""

    like: ClassVar[dict[str, Any]] = {"callback_url": None}

    callback_url: (
        Annotated[
            str,
            f.text(
                "Callback Address",
                "Address that is told once, when the request is decided or expired; for a flow that waits.",
                "https://hooks.example.com/in/4711",
                2_000,
            ),
        ]
        | None
    ) = None


class Withdrawal(Given):
    """Why a text is taken back."""

    reason: f.Reason


class ExceptionWanted(Given):
    """Why a text is to pass that the checks refuse."""

    reason: f.Reason


class Release(Given):
    """By which way a text leaves."""

    via: Annotated[Via, f.field("Via", "By which way it leaves.", "auto")] = Via.AUTO


class Confirmation(Given):
    """What became of a released text."""

    permit: Annotated[str, f.text("Permit", "What the release gave along.", "5f1d7a", 200)] | None = None
    outcome: Annotated[Sent, f.field("Outcome", "What became of it.", "sent")]


class Ruling(Given):
    """What a person decides about a text."""

    like: ClassVar[dict[str, Any]] = {"reason": None}

    verdict: Annotated[Verdict, f.field("Verdict", "What is decided.", "approve")]
    seal: Annotated[str, f.text("Seal", "Seal of the text that was read.", "9f86d081884c7d65", 64)]
    reason: f.Reason | None = None


class MessageView(Told):
    """A text on its way, without the text."""

    like: ClassVar[dict[str, Any]] = {"released_at": None, "released_to": None, "withheld_csv": "", "findings_csv": ""}

    message_id: MessageId
    ticket_id: f.TicketId
    state: Annotated[MessageState, f.field("State", "How far the text is.", "waiting")]
    gate_required: Annotated[bool, f.flag("Gate Required", "Whether a person must approve it.", example=True)]
    gate_reasons_csv: Annotated[str, f.csv("Gate Reasons", "Why a person must approve it.", "class:P1")]
    approval_id: ApprovalId | None
    approval_outcome: Annotated[ApprovalOutcome, f.field("Approval Outcome", "How it stands.", "open")] | None
    approval_expires_at: Annotated[f.Moment, f.field("Approval Expires At", "When it ends by itself.", f.AT)] | None
    approval_page: (
        Annotated[str, f.field("Approval Page", "Where it is decided.", "https://triage.example.com/a")] | None
    )
    findings_csv: Annotated[str, f.csv("Findings", "What the checks found.", "unfilled_placeholder")]
    withheld_csv: Annotated[str, f.csv("Withheld Because", "Why it was not released.", "approval_missing")]
    kind: Kind
    channel: ChannelName
    origin: Annotated[Origin, f.field("Origin", "Who wrote it.", "template")]
    template: Annotated[str, f.field("Template", "The template that it began with.", "update")] | None
    version: Annotated[int, f.field("Version", "Counts its changes.", 1)]
    words: Annotated[int, f.field("Words", "How long it is.", 42)]
    author: Annotated[str, f.field("Author", "Who caused it.", "lee")]
    editor: Annotated[str, f.field("Editor", "Who changed it last.", "kim")] | None
    prepared_at: Annotated[f.Moment, f.field("Prepared At", "When it was prepared.", f.AT)]
    released_at: Annotated[f.Moment, f.field("Released At", "When it left.", f.AT)] | None
    released_to: Annotated[str, f.field("Released To", "Who was given it.", "direct")] | None


class MessagePage(Told):
    """The texts of a ticket, oldest first."""

    like: ClassVar[dict[str, Any]] = {"next_cursor": None}

    items: Annotated[tuple[MessageView, ...], f.listing("Items", "The texts of this page.")]
    next_cursor: f.NextCursor | None


class Released(Told):
    """What came of a release; the text stands here and nowhere else."""

    like: ClassVar[dict[str, Any]] = {"withheld_csv": "", "bcc_csv": "", "reason": None}

    message_id: MessageId
    ticket_id: f.TicketId
    outcome: Annotated[Came, f.field("Outcome", "What came of it.", "released")]
    state: Annotated[MessageState, f.field("State", "How far the text is.", "released")]
    withheld_csv: Annotated[str, f.csv("Withheld Because", "Why it was not released.", "approval_missing")]
    reason: Annotated[str, f.field("Reason", "The same in a sentence.", "A person must approve this text.")] | None
    approval_id: ApprovalId | None
    channel: ChannelName
    to_csv: Receivers | None
    cc_csv: Annotated[str, f.csv("Copies", "Addresses of whoever gets a copy.", "kim@example.com")] | None
    bcc_csv: Annotated[str, f.csv("Hidden Copies", "Addresses that nobody else sees.", "")] | None
    subject: Line | None
    body: Annotated[str, f.field("Body", "The text itself.", "We found the cause.")] | None
    format: Format | None
    permit: Annotated[str, f.field("Permit", "Send it back with the confirmation.", "5f1d7a")] | None
    permit_until: Annotated[f.Moment, f.field("Permit Until", "Confirm before.", f.AT)] | None
    platform_allowed: f.PlatformAllowed


class Ruled(Told):
    """One person's decision."""

    person: f.PersonId
    verdict: Annotated[Verdict, f.field("Verdict", "What was decided.", "approve")]
    at: Annotated[f.Moment, f.field("At", "When.", f.AT)]
    for_person: Annotated[f.PersonId, f.field("In Place Of", "Whose place it was in.", "kim")] | None


class ApprovalFacts(Told):
    """A request that people decide about, without the text."""

    approval_id: ApprovalId
    ticket_id: f.TicketId
    message_id: MessageId | None
    subject: Annotated[Subject, f.field("Subject", "What it is about.", "message")]
    outcome: Annotated[ApprovalOutcome, f.field("Outcome", "How it stands or ended.", "open")]
    reasons_csv: Annotated[str, f.csv("Reasons", "Why a person decides.", "class:P1")]
    roles_csv: Annotated[str, f.csv("Roles", "Roles that may decide.", "lead")]
    missing: Annotated[int, f.field("Missing", "How many people have yet to agree.", 1)]
    requested_by: Annotated[str, f.field("Requested By", "Who asked.", "lee")]
    requested_at: Annotated[f.Moment, f.field("Requested At", "When.", f.AT)]
    expires_at: Annotated[f.Moment, f.field("Expires At", "When it ends by itself.", f.AT)]
    ended_at: Annotated[f.Moment, f.field("Ended At", "When it ended.", f.AT)] | None
    page_url: Annotated[str, f.field("Page", "Where it is decided.", "https://triage.example.com/a")]
    words: Annotated[int, f.field("Words", "How long the text is.", 42)]


class ApprovalItem(ApprovalFacts):
    """An approval in a list."""

    like: ClassVar[dict[str, Any]] = {"ended_at": None}


class ApprovalView(ApprovalFacts):
    """An approval, and who decided what."""

    like: ClassVar[dict[str, Any]] = {"ended_at": None}

    decisions: Annotated[tuple[Ruled, ...], f.listing("Decisions", "What people decided.")]


class ApprovalPage(Told):
    """Approvals that wait."""

    like: ClassVar[dict[str, Any]] = {"next_cursor": None}

    items: Annotated[tuple[ApprovalItem, ...], f.listing("Items", "The approvals of this page.")]
    next_cursor: f.NextCursor | None
