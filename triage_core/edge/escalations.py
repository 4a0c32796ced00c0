"""How are escalations listed, told and worked on?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from triage_core.contract import escalations as told
from triage_core.contract.messages import names_in
from triage_core.domain.escalating.preview import ahead
from triage_core.domain.escalating.state import BlastRadius, Escalation, id_of
from triage_core.domain.policy.service_levels import Metric
from triage_core.domain.sla import latest
from triage_core.edge import records
from triage_core.edge.call import Answer, Call, Worked
from triage_core.ports import TicketFilter
from triage_core.service.escalations import Escalations, Progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.domain.model import Ticket

_PAGE: Final = "/escalations/"


def _of(call: Call) -> Escalations:
    return Escalations(call.triage)


# --- reading ----------------------------------------------------------------------------------------------------------


def listed(call: Call) -> Answer:
    """List running escalations, the gravest first."""
    asked = call.query
    which = TicketFilter(
        escalation_queue=asked.queue, escalation_holder=asked.holder, open_only=False, escalated_only=True
    )
    page = _of(call).running(call.tenant, which, asked.cursor, asked.limit)
    items = tuple(
        told.EscalationItem.of(**_facts(call, ticket, ticket.escalation))
        for ticket in page.tickets
        if ticket.escalation is not None
    )
    return Answer(told.EscalationPage.of(items=items, next_cursor=page.next_cursor))


def shown(call: Call) -> Answer:
    """Tell one escalation, also one that ended."""
    return Answer(_view(call, *_of(call).of(call.tenant, call.params.escalation_id)))


def logged(call: Call) -> Answer:
    """Tell every movement of an escalation."""
    ticket = _of(call).ticket(call.tenant, call.params.escalation_id)
    lines = _of(call).log(call.tenant, call.params.escalation_id)
    return Answer(records.timeline(ticket.id, lines, call.query))


# --- working ----------------------------------------------------------------------------------------------------------


def escalate(call: Call) -> Worked:
    """Raise an escalation by hand."""
    reason = call.given.reason
    return _worked(call, lambda use: use.escalate(call.tenant, call.params.ticket_id, reason, call.actor))


def acknowledge(call: Call) -> Worked:
    """Take one over."""
    at = call.given.next_checkpoint_at
    return _on(call, lambda use, name: use.acknowledge(call.tenant, name, call.actor, at))


def post_checkpoint(call: Call) -> Worked:
    """Tell how things stand."""
    given = call.given
    blast = blast_with(_of(call).of(call.tenant, call.params.escalation_id)[1].blast, given)
    progress = Progress(note=given.note, next_checkpoint_at=given.next_checkpoint_at, blast=blast)
    return _on(call, lambda use, name: use.report(call.tenant, name, progress, call.actor))


def blast_with(known: BlastRadius, given: told.Checkpoint) -> BlastRadius:
    """Return what is known of the damage with what was said now on top."""
    said: dict[str, Any] = {
        name: value
        for name in ("customers_least", "customers_most", "trend", "confidence")
        if (value := getattr(given, name)) is not None
    }
    for name in ("services", "regions"):
        if (csv := getattr(given, f"{name}_csv")) is not None:
            said[name] = names_in(csv)
    return replace(known, **said)


def transfer(call: Call) -> Worked:
    """Offer one to somebody."""
    to, note = call.given.to, call.given.note or ""
    return _on(call, lambda use, name: use.offer(call.tenant, name, to, call.actor, note))


def accept(call: Call) -> Worked:
    """Take over what was offered."""
    return _on(call, lambda use, name: use.accept(call.tenant, name, call.actor))


def decline(call: Call) -> Worked:
    """Turn an offer down."""
    reason = call.given.reason or ""
    return _on(call, lambda use, name: use.decline(call.tenant, name, call.actor, reason))


def resolve(call: Call) -> Worked:
    """End one."""
    reason = call.given.reason
    return _on(call, lambda use, name: use.resolve(call.tenant, name, reason, call.actor))


def _on(call: Call, work: Callable[[Escalations, str], Ticket]) -> Worked:
    name = call.params.escalation_id
    return _worked(call, lambda use: work(use, name))


def _worked(call: Call, work: Callable[[Escalations], Ticket]) -> Worked:
    return call.worked(lambda triage: work(Escalations(triage)), _told)


def _told(call: Call, worked: Worked) -> told.EscalationView:
    ticket = worked.ticket
    if ticket.escalation is None:
        raise AssertionError("an escalation that was worked on stands in its ticket")
    return _view(call, ticket, ticket.escalation)


# --- telling ----------------------------------------------------------------------------------------------------------


def _view(call: Call, ticket: Ticket, escalation: Escalation) -> told.EscalationView:
    return told.EscalationView.of(**_facts(call, ticket, escalation), ahead=_ahead(call, ticket, escalation))


def _facts(call: Call, ticket: Ticket, escalation: Escalation) -> dict[str, Any]:
    waiting = latest(ticket.clocks, Metric.ACKNOWLEDGEMENT)
    roster = call.playbook.directory.people
    holder = roster.get(escalation.holder or "")
    return {
        "escalation_id": id_of(ticket.id, escalation),
        "ticket_id": ticket.id,
        "standing": escalation.standing,
        "class_name": ticket.class_name,
        "severity": ticket.severity,
        "risk_tags_csv": ",".join(ticket.tag_names),
        "gate_required": ticket.gate_required,
        "holder": escalation.holder,
        "holder_name": holder.name if holder else None,
        "acknowledge_by": waiting.due_at if waiting else None,
        "next_checkpoint_at": escalation.checkpoint_at,
        "page_url": f"{call.base_url}{_PAGE}{id_of(ticket.id, escalation)}",
        "called_csv": ",".join(escalation.called),
        "level": escalation.rung.level + 1 if escalation.rung is not None else None,
        "cycle": escalation.cycle,
        "calls": escalation.calls,
        "next_call_at": escalation.next_call_at,
        "held_back": escalation.held_back or None,
        "cause": escalation.cause,
        "joined_csv": ",".join(escalation.joined),
        "kind": escalation.kind,
        "ladder": escalation.ladder,
        "queue": escalation.queue,
        "owner": ticket.owner,
        "raised_at": escalation.raised_at,
        "raised_by": escalation.raised_by,
        "acknowledged_at": escalation.acknowledged_at,
        "lease_until": escalation.lease_until,
        "offered_to": escalation.offer.to if escalation.offer else None,
        "ended_at": escalation.ended_at,
        **_damage(escalation.blast),
        "policy_version": escalation.policy_version,
        "source": ticket.source,
        "source_id": ticket.source_id,
    }


def _damage(blast: BlastRadius) -> dict[str, Any]:
    return {
        "customers_least": blast.customers_least,
        "customers_most": blast.customers_most,
        "services_csv": ",".join(blast.services),
        "data_classes_csv": ",".join(blast.data_classes),
        "regions_csv": ",".join(blast.regions),
        "since": blast.since,
        "trend": blast.trend,
        "confidence": blast.confidence,
    }


def _ahead(call: Call, ticket: Ticket, escalation: Escalation) -> tuple[told.Call, ...]:
    if ticket.escalation is not escalation:
        return ()
    calls = ahead(call.triage.seen(ticket, call.actor, ticket.updated_at), ticket)
    return tuple(told.Call.of(at=each.at, level=each.level, people_csv=",".join(each.people)) for each in calls)
