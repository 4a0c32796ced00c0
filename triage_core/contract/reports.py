"""What do figures and reports look like in the public promise? Numbers, codes and ids; never a text of a ticket."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from triage_core.contract import fields as f
from triage_core.contract.messages import Given, Told
from triage_core.domain.kpis.definitions import Kpi, Unit
from triage_core.domain.kpis.exceptions import Trouble
from triage_core.domain.kpis.leading import Sign
from triage_core.domain.kpis.measuring import Dimension
from triage_core.domain.kpis.movement import Reached

_WEEK = "2026-W10"
_START, _END = "2026-03-01T23:00:00Z", "2026-03-08T23:00:00Z"
WeekName = Annotated[str, f.text("Week", "ISO week in the time zone of the desk.", _WEEK, 8, 8)]


class WeeklyQuery(Given):
    """Which week."""

    week: WeekName | None = None


class SpanQuery(Given):
    """Which time: a week, or from a moment until another; the latest week that is over when left out."""

    week: WeekName | None = None
    since: Annotated[f.GivenMoment, f.field("Since", "First moment that counts.", _START)] | None = None
    until: Annotated[f.GivenMoment, f.field("Until", "First moment that no longer counts.", _END)] | None = None


class KpiQuery(SpanQuery):
    """Which figures."""

    by: Annotated[Dimension, f.field("Told Apart By", "What the figures are told apart by.", "class")] | None = None
    customer: f.Customer | None = None


class CustomerQuery(SpanQuery):
    """Whose report."""

    customer: f.Customer


class FigureRow(Told):
    """One figure."""

    kpi: Annotated[Kpi, f.field("Figure", "Name of the figure.", "first_response")]
    title: Annotated[str, f.field("Title", "What a person reads.", "First response time")]
    counts: Annotated[str, f.field("Counts", "What it counts over what.", "of tickets created in the period")]
    unit: Annotated[Unit, f.field("Unit", "What it is measured in.", "hours")]
    version: Annotated[int, f.field("Definition Version", "Version of the definition of this figure.", 1)]
    n: Annotated[int, f.field("Cases", "How many cases it rests on.", 42)]
    few: Annotated[bool, f.flag("Few Cases", "Whether there are too few cases to say much.", example=False)]
    value: Annotated[float, f.field("Value", "The figure itself, empty without a case.", 0.6)] | None
    low: Annotated[float, f.field("Low", "Lower end of its interval of 95 percent.", 0.5)] | None
    high: Annotated[float, f.field("High", "Upper end of its interval of 95 percent.", 0.7)] | None
    mean: Annotated[float, f.field("Mean", "Mean of the cases, for times and ratings.", 0.8)] | None
    median: Annotated[float, f.field("Median", "Median of the cases, for times and ratings.", 0.6)] | None
    p90: Annotated[float, f.field("Ninetieth Percentile", "Nine in ten cases are at most this.", 1.5)] | None
    open_n: Annotated[int, f.field("Unfinished", "Items that are not finished and not in the figure.", 3)]
    oldest_open_hours: (
        Annotated[float, f.field("Oldest Unfinished (Hours)", "Age of the oldest item that is not finished.", 7.5)]
        | None
    )


class MovedRow(FigureRow):
    """One figure of a week, held against the week before and the baseline."""

    headline: Annotated[bool, f.flag("Headline", "Whether it belongs to the strip on top.", example=True)]
    before: Annotated[float, f.field("Week Before", "The figure of the week before.", 0.7)] | None
    baseline: Annotated[float, f.field("Baseline", "The figure that was frozen.", 0.9)] | None
    better_by: Annotated[float, f.field("Better By", "Share by which it got better than the baseline.", 0.33)] | None
    better_low: Annotated[float, f.field("Better By (Low)", "Lower end of the interval of that share.", 0.1)] | None
    better_high: Annotated[float, f.field("Better By (High)", "Upper end of the interval of that share.", 0.5)] | None
    target: Annotated[Reached, f.field("Target", "Where it stands against its target.", "within")] | None


class ExceptionRow(Told):
    """Something that needs a person's eye."""

    trouble: Annotated[Trouble, f.field("Exception", "What went wrong.", "target_missed")]
    ticket_id: f.TicketId
    class_name: Annotated[f.ClassName | None, Field(alias="class")]
    about: Annotated[str, f.field("About", "What exactly, such as the metric.", "first_reply")]
    since: Annotated[f.Moment, f.field("Since", "When it went wrong.", "2026-03-02T09:15:00Z")]
    is_open: Annotated[bool, f.flag("Still Open", "Whether it still stands.", example=True)]
    owner: Annotated[str, f.field("Owner", "Person who answers for it.", "lee")] | None


class SignRow(Told):
    """One early sign."""

    sign: Annotated[Sign, f.field("Early Sign", "What tells early that figures get worse.", "unowned")]
    count: Annotated[int, f.field("Count", "How many there are.", 4)]
    oldest: Annotated[f.Moment, f.field("Oldest", "Since when the oldest one waits.", "2026-03-05T10:00:00Z")] | None


class PatternRow(Told):
    """A product or a segment that stands out."""

    kind: Annotated[str, f.field("Kind", "Spike or segment.", "spike")]
    what: Annotated[str, f.field("What", "What is counted, or the figure that is worse.", "created")]
    dimension: Annotated[Dimension, f.field("Dimension", "What the tickets are told apart by.", "system")]
    name: Annotated[str, f.field("Name", "Which of them stands out.", "sso")]
    here: Annotated[float, f.field("Here", "Count of the week, or share of the segment.", 21.0)]
    elsewhere: Annotated[float, f.field("Elsewhere", "Mean of the weeks before, or share of all others.", 6.5)]
    cases: Annotated[int, f.field("Cases", "How many cases it rests on.", 21)]


