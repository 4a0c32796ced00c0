"""What does the card of an escalation say, whatever surface shows it?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from triage_core.cards.history import Movement, movements
from triage_core.domain.entry import Entry
from triage_core.domain.escalating.state import BlastRadius, Escalation, Standing, id_of
from triage_core.domain.model import UNCLASSIFIED, Link, Mode, Ticket
from triage_core.domain.policy.escalation import LadderKind, Trigger
from triage_core.domain.statement import state
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.policy import Policy


class Labelled(Value, frozen=True, kw_only=True):
    """Something that the policy names, in the word that people read: a person, a class, a tag, a queue."""

    name: str
    label: str


class Backdrop(Value, frozen=True, kw_only=True):
    """What a card shows beside ticket and policy."""

    #: Where people acknowledge, hand over and tell news, and where the ticket is read.
    page_url: str
    ticket_url: str | None = None
    #: The subject in the customer's words; none where the surface may not carry them.
    title: str | None = None
    #: IANA name of the zone that moments are shown in.
    zone: str = "UTC"
    #: Ids of the people whom the next call reaches, as the ladder says now.
    upcoming: tuple[str, ...] = ()
    #: The level of that call, counted from one, and when it is made; later than due where it must wait.
    upcoming_level: int | None = None
    upcoming_at: datetime | None = None
    #: The ticket's timeline, or its end.
    entries: tuple[Entry, ...] = ()


class EscalationCard(Value, frozen=True, kw_only=True):
    """An escalation as plain facts; the title alone holds words of the customer."""

    tenant: str
    ticket_id: str
    escalation_id: str
    mode: Mode = Mode.LIVE

    ticket_class: Labelled | None = None
    class_rank: int = UNCLASSIFIED
    severity: Labelled | None = None
    #: Position among the policy's severities, 0 the worst.
    severity_rank: int | None = None
    tags: tuple[Labelled, ...] = ()
    system: Labelled | None = None
    title: str | None = None
    impact: str = ""
    rationale: str = ""
    #: How often the customer was promised news.
    update_every: timedelta | None = None

    owner: Labelled | None = None
    #: The incident lead: who answers for it now.
    holder: Labelled | None = None
    called: tuple[Labelled, ...] = ()
    offered_to: Labelled | None = None
    offered_until: datetime | None = None

    trigger: Trigger
    kind: LadderKind
    standing: Standing
    #: The rung that was called last, counted from one.
    level: int | None = None
    calls: int = 0
    raised_at: datetime
    raised_by: Labelled | None = None
    #: When the next call is made, while somebody is called.
    acknowledge_by: datetime | None = None
    #: Whom the next call reaches; empty where the ladder foresees none.
    upcoming: tuple[Labelled, ...] = ()
    upcoming_level: int | None = None
    upcoming_at: datetime | None = None
    held_back: str = ""
    acknowledged_at: datetime | None = None
    lease_until: datetime | None = None
    next_checkpoint_at: datetime | None = None
    reminded: bool = False
    ends_at: datetime
    ended_at: datetime | None = None
    ended_by: Labelled | None = None

    blast: BlastRadius = BlastRadius()
    related: tuple[Link, ...] = ()
    history: tuple[Movement, ...] = ()
    queue: Labelled
    source: str
    source_id: str
    page_url: str
    ticket_url: str | None = None
    zone: str = "UTC"


def card_of(ticket: Ticket, escalation: Escalation, policy: Policy, backdrop: Backdrop) -> EscalationCard:
    """Gather the facts of a ticket's escalation in the policy's words."""
    words = _Words(policy)
    return EscalationCard(
        **_decided(ticket, words),
        **_standing(escalation, backdrop, words),
        tenant=ticket.tenant,
        ticket_id=ticket.id,
        escalation_id=id_of(ticket.id, escalation),
        mode=ticket.mode,
        title=backdrop.title,
        owner=words.person(ticket.owner),
        blast=escalation.blast,
        related=ticket.links,
        history=movements(backdrop.entries, words.people),
        queue=words.queue(escalation.queue),
        source=ticket.source,
        source_id=ticket.source_id,
        page_url=backdrop.page_url,
        ticket_url=backdrop.ticket_url,
        zone=backdrop.zone,
    )


class _Words:
    """What the policy calls things."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.people = {person.id: person.name for person in policy.people}

    def person(self, person_id: str | None) -> Labelled | None:
        return None if person_id is None else Labelled(name=person_id, label=self.people.get(person_id, person_id))

    def everybody(self, ids: Iterable[str]) -> tuple[Labelled, ...]:
        return tuple(Labelled(name=each, label=self.people.get(each, each)) for each in ids)

    def queue(self, name: str) -> Labelled:
        return _labelled(self.policy.queues, name)

    def system(self, name: str | None) -> Labelled | None:
        field = self.policy.intake.fields.get("affected_system")
        values = field.values if field else ()
        label = next((value.label for value in values if value.value == name), "")
        return None if name is None else Labelled(name=str(name), label=label or str(name))


def _labelled(listed: Iterable[Any], name: str) -> Labelled:
    label = next((item.label for item in listed if item.name == name), "")
    return Labelled(name=name, label=label or name)


def _decided(ticket: Ticket, words: _Words) -> dict[str, Any]:
    policy, statement = words.policy, state(ticket, words.policy)
    levels = [level.name for level in policy.severity.levels]
    return {
        "ticket_class": _labelled(policy.classes, ticket.class_name) if ticket.class_name else None,
        "class_rank": ticket.class_rank,
        "severity": _labelled(policy.severity.levels, ticket.severity) if ticket.severity else None,
        "severity_rank": levels.index(ticket.severity) if ticket.severity in levels else None,
        "tags": tuple(_labelled(policy.tags, name) for name in ticket.tag_names),
        "system": words.system(ticket.intake.get("affected_system")),
        "impact": statement.impact if statement else "",
        "rationale": statement.rationale if statement else "",
        "update_every": statement.update_every if statement else None,
    }


def _standing(escalation: Escalation, backdrop: Backdrop, words: _Words) -> dict[str, Any]:
    calling, offer = escalation.standing is Standing.CALLING, escalation.offer
    return {
        "trigger": escalation.trigger,
        "kind": escalation.kind,
        "standing": escalation.standing,
        "holder": words.person(escalation.holder),
        "called": words.everybody(escalation.called),
        "offered_to": words.person(offer.to) if offer else None,
        "offered_until": offer.expires_at if offer else None,
        "level": escalation.rung.level + 1 if escalation.rung else None,
        "calls": escalation.calls,
        "raised_at": escalation.raised_at,
        "raised_by": words.person(escalation.raised_by),
        "acknowledge_by": escalation.next_call_at if calling else None,
        "upcoming": words.everybody(backdrop.upcoming) if calling else (),
        "upcoming_level": backdrop.upcoming_level if calling else None,
        "upcoming_at": backdrop.upcoming_at if calling else None,
        "held_back": escalation.held_back,
        "acknowledged_at": escalation.acknowledged_at,
        "lease_until": escalation.lease_until,
        "next_checkpoint_at": escalation.checkpoint_at,
        "reminded": escalation.reminded,
        "ends_at": escalation.ends_at,
        "ended_at": escalation.ended_at,
        "ended_by": words.person(escalation.ended_by),
    }
