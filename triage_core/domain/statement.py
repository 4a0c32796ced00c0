"""How do we say in two sentences what a ticket means for the business, and when the customer hears from us?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from triage_core.domain.model import Ticket
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.policy import Policy
    from triage_core.domain.policy.intake import IntakeField


class Statement(Value, frozen=True, kw_only=True):
    """Impact, rationale and cadence; made of the policy's labels only, never of ticket text."""

    impact: str
    rationale: str
    update_every: timedelta | None = None


def state(ticket: Ticket, policy: Policy) -> Statement | None:
    """Compose the statement of a triaged ticket; an unclassified one has none."""
    chosen = next((item for item in policy.classes if item.name == ticket.class_name), None)
    if chosen is None:
        return None
    tags = [tag for tag in policy.tags if tag.name in ticket.tag_names]
    reasons = [chosen.rationale, *(tag.rationale for tag in tags)]
    return Statement(
        impact=_impact(ticket, policy),
        rationale=" ".join(reason for reason in reasons if reason) or f"Handled as {chosen.label or chosen.name}.",
        update_every=chosen.update_every,
    )


def _impact(ticket: Ticket, policy: Policy) -> str:
    fields = policy.intake.fields
    say = {name: _label(fields.get(name), ticket.intake.get(name)) for name in (*fields, "affected_system")}
    users = ticket.intake.get("users_affected")
    crowd = f", about {users:.15g} users" if isinstance(users, int | float) else ""
    level = next((item.label or item.name for item in policy.severity.levels if item.name == ticket.severity), "")
    said = (
        f"{say.get('impact', '?')} impact and {say.get('urgency', '?')} urgency on {say.get('affected_system', '?')}"
        f" for a customer of tier {say.get('customer_tier', '?')}{crowd}; {level}."
    )
    return said[:1].upper() + said[1:]


def _label(field: IntakeField | None, value: object) -> str:
    if field is None or value is None:
        return "unknown"
    return next((item.label or item.value for item in field.values if item.value == value), str(value))
