"""What can be read about a ticket beside the ticket: its timeline, why it was decided so, how its clocks stand?"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from triage_core.contract import fields as f
from triage_core.contract.messages import Told
from triage_core.domain.entry import Kind
from triage_core.domain.explanation import Lack

RuleName = Annotated[str, f.field("Rule", "Name of the rule in the policy.", "security-words")]


class TimelineLine(Told):
    """One line of a timeline; it holds no text of the ticket."""

    number: Annotated[int, f.field("Number", "Place in the timeline, counted from one.", 2)]
    kind: Annotated[Kind, f.field("Kind", "What the line reports.", "ticket.triaged")]
    happened_at: f.HappenedAt
    recorded_at: f.RecordedAt
    actor_kind: f.ActorKindName
    actor: Annotated[str, f.field("Actor", "Who acted.", "lee")]
    changed_csv: Annotated[str, f.csv("Changed Fields", "Fields that the line changed.", "class,severity")]
    reason: Annotated[str, f.field("Reason", "Why, where the service itself decided.", "least loaded of 2")] | None
    source_event_id: f.EventId | None
    policy_version: f.PolicyVersion
    irregular: Annotated[
        bool, f.flag("Irregular", "Whether an imported log moved in a way that is otherwise refused.", example=False)
    ]
    hash: Annotated[str, f.field("Hash", "Seal of the line and all lines before it.", "9f86d081884c7d65")]


class Timeline(Told):
    """A ticket's timeline, oldest line first."""

    ticket_id: f.TicketId
    items: Annotated[tuple[TimelineLine, ...], f.listing("Items", "The lines of this page.")]
    next_cursor: f.NextCursor | None


class FiredRule(Told):
    """A rule that fired."""

    rule: RuleName
    kind: Annotated[str, f.field("Kind", "Kind of the rule: matrix, tag, severity or raise.", "tag")]
    effect: Annotated[str, f.field("Effect", "What the rule gave.", "security")]
    because: Annotated[str, f.field("Because", "The reason that the policy gives.", "Sign-in data is at risk.")] | None
    fields: Annotated[str, f.field("Fields", "Fields that the rule read.", "impact=high, urgency=high")]


class FoundWord(Told):
    """A word of the policy that stands in the ticket."""

    rule: RuleName
    term: Annotated[str, f.field("Term", "The word as the policy has it.", "phishing")]
    start: Annotated[int, f.field("Start", "First character, in code points of subject, line break and body.", 12)]
    end: Annotated[int, f.field("End", "Character after the last one.", 20)]


class SilentRule(Told):
    """A rule that did not fire."""

    rule: RuleName
    lacks: Annotated[Lack, f.field("Lacks", "What the rule lacked first.", "words")]
    sentence: Annotated[str, f.field("Sentence", "The same in words.", "None of its words stands in the text.")]


class OtherClass(Told):
    """One different fact that would give another class."""

    fact: Annotated[str, f.field("Fact", "Field, tag or severity.", "impact")]
    value: Annotated[str, f.field("Value", "What it would have to be.", "medium")]
    class_name: Annotated[f.ClassName, Field(alias="class")]


class ExplanationView(Told):
    """The whole account of a decision; lists are empty while the ticket is blocked."""

    ticket_id: f.TicketId
    class_name: Annotated[f.ClassName | None, Field(alias="class")]
    severity: f.Severity | None
    risk_tags_csv: f.RiskTagsCsv
    gate_required: f.GateRequired
    platform_allowed: f.PlatformAllowed
    platform_reason: f.PlatformReason | None
    policy_version: f.PolicyVersion
    explanation: f.Explanation
    truncated: Annotated[bool, f.flag("Truncated", "Whether the text is longer than the policy reads.", example=False)]
    fired: Annotated[tuple[FiredRule, ...], f.listing("Fired Rules", "Rules that fired.")]
    words: Annotated[
        tuple[FoundWord, ...],
        f.listing("Words", "Words on which rules fired; empty where the platform may not carry them."),
    ]
    skipped: Annotated[tuple[SilentRule, ...], f.listing("Skipped Rules", "Rules that did not fire.")]
    would_change: Annotated[
        tuple[OtherClass, ...], f.listing("Would Change", "Single facts that would give another class.")
    ]


class ClockView(Told):
    """One clock of a service level."""

    metric: f.MetricName
    number: Annotated[int, f.field("Number", "Which clock of this metric, counted from one.", 1)]
    outcome: f.ClockOutcome
    paused: Annotated[bool, f.flag("Paused", "Whether the clock stands still now.", example=False)]
    calendar: Annotated[str, f.field("Calendar", "Opening hours that the clock runs on.", "always")]
    target_minutes: Annotated[float, f.field("Target (Minutes)", "Time that the policy gives.", 15.0)]
    spent_minutes: Annotated[float, f.field("Spent (Minutes)", "Open time that has run, pauses left out.", 4.5)]
    remaining_minutes: Annotated[
        float, f.field("Remaining (Minutes)", "Open time that is left; below zero once the target is missed.", 10.5)
    ]
    started_at: Annotated[f.Moment, f.field("Started At", "When the clock started.", f.AT)]
    due_at: Annotated[f.Moment, f.field("Due At", "When the target is used up.", "2026-03-02T09:15:00Z")] | None
    warn_at: Annotated[f.Moment, f.field("Warn At", "When the next warning comes.", "2026-03-02T09:11:15Z")] | None
    breached_at: (
        Annotated[f.Moment, f.field("Breached At", "When the target was missed.", "2026-03-02T09:15:00Z")] | None
    )
    stopped_at: Annotated[f.Moment, f.field("Stopped At", "When the clock ended.", "2026-03-02T09:10:00Z")] | None


class SlaStatus(Told):
    """How a ticket's clocks stand."""

    ticket_id: f.TicketId
    class_name: Annotated[f.ClassName | None, Field(alias="class")]
    state: f.StateName
    next_due_at: f.NextDueAt | None
    next_due_metric: f.MetricName | None
    at_risk: Annotated[bool, f.flag("At Risk", "Whether a running clock has warned.", example=False)]
    breached: Annotated[bool, f.flag("Breached", "Whether a target was missed.", example=False)]
    first_reply_due_at: f.FirstReplyDueAt | None
    resolution_due_at: f.ResolutionDueAt | None
    items: Annotated[tuple[ClockView, ...], f.listing("Clocks", "The clocks, oldest first.")]
