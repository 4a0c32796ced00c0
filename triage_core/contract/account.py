"""What does the service say about the caller and about itself?"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from triage_core.contract import fields as f
from triage_core.contract.intake import FieldName
from triage_core.contract.messages import Given, Told


class Me(Told):
    """Who the caller is, and what the caller may do."""

    name: Annotated[str, f.field("Name", "Name of this connection as people read it.", "Default desk, flow platform")]
    tenant: f.Tenant
    platform: Annotated[str, f.field("Platform", "Platform that the key belongs to.", "flows")] | None
    person: f.PersonId | None
    person_name: f.PersonName | None
    roles_csv: Annotated[str, f.csv("Roles", "Roles that the person holds.", "agent,lead")]
    scopes_csv: Annotated[str, f.csv("Scopes", "What the key may do.", "tickets:read,tickets:write")]
    most_sensitive: (
        Annotated[str, f.field("Most Sensitive Data", "The most sensitive data that may be carried.", "internal")]
        | None
    )
    policy_version: f.PolicyVersion | None


class Health(Told):
    """That the service runs."""

    status: Annotated[str, f.field("Status", "Always ok, since a service that does not run does not answer.", "ok")]
    version: Annotated[str, f.field("Version", "Version of the service.", "0.1.0")]


class Ready(Told):
    """That the service can do its work."""

    status: Annotated[str, f.field("Status", "Always ready, since anything else is an error.", "ready")]
    version: Annotated[str, f.field("Version", "Version of the service.", "0.1.0")]


class SetupPart(Told):
    """One part of the setup."""

    part: Annotated[str, f.field("Part", "Which part it is.", "approvers")]
    ok: Annotated[bool, f.flag("OK", "Whether it is as it has to be.", example=True)]
    detail: Annotated[str, f.field("Detail", "What was found, and what to do about it.", "2 people")]


class SetupView(Told):
    """What of the setup is right and what is not."""

    like: ClassVar[dict[str, Any]] = {"wrong_csv": ""}

    complete: Annotated[bool, f.flag("Complete", "Whether every part is as it has to be.", example=True)]
    wrong_csv: Annotated[str, f.csv("Wrong Parts", "Parts that are not.", "approvers,hours")]
    now: Annotated[f.Moment, f.field("Now", "What the clock of the service shows.", f.AT)]
    items: Annotated[tuple[SetupPart, ...], f.listing("Items", "Every part.")]


class IntakeFieldPath(Given):
    """Which intake field."""

    field: FieldName
