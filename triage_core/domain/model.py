"""What is a ticket?

All values are immutable. Customer text is not among them: subject, body and messages live in a store of their own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from msgspec import field

from triage_core.domain.closure.items import ActionItem, NamedCause
from triage_core.domain.escalating.state import Escalation
from triage_core.domain.gating.state import Approval, Outgoing
from triage_core.domain.policy.service_levels import Metric, PauseReason
from triage_core.domain.value import Value


class Mode(StrEnum):
    """Whether a record counts: KPIs read `live` only."""

    LIVE = "live"
    SHADOW = "shadow"
    DRILL = "drill"


class Record(StrEnum):
    """What a record stands for; figures about tickets leave incidents out."""

    TICKET = "ticket"
    #: Several tickets with one cause, led by one person.
    INCIDENT = "incident"


class State(StrEnum):
    """Where a ticket stands; an escalation runs beside the state and is not one."""

    INCOMPLETE = "incomplete"
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_THIRD_PARTY = "waiting_third_party"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"
    VOID = "void"


class ActorKind(StrEnum):
    """Who acted."""

    PERSON = "person"
    PLATFORM = "platform"
    CUSTOMER = "customer"
    SYSTEM = "system"


class Actor(Value, frozen=True, kw_only=True):
    """Who caused a line of the timeline."""

    kind: ActorKind
    id: str
    #: The roles that the person held at that moment.
    roles: tuple[str, ...] = ()


SYSTEM = Actor(kind=ActorKind.SYSTEM, id="triage")


class Problem(Value, frozen=True, kw_only=True):
    """Why an intake value does not do; the value itself is never repeated."""

    pointer: str
    expected: str
    code: str


class TagSource(StrEnum):
    """Where a tag comes from; a rule never removes what a person set."""

    RULE = "rule"
    PERSON = "person"
    SOURCE = "source"


class RiskTag(Value, frozen=True, kw_only=True):
    """A risk tag on a ticket."""

    name: str
    source: TagSource
    by: str = ""


class Outcome(StrEnum):
    """How a clock ended, or that it still runs."""

    OPEN = "open"
    MET = "met"
    BREACHED = "breached"
    MET_BY_RESOLUTION = "met_by_resolution"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class BreachCause(StrEnum):
    """Why a target was missed, where it was not simply late."""

    LATE = "late"
    RETARGET = "retarget"
    LATE_INTAKE = "late_intake"


class Pause(Value, frozen=True, kw_only=True):
    """A clock stood still in [start, end); an open pause has no end."""

    start: datetime
    end: datetime | None = None
    reason: PauseReason
    by: str = ""


class Clock(Value, frozen=True, kw_only=True):
    """One SLA instance: one metric, measured once."""

    metric: Metric
    number: int = 1
    #: Name of the calendar in the stamped policy.
    calendar: str
    target: timedelta
    started_at: datetime
    pauses: tuple[Pause, ...] = ()
    #: When the target is used up; none while the clock stands still.
    due_at: datetime | None = None
    #: The next warning edge, and the shares of the target that already warned.
    warn_at: datetime | None = None
    warned: tuple[float, ...] = ()
    #: The first crossing; never taken back.
    breached_at: datetime | None = None
    breach_cause: BreachCause | None = None
    stopped_at: datetime | None = None
    outcome: Outcome = Outcome.OPEN
    #: The class and the policy that set the target.
    class_name: str = ""
    policy_version: str = ""

    @property
    def id(self) -> str:
        """Stable inside the ticket: metric and number."""
        return f"{self.metric}/{self.number}"

    @property
    def runs(self) -> bool:
        """Neither ended nor standing still."""
        return self.outcome is Outcome.OPEN and not self.paused

    @property
    def paused(self) -> bool:
        """Standing still now."""
        return bool(self.pauses) and self.pauses[-1].end is None


class Handover(Value, frozen=True, kw_only=True):
    """A transfer that waits for its acceptance; the old owner holds the ticket until then."""

    to: str
    by: str
    offered_at: datetime
    expires_at: datetime
    note_id: str | None = None


class Link(Value, frozen=True, kw_only=True):
    """A relation to another ticket or record; linking never merges."""

    kind: str
    to: str
    reason: str = ""
    #: The share of words in common, where texts were compared.
    score: float | None = None


class Lesson(StrEnum):
    """What the knowledge base still has to do for a ticket."""

    #: Look for articles that may help.
    ADVICE = "advice"
    #: Make an article of what the closing said.
    ARTICLE = "article"


#: The rank of a ticket that has no class yet.
UNCLASSIFIED = 99


class Ticket(Value, frozen=True, kw_only=True):
    """The state of a ticket, without its texts."""

    tenant: str
    id: str
    source: str
    source_id: str
    source_version: str = "1"
    channel: str = "api"
    mode: Mode = Mode.LIVE
    record: Record = Record.TICKET
    state: State
    created_at: datetime
    updated_at: datetime
    #: Account of the customer, and a keyed digest of the person who asked.
    customer: str | None = None
    requester_key: str | None = None
    #: Keyed digests of what ties tickets together at the source: the mails of a thread, the fingerprint of an alert.
    thread_keys: tuple[str, ...] = ()
    #: Listed values only; anything else stays with the texts.
    intake: dict[str, Any] = field(default_factory=dict)
    #: Fields that the policy filled in, visibly.
    defaulted: tuple[str, ...] = ()
    #: Fields that the customer's profile filled in, visibly.
    from_profile: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    #: Rule ids whose words rang while the ticket was incomplete.
    alerts: tuple[str, ...] = ()

    policy_version: str = ""
    class_name: str | None = None
    #: Position of the class in the policy, 0 the highest; unclassified tickets stand behind all.
    class_rank: int = UNCLASSIFIED
    severity: str | None = None
    tags: tuple[RiskTag, ...] = ()
    #: Tags that a person took off; rules do not bring them back.
    cleared_tags: tuple[str, ...] = ()
    #: The text tries to steer a machine that reads it; every text to the customer is gated.
    suspicious: bool = False
    gate_required: bool = False
    approvers: tuple[str, ...] = ()
    must_escalate: bool = False
    #: What automation said first, whatever people changed later.
    first_class: str | None = None
    #: What people pinned: class, severity, owner.
    pinned: tuple[str, ...] = ()
    #: Milliseconds since 1970 minus the bonus; smaller is sooner, inside a class.
    order_key: int = 0

    queue: str | None = None
    owner: str | None = None
    secondary: str | None = None
    support_tier: int | None = None
    handover: Handover | None = None

    #: The escalation that runs, or the last one that did.
    escalation: Escalation | None = None
    #: Names of everything that has set an escalation off; each does so once.
    set_off: tuple[str, ...] = ()
    #: Substantive messages of the customer that no public reply has answered yet.
    unanswered: int = 0

    #: Texts to the customer and what people decide about them; of those that are over, the latest.
    messages: tuple[Outgoing, ...] = ()
    approvals: tuple[Approval, ...] = ()

    clocks: tuple[Clock, ...] = ()
    #: The first public answer of an agent, also one that was given before the ticket was complete.
    first_reply_at: datetime | None = None
    #: The latest public answer; what the customer wrote before it is answered.
    last_reply_at: datetime | None = None
    #: When the ticket last began to wait; a message that is older does not end the waiting.
    last_waiting_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    reopen_count: int = 0
    links: tuple[Link, ...] = ()
    #: What the closing promised.
    actions: tuple[ActionItem, ...] = ()
    #: The root cause that the closing named, and how it turned out.
    cause: NamedCause | None = None
    #: What the knowledge base still has to do.
    lesson: Lesson | None = None
    #: Surfaces on which no page could be made of the closure, as far as is known.
    unpublished: tuple[str, ...] = ()
    #: The source closed it without the facts of a closure; they are still owed.
    closure_missing: bool = False

    #: Number of the last timeline line, and its hash: the head of the ticket's chain.
    version: int = 0
    head: str = ""

    @property
    def tag_names(self) -> tuple[str, ...]:
        """The names alone, in order."""
        return tuple(tag.name for tag in self.tags)

    @property
    def is_open(self) -> bool:
        """Somebody still has to do something."""
        return self.state not in ENDED

    @property
    def waits_for_approval(self) -> bool:
        """People have to decide something."""
        return any(approval.is_open for approval in self.approvals)

    @property
    def escalation_queue(self) -> str | None:
        """Where the running escalation waits as a task."""
        return self.escalation.queue if self.escalation is not None and self.escalation.is_open else None

    @property
    def escalation_holder(self) -> str | None:
        """Who answers for the running escalation."""
        return self.escalation.holder if self.escalation is not None and self.escalation.is_open else None


ENDED = frozenset({State.RESOLVED, State.CLOSED, State.MERGED, State.VOID})
