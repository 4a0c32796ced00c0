"""What happens when a ticket arrives, and when a blocked one is completed?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage_core.domain import clocks, scoring, sla
from triage_core.domain.decision import NOTHING_GIVEN, Given
from triage_core.domain.entry import Kind
from triage_core.domain.intake import as_given
from triage_core.domain.lifecycle import Action, Step, apply, move
from triage_core.domain.model import Clock, RiskTag, State, TagSource, Ticket
from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.profile import still_from_profile
from triage_core.domain.rule_bits import CAUTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from triage_core.domain.clocks import Edge
    from triage_core.domain.context import Context
    from triage_core.domain.decision import Decision
    from triage_core.domain.intake import Checked
    from triage_core.domain.playbook import Playbook


def joined(subject: str, body: str) -> str:
    """Return the text that rules read and that offsets count in."""
    return f"{subject}\n{body}"


def arrive(context: Context, ticket: Ticket, given: Mapping[str, Any]) -> list[Step]:
    """Take a new ticket in: triage it where its intake is complete, block it where it is not.

    `ticket` carries what the source said for good (ids, times, tags, severity); `given` is the intake as it came.
    """
    checked = context.playbook.form.check(given)
    if checked.problems:
        return _block(context, ticket, checked)
    changes = _checked(checked)
    return _triage(context, apply(ticket, changes), changes)


def said(ticket: Ticket) -> dict[str, Any]:
    """Return the intake without what the policy filled in, which a fuller answer may replace."""
    return {name: value for name, value in ticket.intake.items() if name not in ticket.defaulted}


def _checked(checked: Checked) -> dict[str, Any]:
    return {"intake": checked.values, "defaulted": checked.defaulted, "problems": checked.problems}


def _block(context: Context, ticket: Ticket, checked: Checked) -> list[Step]:
    started = _intake_clock(context.playbook, ticket)
    happened = sla.tick(context.playbook.desk(ticket), started, context.now)
    changes = {
        **_checked(checked),
        "state": State.INCOMPLETE,
        "policy_version": context.playbook.version,
        "clocks": started,
    }
    return [*_blocked(context, ticket, changes, {}), *edge_steps(ticket.id, happened)]


def _blocked(context: Context, ticket: Ticket, changes: dict[str, Any], texts: dict[str, str]) -> list[Step]:
    """Write down that something is missing, and what the text says that must not wait for it; each word rings once."""
    alerts = tuple(rule for rule in context.playbook.alarms.ringing(context.text) if rule not in ticket.alerts)
    tricks = context.playbook.rules.tricks(context.text)
    if alerts:
        changes = {**changes, "alerts": (*ticket.alerts, *alerts)}
    if tricks:
        changes = {**changes, **_suspected(context.playbook, ticket)}
    facts = {"fired": (CAUTION,), "hits": tricks} if tricks else {}
    steps = [Step(kind=Kind.BLOCKED, changes=changes, facts=facts, texts=texts)]
    if alerts:
        steps.append(Step(kind=Kind.INTAKE_ALERTED, changes={}, facts={"rules": alerts, "incomplete": True}))
    return steps


def _suspected(playbook: Playbook, ticket: Ticket) -> dict[str, Any]:
    """Return what a text that tries to steer a machine does to a ticket before anything else is decided."""
    tag = playbook.policy.manipulation.tag
    found = (tag,) if tag in playbook.rules.tag_bits else ()
    return {"suspicious": True, "gate_required": True, "tags": tags_after(ticket.tags, found)}


def _intake_clock(playbook: Playbook, ticket: Ticket) -> tuple[Clock, ...]:
    plan = playbook.promises.intake_plan()
    if plan is None:
        return ()
    calendar = playbook.promises.calendar(plan.calendar)
    return (clocks.start(plan, calendar, ticket.created_at, clocks.Stamp(policy_version=playbook.version)),)


def complete(context: Context, ticket: Ticket, given: Mapping[str, Any]) -> list[Step]:
    """Add missing intake values to a blocked ticket; it goes on from there once nothing is missing.

    Raises `ActionNotAllowed` where the ticket is not incomplete.
    """
    move(ticket.state, Action.COMPLETE)
    checked = context.playbook.form.check(given, said(ticket))
    changes = _checked(checked)
    if (kept := still_from_profile(ticket, given)) != ticket.from_profile:
        changes["from_profile"] = kept
    if checked.problems:
        return _blocked(context, ticket, changes, as_given(given))
    running = sla.latest(ticket.clocks, Metric.INTAKE)
    if running is not None:
        changes["clocks"] = (clocks.stop(running, context.now),)
    completed = Step(kind=Kind.COMPLETED, changes=changes, texts=as_given(given))
    return [completed, *_triage(context, apply(ticket, changes), {})]


def _triage(context: Context, ticket: Ticket, changes: dict[str, Any]) -> list[Step]:
    playbook = context.playbook
    decision = playbook.rules.decide(ticket.intake, context.text, given_on(ticket))
    outcome = decision.outcome
    desk = sla.Desk(playbook.promises, outcome.class_name, ticket.intake, playbook.version)
    started, happened = sla.at_creation(desk, ticket.created_at, context.now)
    if ticket.first_reply_at is not None:
        started, happened = sla.already_answered(started, happened, ticket.first_reply_at)
    step = Step(
        kind=Kind.TRIAGED,
        changes={
            **changes,
            **_settled(ticket),
            **classification(playbook, ticket, decision),
            "state": State.TRIAGED,
            "first_class": ticket.first_class or outcome.class_name,
            "policy_version": playbook.version,
            "clocks": started,
        },
        facts=evidence(decision),
    )
    return [step, routed(context, ticket, outcome.class_name), *edge_steps(ticket.id, happened)]


def _settled(ticket: Ticket) -> dict[str, Any]:
    """Pin the severity that the source gave, so that no later decision loses it."""
    return {"pinned": tuple(sorted({*ticket.pinned, "severity"}))} if ticket.severity else {}


def classification(playbook: Playbook, ticket: Ticket, decision: Decision) -> dict[str, Any]:
    """Return the fields that a decision sets on a ticket; what people set stays."""
    outcome = decision.outcome
    return {
        "order_key": scoring.order_key(ticket.created_at, decision.bonus, playbook.policy.score),
        "class_name": outcome.class_name,
        "class_rank": outcome.class_rank,
        "severity": outcome.severity,
        "tags": tags_after(ticket.tags, outcome.tags),
        "suspicious": outcome.suspicious,
        "gate_required": outcome.gate_required,
        "approvers": outcome.approvers,
        "must_escalate": outcome.must_escalate,
    }


def given_on(ticket: Ticket) -> Given:
    """Return what people or the source settled on a ticket; what rules found is left out."""
    tags = tuple(tag.name for tag in ticket.tags if tag.source is not TagSource.RULE)
    settled = "severity" in ticket.pinned or ticket.class_name is None
    severity = ticket.severity if settled else None
    if not (tags or ticket.cleared_tags or severity or ticket.suspicious):
        return NOTHING_GIVEN
    return Given(tags=tags, cleared=ticket.cleared_tags, severity=severity, suspicious=ticket.suspicious)


def tags_after(held: Iterable[RiskTag], found: Iterable[str]) -> tuple[RiskTag, ...]:
    """Join tags that people or the source set with those that rules found; a rule never removes a person's tag."""
    kept = tuple(tag for tag in held if tag.source is not TagSource.RULE)
    names = {tag.name for tag in kept}
    return (*kept, *(RiskTag(name=name, source=TagSource.RULE) for name in found if name not in names))


