"""Which figures are there, what does each count, and under which version of its definition?

The formulas are those of docs/kpis.md. A figure whose definition changes gets another version, and is never compared
with one of the version before.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.value import Value


class Kpi(StrEnum):
    """The names of the figures; a public promise."""

    # Figures are looked up by the million, and the usual hash of a member is slow.
    __hash__ = str.__hash__

    FIRST_RESPONSE = "first_response"
    FIRST_RESPONSE_HUMAN = "first_response_human"
    FIRST_RESPONSE_ASSISTED = "first_response_assisted"
    FIRST_RESPONSE_OPEN_HOURS = "first_response_open_hours"
    RESOLUTION = "resolution"
    RESOLUTION_ALL = "resolution_all"
    RESOLUTION_NET = "resolution_net"
    RESOLUTION_OPEN_HOURS = "resolution_open_hours"
    INCIDENT_RESOLUTION = "incident_resolution"
    ACKNOWLEDGEMENT = "acknowledgement"
    ACKNOWLEDGEMENT_OPEN_HOURS = "acknowledgement_open_hours"
    ACKNOWLEDGEMENT_AGAIN = "acknowledgement_again"
    UNACKNOWLEDGED_RATE = "unacknowledged_rate"

    BREACH_RATE = "breach_rate"
    BREACH_RATE_INTAKE = "breach_rate_intake"
    BREACH_RATE_FIRST_REPLY = "breach_rate_first_reply"
    BREACH_RATE_NEXT_REPLY = "breach_rate_next_reply"
    BREACH_RATE_UPDATE = "breach_rate_update"
    BREACH_RATE_REQUESTER_WAIT = "breach_rate_requester_wait"
    BREACH_RATE_AGENT_WORK = "breach_rate_agent_work"
    BREACH_RATE_FIRST_RESOLUTION = "breach_rate_first_resolution"
    BREACH_RATE_RESOLUTION = "breach_rate_resolution"
    BREACH_RATE_ACKNOWLEDGEMENT = "breach_rate_acknowledgement"
    BREACH_RATE_COMMUNICATION = "breach_rate_communication"
    TICKETS_BREACHED = "tickets_breached"
    WITHIN_TARGET = "within_target"
    REOPEN_RATE = "reopen_rate"

    ESCALATION_RATE = "escalation_rate"
    ON_TIME_ESCALATION = "on_time_escalation"
    CHECKPOINT_ADHERENCE = "checkpoint_adherence"
    ESCALATION_ACCURACY = "escalation_accuracy"
    ESCALATION_PRECISION = "escalation_precision"
    ESCALATION_RECALL = "escalation_recall"
    MISSED_ESCALATION_RATE = "missed_escalation_rate"

    FALSE_PRIORITY_RATE = "false_priority_rate"
    OVER_TRIAGE_RATE = "over_triage_rate"
    UNDER_TRIAGE_RATE = "under_triage_rate"
    OVERRIDE_RATE = "override_rate"
    OVERRIDE_UP_RATE = "override_up_rate"
    OVERRIDE_DOWN_RATE = "override_down_rate"
    APPROVAL_LATENCY = "approval_latency"
    APPROVAL_EXPIRY_RATE = "approval_expiry_rate"
    APPROVAL_REJECTION_RATE = "approval_rejection_rate"
    INCOMPLETE_RATE = "incomplete_rate"
    FAILED_SEND_RATE = "failed_send_rate"

    PARTIAL_RESOLUTION_RATE = "partial_resolution_rate"
    SATISFACTION = "satisfaction"
    ROOT_CAUSE_ACCURACY = "root_cause_accuracy"


class Unit(StrEnum):
    """What a figure is measured in."""

    SHARE = "share"
    HOURS = "hours"
    #: From 1, the worst, to 5.
    RATING = "rating"


class Headline(StrEnum):
    """Which number stands for a figure."""

    SHARE = "share"
    MEAN = "mean"
    MEDIAN = "median"


class Better(StrEnum):
    """In which direction a figure gets better."""

    LOWER = "lower"
    HIGHER = "higher"
    #: Neither: the figure is shown and not judged.
    NEITHER = "neither"


class Definition(Value, frozen=True, kw_only=True):
    """What is said about a figure beside its value."""

    kpi: Kpi
    title: str
    #: What it counts over what.
    counts: str
    unit: Unit = Unit.SHARE
    headline: Headline = Headline.SHARE
    better: Better = Better.LOWER
    version: int = 1
    #: It comes from people's labels on a sample, and not from the timelines alone.
    is_sampled: bool = False


def _mean(kpi: Kpi, title: str, counts: str) -> Definition:
    return Definition(kpi=kpi, title=title, counts=counts, unit=Unit.HOURS, headline=Headline.MEAN)


def _median(kpi: Kpi, title: str, counts: str) -> Definition:
    return Definition(kpi=kpi, title=title, counts=counts, unit=Unit.HOURS, headline=Headline.MEDIAN)


def _share(kpi: Kpi, title: str, counts: str, better: Better = Better.LOWER) -> Definition:
    return Definition(kpi=kpi, title=title, counts=counts, better=better)


def _sampled(kpi: Kpi, title: str, counts: str, better: Better = Better.LOWER) -> Definition:
    return Definition(kpi=kpi, title=title, counts=counts, better=better, is_sampled=True)


_K: Final = Kpi
#: The figure of each metric's breaches.
BREACHES: Final[dict[Metric, Kpi]] = {metric: Kpi(f"breach_rate_{metric}") for metric in Metric}
_ENDED: Final = "missed, of instances that were met or missed in the period"
DEFINITIONS: Final[dict[Kpi, Definition]] = {
    row.kpi: row
    for row in (
        _median(_K.FIRST_RESPONSE, "First response time", "tickets created in the period that have a public reply"),
        _median(_K.FIRST_RESPONSE_HUMAN, "First response, written by people", "those whose reply a person began"),
        _median(_K.FIRST_RESPONSE_ASSISTED, "First response, from drafts", "those whose reply began as a draft"),
        _median(_K.FIRST_RESPONSE_OPEN_HOURS, "First response in opening hours", "the same in the class's hours"),
        _mean(_K.RESOLUTION, "Average resolution time", "escalated tickets solved in the period, waiting included"),
        _mean(_K.RESOLUTION_ALL, "Average resolution time, all tickets", "tickets solved in the period"),
        _mean(_K.RESOLUTION_NET, "Average resolution time, net of waiting", "escalated tickets, waiting taken off"),
        _mean(_K.RESOLUTION_OPEN_HOURS, "Average resolution in opening hours", "the same in the class's hours"),
        _mean(_K.INCIDENT_RESOLUTION, "Time to resolve incidents", "incidents solved in the period"),
        _mean(_K.ACKNOWLEDGEMENT, "Time to acknowledge", "first calls taken over in the period"),
        _mean(_K.ACKNOWLEDGEMENT_OPEN_HOURS, "Time to acknowledge in opening hours", "the same in the class's hours"),
        _mean(_K.ACKNOWLEDGEMENT_AGAIN, "Time to acknowledge, later calls", "calls after a lapse, taken over"),
        _share(_K.UNACKNOWLEDGED_RATE, "Never acknowledged", "ended or still called, of first calls in the period"),
        _share(_K.BREACH_RATE, "Missed targets", _ENDED),
        *(_share(kpi, f"Missed targets: {metric.replace('_', ' ')}", _ENDED) for metric, kpi in BREACHES.items()),
        _share(_K.TICKETS_BREACHED, "Tickets with a missed target", "of tickets created in the period with a target"),
        _share(
            _K.WITHIN_TARGET,
            "Solved within the target",
            "of resolution targets that ended in the period",
            Better.HIGHER,
        ),
        _share(_K.REOPEN_RATE, "Reopened", "within the window, of solutions in the period"),
        _share(_K.ESCALATION_RATE, "Escalated", "of tickets created in the period", Better.NEITHER),
        _share(
            _K.ON_TIME_ESCALATION,
            "Escalated on time",
            "of tickets whose policy asked for an escalation in the period",
            Better.HIGHER,
        ),
        _share(_K.CHECKPOINT_ADHERENCE, "Checkpoints kept", "of checkpoints due in the period", Better.HIGHER),
        _sampled(_K.ESCALATION_ACCURACY, "Escalation accuracy", "treated right, of reviewed tickets", Better.HIGHER),
        _sampled(_K.ESCALATION_PRECISION, "Escalation precision", "rightly, of those escalated", Better.HIGHER),
        _sampled(_K.ESCALATION_RECALL, "Escalation recall", "escalated, of those that should be", Better.HIGHER),
        _sampled(_K.MISSED_ESCALATION_RATE, "Missed escalations", "not escalated, of those that should be"),
        _sampled(_K.FALSE_PRIORITY_RATE, "Wrong class", "first class of automation wrong, of reviewed tickets"),
        _sampled(_K.OVER_TRIAGE_RATE, "Class too high", "of reviewed tickets"),
        _sampled(_K.UNDER_TRIAGE_RATE, "Class too low", "of reviewed tickets"),
        _share(_K.OVERRIDE_RATE, "Overridden by people", "of decisions made in the period", Better.NEITHER),
        _share(_K.OVERRIDE_UP_RATE, "Overridden to a higher class", "of decisions in the period", Better.NEITHER),
        _share(_K.OVERRIDE_DOWN_RATE, "Overridden to a lower class", "of decisions in the period", Better.NEITHER),
        _median(_K.APPROVAL_LATENCY, "Time to a decision about a text", "requests decided in the period"),
        _share(_K.APPROVAL_EXPIRY_RATE, "Requests that expired", "of requests of the period that ended"),
        _share(_K.APPROVAL_REJECTION_RATE, "Requests rejected", "of requests decided in the period", Better.NEITHER),
        _share(_K.INCOMPLETE_RATE, "Incomplete after 15 minutes", "of tickets created in the period"),
        _share(_K.FAILED_SEND_RATE, "Failed sends", "of sends that ended in the period"),
        _share(_K.PARTIAL_RESOLUTION_RATE, "Closed with a workaround", "of closings of the period that name a result"),
        Definition(
            kpi=_K.SATISFACTION,
            title="Satisfaction",
            counts="ratings from 1 to 5 given in the period",
            unit=Unit.RATING,
            headline=Headline.MEAN,
            better=Better.HIGHER,
        ),
        _share(
            _K.ROOT_CAUSE_ACCURACY,
            "Root cause right after review",
            "of closings of the period whose cause somebody judged",
            Better.HIGHER,
        ),
    )
}
