"""What does one line of the board tell of an escalation?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from triage_core.console.sheet import Labels
from triage_core.console.standing import deadline_of, tone_of
from triage_core.domain.escalating.state import Escalation, Standing, id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from triage_core.console.moments import Moments
    from triage_core.domain.model import Ticket
    from triage_core.domain.policy.people import Person
    from triage_core.service.access import Caller
    from triage_core.service.triage import Triage


class Row(NamedTuple):
    """An escalation at a glance."""

    name: str
    grade: tuple[str, ...]
    tags: tuple[str, ...]
    system: str
    tone: str
    #: Who holds it, or who is called.
    who: str
    deadline: Markup
    queue: str
    #: What it wants of the reader, if anything.
    wants: str


def row_of(triage: Triage, caller: Caller, moments: Moments, ticket: Ticket) -> Row:
    """Tell of the running escalation of a ticket."""
    escalation = ticket.escalation
    if escalation is None:
        raise AssertionError("the store lists tickets whose escalation runs")
    people = triage.playbooks.active(caller.tenant, moments.now).directory.people
    labels = Labels(triage.playbooks.stamped(ticket, moments.now).policy)
    return Row(
        name=id_of(ticket.id, escalation),
        grade=labels.grade(ticket),
        tags=labels.tags(ticket),
        system=labels.system(ticket),
        tone=tone_of(escalation),
        who=_who(escalation, people),
        deadline=deadline_of(ticket, escalation, moments),
        queue=escalation.queue,
        wants=_wants(escalation, caller.actor.id),
    )


def _who(escalation: Escalation, people: Mapping[str, Person]) -> str:
    def name(person_id: str) -> str:
        return people[person_id].name if person_id in people else person_id

    if escalation.standing is Standing.HELD:
        return f"Held by {name(str(escalation.holder))}"
    called = ", ".join(map(name, escalation.called))
    if escalation.standing is Standing.EXHAUSTED:
        return "Nobody took it over; everybody was called"
    return f"Calls {called}" if called else "Nobody was called yet"


def _wants(escalation: Escalation, reader: str) -> str:
    if escalation.offer is not None and escalation.offer.to == reader:
        return "offered to you"
    if escalation.standing is Standing.HELD:
        return "yours" if escalation.holder == reader else ""
    return "calls you" if reader in escalation.called else ""