class RuleRow(Told):
    """A rule that the calibration found wrong."""

    rule: Annotated[str, f.field("Rule", "Name of the rule in the policy.", "billing-words")]
    wrong: Annotated[int, f.field("Wrong", "How often it led to a wrong answer.", 5)]
    reviewed: Annotated[int, f.field("Reviewed", "Out of how many tickets that were reviewed.", 6)]


class ChangeRow(Told):
    """A change of the policy that waits for a person."""

    id: Annotated[str, f.field("Change", "Identifier of the change.", "c7")]
    what: Annotated[str, f.field("What", "What would change.", "Billing words no longer raise to P2.")]
    why: Annotated[str, f.field("Why", "What it rests on.", "Wrong in 5 of 6 reviewed tickets.")]
    status: Annotated[str, f.field("Status", "How far it is.", "proposed")]
    owner: Annotated[str, f.field("Owner", "Person whose turn it is.", "lee")] | None


class WeeklyReportView(Told):
    """The weekly report; a week that was issued stays as it was told then."""

    report_id: Annotated[str, f.field("Report", "Identifier of the report.", "weekly-2026-W10")]
    tenant: f.Tenant
    week: Annotated[str, f.field("Week", "ISO week in the time zone of the desk.", _WEEK)]
    zone: Annotated[str, f.field("Time Zone", "Where the week begins and ends.", "Europe/Berlin")]
    starts_at: Annotated[f.Moment, f.field("Starts At", "First moment of the week.", _START)]
    ends_at: Annotated[f.Moment, f.field("Ends At", "First moment after the week.", _END)]
    made_at: Annotated[f.Moment, f.field("Made At", "When the figures were counted.", "2026-03-08T23:04:00Z")]
    is_over: Annotated[bool, f.flag("Is Over", "Whether the week was over then.", example=True)]
    tickets: Annotated[int, f.field("Tickets", "Tickets that were created in the week.", 120)]
    left_out_csv: Annotated[str, f.csv("Left Out", "Records that no figure counts, by reason.", "merged=2,drill=1")]
    baseline: Annotated[int, f.field("Baseline Number", "Baseline that the figures are held against.", 1)] | None
    baseline_frozen_at: (
        Annotated[f.Moment, f.field("Baseline Frozen At", "When it was frozen.", "2026-01-05T09:00:00Z")] | None
    )
    day: Annotated[int, f.field("Day", "Whole days from the freezing to the end of the week.", 62)] | None
    check_day: Annotated[int, f.field("Check Day", "Last day of report that has passed.", 60)] | None
    target_day: Annotated[int, f.field("Target Day", "Day by which targets hold.", 60)] | None
    figures: Annotated[tuple[MovedRow, ...], f.listing("Figures", "All figures, in a fixed order.")]
    exceptions: Annotated[tuple[ExceptionRow, ...], f.listing("Exceptions", "What went wrong, the gravest first.")]
    early_signs: Annotated[tuple[SignRow, ...], f.listing("Early Signs", "What tells early that figures get worse.")]
    patterns: Annotated[tuple[PatternRow, ...], f.listing("Patterns", "Products and segments that stand out.")]
    calibration_sampled: Annotated[int, f.field("Sampled", "Tickets in the sample of the calibration.", 30)] | None
    calibration_reviewed: Annotated[int, f.field("Reviewed", "Tickets that people have reviewed.", 30)] | None
    calibration_kappa: Annotated[float, f.field("Kappa", "How far two reviewers agreed beyond chance.", 0.8)] | None
    worst_rules: Annotated[tuple[RuleRow, ...], f.listing("Worst Rules", "Rules that were wrong most often.")]
    proposed_changes: Annotated[tuple[ChangeRow, ...], f.listing("Proposed Changes", "Changes that wait for people.")]


class KpiRow(FigureRow):
    """One figure of one part of the tickets."""

    group: Annotated[str, f.field("Part", "Which part of the tickets, empty for all of them.", "P1")]
    tickets: Annotated[int, f.field("Tickets", "Tickets of this part that were created in the time.", 17)]


class KpiReportView(Told):
    """Figures of a time, told apart where asked."""

    tenant: f.Tenant
    starts_at: Annotated[f.Moment, f.field("Starts At", "First moment that counts.", _START)]
    ends_at: Annotated[f.Moment, f.field("Ends At", "First moment that no longer counts.", _END)]
    made_at: Annotated[f.Moment, f.field("Made At", "When the figures were counted.", "2026-03-09T08:00:00Z")]
    by: Annotated[Dimension, f.field("Told Apart By", "What the figures are told apart by.", "class")] | None
    left_out_csv: Annotated[str, f.csv("Left Out", "Records that no figure counts, by reason.", "merged=2,drill=1")]
    figures: Annotated[tuple[KpiRow, ...], f.listing("Figures", "The figures, part by part.")]


class CustomerReportView(Told):
    """Escalation statistics for one customer; it holds nothing of another one."""

    tenant: f.Tenant
    customer: f.Customer
    starts_at: Annotated[f.Moment, f.field("Starts At", "First moment that counts.", _START)]
    ends_at: Annotated[f.Moment, f.field("Ends At", "First moment that no longer counts.", _END)]
    made_at: Annotated[f.Moment, f.field("Made At", "When the figures were counted.", "2026-03-09T08:00:00Z")]
    tickets: Annotated[int, f.field("Tickets", "Tickets that were created in the time.", 17)]
    escalated: Annotated[int, f.field("Escalated", "How many of them were escalated.", 2)]
    figures: Annotated[tuple[KpiRow, ...], f.listing("Figures", "The figures of all tickets, then of each class.")]
