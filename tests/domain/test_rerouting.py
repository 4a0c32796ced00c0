"""Who is told when a ticket is raised into a class that has owners of its own?"""

from __future__ import annotations

from datetime import date
from typing import Any

from msgspec.structs import replace

from tests.sample_cases import LEAD, MINUTE, MONDAY, PLAYBOOK, after, arrived, context, playbook
from tests.small_policy import document
from triage_core.domain import overriding, updating
from triage_core.domain.entry import Kind
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import SYSTEM, Handover, State, Ticket
from triage_core.domain.overriding import Correction
from triage_core.domain.playbook import Playbook

NOW = MONDAY + MINUTE


def raised(ticket: Ticket, class_name: str = "P1", book: Playbook = PLAYBOOK) -> list[Step]:
    seen = context(NOW, LEAD, book=book)
    return overriding.override(seen, ticket, Correction(class_name=class_name, reason="It is worse than it looked"))


def offers(steps: list[Step]) -> list[Any]:
    return [step.changes["handover"] for step in steps if step.kind is Kind.HANDOVER_OFFERED]


OFFER = Handover(to="lee", by=SYSTEM.id, offered_at=NOW, expires_at=NOW + 30 * MINUTE)


def test_a_person_who_raises_a_ticket_opens_an_offer_to_the_primary_owner() -> None:
    steps = raised(arrived())
    ticket = after(arrived(), steps)
    assert [step.kind for step in steps] == [Kind.OVERRIDDEN, Kind.HANDOVER_OFFERED]
    assert (ticket.owner, ticket.secondary, ticket.handover) == ("ann", "kim", OFFER)
    assert steps[1].facts == {"to": "lee", "expires_at": OFFER.expires_at, "class": "P1"}


def test_a_newer_version_that_raises_a_ticket_does_so_too() -> None:
    given = {"impact": "high", "urgency": "high"}
    ticket = after(arrived(), updating.update(context(NOW), arrived(), "2", given, ()))
    assert (ticket.owner, ticket.secondary, ticket.handover) == ("ann", "kim", OFFER)


def test_a_class_without_owners_of_its_own_and_a_lower_class_leave_the_ticket_where_it_is() -> None:
    low = arrived(impact="low", urgency="low")
    for before, class_name in ((low, "P2"), (arrived(), "P3"), (arrived(), "P2")):
        ticket = after(before, raised(before, class_name))
        assert (ticket.owner, ticket.secondary, ticket.handover) == ("ann", None, None)


def test_a_primary_owner_who_has_the_ticket_gets_no_offer() -> None:
    held = replace(arrived(), owner="lee")
    ticket = after(held, raised(held))
    assert (ticket.secondary, ticket.handover) == ("kim", None)


def test_an_offer_that_waits_for_the_primary_owner_is_not_repeated() -> None:
    earlier = replace(OFFER, by="bob")
    assert offers(raised(replace(arrived(), handover=earlier))) == []


def test_a_primary_owner_who_is_away_gets_no_offer() -> None:
    people = document()["people"]
    away = {"first": date(2026, 3, 1), "last": date(2026, 3, 3)}
    book = playbook(people=[{**one, "absences": [away] if one["id"] == "lee" else []} for one in people])
    ticket = after(arrived(), raised(arrived(), book=book))
    assert (ticket.secondary, ticket.handover) == ("kim", None)


def test_a_ticket_without_an_owner_is_left_to_its_assignment() -> None:
    nobodys = replace(arrived(), owner=None, state=State.TRIAGED)
    ticket = after(nobodys, raised(nobodys))
    assert (ticket.secondary, ticket.handover) == (None, None)
