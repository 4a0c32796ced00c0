"""What can be done with incidents? Each use case writes the incident and its tickets in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core import telemetry
from triage_core.domain import incidents, ticking
from triage_core.domain.consequences import followed
from triage_core.domain.context import Context
from triage_core.domain.entry import Kind
from triage_core.domain.errors import StaleTicket
from triage_core.domain.incidents import IncidentNotFound
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import Record, State, Ticket
from triage_core.service.case import Case, opening

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from triage_core.domain.model import Actor
    from triage_core.service.acting import Acting

_SOURCE: Final = "triage"
_CHANNEL: Final = "incident"
_ATTEMPTS: Final = 5


class Incidents:
    """The use cases about incidents."""

    def __init__(self, acting: Acting) -> None:
        """Act beside the tickets' own way, since several records change at once."""
        self._acting: Final = acting

    def of(self, tenant: str, incident_id: str) -> Ticket:
        """Return an incident; raises `IncidentNotFound`."""
        found = self._acting.store.ticket(tenant, incident_id)
        if found is None or found.record is not Record.INCIDENT:
            raise IncidentNotFound
        return found

    def members(self, incident: Ticket) -> list[Ticket]:
        """Return the tickets of an incident as they stand."""
        return [self._acting.ticket(incident.tenant, ticket_id) for ticket_id in incidents.members_of(incident)]

    def declare(self, tenant: str, title: str, ticket_ids: Sequence[str], actor: Actor) -> Ticket:
        """Declare an incident of some tickets, and call its people."""

        def attempt() -> list[Case]:
            now, acting = self._acting.now(), self._acting
            tickets = [acting.ticket(tenant, ticket_id) for ticket_id in dict.fromkeys(ticket_ids)]
            context = acting.around(tenant, acting.playbooks.active(tenant, now), actor, now, title)
            incidents.check_declared(context, title, tickets)
            incident = self._begun(context, title, tickets)
            return [incident, *(self._joined(ticket, incident.ticket.id, actor, now) for ticket in tickets)]

        return self._saved(attempt)

    def _begun(self, context: Context, title: str, tickets: Sequence[Ticket]) -> Case:
        acting, tenant = self._acting, tickets[0].tenant
        incident_id = acting.new_id()
        blank = Ticket(
            tenant=tenant,
            id=incident_id,
            source=_SOURCE,
            source_id=incident_id,
            channel=_CHANNEL,
            mode=tickets[0].mode,
            record=Record.INCIDENT,
            state=State.INCOMPLETE,
            created_at=min(ticket.created_at for ticket in tickets),
            updated_at=context.now,
        )
        case = Case(blank, context.actor, context.now, acting.store.digest_key(tenant))
        acting.sees(case, context)
        began = Step(kind=Kind.SUBMITTED, changes=opening(blank), texts={"subject": title, "body": ""})
        case.take([began, *incidents.declare(context, blank, tickets)])
        return case

    def _joined(self, ticket: Ticket, incident_id: str, actor: Actor, now: datetime) -> Case:
        return self._case(ticket, actor, now, lambda seen, known: incidents.join(seen, known, incident_id))

    def join(self, tenant: str, incident_id: str, ticket_id: str, actor: Actor) -> Ticket:
        """Put another ticket into an incident."""

        def attempt() -> list[Case]:
            now = self._acting.now()
            incident, ticket = self.of(tenant, incident_id), self._acting.ticket(tenant, ticket_id)
            noted = self._case(incident, actor, now, lambda seen, known: incidents.include(seen, known, ticket))
            return [noted, self._joined(ticket, incident_id, actor, now)]

        return self._saved(attempt)

    def leave(self, tenant: str, incident_id: str, ticket_id: str, actor: Actor) -> Ticket:
        """Take a ticket out of an incident."""

        def attempt() -> list[Case]:
            now = self._acting.now()
            incident, ticket = self.of(tenant, incident_id), self._acting.ticket(tenant, ticket_id)
            noted = self._case(incident, actor, now, lambda seen, known: incidents.exclude(seen, known, ticket_id))
            left = self._case(ticket, actor, now, lambda seen, known: incidents.leave(seen, known, incident_id))
            return [noted, left]

        return self._saved(attempt)

    def _case(
        self, ticket: Ticket, actor: Actor, now: datetime, steps: Callable[[Context, Ticket], list[Step]]
    ) -> Case:
        case = Case(ticket, actor, now, self._acting.store.digest_key(ticket.tenant))
        seen = self._acting.seen(ticket, actor, now)
        self._acting.sees(case, seen)
        case.take(ticking.due(seen, ticket))
        case.take(followed(seen, case.ticket, steps(seen, case.ticket)))
        return case

    def _saved(self, attempt: Callable[[], list[Case]]) -> Ticket:
        """Write all that an attempt changed, the incident first; again from the start where somebody was quicker."""
        for _ in range(_ATTEMPTS):
            first, *others = attempt()
            changes = [first.change(self._acting.once), *(case.change() for case in others if not case.is_empty)]
            if first.is_empty and self._acting.once is None and len(changes) == 1:
                return first.ticket
            try:
                self._acting.store.save(*changes)
            except StaleTicket:
                continue
            for change in changes:
                telemetry.saved(change)
            return first.ticket
        raise StaleTicket
