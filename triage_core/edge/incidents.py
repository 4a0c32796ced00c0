"""How are incidents declared, told and changed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.contract import incidents as told
from triage_core.contract.messages import names_in
from triage_core.domain.escalating.state import id_of
from triage_core.domain.incidents import members_of
from triage_core.domain.platforms import carriage
from triage_core.edge.call import Answer, Call, Worked
from triage_core.service.incidents import Incidents

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.domain.model import Ticket


def shown(call: Call) -> Answer:
    """Tell an incident."""
    incident = Incidents(call.triage).of(call.tenant, call.params.incident_id)
    return Answer(_view(call, incident))


def declare(call: Call) -> Worked:
    """Make an incident of some tickets."""
    given = call.given
    tickets = names_in(given.ticket_ids_csv)
    return _worked(call, lambda use: use.declare(call.tenant, given.title, tickets, call.actor))


def join(call: Call) -> Worked:
    """Put a ticket in."""
    incident, ticket = call.params.incident_id, call.given.ticket_id
    return _worked(call, lambda use: use.join(call.tenant, incident, ticket, call.actor))


def leave(call: Call) -> Worked:
    """Take a ticket out."""
    incident, ticket = call.params.incident_id, call.given.ticket_id
    return _worked(call, lambda use: use.leave(call.tenant, incident, ticket, call.actor))


def _worked(call: Call, work: Callable[[Incidents], Ticket]) -> Worked:
    return call.worked(lambda triage: work(Incidents(triage)), lambda again, worked: _view(again, worked.ticket))


def _view(call: Call, incident: Ticket) -> told.IncidentView:
    escalation = incident.escalation
    allowed = carriage(call.triage.playbooks.stamped(incident, call.now).policy, call.caller.platform, incident)
    title = call.triage.text(call.tenant, incident.id).partition("\n")[0]
    return told.IncidentView.of(
        incident_id=incident.id,
        title=title if allowed.allowed else None,
        state=incident.state,
        class_name=incident.class_name,
        severity=incident.severity,
        risk_tags_csv=",".join(incident.tag_names),
        gate_required=incident.gate_required,
        lead=incident.escalation_holder,
        escalation_id=id_of(incident.id, escalation) if escalation else None,
        standing=escalation.standing if escalation else None,
        next_checkpoint_at=escalation.checkpoint_at if escalation else None,
        ticket_ids_csv=",".join(members_of(incident)),
        platform_allowed=allowed.allowed,
        created_at=incident.created_at,
        resolved_at=incident.resolved_at,
        tickets=tuple(_member(ticket) for ticket in Incidents(call.triage).members(incident)),
    )


def _member(ticket: Ticket) -> told.Member:
    return told.Member.of(
        ticket_id=ticket.id,
        class_name=ticket.class_name,
        state=ticket.state,
        owner=ticket.owner,
        source=ticket.source,
        source_id=ticket.source_id,
    )
