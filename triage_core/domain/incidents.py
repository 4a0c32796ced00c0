"""How do several tickets with one cause become one incident: one lead, one escalation, one set of news?

An incident is a record of its own beside its tickets, with its own timeline. Each ticket keeps its promises to its
customer; only the calling of people is done once, for all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.domain import scoring, triaging
from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, NotPermitted, ReasonMissing, TriageError
from triage_core.domain.escalating import elapsing
from triage_core.domain.escalating.raising import Cause, ended, set_off
from triage_core.domain.escalating.state import Standing
from triage_core.domain.lifecycle import Step, allowed, apply
from triage_core.domain.model import ActorKind, Link, Record, RiskTag, State, TagSource, Ticket
from triage_core.domain.policy.escalation import Trigger
from triage_core.domain.policy.people import Right
from triage_core.domain.related import INCLUDES, PART_OF, incident_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from triage_core.domain.context import Context


class IncidentNotFound(TriageError):
    """No incident of this tenant has the id."""

    code = "incident_not_found"

    def __init__(self) -> None:
        """Do not repeat the id: it may belong to another tenant."""
        super().__init__("no such incident in this tenant; check the id and the key you use")


class IncidentTaken(TriageError):
    """A ticket belongs to another incident already."""

    code = "incident_taken"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("a ticket belongs to one incident at a time; take it out of the other one first")


class IncidentEmpty(TriageError):
    """An incident needs at least one ticket."""

    code = "incident_empty"

    def __init__(self) -> None:
        """Say what is missing."""
        super().__init__("an incident groups tickets; name at least one that is triaged and open")


def members_of(incident: Ticket) -> tuple[str, ...]:
    """Return the tickets of an incident."""
    return tuple(link.to for link in incident.links if link.kind == INCLUDES)


def check_declared(context: Context, title: str, tickets: Sequence[Ticket]) -> None:
    """Refuse to declare an incident; only a person by right does, and with a title that people inside will read.

    Raises `NotPermitted`, `ReasonMissing`, `IncidentEmpty`, `ActionNotAllowed` and `IncidentTaken`.
    """
    _check_right(context)
    if not title.strip():
        raise ReasonMissing("declare an incident")
    if not tickets:
        raise IncidentEmpty
    for ticket in tickets:
        _check_member(ticket)


def _check_right(context: Context) -> None:
    directory = context.in_force.directory
    if context.actor.kind is not ActorKind.PERSON or not directory.may(context.actor.roles, Right.ESCALATE):
        raise NotPermitted("declare an incident or change one", directory.holders(Right.ESCALATE))


def _check_member(ticket: Ticket, incident: str | None = None) -> None:
    if ticket.record is not Record.TICKET or ticket.class_name is None or not ticket.is_open:
        raise ActionNotAllowed("put into an incident", ticket.state, allowed(ticket.state))
    if incident_of(ticket) not in {None, incident}:
        raise IncidentTaken


def declare(context: Context, blank: Ticket, tickets: Sequence[Ticket]) -> list[Step]:
    """Make an incident as grave as the gravest of its tickets, and call its people."""
    gravest = min(tickets, key=lambda ticket: (ticket.class_rank, ticket.created_at, ticket.id))
    ranks = context.playbook.rules.severity_ranks
    severity = min((str(ticket.severity) for ticket in tickets), key=lambda name: ranks.get(name, len(ranks)))
    tags = dict.fromkeys(tag.name for ticket in tickets for tag in ticket.tags)
    changes: dict[str, Any] = {
        "state": State.TRIAGED,
        "policy_version": context.playbook.version,
        "intake": gravest.intake,
        "class_name": gravest.class_name,
        "class_rank": gravest.class_rank,
        "first_class": gravest.class_name,
        "severity": severity,
        "tags": tuple(RiskTag(name=name, source=TagSource.SOURCE) for name in tags),
        "suspicious": any(ticket.suspicious for ticket in tickets),
        "gate_required": any(ticket.gate_required for ticket in tickets),
        "approvers": tuple(dict.fromkeys(role for ticket in tickets for role in ticket.approvers)),
        "pinned": ("class_name", "severity"),
        "must_escalate": True,
        "links": tuple(Link(kind=INCLUDES, to=ticket.id) for ticket in tickets),
        "order_key": scoring.order_key(blank.created_at, 0, context.playbook.policy.score),
    }
    facts = {"tickets": tuple(ticket.id for ticket in tickets), "by": context.actor.id}
    declared = Step(kind=Kind.INCIDENT_DECLARED, changes=changes, facts=facts)
    routed = triaging.routed(context, apply(blank, changes), str(gravest.class_name))
    ready = apply(apply(blank, changes), routed.changes)
    cause = Cause(Trigger.INCIDENT, f"declared:{blank.id}")
    raised = set_off(context, ready, cause, by=context.actor.id)
    return [declared, routed, *raised, *elapsing.due(context, _after(ready, raised))]


def _after(ticket: Ticket, steps: Iterable[Step]) -> Ticket:
    for step in steps:
        ticket = apply(ticket, step.changes)
    return ticket


def join(context: Context, ticket: Ticket, incident: str) -> list[Step]:
    """Put a ticket into an incident: it is no longer escalated by itself. Joining again changes nothing."""
    if incident_of(ticket) == incident:
        return []
    _check_member(ticket, incident)
    linked = {"links": (*ticket.links, Link(kind=PART_OF, to=incident))}
    steps = [Step(kind=Kind.INCIDENT_JOINED, changes=linked, facts={"incident": incident})]
    if ticket.escalation is not None and ticket.escalation.is_open:
        steps.append(ended(context, ticket, Standing.COVERED, f"incident {incident}"))
    return steps


def include(context: Context, incident: Ticket, ticket: Ticket) -> list[Step]:
    """Note a ticket that joins on the incident; a graver one makes the incident graver."""
    _check_right(context)
    if not incident.is_open:
        raise ActionNotAllowed("add a ticket to", incident.state, allowed(incident.state))
    if ticket.id in members_of(incident):
        return []
    changes: dict[str, Any] = {
        "links": (*incident.links, Link(kind=INCLUDES, to=ticket.id)),
        **_graver(incident, ticket),
    }
    return [Step(kind=Kind.INCIDENT_JOINED, changes=changes, facts={"ticket": ticket.id})]


def _graver(incident: Ticket, ticket: Ticket) -> dict[str, Any]:
    known = {tag.name for tag in incident.tags}
    new = tuple(RiskTag(name=tag.name, source=TagSource.SOURCE) for tag in ticket.tags if tag.name not in known)
    changes: dict[str, Any] = {"tags": (*incident.tags, *new)} if new else {}
    if ticket.class_rank < incident.class_rank:
        changes |= {"class_name": ticket.class_name, "class_rank": ticket.class_rank}
    if ticket.gate_required and not incident.gate_required:
        changes["gate_required"] = True
    return changes


def leave(_: Context, ticket: Ticket, incident: str) -> list[Step]:
    """Take a ticket out of an incident; what had set its own escalation off does so again."""
    if incident_of(ticket) != incident:
        return []
    kept = tuple(link for link in ticket.links if (link.kind, link.to) != (PART_OF, incident))
    changes = {"links": kept, "set_off": tuple(name for name in ticket.set_off if not name.startswith(_DECIDED))}
    return [Step(kind=Kind.INCIDENT_LEFT, changes=changes, facts={"incident": incident})]


_DECIDED: Final = ("class:", "tag:")


def exclude(context: Context, incident: Ticket, ticket_id: str) -> list[Step]:
    """Note on the incident that a ticket left."""
    _check_right(context)
    if ticket_id not in members_of(incident):
        return []
    kept = tuple(link for link in incident.links if (link.kind, link.to) != (INCLUDES, ticket_id))
    return [Step(kind=Kind.INCIDENT_LEFT, changes={"links": kept}, facts={"ticket": ticket_id})]
