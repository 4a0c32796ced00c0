"""How are incidents told, and what do people do with them?"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from triage_core.contract import fields as f
from triage_core.contract.escalations import EscalationId
from triage_core.contract.messages import Given, Told
from triage_core.domain.escalating.state import Standing

IncidentId = Annotated[str, f.text("Incident", "Identifier of the incident in this service.", "0192f3a7c1d25b9e", 64)]
_TICKETS: Any = f.csv("Tickets", "Tickets with this cause.", "0192f3a7c1d25b9e4a7f03,0192f3a7c1d25b9e4a7f04")


class IncidentPath(Given):
    """Which incident."""

    incident_id: IncidentId


class Declaration(Given):
    """What an incident is about."""

    title: Annotated[str, f.text("Title", "What happened, for people inside.", "Sign-in fails at every site.", 300)]
    ticket_ids_csv: Annotated[str, _TICKETS]


class Membership(Given):
    """Which ticket."""

    ticket_id: f.TicketId


class Member(Told):
    """A ticket of an incident."""

    ticket_id: f.TicketId
    class_name: Annotated[f.ClassName | None, Field(alias="class")]
    state: f.StateName
    owner: f.Owner | None
    source: f.Source
    source_id: f.SourceId


class IncidentView(Told):
    """An incident: who leads it, and which tickets belong to it."""

    like: ClassVar[dict[str, Any]] = {"resolved_at": None}

    incident_id: IncidentId
    title: Annotated[str, f.field("Title", "What happened.", "Sign-in fails at every site.")] | None
    state: f.StateName
    class_name: Annotated[f.ClassName | None, Field(alias="class")]
    severity: f.Severity | None
    risk_tags_csv: f.RiskTagsCsv
    gate_required: f.GateRequired
    lead: Annotated[f.PersonId, f.field("Lead", "Person who leads it.", "lee")] | None
    escalation_id: EscalationId | None
    standing: Annotated[Standing, f.field("Standing", "Where its escalation stands.", "held")] | None
    next_checkpoint_at: Annotated[f.Moment, f.field("Next Checkpoint At", "When news are promised.", f.AT)] | None
    ticket_ids_csv: Annotated[str, _TICKETS]
    platform_allowed: f.PlatformAllowed
    created_at: f.CreatedAt
    resolved_at: f.ResolvedAt | None
    tickets: Annotated[tuple[Member, ...], f.listing("Tickets", "The tickets as they stand.")]
