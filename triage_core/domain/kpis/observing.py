"""What does one ticket add to each figure, and at which moment?

Everything is told to a tally: a case of a figure with the moment of its base event, or that something is unfinished.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from triage_core.domain.escalating.state import Standing
from triage_core.domain.gating.state import ApprovalOutcome
from triage_core.domain.kpis.definitions import BREACHES, Kpi
from triage_core.domain.kpis.lives import HOUR
from triage_core.domain.model import Clock, Outcome
from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.domain.kpis.facts import Closure, EscalationFacts, TicketFacts

    Observer = Callable[["TicketFacts", "Terms", "Tally"], None]


class Terms(Value, frozen=True, kw_only=True):
    """What figures rest on beside the facts."""

    #: What is unfinished is as old as it is now.
    now: datetime
    reopen_window: timedelta = timedelta(days=7)


class Tally(Protocol):
    """Takes what is observed."""

    def saw(self, kpi: Kpi, at: datetime, value: float, class_name: str | None) -> None:
        """Take a case: hours, a rating, or one for yes and zero for no."""

    def waits(self, kpi: Kpi, since: datetime, class_name: str | None) -> None:
        """Take something that is unfinished, since when."""

    def counts(self, what: str, name: str, at: datetime, class_name: str | None) -> None:
        """Count one more of a kind."""


#: So much later an incomplete ticket counts as one.
_INCOMPLETE: Final = timedelta(minutes=15)
_MET: Final = frozenset({Outcome.MET, Outcome.MET_BY_RESOLUTION})
_DECIDED: Final = frozenset({ApprovalOutcome.APPROVED, ApprovalOutcome.REJECTED})
_RAN_OUT: Final = frozenset({ApprovalOutcome.EXPIRED, ApprovalOutcome.NO_CHANNEL})
#: How an escalation stands that nobody took over although everybody was called.
_NOBODY: Final = frozenset({Standing.EXHAUSTED, Standing.EXPIRED})
#: Results that leave the problem itself where it was.
_PARTIAL: Final = frozenset({"solved_workaround", "known_error"})
_ZERO: Final = timedelta()


def _hours(start: datetime, end: datetime) -> float:
    """Return a span in hours, one below zero as zero."""
    return (end - start) / HOUR if end > start else 0.0


# --- speed ------------------------------------------------------------------------------------------------------------


def first_response(facts: TicketFacts, _: Terms, tally: Tally) -> None:
    """Tell the first public reply of a ticket; one without is unfinished until it is solved."""
    created, replied, of = facts.created_at, facts.first_reply_at, facts.class_name
    if replied is None:
        if facts.solved_at is None and facts.closure is None:
            tally.waits(Kpi.FIRST_RESPONSE, created, of)
        return
    hours = _hours(created, replied)
    tally.saw(Kpi.FIRST_RESPONSE, created, hours, of)
    if facts.assisted is not None:
        kpi = Kpi.FIRST_RESPONSE_ASSISTED if facts.assisted else Kpi.FIRST_RESPONSE_HUMAN
        tally.saw(kpi, created, hours, of)
    if facts.reply_open_time is not None:
        tally.saw(Kpi.FIRST_RESPONSE_OPEN_HOURS, created, facts.reply_open_time / HOUR, of)


def resolution(facts: TicketFacts, _: Terms, tally: Tally) -> None:
    """Tell the last solution of a ticket; one that is not solved is unfinished."""
    created, solved, of = facts.created_at, facts.solved_at, facts.class_name
    is_escalated = bool(facts.escalations) or facts.led_since is not None
    if solved is None:
        if facts.closure is None:
            tally.waits(Kpi.RESOLUTION_ALL, created, of)
            if is_escalated:
                tally.waits(Kpi.RESOLUTION, created, of)
        return
    hours = _hours(created, solved)
    tally.saw(Kpi.RESOLUTION_ALL, solved, hours, of)
    if is_escalated:
        tally.saw(Kpi.RESOLUTION, solved, hours, of)
        tally.saw(Kpi.RESOLUTION_NET, solved, max(0.0, hours - facts.waited / HOUR), of)
        if facts.solve_open_time is not None:
            tally.saw(Kpi.RESOLUTION_OPEN_HOURS, solved, facts.solve_open_time / HOUR, of)


def incident_resolution(facts: TicketFacts, _: Terms, tally: Tally) -> None:
    """Tell how long an incident lasted, from the beginning of the damage where that is known."""
    began, solved = facts.began_at or facts.created_at, facts.solved_at
    if solved is None:
        tally.waits(Kpi.INCIDENT_RESOLUTION, began, facts.class_name)
    else:
        tally.saw(Kpi.INCIDENT_RESOLUTION, solved, _hours(began, solved), facts.class_name)


def acknowledgement(facts: TicketFacts, _: Terms, tally: Tally) -> None:
    """Tell how long calls rang; who ended an escalation before it was taken over left the time out."""
    for escalation in facts.escalations:
        for number, cycle in enumerate(escalation.cycles):
            taken = cycle.acknowledged_at
            if taken is not None:
                kpi = Kpi.ACKNOWLEDGEMENT_AGAIN if number else Kpi.ACKNOWLEDGEMENT
                tally.saw(kpi, taken, _hours(cycle.notified_at, taken), facts.class_name)
                if not number and cycle.open_time is not None:
                    tally.saw(Kpi.ACKNOWLEDGEMENT_OPEN_HOURS, taken, cycle.open_time / HOUR, facts.class_name)
            elif escalation.ended_at is None:
                tally.waits(Kpi.ACKNOWLEDGEMENT, cycle.notified_at, facts.class_name)
        if escalation.cycles:
            _unacknowledged(escalation, facts.class_name, tally)


def _unacknowledged(escalation: EscalationFacts, class_name: str | None, tally: Tally) -> None:
    """Tell whether somebody took the first call over; a call that still rings, or that ended by itself, is no miss."""
    first = escalation.cycles[0]
    if first.acknowledged_at is None and escalation.standing not in _NOBODY:
        if escalation.ended_at is not None:
            tally.counts("auto_resolved", escalation.trigger, escalation.ended_at, class_name)
        return
    tally.saw(Kpi.UNACKNOWLEDGED_RATE, first.notified_at, first.acknowledged_at is None, class_name)


# --- promises ---------------------------------------------------------------------------------------------------------


def promises(facts: TicketFacts, terms: Terms, tally: Tally) -> None:
    """Tell every target that was met or missed, and whether any of the ticket's was missed."""
    has_target = is_missed = False
    for clock in facts.clocks:
        missed_at = _missed_at(clock, terms.now)
        if missed_at is not None:
            has_target = is_missed = True
            _promise(clock, missed_at, missed=True, tally=tally)
        elif clock.outcome in _MET and clock.stopped_at is not None:
            has_target = True
            _promise(clock, clock.stopped_at, missed=False, tally=tally)
        elif clock.outcome is Outcome.OPEN:
            has_target = True
    if has_target:
        tally.saw(Kpi.TICKETS_BREACHED, facts.created_at, is_missed, facts.class_name)


