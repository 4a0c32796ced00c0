"""What do KPIs know about one ticket? Moments, durations and codes, never a word of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from triage_core.domain.escalating.state import Standing
from triage_core.domain.gating.state import ApprovalOutcome
from triage_core.domain.model import Clock, Mode, Record, State
from triage_core.domain.policy.escalation import Trigger
from triage_core.domain.value import Value


class Cycle(Value, frozen=True, kw_only=True):
    """One time that an escalation was nobody's: from its first call until a named person took it over."""

    notified_at: datetime
    acknowledged_at: datetime | None = None
    #: The same span in the hours of the ticket's class.
    open_time: timedelta | None = None


class Checkpoint(Value, frozen=True, kw_only=True):
    """News that were promised, and whether they came in time."""

    due_at: datetime
    on_time: bool


class EscalationFacts(Value, frozen=True, kw_only=True):
    """One escalation."""

    number: int
    trigger: Trigger
    raised_at: datetime
    #: The highest level that was called, counted from one; 0 where nobody was.
    level: int = 0
    #: The first is the escalation's own; each lapsed acknowledgement begins another.
    cycles: tuple[Cycle, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    holder: str | None = None
    standing: Standing = Standing.CALLING
    ended_at: datetime | None = None


class OverrideFacts(Value, frozen=True, kw_only=True):
    """A person's correction."""

    at: datetime
    by: str
    #: It changes what automation decided, and not only the facts that it decided on.
    is_decision: bool
    #: Ranks that the class went up, below zero where it went down.
    raised: int = 0
    #: What the person changed, such as class_name or intake.
    asked: tuple[str, ...] = ()
    #: Rules on which the decision rested that was changed.
    rules: tuple[str, ...] = ()


class FeedbackFacts(Value, frozen=True, kw_only=True):
    """What somebody said about the handling."""

    at: datetime
    about: str
    rating: int | None = None
    field: str | None = None
    should_be: str | None = None


class ApprovalFacts(Value, frozen=True, kw_only=True):
    """A request that people decide about."""

    number: int
    requested_at: datetime
    ended_at: datetime | None = None
    outcome: ApprovalOutcome = ApprovalOutcome.OPEN


class Closure(Value, frozen=True, kw_only=True):
    """What the closing said, in codes."""

    at: datetime
    resolution_code: str | None = None
    cause_category: str | None = None
    permanent_fix: str | None = None
    #: Whether its root cause was right, as somebody judged it later.
    cause_right: bool | None = None


class TicketFacts(Value, frozen=True, kw_only=True):
    """One ticket or incident as its timeline tells it; whoever asks `what if` replaces a part and measures again."""

    tenant: str
    ticket_id: str
    mode: Mode = Mode.LIVE
    record: Record = Record.TICKET
    state: State
    created_at: datetime
    #: For incidents: when the damage began, where that is known.
    began_at: datetime | None = None
    policy_version: str = ""

    # --- what figures are told apart by ---
    channel: str = "api"
    customer: str | None = None
    #: As it is now, and as automation decided first.
    class_name: str | None = None
    first_class: str | None = None
    class_rank: int | None = None
    severity: str | None = None
    tags: tuple[str, ...] = ()
    service_line: str | None = None
    customer_tier: str | None = None
    support_tier: int | None = None
    #: The product that it is about.
    system: str | None = None
    category: str | None = None
    queue: str | None = None
    owner: str | None = None

    # --- intake and decision ---
    #: None where nothing was missing.
    blocked_at: datetime | None = None
    completed_at: datetime | None = None
    missing: tuple[str, ...] = ()
    triaged_at: datetime | None = None
    #: Rules that fired at the first decision.
    fired: tuple[str, ...] = ()
    overrides: tuple[OverrideFacts, ...] = ()

    # --- replies and solutions ---
    first_reply_at: datetime | None = None
    #: The first reply began as an automatic draft; none where that is not known.
    assisted: bool | None = None
    #: From creation to the first reply in the hours of the ticket's class.
    reply_open_time: timedelta | None = None
    #: Customer messages that no public reply has answered.
    unanswered: int = 0
    #: In the order in which they were reported.
    solved: tuple[datetime, ...] = ()
    reopened: tuple[datetime, ...] = ()
    #: From creation to the last solution in the hours of the ticket's class.
    solve_open_time: timedelta | None = None
    #: Wall-clock time before the last solution in which the ticket waited for the customer or a third party.
    waited: timedelta = timedelta()
    #: When it last began to wait, where it waits now.
    waits_since: datetime | None = None
    closure: Closure | None = None

    # --- promises and escalations ---
    #: Every instance that there ever was, as it stands now.
    clocks: tuple[Clock, ...] = ()
    #: Warnings that a target was nearly used up.
    warned: tuple[datetime, ...] = ()
    escalations: tuple[EscalationFacts, ...] = ()
    #: When the policy asked for an escalation first; none where it never did.
    escalation_due: datetime | None = None
    #: When an incident took the ticket in, whose escalation stands for its own.
    led_since: datetime | None = None
    #: Owners after the first.
    reassigned: int = 0

    # --- oversight ---
    approvals: tuple[ApprovalFacts, ...] = ()
    sent: tuple[datetime, ...] = ()
    failed: tuple[datetime, ...] = ()
    #: Texts that reached the customer past the gate.
    bypassed: tuple[datetime, ...] = ()
    feedback: tuple[FeedbackFacts, ...] = ()

    @property
    def is_counted(self) -> bool:
        """Live, and neither merged into another nor void."""
        return self.mode is Mode.LIVE and self.state is not State.MERGED and self.state is not State.VOID

    @property
    def solved_at(self) -> datetime | None:
        """The last solution; none where the ticket was never solved or is open again."""
        is_solved = self.state is State.RESOLVED or self.state is State.CLOSED
        return self.solved[-1] if is_solved and self.solved else None

    @property
    def escalated_at(self) -> datetime | None:
        """The first escalation of the ticket, or of the incident that stands for it."""
        moments = [each.raised_at for each in self.escalations[:1]]
        return min([*moments, self.led_since] if self.led_since else moments, default=None)
