"""Which lines of a timeline are told to the outside, and in which words? Never in the customer's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from triage_core.contract.events import Event
from triage_core.contract.shape import shapes_of
from triage_core.domain.entry import Entry, Kind
from triage_core.domain.model import Ticket
from triage_core.domain.related import DUPLICATE, INCIDENT, RELATED
from triage_core.ports import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Lines of the timeline that leave as events of the same name.
TOLD: Final = frozenset(
    {
        Kind.TRIAGED,
        Kind.BLOCKED,
        Kind.OVERRIDDEN,
        Kind.CLOSED,
        Kind.SLA_AT_RISK,
        Kind.SLA_BREACHED,
        Kind.INTAKE_ALERTED,
        Kind.LINKED,
        Kind.INCIDENT_PROPOSED,
    }
)
_ENCODER: Final = msgspec.json.Encoder()
_BLANK: Final[dict[str, Any]] = dict.fromkeys(shape.name for shape in shapes_of(Event))


def messages_of(ticket: Ticket, entries: Iterable[Entry]) -> tuple[Message, ...]:
    """Return the intents that a change sends, as the ticket stands after it."""
    return tuple(_message(ticket, entry) for entry in entries if entry.kind in TOLD)


def _message(ticket: Ticket, entry: Entry) -> Message:
    told = {"id": entry.id, "type": entry.kind, "at": entry.at, **_about(ticket), **_extra(ticket, entry)}
    return Message(id=entry.id, type=entry.kind, payload=body_of(told), at=entry.recorded_at)


def body_of(told: dict[str, Any]) -> str:
    """Write an event as receivers get it: every field of the contract is there, whatever it does not say as null."""
    return _ENCODER.encode(_BLANK | told).decode()


def _about(ticket: Ticket) -> dict[str, Any]:
    """Return the flat fields that every event carries, in the names of the public contract."""
    return {
        "tenant": ticket.tenant,
        "ticket_id": ticket.id,
        "source": ticket.source,
        "source_id": ticket.source_id,
        "state": ticket.state,
        "class": ticket.class_name,
        "severity": ticket.severity,
        "risk_tags_csv": ",".join(ticket.tag_names),
        "gate_required": ticket.gate_required,
        "queue": ticket.queue,
        "owner": ticket.owner,
        "mode": ticket.mode,
    }


def _extra(ticket: Ticket, entry: Entry) -> dict[str, Any]:
    """Return what only some events have."""
    extra = _EXTRA.get(entry.kind)
    return extra(ticket, entry) if extra else {}


def _of_edge(ticket: Ticket, entry: Entry) -> dict[str, Any]:
    edge = entry.facts["edge"]
    due = (clock.due_at for clock in ticket.clocks if edge.startswith(f"{ticket.id}/{clock.id}/"))
    return {name: entry.facts.get(name) for name in ("edge", "metric", "share", "cause")} | {"due_at": next(due, None)}


def _of_block(_ticket: Ticket, entry: Entry) -> dict[str, Any]:
    return {"missing_csv": ",".join(problem.pointer.rpartition("/")[2] for problem in entry.changes["problems"])}


def _of_alert(_ticket: Ticket, entry: Entry) -> dict[str, Any]:
    return {"rules_csv": ",".join(entry.facts["rules"])}


def _of_links(_ticket: Ticket, entry: Entry) -> dict[str, Any]:
    tickets = {kind: [link.to for link in entry.changes["links"] if link.kind == kind] for kind in _LINKS}
    first = {kind: found[0] if found else None for kind, found in tickets.items()}
    related = ",".join(tickets[RELATED])
    return {"duplicate_of": first[DUPLICATE], "related_csv": related, "incident_of": first[INCIDENT]}


def _of_proposal(_ticket: Ticket, entry: Entry) -> dict[str, Any]:
    tickets = entry.facts["tickets"]
    told = {"incident_tickets_csv": ",".join(tickets), "incident_senders": entry.facts["senders"]}
    return {"incident_of": tickets[0], **told}


_LINKS: Final = (DUPLICATE, RELATED, INCIDENT)
_EXTRA: Final[dict[Kind, Callable[[Ticket, Entry], dict[str, Any]]]] = {
    Kind.SLA_AT_RISK: _of_edge,
    Kind.SLA_BREACHED: _of_edge,
    Kind.BLOCKED: _of_block,
    Kind.INTAKE_ALERTED: _of_alert,
    Kind.LINKED: _of_links,
    Kind.INCIDENT_PROPOSED: _of_proposal,
}
