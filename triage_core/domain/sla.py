"""Which of a ticket's clocks start, stop, pause or move when something happens to the ticket?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain import clocks
from triage_core.domain.model import BreachCause, Clock, Outcome, State
from triage_core.domain.policy.service_levels import Metric, PauseReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from triage_core.domain.clocks import Edge, Plan
    from triage_core.domain.conditions import FieldValues
    from triage_core.domain.promises import Promises

Clocks = tuple[Clock, ...]

#: Clocks that every triaged ticket starts with, where the policy gives them a target.
AT_CREATION = (
    Metric.FIRST_REPLY,
    Metric.REQUESTER_WAIT,
    Metric.AGENT_WORK,
    Metric.FIRST_RESOLUTION,
    Metric.RESOLUTION,
)
#: What a public reply of an agent answers.
ANSWERED_BY_REPLY = (Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.UPDATE, Metric.COMMUNICATION)
#: Replies that are no longer owed once the ticket is solved.
MET_BY_SOLUTION = (Metric.FIRST_REPLY, Metric.NEXT_REPLY, Metric.UPDATE, Metric.COMMUNICATION)
#: What the solution itself ends.
ENDED_BY_SOLUTION = (Metric.REQUESTER_WAIT, Metric.AGENT_WORK, Metric.FIRST_RESOLUTION, Metric.RESOLUTION)
#: What a reopening lets run again; the first resolution and the first reply happen once in a ticket's life.
RESUMED_BY_REOPENING = (Metric.REQUESTER_WAIT, Metric.AGENT_WORK, Metric.RESOLUTION)


class Desk:
    """A ticket's promises: the plans of its class and fields, under one policy version."""

    def __init__(self, promises: Promises, class_name: str, fields: FieldValues, policy_version: str) -> None:
        """Bind the promises to one kind of ticket."""
        self.promises = promises
        self.stamp = clocks.Stamp(class_name=class_name, policy_version=policy_version)
        self.plans = promises.plans(class_name, fields)

    def plan(self, clock: Clock) -> Plan:
        """Return the plan a clock runs by: its own target with today's warning shares."""
        plan = self.plans.get(clock.metric) or self.promises.intake_plan()
        warns = plan.warns if plan and clock.metric is not Metric.ACKNOWLEDGEMENT else ()
        return clocks.Plan(metric=clock.metric, calendar=clock.calendar, within=clock.target, warns=warns)

    def start(self, metric: Metric, at: datetime, number: int = 1) -> Clocks:
        """Start a metric's clock where the class has a target for it."""
        plan = self.plans.get(metric)
        if plan is None:
            return ()
        calendar = self.promises.calendar(plan.calendar)
        return (clocks.start(plan, calendar, at, self.stamp, number),)


def latest(current: Iterable[Clock], metric: Metric) -> Clock | None:
    """Return the newest clock of a metric."""
    return max((clock for clock in current if clock.metric is metric), key=lambda clock: clock.number, default=None)


def _next_number(current: Sequence[Clock], metric: Metric) -> int:
    last = latest(current, metric)
    return last.number + 1 if last else 1


def _changed(current: Iterable[Clock], change: Callable[[Clock], Clock]) -> Clocks:
    return tuple(after for before in current if (after := change(before)) is not before)


def at_creation(desk: Desk, created_at: datetime, now: datetime) -> tuple[Clocks, tuple[tuple[Clock, Edge], ...]]:
    """Start the clocks of a ticket that was triaged `now`; they run from its creation.

    Edges that lie before `now` have happened; a breach among them is caused by the late intake.
    """
    started = tuple(clock for metric in AT_CREATION for clock in desk.start(metric, created_at))
    if created_at == now:
        return started, ()
    happened = tick(desk, started, now)
    return started, tuple((clocks.with_cause(clock, BreachCause.LATE_INTAKE), edge) for clock, edge in happened)


def already_answered(
    started: Clocks, happened: tuple[tuple[Clock, Edge], ...], at: datetime
) -> tuple[Clocks, tuple[tuple[Clock, Edge], ...]]:
    """Stop the first reply's clock where an agent answered before the ticket was complete."""
    answered = _changed(started, lambda clock: clocks.stop(clock, at) if clock.metric is Metric.FIRST_REPLY else clock)
    stopped = {clock.id: clock for clock in answered}
    before = tuple(pair for pair in happened if pair[0].id not in stopped or pair[1].at <= at)
    return tuple(stopped.get(clock.id, clock) for clock in started), before


def on_agent_reply(current: Clocks, at: datetime) -> Clocks:
    """Stop what a public reply answers; a reply reported late answers nothing that began after it."""

    def answer(clock: Clock) -> Clock:
        answered = clock.metric in ANSWERED_BY_REPLY and clock.started_at <= at
        return clocks.stop(clock, at) if answered else clock

    return _changed(current, answer)


