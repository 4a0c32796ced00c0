"""What has to be written to Zendesk so that the ticket there shows our decision and is blocked while we block it?

The plan is data; a flow or the direct sender carries it out. Nothing of the customer's text is in it.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from msgspec import field

from triage_core.channels.zendesk_fields import (
    CLASS,
    GATED_TAG,
    INCOMPLETE_TAG,
    SEVERITY,
    STAMP,
    ZendeskMapping,
    option_tags,
    risk_tag,
)
from triage_core.domain.model import State, Ticket
from triage_core.domain.policy.intake import FieldType
from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.policy import Policy

#: An incomplete ticket keeps its status; a closed one is closed by Zendesk itself and takes no update.
STATUSES: Final = {
    State.TRIAGED: "open",
    State.ASSIGNED: "open",
    State.WAITING_CUSTOMER: "pending",
    State.WAITING_THIRD_PARTY: "hold",
    State.RESOLVED: "solved",
}
_FROZEN: Final = frozenset({State.CLOSED, State.MERGED, State.VOID})
_PROMISED: Final = {
    Metric.FIRST_REPLY: "First reply due",
    Metric.UPDATE: "Next update due",
    Metric.RESOLUTION: "Resolution due",
}


class WriteBack(Value, frozen=True, kw_only=True):
    """What one write to a ticket of Zendesk says."""

    ticket_id: str
    #: The same plan has the same key: who carries it out writes it once.
    key: str = ""
    #: `ticket field id: value`.
    fields: dict[str, str | float | bool] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    status: str | None = None
    priority: str | None = None
    assignee_id: int | None = None
    group_id: int | None = None
    #: An internal comment.
    note: str = ""


def write_back(ticket: Ticket, policy: Policy, mapping: ZendeskMapping) -> WriteBack | None:
    """Return the plan for a ticket, or none where Zendesk takes no more updates."""
    if ticket.state in _FROZEN:
        return None
    add, remove = _tags(ticket, policy)
    plan: dict[str, Any] = {
        "ticket_id": ticket.source_id,
        "fields": {
            str(mapping.fields[name]): value for name, value in _fields(ticket, policy) if name in mapping.fields
        },
        "add_tags": add,
        "remove_tags": remove,
        "status": STATUSES.get(ticket.state),
        "priority": mapping.priorities.get(ticket.class_name or ""),
        "assignee_id": mapping.agents.get(ticket.owner or ""),
        "group_id": mapping.groups.get(ticket.queue or ""),
        "note": note(ticket, policy),
    }
    return WriteBack(key=_digest(plan), **plan)


def stamp(ticket: Ticket) -> str:
    """Return the mark of what the ticket's decision is now."""
    decided = (ticket.state is State.INCOMPLETE, ticket.class_name, ticket.severity, sorted(ticket.tag_names))
    return _digest([*decided, ticket.gate_required])[:16]


def _digest(value: object) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _fields(ticket: Ticket, policy: Policy) -> Iterator[tuple[str, str | float | bool]]:
    tags = option_tags(policy)
    for name, value in ticket.intake.items():
        asked = policy.intake.fields.get(name)
        if asked is not None and asked.type is not FieldType.CHOICE:
            yield name, value
        elif (name, value) in tags:
            yield name, tags[name, value]
    for name, decided in ((CLASS, ticket.class_name), (SEVERITY, ticket.severity)):
        if decided is not None and (name, decided) in tags:
            yield name, tags[name, decided]
    yield STAMP, stamp(ticket)


def _tags(ticket: Ticket, policy: Policy) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the tags to add and, of those that are ours, the ones to take off."""
    marks = {INCOMPLETE_TAG: ticket.state is State.INCOMPLETE, GATED_TAG: ticket.gate_required}
    wanted = marks | {risk_tag(tag.name): tag.name in ticket.tag_names for tag in policy.tags}
    return tuple(tag for tag, on in wanted.items() if on), tuple(tag for tag, on in wanted.items() if not on)


def note(ticket: Ticket, policy: Policy) -> str:
    """Return the internal note: labels, dates and names of the policy, never words of the ticket."""
    return "\n".join(_lines(ticket, policy))


def _lines(ticket: Ticket, policy: Policy) -> Iterator[str]:
    if ticket.state is State.INCOMPLETE:
        missing = ", ".join(problem.pointer.rpartition("/")[2] for problem in ticket.problems)
        yield f"Triage: incomplete, so it has no class and no deadline yet. Please fill in: {missing}."
        return
    level = next((each.label or each.name for each in policy.severity.levels if each.name == ticket.severity), "none")
    chosen = next((each for each in policy.classes if each.name == ticket.class_name), None)
    yield f"Triage: {chosen.label or chosen.name if chosen else 'no class'}, severity {level}."
    if chosen and chosen.rationale:
        yield chosen.rationale
    labels = [tag.label or tag.name for tag in policy.tags if tag.name in ticket.tag_names]
    yield f"Risk tags: {', '.join(labels) or 'none'}."
    if ticket.gate_required:
        yield "Approval needed: no text goes to the customer before a named person approved exactly that text."
    yield from _people(ticket, policy)
    for clock in ticket.clocks:
        if clock.metric in _PROMISED and clock.runs and clock.due_at:
            yield f"{_PROMISED[clock.metric]}: {clock.due_at:%Y-%m-%d %H:%M} UTC."
    yield f"Policy {ticket.policy_version}."


def _people(ticket: Ticket, policy: Policy) -> Iterator[str]:
    queue = next((each.label or each.name for each in policy.queues if each.name == ticket.queue), None)
    owner = next((each.name for each in policy.people if each.id == ticket.owner), None)
    if queue or owner:
        yield f"Queue: {queue or 'none'}; owner: {owner or 'nobody yet'}."


def requests(plan: WriteBack) -> tuple[dict[str, Any], ...]:
    """Return the plan as calls of the Zendesk API: tags off, tags on, then the ticket with its note."""
    path = f"/api/v2/tickets/{plan.ticket_id}"
    calls: list[dict[str, Any]] = []
    if plan.remove_tags:
        calls.append({"method": "DELETE", "path": f"{path}/tags.json", "body": {"tags": list(plan.remove_tags)}})
    if plan.add_tags:
        calls.append({"method": "PUT", "path": f"{path}/tags.json", "body": {"tags": list(plan.add_tags)}})
    return (*calls, {"method": "PUT", "path": f"{path}.json", "body": {"ticket": _update(plan)}})


def _update(plan: WriteBack) -> dict[str, Any]:
    settled = {name: getattr(plan, name) for name in ("status", "priority", "assignee_id", "group_id")}
    return {
        **{name: value for name, value in settled.items() if value is not None},
        "custom_fields": [{"id": int(number), "value": value} for number, value in plan.fields.items()],
        "comment": {"body": plan.note, "public": False},
    }
