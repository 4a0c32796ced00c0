"""Which lines of a timeline are told to the outside, and in which words? Never in the customer's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from triage_core.contract.events import Event, EventType
from triage_core.contract.shape import shapes_of
from triage_core.domain.closure.closing import PAGE
from triage_core.domain.delivery import CALLBACK
from triage_core.domain.entry import Entry, Kind
from triage_core.domain.gating.state import ApprovalOutcome, approval_id, message_id
from triage_core.domain.model import Ticket
from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.related import DUPLICATE, INCIDENT, RELATED
from triage_core.domain.sla import latest
from triage_core.ports import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

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
        Kind.INCIDENT_DECLARED,
        Kind.ESCALATION_RAISED,
        Kind.ESCALATION_CALLED,
        Kind.ESCALATION_ACKNOWLEDGED,
        Kind.ESCALATION_LAPSED,
        Kind.CHECKPOINT_MISSED,
        Kind.ESCALATION_GAP,
        Kind.ESCALATION_EXHAUSTED,
        Kind.ESCALATION_RESOLVED,
        Kind.ESCALATION_EXPIRED,
        Kind.APPROVAL_REQUESTED,
        Kind.APPROVAL_REMINDED,
        Kind.APPROVAL_DECIDED,
        Kind.APPROVAL_EXPIRED,
        Kind.APPROVAL_WITHDRAWN,
        Kind.MESSAGE_RELEASED,
        Kind.MESSAGE_SENT,
        Kind.MESSAGE_FAILED,
        Kind.MESSAGE_UNCONFIRMED,
        Kind.GATE_BYPASSED,
        Kind.FEEDBACK_GIVEN,
        Kind.CLOSURE_COMPLETED,
        Kind.CLOSURE_PUBLISHED,
        Kind.CAUSE_JUDGED,
        Kind.ACTION_REMINDED,
        Kind.ACTION_OVERDUE,
        Kind.ACTION_DONE,
        Kind.ARTICLES_SUGGESTED,
        Kind.ARTICLE_DRAFTED,
        Kind.ARTICLE_PUBLISHED,
        Kind.ARTICLE_STALE,
    }
)
#: Lines whose events are called otherwise.
_CALLED_OTHERWISE: Final = {
    Kind.ESCALATION_CALLED: EventType.ESCALATION_LEVEL_CHANGED,
    Kind.ESCALATION_EXPIRED: EventType.ESCALATION_RESOLVED,
    Kind.APPROVAL_EXPIRED: EventType.APPROVAL_DECIDED,
    Kind.APPROVAL_WITHDRAWN: EventType.APPROVAL_DECIDED,
    Kind.CAUSE_JUDGED: EventType.ROOT_CAUSE_JUDGED,
    Kind.ACTION_REMINDED: EventType.FOLLOW_UP_REMINDED,
    Kind.ACTION_OVERDUE: EventType.FOLLOW_UP_OVERDUE,
    Kind.ACTION_DONE: EventType.FOLLOW_UP_FINISHED,
}
_ENCODER: Final = msgspec.json.Encoder()
_BLANK: Final[dict[str, Any]] = dict.fromkeys(shape.name for shape in shapes_of(Event))


def event_of(kind: Kind) -> str:
    """Return the name under which a line leaves."""
    return _CALLED_OTHERWISE.get(kind, kind)


def messages_of(ticket: Ticket, entries: Iterable[Entry]) -> tuple[Message, ...]:
    """Return the intents that a change sends, as the ticket stands after it.

    The call that is made with the raising of an escalation is told by its event, with the people it reached for.
    """
    written = [*entries]
    told: list[Entry] = []
    raised: dict[tuple[int, datetime], int] = {}
    for entry in written:
        if entry.kind is Kind.ESCALATION_RAISED:
            raised[entry.facts["number"], entry.at] = len(told)
        place = _raised_with(entry, raised)
        if place is not None:
            told[place] = msgspec.structs.replace(told[place], facts={**entry.facts, **told[place].facts})
        elif entry.kind in TOLD and not _is_undecided(entry) and not _found_nothing(entry):
            told.append(entry)
    events = tuple(_message(ticket, entry) for entry in told)
    return (*events, *(message for entry in written for message in _callbacks(ticket, entry)))


def _callbacks(ticket: Ticket, entry: Entry) -> Iterator[Message]:
    """Yield what flows are told that stand still until an approval ends, whatever ended it."""
    for approval in entry.changes.get("approvals", ()):
        if approval.awaited and not approval.is_open:
            name = approval_id(ticket.id, approval.number)
            told: dict[str, Any] = {
                "id": f"{entry.id}-a{approval.number}",
                "type": EventType.APPROVAL_DECIDED,
                "at": approval.ended_at or entry.at,
                **_about(ticket),
                "approval_id": name,
                "approval_outcome": approval.outcome,
                "approval_expires_at": approval.expires_at,
                "message_id": message_id(ticket.id, approval.message) if approval.message else None,
            }
            yield Message(id=told["id"], type=f"{CALLBACK}{name}", payload=body_of(told), at=entry.recorded_at)


def _is_undecided(entry: Entry) -> bool:
    """One of several people decided, and others have yet to."""
    return entry.kind is Kind.APPROVAL_DECIDED and entry.facts["outcome"] == ApprovalOutcome.OPEN


def _found_nothing(entry: Entry) -> bool:
    """Nobody needs to hear that no article fits."""
    return entry.kind is Kind.ARTICLES_SUGGESTED and not entry.facts["articles"]


def _raised_with(entry: Entry, raised: Mapping[tuple[int, datetime], int]) -> int | None:
    is_first = entry.kind is Kind.ESCALATION_CALLED and entry.facts["calls"] == 1
    return raised.get((entry.facts["number"], entry.at)) if is_first else None


def _message(ticket: Ticket, entry: Entry) -> Message:
    kind = event_of(entry.kind)
    told = {"id": entry.id, "type": kind, "at": entry.at, **_about(ticket), **_extra(ticket, entry)}
    return Message(id=entry.id, type=kind, payload=body_of(told), at=entry.recorded_at)


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


def _of_declaration(ticket: Ticket, entry: Entry) -> dict[str, Any]:
    return {"incident_of": ticket.id, "incident_tickets_csv": ",".join(entry.facts["tickets"])}


def _of_approval(ticket: Ticket, entry: Entry) -> dict[str, Any]:
    number = entry.facts["approval"]
    known = next((each for each in ticket.approvals if each.number == number), None)
    message = entry.facts["message"]
    return {
        "approval_id": approval_id(ticket.id, number),
        "approval_outcome": known.outcome if known else None,
        "approval_expires_at": known.expires_at if known else None,
        "message_id": message_id(ticket.id, message) if message else None,
    }


def _of_message(ticket: Ticket, entry: Entry) -> dict[str, Any]:
    return {"message_id": message_id(ticket.id, entry.facts["message"]), "message_kind": entry.facts["kind"]}


def _of_escalation(ticket: Ticket, entry: Entry) -> dict[str, Any]:
    """Tell the escalation as it stands after the change, and what belongs to this line alone."""
    escalation = ticket.escalation
    if escalation is None:
        return {}
    facts, rung = entry.facts, escalation.rung
    is_same = facts["number"] == escalation.number
    told = {
        "escalation_id": f"{ticket.id}-e{facts['number']}",
        "escalation_kind": escalation.kind,
        "escalation_level": facts.get("level", rung.level + 1 if rung is not None else None),
        "escalation_cause": facts.get("cause", escalation.cause if is_same else None),
        "escalation_queue": escalation.queue,
    }
    if is_same:
        return told | _MORE.get(entry.kind, _nothing)(ticket, entry)
    return told | ({"called_csv": ",".join(facts["people"])} if "people" in facts else {})


def _nothing(_ticket: Ticket, _entry: Entry) -> dict[str, Any]:
    return {}


def _of_call(ticket: Ticket, entry: Entry) -> dict[str, Any]:
    escalation = ticket.escalation
    people = entry.facts.get("people", escalation.called if escalation else ())
    waiting = latest(ticket.clocks, Metric.ACKNOWLEDGEMENT)
    return {"called_csv": ",".join(people), "acknowledge_by": waiting.due_at if waiting else None}


def _of_holder(ticket: Ticket, entry: Entry) -> dict[str, Any]:
    escalation = ticket.escalation
    holder = entry.facts.get("holder", escalation.holder if escalation else None)
    return {"acknowledged_by": holder, "next_checkpoint_at": escalation.checkpoint_at if escalation else None}


def _of_end(_ticket: Ticket, entry: Entry) -> dict[str, Any]:
    return {"escalation_outcome": entry.facts["outcome"]}


def _of_feedback(_ticket: Ticket, entry: Entry) -> dict[str, Any]:
    return {"feedback_about": entry.facts["about"], "feedback_rating": entry.facts.get("rating")}


def _of_closure(_ticket: Ticket, entry: Entry) -> dict[str, Any]:
    return {"resolution_code": entry.facts.get("resolution_code")}


def _of_page(ticket: Ticket, entry: Entry) -> dict[str, Any]:
    pages = (link.to for link in ticket.links if (link.kind, link.reason) == (PAGE, entry.facts["surface"]))
    return {"page_url": next(pages, None)}


def _of_promise(ticket: Ticket, entry: Entry) -> dict[str, Any]:
    facts = entry.facts
    named = {"follow_up_id": f"{ticket.id}-{facts['action']}", "follow_up_owner": facts["owner"]}
    return {**named, "follow_up_due_at": facts["due_at"]}


def _of_suggestion(_ticket: Ticket, entry: Entry) -> dict[str, Any]:
    return {"article_ids_csv": ",".join(entry.facts["articles"])}


def _of_article(_ticket: Ticket, entry: Entry) -> dict[str, Any]:
    return {"article_id": entry.facts["article"], "article_owner": entry.facts["owner"]}


_MORE: Final[dict[Kind, Callable[[Ticket, Entry], dict[str, Any]]]] = {
    Kind.ESCALATION_RAISED: _of_call,
    Kind.ESCALATION_CALLED: _of_call,
    Kind.ESCALATION_LAPSED: _of_call,
    Kind.ESCALATION_ACKNOWLEDGED: _of_holder,
    Kind.CHECKPOINT_MISSED: _of_holder,
    Kind.ESCALATION_RESOLVED: _of_end,
    Kind.ESCALATION_EXPIRED: _of_end,
}
_LINKS: Final = (DUPLICATE, RELATED, INCIDENT)
_EXTRA: Final[dict[Kind, Callable[[Ticket, Entry], dict[str, Any]]]] = {
    Kind.SLA_AT_RISK: _of_edge,
    Kind.SLA_BREACHED: _of_edge,
    Kind.BLOCKED: _of_block,
    Kind.INTAKE_ALERTED: _of_alert,
    Kind.LINKED: _of_links,
    Kind.INCIDENT_PROPOSED: _of_proposal,
    Kind.INCIDENT_DECLARED: _of_declaration,
    **dict.fromkeys((Kind.CLOSED, Kind.CLOSURE_COMPLETED), _of_closure),
    Kind.CLOSURE_PUBLISHED: _of_page,
    Kind.CAUSE_JUDGED: lambda _, entry: {"root_cause_verdict": entry.facts["verdict"]},
    Kind.FEEDBACK_GIVEN: _of_feedback,
    Kind.ARTICLES_SUGGESTED: _of_suggestion,
    **dict.fromkeys((Kind.ACTION_REMINDED, Kind.ACTION_OVERDUE, Kind.ACTION_DONE), _of_promise),
    **dict.fromkeys((Kind.ARTICLE_DRAFTED, Kind.ARTICLE_PUBLISHED, Kind.ARTICLE_STALE), _of_article),
    **{kind: _of_approval for kind in TOLD if kind.startswith("approval.")},
    **{kind: _of_message for kind in TOLD if kind.startswith("message.")},
    **{kind: _of_escalation for kind in TOLD if kind.startswith("escalation.")},
}
