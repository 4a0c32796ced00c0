"""Who leads an incident, and which tickets belong to it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.console.escalations import form_marks
from triage_core.console.moments import Moments
from triage_core.console.rendering import page
from triage_core.console.sheet import sheet_of
from triage_core.service.incidents import Incidents

if TYPE_CHECKING:
    from starlette.responses import Response

    from triage_core.console.routing import Routes
    from triage_core.console.visit import Visit


def look(visit: Visit) -> Response:
    """Show one incident, with its escalation as on the page of that."""
    caller = visit.reader
    moments, use = Moments.of(visit, caller), Incidents(visit.triage)
    incident = use.of(caller.tenant, visit.request.path_params["incident_id"])
    escalation = incident.escalation
    people = visit.triage.playbooks.active(caller.tenant, moments.now).directory.people
    return page(
        "incident.html",
        caller=caller,
        moments=moments,
        incident=incident,
        title=visit.triage.text(caller.tenant, incident.id).partition("\n")[0],
        members=use.members(incident),
        names={person.id: person.name for person in people.values()},
        sheet=sheet_of(visit, caller, moments, (incident, escalation)) if escalation else None,
        told="",
        sent="",
        typed={},
        **form_marks(visit),
    )


ROUTES: Final[Routes] = (("GET", "/incidents/{incident_id}", look),)
