"""What sets an escalation off, and what becomes of one that runs already?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec.structs import replace

from triage_core.domain import sla
from triage_core.domain.conditions import all_hold
from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, NotPermitted, ReasonMissing
from triage_core.domain.escalating.climbing import MAINTENANCE
from triage_core.domain.escalating.ladders import Plan, plan_for
from triage_core.domain.escalating.state import BlastRadius, Confidence, Escalation, Standing
from triage_core.domain.gating.state import ApprovalOutcome
from triage_core.domain.lifecycle import Step, allowed
from triage_core.domain.model import ActorKind, Outcome, Record
from triage_core.domain.policy.escalation import Trigger
from triage_core.domain.policy.people import Right
from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.related import incident_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket

#: Clocks whose breach is answered by the ladder itself.
_OWN: Final = frozenset({Metric.ACKNOWLEDGEMENT})


#: What the incident of a ticket is escalated for already; a missed promise to a customer is a matter of its own.
_LED_BY_INCIDENT: Final = frozenset({Trigger.CLASS, Trigger.TAG, Trigger.INCIDENT})


class Cause(NamedTuple):
    """What set an escalation off; the name is stable, and sets off once."""

    trigger: Trigger
    name: str
    share: float | None = None


def causes(context: Context, ticket: Ticket, step: Step) -> list[Cause]:
    """Return what a line of the timeline sets off on the ticket as it stands after it."""
    found = _CAUSES.get(step.kind)
    return list(found(context, ticket, step)) if found else []


def _decided(context: Context, ticket: Ticket, _: Step) -> Iterable[Cause]:
    """A class or tag that must escalate; a reopened ticket escalates again."""
    if not ticket.must_escalate or not ticket.is_open or ticket.record is Record.INCIDENT:
        return
    again = f"/{ticket.reopen_count}" if ticket.reopen_count else ""
    policy = context.playbook.policy
    if any(known.must_escalate for known in policy.classes if known.name == ticket.class_name):
        yield Cause(Trigger.CLASS, f"class:{ticket.class_name}{again}")
    for tag in policy.tags:
        if tag.must_escalate and tag.name in ticket.tag_names:
            yield Cause(Trigger.TAG, f"tag:{tag.name}{again}")


def _at_risk(_: Context, __: Ticket, step: Step) -> Iterable[Cause]:
    if step.facts["metric"] not in _OWN:
        yield Cause(Trigger.AT_RISK, f"at_risk:{_edge(step)}", step.facts["share"])


def _breached(_: Context, __: Ticket, step: Step) -> Iterable[Cause]:
    if step.facts["metric"] not in _OWN:
        yield Cause(Trigger.BREACH, f"breach:{_edge(step)}")


def _edge(step: Step) -> str:
    return str(step.facts["edge"]).partition("/")[2]


def _blocked(_: Context, ticket: Ticket, __: Step) -> Iterable[Cause]:
    yield Cause(Trigger.BLOCKED, f"blocked:{len(ticket.alerts)}")


def _incident(_: Context, __: Ticket, step: Step) -> Iterable[Cause]:
    yield Cause(Trigger.INCIDENT, f"incident:{step.facts['tickets'][0]}")


def _undecided(_: Context, __: Ticket, step: Step) -> Iterable[Cause]:
    """Nobody decided in time, or there is nobody who may."""
    if step.facts["outcome"] in {ApprovalOutcome.EXPIRED, ApprovalOutcome.NO_CHANNEL}:
        yield Cause(Trigger.APPROVAL, f"approval:{step.facts['approval']}")


def _bypassed(_: Context, ticket: Ticket, step: Step) -> Iterable[Cause]:
    yield Cause(Trigger.BYPASS, f"bypass:{step.at.isoformat() if step.at else ticket.version}")


def _contacted(context: Context, ticket: Ticket, step: Step) -> Iterable[Cause]:
    often = context.in_force.policy.escalation.repeated_contact
    if often and "unanswered" in step.changes and ticket.unanswered and ticket.unanswered % often == 0:
        yield Cause(Trigger.REPEATED_CONTACT, _again(ticket, f"repeated:{ticket.unanswered}"))


def _again(ticket: Ticket, name: str) -> str:
    """Name a cause that may come again, so that each time sets off once."""
    before = sum(known == name or known.startswith(f"{name}/") for known in ticket.set_off)
    return f"{name}/{before}" if before else name


_CAUSES: Final[dict[Kind, Callable[[Context, Ticket, Step], Iterable[Cause]]]] = {
    **dict.fromkeys((Kind.TRIAGED, Kind.OVERRIDDEN, Kind.UPDATED, Kind.REOPENED, Kind.INCIDENT_LEFT), _decided),
    Kind.SLA_AT_RISK: _at_risk,
    Kind.SLA_BREACHED: _breached,
    Kind.INTAKE_ALERTED: _blocked,
    Kind.INCIDENT_PROPOSED: _incident,
    Kind.CUSTOMER_REPLIED: _contacted,
    Kind.APPROVAL_REQUESTED: _undecided,
    Kind.APPROVAL_EXPIRED: _undecided,
    Kind.GATE_BYPASSED: _bypassed,
}


def set_off(context: Context, ticket: Ticket, cause: Cause, *, by: str | None = None) -> list[Step]:
    """Raise an escalation, let the cause join the one that runs, or do nothing where it did so before."""
    # A ticket that comes back may have outlived its incident: it calls for itself.
    is_led = incident_of(ticket) is not None and cause.trigger in _LED_BY_INCIDENT and not ticket.reopen_count
    if cause.name in ticket.set_off or is_led:
        return []
    plan = plan_for(context.in_force, ticket, cause.trigger, cause.share)
    if plan is None:
        return []
    running = ticket.escalation
    if running is None or not running.is_open:
        return [_raised(context, ticket, cause, plan, by)]
    if _is_graver(running, cause, plan):
        over = ended(context, ticket, Standing.SUPERSEDED, cause.name)
        return [over, _raised(context, ticket, cause, plan, by)]
    return [_joined(context, ticket, running, cause)]


def _is_graver(running: Escalation, cause: Cause, plan: Plan) -> bool:
    """A ticket that has become graver is called out anew, unless a person holds it already."""
    decided = cause.trigger in {Trigger.CLASS, Trigger.TAG}
    return decided and running.standing is not Standing.HELD and plan.rule.id != running.rule


def _raised(context: Context, ticket: Ticket, cause: Cause, plan: Plan, by: str | None) -> Step:
    last, at, routing = ticket.escalation, context.now, plan.book.policy.routing
    escalation = Escalation(
        number=last.number + 1 if last else 1,
        trigger=cause.trigger,
        cause=cause.name,
        policy_version=plan.book.version,
        rule=plan.rule.id,
        ladder=plan.ladder.name,
        kind=plan.ladder.kind,
        queue=routing.escalation_queue or ticket.queue or routing.default_queue,
        raised_at=at,
        raised_by=by,
        next_call_at=at,
        ends_at=at + plan.ladder.max_age,
        blast=blast_of(ticket),
    )
    changes: dict[str, Any] = {"escalation": escalation, "set_off": (*ticket.set_off, cause.name)}
    if started := _promised(context, ticket):
        changes["clocks"] = started
    facts = {"number": escalation.number, "trigger": cause.trigger, "cause": cause.name, "rule": plan.rule.id}
    return Step(kind=Kind.ESCALATION_RAISED, changes=changes, facts={**facts, "by": by}, at=at)


def _promised(context: Context, ticket: Ticket) -> sla.Clocks:
    """Start the clock of the news that the customer gets with an escalation, where the policy promises them."""
    last = sla.latest(ticket.clocks, Metric.COMMUNICATION)
    if ticket.class_name is None or not ticket.is_open or (last is not None and last.outcome is Outcome.OPEN):
        return ()
    return context.playbook.desk(ticket).start(Metric.COMMUNICATION, context.now, last.number + 1 if last else 1)


def _joined(context: Context, ticket: Ticket, running: Escalation, cause: Cause) -> Step:
    """Write the cause down beside the first one; where the ladder had come to its end it starts again.

    What maintenance holds back is asked for anew, because the cause may be one that maintenance never holds back.
    """
    joined = replace(running, joined=(*running.joined, cause.name))
    if running.standing is Standing.EXHAUSTED:
        anew = {"standing": Standing.CALLING, "cycle": running.cycle + 1, "rung": None, "next_call_at": context.now}
        joined = replace(joined, **anew)
    elif running.held_back == MAINTENANCE:
        joined = replace(joined, next_call_at=context.now)
    changes = {"escalation": joined, "set_off": (*ticket.set_off, cause.name)}
    facts = {"number": running.number, "trigger": cause.trigger, "cause": cause.name}
    return Step(kind=Kind.ESCALATION_JOINED, changes=changes, facts=facts, at=context.now)


def ended(context: Context, ticket: Ticket, standing: Standing, reason: str, by: str | None = None) -> Step:
    """End the running escalation; nobody is called after it."""
    running = ticket.escalation
    if running is None or not running.is_open:
        raise ActionNotAllowed("end the escalation of", ticket.state, allowed(ticket.state))
    over = replace(
        running,
        standing=standing,
        ended_at=context.now,
        ended_by=by,
        next_call_at=None,
        held_back="",
        lease_until=None,
        checkpoint_at=None,
        offer=None,
    )
    changes: dict[str, Any] = {"escalation": over}
    waiting = [clock for clock in ticket.clocks if clock.metric is Metric.ACKNOWLEDGEMENT]
    if moved := sla.on_cancelled(tuple(waiting), context.now):
        changes["clocks"] = moved
    facts = {"number": running.number, "outcome": standing, "reason": reason, "by": by}
    return Step(kind=_ENDS.get(standing, Kind.ESCALATION_RESOLVED), changes=changes, facts=facts, at=context.now)


_ENDS: Final = {Standing.EXPIRED: Kind.ESCALATION_EXPIRED}


def blast_of(ticket: Ticket) -> BlastRadius:
    """Return what the ticket itself says of the damage; a person corrects it with the first checkpoint."""
    users = ticket.intake.get("users_affected")
    count = int(users) if isinstance(users, int | float) and users >= 1 else None
    said = {name: str(ticket.intake[name]) for name in ("affected_system", "data_sensitivity") if name in ticket.intake}
    return BlastRadius(
        customers_least=count,
        customers_most=count,
        services=(said["affected_system"],) if "affected_system" in said else (),
        data_classes=(said["data_sensitivity"],) if "data_sensitivity" in said else (),
        since=ticket.created_at,
        confidence=Confidence.SUSPECTED,
    )


def by_person(context: Context, ticket: Ticket, reason: str) -> list[Step]:
    """Raise an escalation by hand.

    Raises `ReasonMissing`, `ActionNotAllowed` on a ticket that is over, and `NotPermitted` for a person whom the policy
    does not let start one on this ticket: by role, by what the ticket says, by its age.
    """
    if not reason.strip():
        raise ReasonMissing("escalate")
    if not ticket.is_open:
        raise ActionNotAllowed("escalate", ticket.state, allowed(ticket.state))
    _check_starter(context, ticket)
    cause = Cause(Trigger.PERSON, _again(ticket, "person"))
    raised = set_off(context, ticket, cause, by=context.actor.id)
    return [replace(raised[0], texts={"reason": reason}), *raised[1:]]


def _check_starter(context: Context, ticket: Ticket) -> None:
    if context.actor.kind is not ActorKind.PERSON:
        return
    book, held = context.in_force, set(context.actor.roles)
    starters = book.policy.escalation.starters
    age = context.now - ticket.created_at
    if book.directory.may(held, Right.ESCALATE) and any(
        held & set(starter.roles)
        and all_hold(starter.when, ticket.intake)
        and (starter.after is None or age >= starter.after)
        for starter in starters
    ):
        return
    roles = dict.fromkeys(role for starter in starters for role in starter.roles)
    raise NotPermitted("escalate this ticket", roles)
