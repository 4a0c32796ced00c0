"""Which rung of the ladder is called next, and what if nobody is there?

Every call happens at its own moment, whenever it is looked at: a sweep that comes late finds the calls that were due,
each once, in their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from triage_core.domain import clocks, sla
from triage_core.domain.calendar import calendar_of
from triage_core.domain.entry import Kind
from triage_core.domain.escalating.ladders import FALLBACK, Plan, plan_of
from triage_core.domain.escalating.reaching import Reached, pages, reached
from triage_core.domain.escalating.state import Escalation, Rung, Standing
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import Outcome
from triage_core.domain.policy.service_levels import Metric

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.context import Context
    from triage_core.domain.model import Clock, Ticket
    from triage_core.domain.policy.escalation import Ladder

HOURS: Final = "hours"
MAINTENANCE: Final = "maintenance"
_ALWAYS: Final = calendar_of(None)


def climb(context: Context, ticket: Ticket, escalation: Escalation) -> list[Step]:
    """Call the next rung at the context's moment; where that must wait or nobody is left, write that down."""
    plan = plan_of(context, escalation)
    waits = _held_back(context, ticket, escalation, plan)
    if waits is not None:
        return [_wait(escalation, *waits)]
    if escalation.calls >= plan.ladder.max_calls:
        return [_exhausted(escalation, "the most calls that the ladder allows were made")]
    return _called(context, ticket, escalation, plan)


def _called(context: Context, ticket: Ticket, escalation: Escalation, plan: Plan) -> list[Step]:
    """Go up until a level reaches somebody; a level without anybody is passed over at once and written down."""
    gaps: list[Step] = []
    openings: list[datetime] = []
    rung = after(plan.ladder, escalation.rung)
    for _ in plan.ladder.levels:
        if rung is None:
            break
        found = reached(context, ticket, plan.rule, plan.ladder.levels[rung.level], escalation.ends_at)
        if found.people:
            return [*gaps, _call(context, ticket, escalation, plan, (rung, found))]
        if plan.rule.id != FALLBACK:
            gaps.append(_gap(escalation, rung, found))
        openings += [found.opens_at] if found.opens_at is not None else []
        rung = above(plan.ladder, rung)
    waits = min(openings, default=None)
    if waits is not None:
        return [*gaps, _wait(escalation, waits, HOURS)]
    reason = "every level was called as often as the ladder says" if rung is None else "nobody can be reached"
    return [*gaps, _exhausted(escalation, reason)]


def after(ladder: Ladder, rung: Rung | None) -> Rung | None:
    """Return the rung that follows a call: the same level again, the next level, the next round, or none."""
    if rung is None:
        return Rung()
    if rung.turn < ladder.levels[rung.level].repeat:
        return replace(rung, turn=rung.turn + 1)
    return above(ladder, rung)


def above(ladder: Ladder, rung: Rung) -> Rung | None:
    """Return the first rung of the next level, of the next round after the last level, or none."""
    if rung.level + 1 < len(ladder.levels):
        return Rung(round=rung.round, level=rung.level + 1)
    return Rung(round=rung.round + 1) if rung.round < ladder.repeat else None


def _held_back(context: Context, ticket: Ticket, escalation: Escalation, plan: Plan) -> tuple[datetime, str] | None:
    """Return until when and why nobody may be called yet."""
    never = plan.book.policy.escalation.never_suppressed
    until = context.on_call.held_until(ticket.intake, ticket.tag_names, never, context.now)
    if until is not None and until > context.now:
        return min(until, escalation.ends_at), MAINTENANCE
    if plan.rule.notify_in is None:
        return None
    opens_at = plan.book.promises.calendar(plan.rule.notify_in).next_opening(context.now)
    return (min(opens_at, escalation.ends_at), HOURS) if opens_at > context.now else None


def _call(context: Context, ticket: Ticket, escalation: Escalation, plan: Plan, call: tuple[Rung, Reached]) -> Step:
    (rung, found), at = call, context.now
    level = plan.ladder.levels[rung.level]
    called = replace(
        escalation,
        standing=Standing.CALLING,
        rung=rung,
        called=found.people,
        reached=tuple(dict.fromkeys((*escalation.reached, *found.people))),
        calls=escalation.calls + 1,
        next_call_at=at + level.timeout,
        held_back="",
    )
    changes: dict[str, Any] = {"escalation": called}
    if started := _deadline(ticket, plan, at):
        changes["clocks"] = started
    facts = {
        "number": escalation.number,
        "cycle": escalation.cycle,
        "calls": called.calls,
        "round": rung.round + 1,
        "level": rung.level + 1,
        "turn": rung.turn + 1,
        "people": found.people,
        "paged": pages(level),
    }
    return Step(kind=Kind.ESCALATION_CALLED, changes=changes, facts=facts, at=at)


def _deadline(ticket: Ticket, plan: Plan, at: datetime) -> tuple[Clock, ...]:
    """Start the clock of the acknowledgement with the first call of each cycle."""
    last = sla.latest(ticket.clocks, Metric.ACKNOWLEDGEMENT)
    if last is not None and last.outcome is Outcome.OPEN:
        return ()
    target = clocks.Plan(metric=Metric.ACKNOWLEDGEMENT, calendar="always", within=plan.rule.acknowledge_within)
    stamp = clocks.Stamp(class_name=ticket.class_name or "", policy_version=plan.book.version)
    return (clocks.start(target, _ALWAYS, at, stamp, last.number + 1 if last else 1),)


def _gap(escalation: Escalation, rung: Rung, found: Reached) -> Step:
    facts = {"number": escalation.number, "level": rung.level + 1, "reason": "no_target", "opens_at": found.opens_at}
    return Step(kind=Kind.ESCALATION_GAP, changes={}, facts=facts)


def _wait(escalation: Escalation, until: datetime, reason: str) -> Step:
    waiting = replace(escalation, next_call_at=until, held_back=reason)
    facts = {"number": escalation.number, "until": until, "reason": reason}
    return Step(kind=Kind.ESCALATION_HELD_BACK, changes={"escalation": waiting}, facts=facts)


def _exhausted(escalation: Escalation, reason: str) -> Step:
    over = replace(escalation, standing=Standing.EXHAUSTED, next_call_at=None, held_back="")
    facts = {"number": escalation.number, "calls": escalation.calls, "reason": reason}
    return Step(kind=Kind.ESCALATION_EXHAUSTED, changes={"escalation": over}, facts=facts)
