"""Which calls come if nobody takes the escalation over?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec.structs import replace

from triage_core.domain.entry import Kind
from triage_core.domain.escalating.climbing import climb
from triage_core.domain.escalating.state import Standing
from triage_core.domain.lifecycle import apply

if TYPE_CHECKING:
    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket

_MOST: Final = 5
_LOOKS: Final = 50


class Ahead(NamedTuple):
    """A call to come."""

    at: datetime
    level: int
    people: tuple[str, ...]


def ahead(context: Context, ticket: Ticket, most: int = _MOST) -> tuple[Ahead, ...]:
    """Climb the ladder in thought, with the people whom the roster knows today."""
    found: list[Ahead] = []
    for _ in range(_LOOKS):
        escalation = ticket.escalation
        if escalation is None or escalation.standing is not Standing.CALLING or escalation.next_call_at is None:
            break
        if len(found) >= most or escalation.next_call_at >= escalation.ends_at:
            break
        then = replace(context, now=max(escalation.next_call_at, context.now))
        for step in climb(then, ticket, escalation):
            ticket = apply(ticket, step.changes)
            if step.kind is Kind.ESCALATION_CALLED:
                found.append(Ahead(then.now, step.facts["level"], step.facts["people"]))
    return tuple(found)