def _promise(clock: Clock, at: datetime, *, missed: bool, tally: Tally) -> None:
    """Count under the class that set the target."""
    of = clock.class_name or None
    tally.saw(Kpi.BREACH_RATE, at, missed, of)
    tally.saw(BREACHES[clock.metric], at, missed, of)
    if clock.metric is Metric.RESOLUTION:
        tally.saw(Kpi.WITHIN_TARGET, at, not missed, of)


def _missed_at(clock: Clock, now: datetime) -> datetime | None:
    """Return when a target was missed; one that is overdue is missed now, and a cancelled one never was."""
    if clock.outcome is Outcome.CANCELLED:
        return None
    overdue = clock.outcome is Outcome.OPEN and clock.due_at is not None and clock.due_at < now
    return clock.breached_at or (clock.due_at if overdue else None)


def reopening(facts: TicketFacts, terms: Terms, tally: Tally) -> None:
    """Tell every solution, and whether the ticket came back within the window; while that runs, it may still."""
    for solved in facts.solved:
        until = solved + terms.reopen_window
        came_back = any(solved <= again <= until for again in facts.reopened)
        tally.saw(Kpi.REOPEN_RATE, solved, came_back, facts.class_name)
        if not came_back and until > terms.now:
            tally.waits(Kpi.REOPEN_RATE, solved, facts.class_name)


# --- escalations ------------------------------------------------------------------------------------------------------


def escalation(facts: TicketFacts, _: Terms, tally: Tally) -> None:
    """Tell whether a ticket was escalated, how high, and whether in time where its policy asked for it."""
    of, due, began = facts.class_name, facts.escalation_due, facts.escalated_at
    tally.saw(Kpi.ESCALATION_RATE, facts.created_at, began is not None, of)
    if due is not None:
        tally.saw(Kpi.ON_TIME_ESCALATION, due, began is not None and began <= due, of)
    if facts.escalations:
        level = max(each.level for each in facts.escalations)
        tally.counts("escalation_level", str(level), facts.created_at, of)


def checkpoints(facts: TicketFacts, _: Terms, tally: Tally) -> None:
    """Tell every promise of news, and whether it was kept."""
    for each in facts.escalations:
        for checkpoint in each.checkpoints:
            tally.saw(Kpi.CHECKPOINT_ADHERENCE, checkpoint.due_at, checkpoint.on_time, facts.class_name)


# --- decisions and oversight ------------------------------------------------------------------------------------------


