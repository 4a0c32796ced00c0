"""What happens when a person corrects class, severity, tags, owner or intake?

Every correction needs a right and a reason, is written down with what automation had said, and feeds the calibration.
Whatever lowers caution on a gated ticket needs the right to lower gates as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, NotPermitted, ReasonMissing, UnknownName
from triage_core.domain.lifecycle import Step, allowed
from triage_core.domain.model import RiskTag, TagSource, Ticket
from triage_core.domain.policy.people import Right
from triage_core.domain.profile import still_from_profile
from triage_core.domain.rerouting import rerouted
from triage_core.domain.retargeting import cancellations, retargeted
from triage_core.domain.triaging import classification, evidence, given_on, said
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.context import Context
    from triage_core.domain.decision import Decision
    from triage_core.domain.playbook import Playbook


class Correction(Value, frozen=True, kw_only=True):
    """What a person wants changed; what is left out stays."""

    class_name: str | None = None
    severity: str | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    intake: dict[str, Any] = msgspec.field(default_factory=dict)
    reason: str = ""


#: What each part of a correction needs.
_RIGHTS = {
    "class_name": Right.OVERRIDE_CLASS,
    "severity": Right.OVERRIDE_SEVERITY,
    "add_tags": Right.WORK_TICKETS,
    "remove_tags": Right.OVERRIDE_TAGS,
    "intake": Right.COMPLETE_INTAKE,
}


def override(context: Context, ticket: Ticket, correction: Correction, agreed_with: str | None = None) -> list[Step]:
    """Apply a person's correction; where a second person agreed, the rights of the first were looked at before.

    Raises `ReasonMissing`, `NotPermitted`, `UnknownName`, and `ActionNotAllowed` for a ticket that has no class yet or
    is over.
    """
    if not correction.reason.strip():
        raise ReasonMissing("override")
    if ticket.class_name is None or not ticket.is_open:
        raise ActionNotAllowed("override", ticket.state, allowed(ticket.state))
    _check_names(context.playbook, correction)
    if agreed_with is None:
        _check_rights(context, correction)
    corrected, decision = _corrected(context, ticket, correction)
    directory = context.playbook.directory
    if weaker(context.playbook, ticket, corrected) and not directory.may(context.actor.roles, Right.LOWER_GATED):
        raise NotPermitted("lower the caution on this ticket", directory.holders(Right.LOWER_GATED))
    corrected, offers = rerouted(context, ticket, corrected)
    changes = _changes(context, ticket, corrected)
    asked = sorted(name for name, value in msgspec.to_builtins(correction).items() if value and name != "reason")
    before = {name: getattr(ticket, name) for name in ("class_name", "severity") if name in changes}
    facts = {**evidence(decision), "asked": asked, "before": before}
    facts |= {"agreed_with": agreed_with} if agreed_with is not None else {}
    step = Step(kind=Kind.OVERRIDDEN, changes=changes, facts=facts, texts={"reason": correction.reason})
    return [step, *cancellations(ticket.id, changes.get("clocks", ())), *offers]


def lowers_highest(context: Context, ticket: Ticket, correction: Correction) -> bool:
    """Tell whether a correction lowers the caution on a gated ticket of the highest class."""
    corrected, _ = _corrected(context, ticket, correction)
    return ticket.class_rank == 0 and weaker(context.playbook, ticket, corrected)


def _check_names(playbook: Playbook, correction: Correction) -> None:
    rules = playbook.rules
    for kind, names, known in (
        ("class", [correction.class_name], rules.ranks),
        ("severity", [correction.severity], rules.severity_ranks),
        ("tag", [*correction.add_tags, *correction.remove_tags], rules.tag_bits),
    ):
        if any(name is not None and name not in known for name in names):
            raise UnknownName(kind, known)
    checked = playbook.form.check(correction.intake)
    wrong = {problem.pointer.rpartition("/")[2] for problem in checked.problems}
    for name in correction.intake:
        if name not in playbook.policy.intake.fields or name in wrong:
            raise UnknownName(f"value of {name}" if name in wrong else "intake field", playbook.policy.intake.fields)


def _check_rights(context: Context, correction: Correction) -> None:
    directory = context.playbook.directory
    for part, right in _RIGHTS.items():
        if getattr(correction, part) and not directory.may(context.actor.roles, right):
            raise NotPermitted(right.value.replace("_", " "), directory.holders(right))


def _corrected(context: Context, ticket: Ticket, correction: Correction) -> tuple[Ticket, Decision]:
    """Decide again with the person's facts, then put what people pinned on top."""
    playbook = context.playbook
    facts = _with_facts(context, ticket, correction)
    decision = playbook.rules.decide(facts.intake, context.text, given_on(facts))
    again = replace(facts, **classification(playbook, facts, decision))
    pinned = correction.class_name or (ticket.class_name if "class_name" in ticket.pinned else None)
    return (again if pinned is None else pinned_to(playbook, again, pinned)), decision