def evidence(decision: Decision) -> dict[str, Any]:
    """Return what a timeline keeps of a decision: rules and places, never words of the ticket."""
    facts: dict[str, Any] = {"fired": decision.outcome.fired}
    if decision.hits:
        facts["hits"] = decision.hits
    if decision.truncated:
        facts["truncated"] = True
    return facts


def routed(context: Context, ticket: Ticket, class_name: str) -> Step:
    """Give the ticket to its queue and, where somebody is there, to an owner."""
    line = ticket.intake.get("service_line")
    given = context.playbook.directory.assign(class_name, str(line) if line else None, context.now, context.loads)
    changes: dict[str, Any] = {"queue": given.queue}
    if given.owner is not None:
        changes |= {
            "owner": given.owner,
            "secondary": given.secondary,
            "support_tier": given.support_tier,
            "state": State.ASSIGNED,
        }
    return Step(kind=Kind.ASSIGNED, changes=changes, facts={"reason": given.reason})


def edge_steps(ticket_id: str, happened: Iterable[tuple[Clock, Edge]]) -> list[Step]:
    """Write down what time did, each edge at its true moment and with the clock after it."""
    return [_edge_step(ticket_id, clock, edge) for clock, edge in happened]


def _edge_step(ticket_id: str, clock: Clock, edge: Edge) -> Step:
    facts: dict[str, Any] = {"edge": edge.id(ticket_id, clock), "metric": clock.metric, "target": clock.target}
    changes = {"clocks": (clock,)}
    if edge.share is None:
        return Step(kind=Kind.SLA_BREACHED, changes=changes, facts={**facts, "cause": clock.breach_cause}, at=edge.at)
    return Step(kind=Kind.SLA_AT_RISK, changes=changes, facts={**facts, "share": edge.share}, at=edge.at)
