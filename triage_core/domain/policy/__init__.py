"""What does a tenant's policy say? One document holds every rule; nothing in it runs."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from triage_core.domain.policy.calibration import Calibration
from triage_core.domain.policy.caution import Manipulation
from triage_core.domain.policy.closing import Closing
from triage_core.domain.policy.escalation import Escalation, Ladder
from triage_core.domain.policy.gates import Gates, Stages, Template
from triage_core.domain.policy.intake import Intake
from triage_core.domain.policy.output import OutputRules
from triage_core.domain.policy.people import Person, Queue, Role, Routing
from triage_core.domain.policy.related import Related
from triage_core.domain.policy.retention import Retention
from triage_core.domain.policy.rules import Matrix, RaiseRule, Score, SeverityScheme, Tag, TagRule, TicketClass
from triage_core.domain.policy.service_levels import CalendarSpec, ServiceLevels
from triage_core.domain.policy.values import Duration, Name, Names, Section, Text, as_entry


class ChangeNote(Section):
    """Why this version exists; a version without an approver can be tried out but not activated."""

    what: Text
    why: Text
    evidence: Names = ()
    """Ids of calibration samples, backtests or tickets."""
    approved_by: Name | None = None
    rollback_to: Name | None = None
    """The version that is restored when this one fails."""


class ServiceDesk(Section):
    """What customers are told about the desk itself."""

    name: Annotated[str, Field(min_length=1, max_length=80)] = "Service desk"
    status_page: Annotated[str, Field(pattern=r"^https://[^\s]+$")] | None = None
    """Where customers see the state of the services."""
    survey_page: Annotated[str, Field(pattern=r"^https://[^\s]+$")] | None = None
    """Where customers say how satisfied they are; the ticket's id is added by the sender."""


class Policy(Section):
    """Everything a tenant decides about triage."""

    policy: Name
    """The policy's name."""
    version: Name
    """Stamped on every ticket that the policy decides."""
    effective_from: date
    description: str = ""
    desk: ServiceDesk = ServiceDesk()
    change_note: ChangeNote

    classes: Annotated[tuple[Annotated[TicketClass, as_entry("name", TicketClass)], ...], Field(min_length=1)]
    """From the highest to the lowest."""
    severity: SeverityScheme
    intake: Intake
    matrix: Matrix
    raise_rules: tuple[RaiseRule, ...] = ()
    tags: tuple[Annotated[Tag, as_entry("name", Tag)], ...] = ()
    tag_rules: tuple[TagRule, ...] = ()
    score: Score = Score()
    manipulation: Manipulation = Manipulation()
    related: Related | None = Related()
    """Leave it empty to compare no tickets."""

    calendars: dict[Name, CalendarSpec]
    service_levels: ServiceLevels
    reopen_window: Duration = Field(default="7d", validate_default=True)
    """A customer's reply in this time after the solution reopens the ticket; later it becomes a follow-up."""

    roles: tuple[Role, ...]
    people: tuple[Person, ...] = ()
    rotas: Names = ()
    """On-call rotas that ladders may name; who is on duty when is kept with the roster, not here."""
    queues: Annotated[tuple[Annotated[Queue, as_entry("name", Queue)], ...], Field(min_length=1)]
    routing: Routing
    ladders: tuple[Ladder, ...] = ()
    escalation: Escalation = Escalation()

    gates: Gates
    stages: Stages = Stages()
    platforms: dict[Name, Name]
    """The most sensitive data that each automation platform may carry."""
    templates: tuple[Template, ...] = ()
    output: OutputRules = OutputRules()
    """What a text may say before it leaves."""
    closing: Closing = Closing()
    calibration: Calibration = Calibration()
    retention: Retention = Retention()

    @property
    def id(self) -> str:
        """The stamp: name and version."""
        return f"{self.policy}@{self.version}"


__all__ = ["ChangeNote", "Policy", "ServiceDesk"]
