"""Which lines of a timeline are told to the outside, and in which words? Never in the customer's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from triage_core.domain.model import Entry, Kind, Ticket
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


def messages_of(ticket: Ticket, entries: Iterable[Entry]) -> tuple[Message, ...]:
    """Return the intents that a change sends, as the ticket stands after it."""
    return tuple(_message(ticket, entry) for entry in entries if entry.kind in TOLD)


def _message(ticket: Ticket, entry: Entry) -> Message:
    payload = _ENCODER.encode({"id": entry.id, "type": entry.kind, "at": entry.at, **_about(ticket), **_extra(entry)})
    return Message(id=entry.id, type=entry.kind, payload=payload.decode(), at=entry.recorded_at)


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


def _extra(entry: Entry) -> dict[str, Any]:
    """Return what only some events have."""
    extra = _EXTRA.get(entry.kind)
    return extra(entry) if extra else {}


def _of_edge(entry: Entry) -> dict[str, Any]:
    return {name: entry.facts.get(name) for name in ("edge", "metric", "share", "cause")}


def _of_block(entry: Entry) -> dict[str, Any]:
    return {"missing_csv": ",".join(problem.pointer for problem in entry.changes["problems"])}


def _of_alert(entry: Entry) -> dict[str, Any]:
    return {"incomplete": True, "rules_csv": ",".join(entry.facts["rules"])}


def _of_links(entry: Entry) -> dict[str, Any]:
    tickets = {kind: [link.to for link in entry.changes["links"] if link.kind == kind] for kind in _LINKS}
    first = {kind: found[0] if found else None for kind, found in tickets.items()}
    related = ",".join(tickets[RELATED])
    return {"duplicate_of": first[DUPLICATE], "related_csv": related, "incident_of": first[INCIDENT]}


def _of_proposal(entry: Entry) -> dict[str, Any]:
    tickets = entry.facts["tickets"]
    told = {"incident_tickets_csv": ",".join(tickets), "incident_senders": entry.facts["senders"]}
    return {"incident_of": tickets[0], **told}


_LINKS: Final = (DUPLICATE, RELATED, INCIDENT)
_EXTRA: Final[dict[Kind, Callable[[Entry], dict[str, Any]]]] = {
    Kind.SLA_AT_RISK: _of_edge,
    Kind.SLA_BREACHED: _of_edge,
    Kind.BLOCKED: _of_block,
    Kind.INTAKE_ALERTED: _of_alert,
    Kind.LINKED: _of_links,
    Kind.INCIDENT_PROPOSED: _of_proposal,
}