def overrides(facts: TicketFacts, _: Terms, tally: Tally) -> None:
    """Tell whether people changed a decision of automation; corrected facts of the intake are no such change."""
    at, of = facts.triaged_at, facts.class_name
    if at is None:
        return
    decided = [each for each in facts.overrides if each.is_decision]
    tally.saw(Kpi.OVERRIDE_RATE, at, bool(decided), of)
    tally.saw(Kpi.OVERRIDE_UP_RATE, at, any(each.raised > 0 for each in decided), of)
    tally.saw(Kpi.OVERRIDE_DOWN_RATE, at, any(each.raised < 0 for each in decided), of)
    for each in facts.overrides:
        kind = "override" if each.is_decision else "data_fix"
        tally.counts(f"{kind}_by_person", each.by, each.at, of)
        if each.is_decision:
            for rule in each.rules:
                tally.counts("override_by_rule", rule, each.at, of)


def approvals(facts: TicketFacts, _: Terms, tally: Tally) -> None:
    """Tell how requests for a decision ended; one that was withdrawn or replaced says nothing about people."""
    of = facts.class_name
    for each in facts.approvals:
        if each.ended_at is None:
            tally.waits(Kpi.APPROVAL_LATENCY, each.requested_at, of)
            continue
        is_decided, ran_out = each.outcome in _DECIDED, each.outcome in _RAN_OUT
        if is_decided:
            tally.saw(Kpi.APPROVAL_LATENCY, each.ended_at, _hours(each.requested_at, each.ended_at), of)
            is_rejected = each.outcome is ApprovalOutcome.REJECTED
            tally.saw(Kpi.APPROVAL_REJECTION_RATE, each.ended_at, is_rejected, of)
        if is_decided or ran_out:
            tally.saw(Kpi.APPROVAL_EXPIRY_RATE, each.requested_at, ran_out, of)
        else:
            tally.counts("approval_churn", each.outcome, each.ended_at, of)


def intake(facts: TicketFacts, terms: Terms, tally: Tally) -> None:
    """Tell whether a ticket was still incomplete a quarter of an hour after its creation, and what it lacked."""
    late = facts.created_at + _INCOMPLETE
    if late <= terms.now:
        known = facts.triaged_at or facts.completed_at
        is_incomplete = facts.blocked_at is not None and (known is None or known > late)
        tally.saw(Kpi.INCOMPLETE_RATE, facts.created_at, is_incomplete, facts.class_name)
    for field in facts.missing:
        tally.counts("missing_field", field, facts.created_at, facts.class_name)


def sends(facts: TicketFacts, _: Terms, tally: Tally) -> None:
    """Tell which texts left and which could not."""
    for at in facts.sent:
        tally.saw(Kpi.FAILED_SEND_RATE, at, 0, facts.class_name)
    for at in facts.failed:
        tally.saw(Kpi.FAILED_SEND_RATE, at, 1, facts.class_name)


# --- results ----------------------------------------------------------------------------------------------------------


def closing(facts: TicketFacts, _: Terms, tally: Tally) -> None:
    """Tell what became of a ticket, and whether its root cause was right where somebody judged it."""
    closure, of = facts.closure, facts.class_name
    if closure is None:
        return
    if closure.resolution_code is not None:
        tally.saw(Kpi.PARTIAL_RESOLUTION_RATE, closure.at, closure.resolution_code in _PARTIAL, of)
        tally.counts("resolution_code", closure.resolution_code, closure.at, of)
    if (is_right := _cause_right(facts, closure)) is not None:
        tally.saw(Kpi.ROOT_CAUSE_ACCURACY, closure.at, is_right, of)


def _cause_right(facts: TicketFacts, closure: Closure) -> bool | None:
    """Tell how a root cause turned out: by its verdict, or by a correction that names the category."""
    judged = [each.should_be for each in facts.feedback if each.field == "root_cause"]
    if closure.cause_right is None and judged and closure.cause_category is not None:
        return judged[-1] == closure.cause_category
    return closure.cause_right


def feedback(facts: TicketFacts, _: Terms, tally: Tally) -> None:
    """Tell what people said about the handling."""
    for each in facts.feedback:
        if each.rating is not None:
            tally.saw(Kpi.SATISFACTION, each.at, each.rating, facts.class_name)
        if each.field is not None:
            tally.counts("correction", each.field, each.at, facts.class_name)


#: What is observed on a ticket, and on an incident, which is no ticket of a customer.
ON_TICKETS: Final[tuple[Observer, ...]] = (
    *(first_response, resolution, acknowledgement, promises, reopening, escalation, checkpoints),
    *(overrides, approvals, intake, sends, closing, feedback),
)
ON_INCIDENTS: Final[tuple[Observer, ...]] = (*(incident_resolution, acknowledgement, checkpoints, approvals, sends),)