def _with_facts(context: Context, ticket: Ticket, correction: Correction) -> Ticket:
    by = context.actor.id
    kept = tuple(tag for tag in ticket.tags if tag.name not in correction.remove_tags + correction.add_tags)
    added = tuple(RiskTag(name=tag, source=TagSource.PERSON, by=by) for tag in dict.fromkeys(correction.add_tags))
    cleared = (set(ticket.cleared_tags) | set(correction.remove_tags)) - set(correction.add_tags)
    checked = context.playbook.form.check(correction.intake, said(ticket))
    pins = {name for name in ("class_name", "severity") if getattr(correction, name)}
    return replace(
        ticket,
        tags=(*kept, *added),
        cleared_tags=tuple(sorted(cleared)),
        intake=checked.values,
        defaulted=checked.defaulted,
        from_profile=still_from_profile(ticket, correction.intake),
        severity=correction.severity or ticket.severity,
        pinned=tuple(sorted(set(ticket.pinned) | pins)),
    )


def pinned_to(playbook: Playbook, ticket: Ticket, class_name: str) -> Ticket:
    """Put a person's class on top; the tags keep their say on gate and escalation."""
    rank = playbook.rules.ranks[class_name]
    chosen = playbook.policy.classes[rank]
    tags = [tag for tag in playbook.policy.tags if tag.name in ticket.tag_names]
    return replace(
        ticket,
        class_name=class_name,
        class_rank=rank,
        gate_required=ticket.suspicious or chosen.gated or any(tag.gated for tag in tags),
        must_escalate=chosen.must_escalate or any(tag.must_escalate for tag in tags),
    )


def weaker(playbook: Playbook, before: Ticket, after: Ticket) -> bool:
    """Tell whether a gated ticket would be handled with less caution.

    That is a lower class, severity or sensitivity of data, and a tag or an approver less.
    """
    severities = playbook.rules.severity_ranks
    milder = severities[str(after.severity)] > severities[str(before.severity)]
    fewer = set(before.tag_names) - set(after.tag_names) or set(before.approvers) - set(after.approvers)
    less = after.class_rank > before.class_rank or milder or bool(fewer) or _less_sensitive(playbook, before, after)
    return before.gate_required and less


def _less_sensitive(playbook: Playbook, before: Ticket, after: Ticket) -> bool:
    field = playbook.policy.intake.fields.get("data_sensitivity")
    if field is None or not field.ordered:
        return False
    ranks = {value.value: rank for rank, value in enumerate(field.values)}
    then, now = (ranks.get(str(ticket.intake.get("data_sensitivity")), len(ranks)) for ticket in (before, after))
    return now > then


def _changes(context: Context, ticket: Ticket, corrected: Ticket) -> dict[str, Any]:
    changes = {
        name: value for name in ticket.__struct_fields__ if (value := getattr(corrected, name)) != getattr(ticket, name)
    }
    if moved := retargeted(context, ticket, corrected):
        changes["clocks"] = moved
    return changes
