"""What does a page tell of an escalation, and what does it offer to the person who reads it?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from markupsafe import Markup

from triage_core.console.standing import Outlook, outlook
from triage_core.domain.entry import Kind
from triage_core.domain.escalating import holding
from triage_core.domain.escalating.state import BlastRadius, Confidence, Escalation, Standing, Trend, id_of
from triage_core.domain.escalating.telling import Voice, cause, movement
from triage_core.domain.model import Record
from triage_core.domain.policy.people import Right
from triage_core.domain.related import incident_of
from triage_core.service.escalations import Escalations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from triage_core.console.moments import Moments
    from triage_core.console.visit import Visit
    from triage_core.domain.context import Context
    from triage_core.domain.entry import Entry
    from triage_core.domain.model import Ticket
    from triage_core.domain.policy import Policy
    from triage_core.service.access import Caller

#: Under which names people's own words lie beside the lines of the log.
_NOTES: Final = ("reason_id", "checkpoint_id", "handover_note_id")
#: Minutes until the next news, beside the usual rhythm.
_MINUTE: Final = timedelta(minutes=1)
_MINUTES: Final = (15, 30, 60)
_RELATIONS: Final = {
    "duplicate_of": "duplicate of",
    "related_to": "related to",
    "incident_candidate": "perhaps one incident with",
    "includes": "includes",
}


class Choice(NamedTuple):
    """One of several: what the form sends, and what a person reads."""

    value: str
    label: str


class Happened(NamedTuple):
    """A line of the log: when, what, and what somebody wrote with it."""

    kind: Kind
    at: datetime
    what: str
    note: str


class Offers(NamedTuple):
    """What the reader may do now; what is empty or false is not offered."""

    #: When the next news may come, for whoever takes it over.
    take: tuple[Choice, ...] = ()
    report: tuple[Choice, ...] = ()
    #: To whom it may be handed over.
    hand_to: tuple[Choice, ...] = ()
    answer: bool = False
    end: bool = False
    #: Why it may not be taken over, to somebody who may not.
    refused: str = ""


class Sheet(NamedTuple):
    """Everything on the page of one escalation."""

    name: str
    ticket: Ticket
    escalation: Escalation
    grade: tuple[str, ...]
    tags: tuple[str, ...]
    system: str
    subject: str
    impact: str
    causes: tuple[str, ...]
    owner: str
    holder: str
    called: str
    outlook: Outlook
    blast: tuple[tuple[str, str | Markup], ...]
    related: tuple[str, ...]
    incident: str | None
    history: tuple[Happened, ...]
    offers: Offers

    @property
    def handed_with(self) -> str:
        """What was written with the latest offer."""
        return next((step.note for step in self.history if step.kind is Kind.ESCALATION_OFFERED), "")

    @property
    def is_incident(self) -> bool:
        """The escalation is of an incident and not of a single ticket."""
        return self.ticket.record is Record.INCIDENT


def sheet_of(visit: Visit, caller: Caller, moments: Moments, found: tuple[Ticket, Escalation]) -> Sheet:
    """Gather what the page shows to a person."""
    ticket, escalation = found
    seen = visit.triage.seen(ticket, caller.actor, moments.now)
    voice = Voice({known.id: known.name for known in seen.in_force.directory.people.values()}, moments.text)
    name, statement = id_of(ticket.id, escalation), visit.triage.statement(ticket)
    labels = Labels(seen.playbook.policy)
    return Sheet(
        name=name,
        ticket=ticket,
        escalation=escalation,
        grade=labels.grade(ticket),
        tags=labels.tags(ticket),
        system=labels.system(ticket),
        subject=seen.text.partition("\n")[0],
        impact=f"{statement.impact} {statement.rationale}" if statement else "",
        causes=tuple(cause(each) for each in (escalation.cause, *escalation.joined)),
        owner=voice.person(ticket.owner) if ticket.owner else "",
        holder=voice.person(escalation.holder) if escalation.holder else "",
        called=voice.people(escalation.called) if escalation.called else "",
        outlook=outlook(seen, ticket, escalation, (voice, moments)),
        blast=_blast(escalation.blast, moments),
        related=tuple(f"{_RELATIONS[link.kind]} {link.to}" for link in ticket.links if link.kind in _RELATIONS),
        incident=incident_of(ticket),
        history=_history(visit, caller, name, voice),
        offers=_offers(seen, ticket, escalation, moments) if ticket.escalation is escalation else Offers(),
    )


class Labels:
    """What the policy that decided a ticket calls things."""

    def __init__(self, policy: Policy) -> None:
        """Look them up in the stamped policy."""
        self._policy = policy

    def grade(self, ticket: Ticket) -> tuple[str, ...]:
        """Name class and severity."""
        found = (_label(self._policy.classes, ticket.class_name), _label(self._policy.severity.levels, ticket.severity))
        return tuple(label for label in found if label) or ("not classified yet",)

    def tags(self, ticket: Ticket) -> tuple[str, ...]:
        """Name the risk tags."""
        return tuple(map(self.tag, ticket.tag_names))

    def tag(self, name: str) -> str:
        """Name a risk tag."""
        return _label(self._policy.tags, name)

    def class_name(self, name: str) -> str:
        """Name a class."""
        return _label(self._policy.classes, name)

    def severity(self, name: str) -> str:
        """Name a severity."""
        return _label(self._policy.severity.levels, name)

    def field(self, name: str, value: object) -> tuple[str, str]:
        """Name a field of the intake and a value of it."""
        known = self._policy.intake.fields.get(name)
        label = next((each.label for each in known.values if each.value == value), "") if known else ""
        return (known.label if known else "") or name.replace("_", " "), label or str(value)

    def system(self, ticket: Ticket) -> str:
        """Name the affected system, where it is known."""
        field, value = self._policy.intake.fields.get("affected_system"), ticket.intake.get("affected_system")
        known = (listed.label for listed in field.values if listed.value == value) if field else iter(())
        return next(known, "") or str(value or "")


def _label(listed: Iterable[Any], name: str | None) -> str:
    label = next((item.label for item in listed if item.name == name), "")
    return label or name or ""


# --- what is known ----------------------------------------------------------------------------------------------------


def _blast(blast: BlastRadius, moments: Moments) -> tuple[tuple[str, str | Markup], ...]:
    sure = "not known" if blast.confidence is Confidence.UNKNOWN else str(blast.confidence)
    return (
        ("Customers", customers(blast)),
        ("Services", ", ".join(blast.services) or "not known"),
        ("Data", ", ".join(blast.data_classes) or "not known"),
        ("Regions", ", ".join(blast.regions) or "not known"),
        ("Since", moments.at(blast.since) if blast.since else "not known"),
        ("Trend", "not known" if blast.trend is Trend.UNKNOWN else str(blast.trend)),
        ("How sure", sure),
    )


def customers(blast: BlastRadius) -> str:
    """Say how many customers are affected: exactly, as a range, or that nobody knows."""
    least, most = blast.customers_least, blast.customers_most
    if least is not None and most is not None:
        return str(least) if least == most else f"{least} to {most}"
    return "not known" if least is most else f"at least {least}" if most is None else f"at most {most}"


def _history(visit: Visit, caller: Caller, name: str, voice: Voice) -> tuple[Happened, ...]:
    entries = [line.entry for line in Escalations(visit.triage).log(caller.tenant, name)]
    ticket_id = entries[-1].ticket_id if entries else ""
    texts = {text.id: text.content for text in visit.triage.store.texts(caller.tenant, ticket_id)}
    told = (Happened(entry.kind, entry.at, movement(entry, voice), _note(entry, texts)) for entry in reversed(entries))
    return tuple(told)


def _note(entry: Entry, texts: Mapping[str, str]) -> str:
    return next((texts[entry.facts[name]] for name in _NOTES if entry.facts.get(name) in texts), "")


# --- what can be done -------------------------------------------------------------------------------------------------


def _offers(seen: Context, ticket: Ticket, escalation: Escalation, moments: Moments) -> Offers:
    if not escalation.is_open:
        return Offers()
    is_held = escalation.standing is Standing.HELD
    is_mine = is_held and escalation.holder == seen.actor.id
    by_right = seen.in_force.directory.may(seen.actor.roles, Right.ESCALATE)
    may_take = not is_held and holding.may_hold(seen, escalation)
    offer = escalation.offer
    return Offers(
        take=_next_news(holding.acknowledge(seen, ticket, None)[0].facts, "checkpoint_at", moments) if may_take else (),
        report=_next_report(seen, ticket, moments) if is_mine else (),
        hand_to=_others(seen, escalation) if is_mine or (is_held and by_right) else (),
        answer=offer is not None and offer.to == seen.actor.id and seen.now < offer.expires_at,
        end=is_mine or by_right,
        refused=_takers(seen) if not is_held and not may_take else "",
    )


def _next_report(seen: Context, ticket: Ticket, moments: Moments) -> tuple[Choice, ...]:
    told = holding.post_checkpoint(seen, ticket, "in thought")[0]
    return _next_news({**told.facts, "lease_until": told.changes["escalation"].lease_until}, "next_at", moments)


def _next_news(facts: Mapping[str, Any], usual: str, moments: Moments) -> tuple[Choice, ...]:
    """Offer the usual rhythm, and a few moments before the hold ends."""
    now, at = moments.now, facts[usual]
    sooner = [(minutes, now + minutes * _MINUTE) for minutes in _MINUTES]
    return (
        Choice("", f"{moments.text(at)}, the usual rhythm"),
        *(
            Choice(str(minutes), f"{moments.text(then)}, in {minutes} min")
            for minutes, then in sooner
            if then <= facts["lease_until"] and then != at
        ),
    )


def _others(seen: Context, escalation: Escalation) -> tuple[Choice, ...]:
    directory = seen.in_force.directory
    people = sorted(directory.people.values(), key=lambda person: person.name.casefold())
    away = {person.id: directory.why_away(person, seen.now, {}) for person in people}
    return tuple(
        Choice(person.id, f"{person.name} ({away[person.id]})" if away[person.id] else person.name)
        for person in people
        if person.id != escalation.holder
    )


def _takers(seen: Context) -> str:
    roles = ", ".join(seen.in_force.directory.holders(Right.ACKNOWLEDGE)) or "none"
    return f"You may not take it over: whoever was called may, and the roles: {roles}."
