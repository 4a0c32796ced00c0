"""How does one SLA clock start, stand still, stop, change its target, and warn?

Each function takes a clock and the calendar it runs on, and returns the clock after it. A breach is the first crossing
and is never taken back. A clock that ends exactly on its due moment is met.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from triage_core.domain.errors import TimeOrder
from triage_core.domain.model import BreachCause, Clock, Outcome, Pause
from triage_core.domain.policy.service_levels import Metric, PauseReason
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.calendar import Calendar

_ZERO = timedelta()


class Plan(Value, frozen=True, kw_only=True):
    """The target of one metric for one kind of ticket."""

    metric: Metric
    calendar: str
    within: timedelta
    #: Shares of the target that warn, ascending.
    warns: tuple[float, ...] = ()


class Stamp(Value, frozen=True, kw_only=True):
    """The class and the policy version that set a target."""

    class_name: str = ""
    policy_version: str = ""


class Edge(Value, frozen=True, kw_only=True):
    """Something that time itself did to a clock."""

    #: at_risk or breached
    kind: str
    at: datetime
    share: float | None = None

    def id(self, ticket_id: str, clock: Clock) -> str:
        """Stable over every sweep: ticket, metric, number and edge."""
        name = self.kind if self.share is None else f"{self.kind}_{self.share * 100:g}%"
        return f"{ticket_id}/{clock.id}/{name}"


def start(plan: Plan, calendar: Calendar, at: datetime, stamp: Stamp, number: int = 1) -> Clock:
    """Start a clock; every edge lies ahead."""
    due = calendar.add(at, plan.within)
    return Clock(
        metric=plan.metric,
        number=number,
        calendar=plan.calendar,
        target=plan.within,
        started_at=at,
        due_at=due,
        warn_at=_warning(plan.within, plan.warns[0], calendar, due) if plan.warns else None,
        class_name=stamp.class_name,
        policy_version=stamp.policy_version,
    )


def _warning(target: timedelta, share: float, calendar: Calendar, due: datetime) -> datetime:
    return calendar.back(due, target * (1 - share))


def paused_time(clock: Clock, calendar: Calendar, until: datetime) -> timedelta:
    """Open time that the clock stood still up to a moment; pauses reported late may overlap and count once."""
    if len(clock.pauses) == 1:
        return calendar.elapsed(clock.pauses[0].start, min(clock.pauses[0].end or until, until))
    total, reached = _ZERO, clock.started_at
    for start, end in sorted((pause.start, min(pause.end or until, until)) for pause in clock.pauses):
        total += calendar.elapsed(max(start, reached), end)
        reached = max(reached, end)
    return total


def spent(clock: Clock, calendar: Calendar, now: datetime) -> timedelta:
    """Open time that the clock has run, pauses left out."""
    end = min(clock.stopped_at or now, now)
    return max(_ZERO, calendar.elapsed(clock.started_at, end) - paused_time(clock, calendar, end))


def pause(clock: Clock, at: datetime, reason: PauseReason, by: str) -> Clock:
    """Stand still from `at`; a clock that ended or stands still already stays as it is."""
    if not clock.runs:
        return clock
    if at < clock.started_at:
        raise TimeOrder("the pause", clock.started_at)
    return replace(clock, pauses=(*clock.pauses, Pause(start=at, reason=reason, by=by)), due_at=None, warn_at=None)


def resume(clock: Clock, plan: Plan, calendar: Calendar, at: datetime) -> Clock:
    """Run on from `at`, with the due moment moved by the open time that passed."""
    if clock.outcome is not Outcome.OPEN or not clock.paused:
        return clock
    last = clock.pauses[-1]
    if at < last.start:
        raise TimeOrder("the end of the pause", last.start)
    going = replace(clock, pauses=(*clock.pauses[:-1], replace(last, end=at)))
    return not_before(_with_edges(going, plan, calendar, at), plan, calendar, at, BreachCause.LATE)


def _with_edges(clock: Clock, plan: Plan, calendar: Calendar, now: datetime) -> Clock:
    if clock.breached_at is not None:
        return clock
    due = calendar.add(clock.started_at, clock.target + paused_time(clock, calendar, now))
    ahead = [share for share in plan.warns if share not in clock.warned]
    warn = max(clock.started_at, _warning(clock.target, ahead[0], calendar, due)) if ahead else None
    return replace(clock, due_at=due, warn_at=warn)


def edges(clock: Clock, plan: Plan, calendar: Calendar, now: datetime) -> tuple[tuple[Clock, Edge], ...]:
    """Return what time did up to `now`, each edge at its true moment, with the clock that remembers it."""
    found: list[tuple[Clock, Edge]] = []
    while clock.runs and clock.warn_at is not None and clock.warn_at <= now:
        share = next(share for share in plan.warns if share not in clock.warned)
        edge = Edge(kind="at_risk", at=clock.warn_at, share=share)
        clock = _with_edges(replace(clock, warned=(*clock.warned, share)), plan, calendar, clock.warn_at)
        found.append((clock, edge))
    if clock.runs and clock.due_at is not None and clock.due_at < now and clock.breached_at is None:
        found.append((_breach(clock, clock.due_at, BreachCause.LATE), Edge(kind="breached", at=clock.due_at)))
    return tuple(found)


def _breach(clock: Clock, at: datetime, cause: BreachCause) -> Clock:
    return replace(clock, breached_at=at, breach_cause=cause, warn_at=None)


def with_cause(clock: Clock, cause: BreachCause) -> Clock:
    """Say why a breached clock missed its target."""
    return replace(clock, breach_cause=cause) if clock.breached_at is not None else clock


def stop(clock: Clock, at: datetime, outcome: Outcome = Outcome.MET) -> Clock:
    """End a clock: met, unless its due moment had passed before `at`."""
    if clock.outcome is not Outcome.OPEN:
        return clock
    if clock.runs and clock.due_at is not None and clock.due_at < at and clock.breached_at is None:
        clock = _breach(clock, clock.due_at, BreachCause.LATE)
    closed = replace(clock.pauses[-1], end=max(at, clock.pauses[-1].start)) if clock.paused else None
    pauses = (*clock.pauses[:-1], closed) if closed else clock.pauses
    ended = Outcome.BREACHED if clock.breached_at is not None else outcome
    return replace(clock, pauses=pauses, stopped_at=at, outcome=ended, due_at=None, warn_at=None)


def reopen(clock: Clock, plan: Plan, calendar: Calendar, at: datetime, *, solved_counts: bool) -> Clock:
    """Run on after a reopening; the solved time counts for a full resolution and not for a wait.

    Where the target was used up while the ticket was solved, the breach lies at the reopening, not before.
    """
    if clock.stopped_at is None or clock.outcome not in {Outcome.MET, Outcome.BREACHED}:
        return clock
    gap = () if solved_counts else (Pause(start=clock.stopped_at, end=at, reason=PauseReason.SOLVED),)
    going = replace(clock, pauses=(*clock.pauses, *gap), stopped_at=None, outcome=Outcome.OPEN)
    return not_before(_with_edges(going, plan, calendar, at), plan, calendar, at, BreachCause.LATE)


def not_before(clock: Clock, plan: Plan, calendar: Calendar, at: datetime, cause: BreachCause) -> Clock:
    """Let edges that a change moved into the past happen at the change, not before it."""
    if clock.due_at is None or clock.breached_at is not None:
        return clock
    if clock.due_at < at:
        return _breach(clock, at, cause)
    passed = [share for share in plan.warns if _warning(clock.target, share, calendar, clock.due_at) < at]
    new = [share for share in passed if share not in clock.warned]
    return replace(clock, warned=tuple(passed[:-1]), warn_at=at) if new else clock


def retarget(clock: Clock, plan: Plan, calendar: Calendar, at: datetime, stamp: Stamp) -> tuple[Clock, ...]:
    """Give a running clock another target: the old instance is superseded, the new one keeps its start and pauses.

    A breached clock stays as it is: a breach is never taken back and never counted twice. Where more time has passed
    than the new target allows, the breach lies at `at`, caused by the new target.
    """
    if clock.outcome is not Outcome.OPEN or clock.breached_at is not None or _same(clock, plan):
        return ()
    old = replace(clock, stopped_at=at, outcome=Outcome.SUPERSEDED, due_at=None, warn_at=None)
    new = replace(
        clock,
        number=clock.number + 1,
        calendar=plan.calendar,
        target=plan.within,
        warned=(),
        class_name=stamp.class_name,
        policy_version=stamp.policy_version,
    )
    if new.paused:
        late = spent(new, calendar, at) > new.target
        return old, _breach(new, at, BreachCause.RETARGET) if late else new
    return old, not_before(_with_edges(new, plan, calendar, at), plan, calendar, at, BreachCause.RETARGET)


def _same(clock: Clock, plan: Plan) -> bool:
    return (clock.target, clock.calendar) == (plan.within, plan.calendar)


def earlier(clock: Clock, plan: Plan, calendar: Calendar, since: datetime, now: datetime) -> Clock:
    """Let a clock that runs have begun earlier; one that ended or was breached stays as it is."""
    if clock.outcome is not Outcome.OPEN or clock.breached_at is not None or clock.started_at <= since:
        return clock
    begun = replace(clock, started_at=since)
    return begun if begun.paused else _with_edges(begun, plan, calendar, now)


def answered_at(clock: Clock, plan: Plan, calendar: Calendar, at: datetime) -> Clock:
    """Let an answer that was not known of end a clock, or end it sooner; a breach is never taken back."""
    ends_sooner = clock.outcome is Outcome.MET and clock.stopped_at is not None and at < clock.stopped_at
    if clock.breached_at is not None or not (clock.outcome is Outcome.OPEN or ends_sooner):
        return clock
    going = replace(clock, outcome=Outcome.OPEN, stopped_at=None)
    return stop(going if going.paused else _with_edges(going, plan, calendar, at), at)


def next_edge(clock: Clock) -> datetime | None:
    """Return the next moment at which time does something to the clock."""
    if not clock.runs or clock.breached_at is not None:
        return None
    moments = [moment for moment in (clock.warn_at, clock.due_at) if moment is not None]
    return min(moments, default=None)
