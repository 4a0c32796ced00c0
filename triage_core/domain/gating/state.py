"""What is a text on its way to the customer, and what is an approval?

Neither holds a word of the text: they hold its seal, a keyed digest of all that would leave, and the text itself lies
with the texts of the ticket. An approval is of a seal, so a changed text has none.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from triage_core.domain.policy.gates import TemplateKind
from triage_core.domain.value import Value


class MessageState(StrEnum):
    """How far a text is."""

    #: The checks found something that a person has to mend.
    BLOCKED = "blocked"
    #: Nobody has to approve it.
    READY = "ready"
    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    #: Nobody decided in time, or what was approved was not released in time.
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    #: The text was given out, or handed to the service's own sender.
    RELEASED = "released"
    SENT = "sent"
    FAILED = "failed"
    #: It may have been sent; nobody said so.
    UNKNOWN = "unknown"


MESSAGE_OVER: Final = frozenset({MessageState.WITHDRAWN, MessageState.SENT})
#: What may be released, where its gate agrees.
RELEASABLE: Final = frozenset({MessageState.READY, MessageState.APPROVED, MessageState.FAILED})
#: What people can still change or take back.
CHANGEABLE: Final = RELEASABLE | {
    MessageState.BLOCKED,
    MessageState.WAITING,
    MessageState.REJECTED,
    MessageState.EXPIRED,
}


class Origin(StrEnum):
    """Who wrote a text."""

    TEMPLATE = "template"
    PERSON = "person"
    #: A language model; a person always has to approve it.
    MODEL = "model"
    #: A flow brought it, and nobody knows who wrote it; a person always has to approve it.
    FLOW = "flow"


class Outgoing(Value, frozen=True, kw_only=True):
    """One text to the customer."""

    #: Counts a ticket's texts from 1.
    number: int
    #: Counts its changes from 1.
    version: int = 1
    kind: TemplateKind
    channel: str
    origin: Origin
    template: str = ""
    #: Who caused it, who changed it last, and who asked for its approval: none of them approves it.
    author: str
    editor: str = ""
    #: Keyed digest of channel, recipients, subject, format, body and attachments.
    seal: str
    #: Keyed digest of the body alone, spaces apart, by which it is recognised in the source system.
    body_seal: str
    words: int = 0
    findings: tuple[str, ...] = ()
    state: MessageState
    #: Number of the approval that it waits for or has.
    approval: int | None = None
    prepared_at: datetime
    released_at: datetime | None = None
    #: The platform that was given the text, or `direct`.
    released_to: str = ""
    #: Keyed digests of the addresses that it left for.
    recipients: tuple[str, ...] = ()
    #: Keyed digest of the permit that was given with it, and until when it holds.
    permit: str = ""
    permit_until: datetime | None = None
    #: Why the last attempt to release it was refused.
    withheld: tuple[str, ...] = ()
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Something can still become of it."""
        return self.state not in MESSAGE_OVER


class Subject(StrEnum):
    """What an approval is about."""

    MESSAGE = "message"
    #: A correction that would let a grave ticket be handled with less caution.
    CORRECTION = "correction"
    #: The closing of a grave ticket.
    CLOSING = "closing"
    #: A text that the checks refuse, and that the policy lets people let pass.
    EXCEPTION = "exception"


class Verdict(StrEnum):
    """What a person decides."""

    APPROVE = "approve"
    REJECT = "reject"
    #: The person cannot decide and leaves it to the others.
    LEAVE_TO_OTHERS = "pass_on"


class Need(Value, frozen=True, kw_only=True):
    """So many different people of these roles have to agree."""

    name: str
    roles: tuple[str, ...]
    count: int = 1


class Decision(Value, frozen=True, kw_only=True):
    """What one person decided about one seal."""

    person: str
    verdict: Verdict
    #: The need that it counts for.
    need: str = ""
    #: The person in whose place it was decided.
    for_person: str | None = None
    at: datetime
    #: How long the page with the text was open before, in seconds; none where that is not known.
    reviewed: float | None = None
    #: It was decided outside the person's working hours.
    off_hours: bool = False


class ApprovalOutcome(StrEnum):
    """How a request for approval stands or ended; silence is never a person's act."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    #: Nobody on the roster may decide.
    NO_CHANNEL = "no_channel"
    SUPERSEDED = "superseded"


class Approval(Value, frozen=True, kw_only=True):
    """A request that people decide about."""

    #: Counts a ticket's approvals from 1.
    number: int
    subject: Subject
    #: The text that it is about, where it is about one.
    message: int | None = None
    seal: str
    words: int = 0
    #: Why a person has to decide.
    reasons: tuple[str, ...] = ()
    needs: tuple[Need, ...]
    #: They caused or changed what is decided, and so decide nothing about it.
    excluded: tuple[str, ...] = ()
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    #: What was approved must be used before.
    valid_until: datetime | None = None
    decisions: tuple[Decision, ...] = ()
    #: People were reminded that half of the time is over.
    reminded: bool = False
    #: A flow stands still until it ends, and is called back then.
    awaited: bool = False
    outcome: ApprovalOutcome = ApprovalOutcome.OPEN
    ended_at: datetime | None = None
    policy_version: str = ""

    @property
    def is_open(self) -> bool:
        """People can still decide."""
        return self.outcome is ApprovalOutcome.OPEN

    @property
    def is_standing(self) -> bool:
        """It waits, or was approved: a change of what it is about voids it."""
        return self.outcome in {ApprovalOutcome.OPEN, ApprovalOutcome.APPROVED}

    def open_needs(self) -> list[Need]:
        """Return what is still missing."""
        given = [decision.need for decision in self.decisions if decision.verdict is Verdict.APPROVE]
        return [need for need in self.needs if given.count(need.name) < need.count]


class Delegation(Value, frozen=True, kw_only=True):
    """Somebody decides in somebody else's place for a while."""

    id: str
    from_person: str
    to_person: str
    starts_at: datetime
    ends_at: datetime
    #: Only tickets of these classes; all where it is empty.
    classes: tuple[str, ...] = ()
    by: str
    reason: str = ""

    def holds(self, class_name: str | None, at: datetime) -> bool:
        """Tell whether it holds for a ticket at a moment."""
        return self.starts_at <= at < self.ends_at and (not self.classes or class_name in self.classes)


def approval_id(ticket_id: str, number: int) -> str:
    """Return the public name of an approval."""
    return f"{ticket_id}-a{number}"


def message_id(ticket_id: str, number: int) -> str:
    """Return the public name of a text."""
    return f"{ticket_id}-m{number}"


def named(public: str, mark: str) -> tuple[str, int] | None:
    """Return the ticket and the number that a public name stands for."""
    ticket_id, found, number = public.rpartition(f"-{mark}")
    return (ticket_id, int(number)) if found and number.isdecimal() and len(number) < _DIGITS else None


_DIGITS: Final = 9