def next_update(desk: Desk, current: Clocks, at: datetime) -> Clocks:
    """Start the next promised update after a public reply, unless a later reply has started it already."""
    last = latest(current, Metric.UPDATE)
    if last is not None and last.started_at > at:
        return ()
    return desk.start(Metric.UPDATE, at, _next_number(current, Metric.UPDATE))


def on_customer_reply(desk: Desk, current: Clocks, at: datetime, last_reply_at: datetime | None = None) -> Clocks:
    """Start the next reply's clock at the oldest unanswered message; the first reply has its own clock.

    A message reported late, older than the last public reply, is answered by that one.
    """
    if last_reply_at is not None and at < last_reply_at:
        return ()
    owed = (latest(current, Metric.FIRST_REPLY), latest(current, Metric.NEXT_REPLY))
    if any(clock is not None and clock.outcome is Outcome.OPEN for clock in owed):
        return ()
    return desk.start(Metric.NEXT_REPLY, at, _next_number(current, Metric.NEXT_REPLY))


def on_waiting(desk: Desk, current: Clocks, at: datetime, reason: PauseReason, by: str) -> Clocks:
    """Pause the clocks that this reason stops."""
    stops = [clock for clock in current if reason in desk.promises.pauses(clock.metric)]
    return _changed(stops, lambda clock: clocks.pause(clock, at, reason, by))


#: Clocks whose targets no class sets.
NOT_OF_THE_CLASS = (Metric.INTAKE, Metric.ACKNOWLEDGEMENT)
#: Why a clock that starts in a waiting state stands still from the beginning.
HELD_BY = {
    State.WAITING_CUSTOMER: PauseReason.WAITING_CUSTOMER,
    State.WAITING_THIRD_PARTY: PauseReason.WAITING_THIRD_PARTY,
}


def held(desk: Desk, state: State, started: Clocks, at: datetime) -> Clocks:
    """Let clocks that start while the ticket waits stand still from the beginning, where the waiting stops them."""
    reason = HELD_BY.get(state)
    return (on_waiting(desk, started, at, reason, "") or started) if reason else started


def on_resumed(desk: Desk, current: Clocks, at: datetime) -> Clocks:
    """Let paused clocks run on."""
    return _changed(
        current, lambda clock: clocks.resume(clock, desk.plan(clock), desk.promises.calendar(clock.calendar), at)
    )


def on_resolved(current: Clocks, at: datetime) -> Clocks:
    """End what the solution ends; replies still owed are met by it, unless they were late already."""

    def solve(clock: Clock) -> Clock:
        if clock.metric in MET_BY_SOLUTION:
            return clocks.stop(clock, at, Outcome.MET_BY_RESOLUTION)
        return clocks.stop(clock, at) if clock.metric in ENDED_BY_SOLUTION else clock

    return _changed(current, solve)


def on_reopened(desk: Desk, current: Clocks, at: datetime) -> Clocks:
    """Let waits and the full resolution run on."""

    def run_on(clock: Clock) -> Clock:
        if clock.metric not in RESUMED_BY_REOPENING:
            return clock
        counts = PauseReason.SOLVED not in desk.promises.pauses(clock.metric)
        return clocks.reopen(clock, desk.plan(clock), desk.promises.calendar(clock.calendar), at, solved_counts=counts)

    return _changed([clock for metric in RESUMED_BY_REOPENING if (clock := latest(current, metric))], run_on)


def on_cancelled(current: Clocks, at: datetime) -> Clocks:
    """Cancel what still runs: the ticket was merged or is void, or its policy has no such target any more."""
    return _changed(current, lambda clock: clocks.stop(clock, at, Outcome.CANCELLED))


def on_retarget(desk: Desk, current: Clocks, at: datetime) -> Clocks:
    """Give running clocks the targets of the new class; a metric that lost its target is cancelled."""
    changed: list[Clock] = []
    for clock in current:
        plan = desk.plans.get(clock.metric)
        if clock.outcome is not Outcome.OPEN or clock.metric in NOT_OF_THE_CLASS:
            continue
        if plan is None:
            changed.append(clocks.stop(clock, at, Outcome.CANCELLED))
        else:
            calendar = desk.promises.calendar(plan.calendar)
            changed += clocks.retarget(clock, plan, calendar, at, desk.stamp)
    return tuple(changed)


def tick(desk: Desk, current: Clocks, now: datetime) -> tuple[tuple[Clock, Edge], ...]:
    """Return what time did to the clocks up to `now`, in the order it happened, each with the clock after it."""
    happened: list[tuple[Clock, Edge]] = []
    for clock in current:
        happened += clocks.edges(clock, desk.plan(clock), desk.promises.calendar(clock.calendar), now)
    return tuple(sorted(happened, key=lambda pair: (pair[1].at, pair[0].id)))


def next_edge(current: Iterable[Clock]) -> tuple[datetime, Clock] | None:
    """Return the next moment at which time does something, and to which clock."""
    moments = [(moment, clock) for clock in current if (moment := clocks.next_edge(clock)) is not None]
    return min(moments, key=lambda pair: (pair[0], pair[1].id), default=None)
