"""How are samples, verdicts and what they came to told?"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from triage_core.contract import fields as f
from triage_core.contract.messages import Given, Told
from triage_core.domain.calibration.labelling import Seat
from triage_core.domain.kpis.definitions import Kpi

Week = Annotated[str, f.text("Week", "ISO week that the sample is of.", "2026-W09", 8)]
_Value = Annotated[str, f.field("Value", "What the ticket said when it arrived.", "high")]
_Share: Any = f.field("Share", "Share of the week's tickets, weighted.", 0.12)
_ClassName = Annotated[f.ClassName, Field(alias="class")]
_Escalate = Annotated[bool, f.flag("Escalate", "Whether it is to be escalated.", example=True)]
_DraftOk = Annotated[bool, f.flag("Draft Allowed", "Whether a first reply may be drafted.", example=False)]


class WeekPath(Given):
    """Which sample."""

    week: Week


class SampleWish(Given):
    """Which week is drawn; the last one that is over when left out."""

    week: Week | None = None


class SampleView(Told):
    """A sample, and how far people are with it."""

    week: Week
    tickets: Annotated[int, f.field("Tickets", "Tickets in the sample.", 60)]
    double: Annotated[int, f.field("Double", "Tickets that two people judge.", 12)]
    settled: Annotated[int, f.field("Settled", "Tickets whose verdict holds.", 48)]
    left: Annotated[int, f.field("Left", "Tickets that are left for the caller.", 15)]
    start: Annotated[str, f.field("Start Value", "Start value of the draw, which repeats it.", "9f2c4b7a1d0e3355")]
    policy_version: f.PolicyVersion
    drawn_by: Annotated[str, f.field("Drawn By", "Who drew it.", "lee")]
    drawn_at: Annotated[f.Moment, f.field("Drawn At", "When it was drawn.", f.AT)]
    population_csv: Annotated[str, f.csv("Population", "Tickets of each stratum in the week.", "control:P3:kept=412")]


class WeeklySamples(Told):
    """The latest samples, the newest first."""

    items: Annotated[tuple[SampleView, ...], f.listing("Items", "The samples.")]


class Known(Told):
    """A value of the intake."""

    name: Annotated[str, f.field("Field", "Field of the intake.", "impact")]
    value: _Value


class TaskView(Told):
    """The next ticket to judge, without what was decided; empty where none is left."""

    ticket_id: f.TicketId | None
    text: Annotated[str, f.field("Text", "What the customer wrote.", "Nobody can sign in.")] | None
    created_at: Annotated[f.Moment, f.field("Created At", "When it arrived.", f.AT)] | None
    intake: Annotated[tuple[Known, ...], f.listing("Intake", "What was known when it arrived.")]
    left: Annotated[int, f.field("Left", "Tickets that are left for the caller, this one included.", 15)]


class VerdictGiven(Given):
    """What should have been decided."""

    ticket_id: f.TicketId
    class_name: _ClassName
    escalate: _Escalate
    tags_csv: Annotated[str, f.csv("Risk Tags", "Risks that the ticket has.", "security")] = ""
    draft_ok: _DraftOk = False
    ruling: Annotated[bool, f.flag("Ruling", "Whether it settles what two others disagree about.", example=False)] = (
        False
    )


class VerdictLine(Told):
    """What one person said of a ticket."""

    by: Annotated[str, f.field("By", "Who said it.", "kim")]
    seat: Annotated[Seat, f.field("Seat", "In which seat.", "first")]
    class_name: _ClassName
    escalate: _Escalate
    tags_csv: f.RiskTagsCsv
    draft_ok: _DraftOk


class AnswerView(Told):
    """What automation and people said of a ticket that the caller judged."""

    ticket_id: f.TicketId
    class_name: _ClassName
    escalate: _Escalate
    tags_csv: f.RiskTagsCsv
    rules_csv: Annotated[str, f.csv("Rules", "Rules that fired.", "matrix:high/high,outage")]
    disputed: Annotated[bool, f.flag("Disputed", "Whether a third person has to settle it.", example=False)]
    verdicts: Annotated[tuple[VerdictLine, ...], f.listing("Verdicts", "What people said.")]


class MatrixCell(Told):
    """What was said against what was right."""

    said: Annotated[str, f.field("Said", "Class by automation.", "P2")]
    right: Annotated[str, f.field("Right", "Class by people.", "P1")]
    count: Annotated[int, f.field("Judged", "Judged tickets.", 2)]
    weight: Annotated[float, f.field("Weight", "Tickets of the week that they stand for.", 17.5)]


class RateView(Told):
    """A weighted rate of the week with its interval of 95 %."""

    kpi: Annotated[Kpi, f.field("Figure", "Name of the figure.", "escalation_recall")]
    judged: Annotated[int, f.field("Judged", "Judged tickets that it rests on.", 40)]
    value: Annotated[float, _Share] | None
    low: Annotated[float, f.field("Low", "Lower end of the interval.", 0.05)] | None
    high: Annotated[float, f.field("High", "Upper end of the interval.", 0.22)] | None


class RuleView(Told):
    """The errors that a rule had a part in."""

    rule: Annotated[str, f.field("Rule", "Rule by its name in the policy.", "billing-words")]
    fired: Annotated[int, f.field("Fired", "Judged tickets on which it fired.", 6)]
    wrong: Annotated[int, f.field("Wrong", "Those of them with an error.", 5)]
    too_high: Annotated[int, f.field("Too High", "Those put too high.", 5)]
    too_low: Annotated[int, f.field("Too Low", "Those put too low.", 0)]
    escalated_wrongly: Annotated[int, f.field("Escalated Wrongly", "Those escalated wrongly.", 4)]
    missed: Annotated[int, f.field("Missed", "Those that should have been escalated.", 0)]


class ProposalView(Told):
    """A change that would have avoided errors, and its other side."""

    says: Annotated[str, f.field("Says", "The change in words.", "take the term “reset” out of security-words")]
    mends: Annotated[int, f.field("Mends", "Judged tickets that it mends.", 9)]
    breaks: Annotated[int, f.field("Breaks", "Judged tickets that it newly gets wrong.", 1)]
    held_out_mended: Annotated[int, f.field("Held Out Mended", "Of those held out of the search: mended.", 3)]
    held_out_broken: Annotated[int, f.field("Held Out Broken", "Of those held out: newly wrong.", 0)]
    worth: Annotated[float, f.field("Worth", "What is won, in the policy's weights.", 84.5)]


_LIKE: Final[dict[str, Any]] = {"disputed_csv": ""}


class ResultView(Told):
    """What a sample came to; a ticket counts once everybody who is to judge it has done so."""

    like: ClassVar[dict[str, Any]] = _LIKE

    week: Week
    judged: Annotated[int, f.field("Judged", "Tickets whose verdict holds.", 48)]
    stands_for: Annotated[float, f.field("Stands For", "Tickets of the week that they stand for.", 512.0)]
    kappa: Annotated[float, f.field("Kappa", "Cohen's kappa of the class, where two people judged.", 0.81)] | None
    kappa_escalation: Annotated[float, f.field("Kappa Escalation", "The same of escalation.", 0.9)] | None
    disputed_csv: Annotated[str, f.csv("Disputed", "Tickets that a third person has to settle.", "0192f3a7c1d2")]
    matrix: Annotated[tuple[MatrixCell, ...], f.listing("Matrix", "What was said against what was right.")]
    rates: Annotated[tuple[RateView, ...], f.listing("Rates", "Weighted rates of the week.")]
    rules: Annotated[tuple[RuleView, ...], f.listing("Rules", "Rules with errors, the costliest first.")]
    proposals: Annotated[tuple[ProposalView, ...], f.listing("Proposals", "Changes that are worth it, the best first.")]
