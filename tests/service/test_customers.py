"""Does a submit know its customer, and is it never held up by not knowing?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sample_cases import MINUTE
from tests.sample_desk import TENANT, SampleDesk
from tests.small_policy import COMPLETE
from triage_core.domain.entry import Kind
from triage_core.domain.profile import TIER, Profile, ProfileUnavailable, person_key
from triage_core.ports import ProfileRow
from triage_core.profiles.table import TableProfiles
from triage_core.service.triage import Triage

if TYPE_CHECKING:
    from triage_core.ports import Profiles

UNSAID = {name: value for name, value in COMPLETE.items() if name != TIER}


class Broken:
    """A source of profiles that is out of order."""

    def lookup(self, tenant: str, customer: str | None, requester: str | None) -> Profile | None:
        del tenant, customer, requester
        raise ProfileUnavailable("it is a test")


def with_profiles(desk: SampleDesk, profiles: Profiles) -> SampleDesk:
    ids = iter(f"t{number}" for number in range(1, 99))
    desk.triage = Triage(desk.store, lambda: desk.now, lambda: next(ids), profiles)
    return desk


@pytest.fixture
def desk() -> SampleDesk:
    """A desk that knows an account and a person of it."""
    desk = SampleDesk()
    key = person_key(desk.store.digest_key(TENANT), "ann@example.com")
    desk.store.put_profiles(
        TENANT,
        (
            ProfileRow(customer="acme", profile=Profile(tier="enterprise", lifetime_value=120.5, name="Acme")),
            ProfileRow(customer="acme", requester_key=key, profile=Profile(tier="vip", seniority="board", name="Ann")),
        ),
    )
    return with_profiles(desk, TableProfiles(desk.store))


def test_the_account_gives_the_tier_and_the_ticket_shows_it(desk: SampleDesk) -> None:
    ticket = desk.ticket(customer="acme", intake=UNSAID)
    assert (ticket.intake[TIER], ticket.from_profile) == ("enterprise", (TIER,))


def test_the_person_gives_it_before_the_account(desk: SampleDesk) -> None:
    ticket = desk.ticket(customer="acme", requester=" ANN@example.com", intake=UNSAID)
    assert ticket.intake[TIER] == "vip"


def test_the_person_alone_leads_to_the_account(desk: SampleDesk) -> None:
    desk.ticket(requester="ann@example.com", intake=UNSAID)
    known = desk.triage.customers.profile(TENANT, "t1")
    assert known == Profile(tier="vip", lifetime_value=120.5, seniority="board", name="Ann")


def test_a_person_of_another_account_is_not_taken_for_this_one(desk: SampleDesk) -> None:
    ticket = desk.ticket(customer="globex", requester="ann@example.com", intake={**UNSAID, TIER: ""})
    assert ticket.problems[0].pointer == f"/intake/{TIER}"


def test_a_stated_tier_is_never_lowered_nor_raised(desk: SampleDesk) -> None:
    ticket = desk.ticket(customer="acme", intake={**UNSAID, TIER: "standard"})
    assert (ticket.intake[TIER], ticket.from_profile) == ("standard", ())


def test_what_is_known_stands_beside_the_timeline_and_not_in_it(desk: SampleDesk) -> None:
    desk.ticket(customer="acme", requester="ann@example.com", intake=UNSAID)
    lines = "".join(line.body for line in desk.store.timeline(TENANT, "t1"))
    assert "120.5" not in lines
    assert "board" not in lines


def test_a_stranger_has_no_profile_and_blocks_as_before(desk: SampleDesk) -> None:
    ticket = desk.ticket(customer="nobody", intake=UNSAID)
    assert [problem.pointer for problem in ticket.problems] == [f"/intake/{TIER}"]
    assert desk.triage.customers.profile(TENANT, "t1") is None


def test_a_source_that_is_out_of_order_is_a_fact_and_holds_nothing_up() -> None:
    desk = with_profiles(SampleDesk(), Broken())
    ticket = desk.ticket(customer="acme")
    assert ticket.class_name == "P2"
    (submitted,) = [entry for entry in desk.entries() if entry.kind is Kind.SUBMITTED]
    assert submitted.facts["profile_unavailable"] is True


def test_without_customer_and_requester_nobody_is_asked() -> None:
    desk = with_profiles(SampleDesk(), Broken())
    desk.ticket()
    assert "profile_unavailable" not in desk.entries()[0].facts


def test_the_past_of_a_customer_is_there(desk: SampleDesk) -> None:
    for number, impact in enumerate(("low", "high", "high"), start=1):
        desk.passes(MINUTE)
        desk.ticket(number=number, customer="acme", intake={**COMPLETE, "impact": impact, "urgency": "low"})
    history = desk.triage.customers.history(TENANT, "acme", 2)
    assert history.classes == {"P3": 1, "P2": 2}
    assert [ticket.id for ticket in history.latest] == ["t3", "t2"]
