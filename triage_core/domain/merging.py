"""What does a ticket take over when another one is merged into it?

The older beginning, the earlier answer and the graver decision hold for what is left, so that its figures show the true
wait. The ticket that goes is left out of every figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from triage_core.domain import clocks, sla, working
from triage_core.domain.entry import Kind
from triage_core.domain.errors import TriageError
from triage_core.domain.lifecycle import Action, Step, apply
from triage_core.domain.model import Clock, Link, Outcome, RiskTag, TagSource, Ticket
from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.rerouting import rerouted
from triage_core.domain.retargeting import cancellations, retargeted
from triage_core.domain.triaging import edge_steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.domain.context import Context
    from triage_core.domain.playbook import Playbook
    from triage_core.domain.sla import Clocks, Desk

MERGED_INTO: Final = "merged_into"
MERGED_FROM: Final = "merged_from"
_MILLISECOND: Final = 1_000
#: More threads than these say nothing new.
_MOST_THREADS: Final = 8


class MergeRefused(TriageError):
    """Two tickets cannot become one."""

    code = "merge_refused"

    def __init__(self, why: str) -> None:
        """Say what stands against it and what to do instead."""
        super().__init__(f"these tickets cannot be merged: {why}")


_REASONS: Final[tuple[tuple[Callable[[Ticket, Ticket], bool], str], ...]] = (
    (lambda into, child: into.id == child.id, "a ticket cannot be merged into itself; name the other one"),
    (lambda into, _: not into.is_open, "the one that stays is over; reopen it first, or merge the other way round"),
    (lambda into, child: into.mode is not child.mode, "one of them counts and the other does not; link them instead"),
    (
        lambda into, child: _differ(into.requester_key, child.requester_key) or _differ(into.customer, child.customer),
        "different people sent them; link them, so that each gets its own answer",
    ),
    (
        lambda into, child: into.class_name is None and child.class_name is not None,
        "the one that stays is incomplete; complete it first, or merge the other way round",
    ),
)


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def check(survivor: Ticket, child: Ticket) -> None:
    """Raise `MergeRefused` where a ticket cannot be merged into another."""
    for stands_against, why in _REASONS:
        if stands_against(survivor, child):
            raise MergeRefused(why)


def leave(context: Context, child: Ticket, reason: str, into: str) -> list[Step]:
    """End a ticket because another one goes on in its place."""
    (step,) = working.end(context, child, Action.MERGE, reason, into)
    return [replace(step, facts={**step.facts, "closure_cause": "merged"})]


def take_over(context: Context, survivor: Ticket, child: Ticket) -> list[Step]:
    """Return what the merging does to the ticket that stays; `child` is the other one as it was before."""
    joined = _since(survivor, child)
    changes = {**_changed(survivor, joined), **_with_clocks(_begun(context, survivor, joined, child))}
    first = Step(kind=Kind.TOOK_OVER, changes=changes, facts={"from": child.id})
    if survivor.class_name is None:
        return [first]
    after = apply(survivor, changes)
    happened = edge_steps(after.id, sla.tick(context.playbook.desk(after), after.clocks, context.now))
    for step in happened:
        after = apply(after, step.changes)
    return [first, *happened, *_graver(context, after, child)]


def _since(survivor: Ticket, child: Ticket) -> Ticket:
    """Take over beginning, answers and threads."""
    created = min(survivor.created_at, child.created_at)
    sooner = int((survivor.created_at - created).total_seconds() * _MILLISECOND)
    return replace(
        survivor,
        created_at=created,
        order_key=survivor.order_key - sooner if survivor.class_name else survivor.order_key,
        first_reply_at=min(_known(survivor.first_reply_at, child.first_reply_at), default=None),
        last_reply_at=max(_known(survivor.last_reply_at, child.last_reply_at), default=None),
        thread_keys=tuple(dict.fromkeys((*survivor.thread_keys, *child.thread_keys)))[:_MOST_THREADS],
        links=(*survivor.links, Link(kind=MERGED_FROM, to=child.id)),
    )


def _known(*moments: datetime | None) -> list[datetime]:
    return [moment for moment in moments if moment is not None]


def _changed(before: Ticket, after: Ticket) -> dict[str, Any]:
    names = before.__struct_fields__
    return {name: value for name in names if (value := getattr(after, name)) != getattr(before, name)}


def _with_clocks(moved: Clocks) -> dict[str, Any]:
    return {"clocks": moved} if moved else {}


# --- clocks -----------------------------------------------------------------------------------------------------------


def _begun(context: Context, survivor: Ticket, joined: Ticket, child: Ticket) -> Clocks:
    """Let clocks begin with the older ticket, the first reply end with the earlier answer, and one still owed start."""
    desk = context.playbook.desk(survivor)
    moved = {clock.id: clock for clock in survivor.clocks}
    for name, clock in moved.items():
        if clock.metric in {*sla.AT_CREATION, Metric.INTAKE}:
            moved[name] = _moved(context, desk, clock, joined)
    owed = sorted(clock.started_at for clock in (*survivor.clocks, *child.clocks) if _is_owed(clock))
    unanswered = [at for at in owed if joined.last_reply_at is None or at > joined.last_reply_at]
    started = sla.on_customer_reply(desk, tuple(moved.values()), unanswered[0]) if unanswered else ()
    changed = [clock for clock in moved.values() if clock not in survivor.clocks]
    return (*changed, *sla.held(desk, survivor.state, started, context.now)) if survivor.class_name else tuple(changed)


def _moved(context: Context, desk: Desk, clock: Clock, joined: Ticket) -> Clock:
    plan, calendar = desk.plan(clock), desk.promises.calendar(clock.calendar)
    begun = clocks.earlier(clock, plan, calendar, joined.created_at, context.now)
    if clock.metric is not Metric.FIRST_REPLY or joined.first_reply_at is None:
        return begun
    return clocks.answered_at(begun, plan, calendar, joined.first_reply_at)


def _is_owed(clock: Clock) -> bool:
    return clock.outcome is Outcome.OPEN and clock.metric in {Metric.FIRST_REPLY, Metric.NEXT_REPLY}


# --- class and caution ------------------------------------------------------------------------------------------------


def _graver(context: Context, survivor: Ticket, child: Ticket) -> list[Step]:
    """Take over a higher class, a worse severity, tags and gates; nothing gets milder."""
    led, offers = rerouted(context, survivor, _worse(context.playbook, survivor, child))
    changes = _changed(survivor, led)
    if not changes:
        return []
    changes |= _with_clocks(retargeted(context, survivor, led))
    step = Step(kind=Kind.TOOK_OVER, changes=changes, facts={"from": child.id, "graver": sorted(changes)})
    return [step, *cancellations(survivor.id, changes.get("clocks", ())), *offers]


def _worse(playbook: Playbook, survivor: Ticket, child: Ticket) -> Ticket:
    rules = playbook.rules
    chosen = min((survivor.class_name, child.class_name), key=lambda name: _rank(rules.ranks, name))
    severity = min((survivor.severity, child.severity), key=lambda name: _rank(rules.severity_ranks, name))
    held = {*survivor.tag_names, *survivor.cleared_tags}
    new = tuple(_settled(tag) for tag in child.tags if tag.name in rules.tag_bits and tag.name not in held)
    pins = {"class_name": chosen != survivor.class_name, "severity": severity != survivor.severity}
    return replace(
        survivor,
        class_name=chosen,
        class_rank=_rank(rules.ranks, chosen),
        severity=severity,
        tags=(*survivor.tags, *new),
        suspicious=survivor.suspicious or child.suspicious,
        gate_required=survivor.gate_required or child.gate_required,
        must_escalate=survivor.must_escalate or child.must_escalate,
        approvers=tuple(dict.fromkeys((*survivor.approvers, *child.approvers))),
        order_key=min(survivor.order_key, child.order_key or survivor.order_key),
        pinned=tuple(sorted({*survivor.pinned, *(name for name, taken in pins.items() if taken)})),
    )


def _settled(tag: RiskTag) -> RiskTag:
    """Keep a tag that a rule found in the other ticket's words, which no later decision reads here."""
    return replace(tag, source=TagSource.SOURCE) if tag.source is TagSource.RULE else tag


def _rank(ranks: Any, name: str | None) -> int:  # noqa: ANN401 - a mapping of names to places
    """Return the place of a name; one that the policy does not have stands behind all others."""
    return int(ranks.get(name or "", len(ranks)))
