"""Does a profile fill what a ticket does not say, and nothing else?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_cases import HOUR, LEAD, MONDAY, PLAYBOOK, after, blank, context
from tests.small_policy import COMPLETE
from triage_core.domain import overriding, triaging, updating
from triage_core.domain.model import Ticket
from triage_core.domain.overriding import Correction
from triage_core.domain.profile import TIER, Profile, fill, person_key

UNSAID = {name: value for name, value in COMPLETE.items() if name != TIER}
VIP = Profile(tier="VIP")


def test_the_profile_says_the_tier_that_the_ticket_does_not() -> None:
    filled = fill(PLAYBOOK.form, UNSAID, VIP)
    assert (filled.given[TIER], filled.from_profile, filled.facts) == ("vip", (TIER,), {})


@pytest.mark.parametrize("said", ["standard", "nonsense", 7])
def test_what_the_ticket_states_stays(said: object) -> None:
    given = {**UNSAID, TIER: said}
    assert fill(PLAYBOOK.form, given, VIP).given == given
    assert fill(PLAYBOOK.form, given, VIP).from_profile == ()


@pytest.mark.parametrize("blank_value", [None, "", "  "])
def test_a_blank_value_says_nothing(blank_value: object) -> None:
    assert fill(PLAYBOOK.form, {**UNSAID, TIER: blank_value}, VIP).from_profile == (TIER,)


@pytest.mark.parametrize("profile", [None, Profile(), Profile(name="Ann", seniority="board")])
def test_without_a_tier_nothing_is_filled(profile: Profile | None) -> None:
    assert fill(PLAYBOOK.form, UNSAID, profile).given == UNSAID


def test_a_tier_that_the_policy_does_not_list_is_left_out_visibly() -> None:
    filled = fill(PLAYBOOK.form, UNSAID, Profile(tier="platinum"))
    assert (filled.given, filled.facts) == (UNSAID, {"profile_tier_unlisted": True})


FACTS = st.none() | st.text(min_size=1)


@given(st.builds(Profile, tier=FACTS, name=FACTS), st.builds(Profile, tier=FACTS, name=FACTS))
def test_the_person_comes_before_the_account(person: Profile, account: Profile) -> None:
    both = person.over(account)
    assert both.tier == (account.tier if person.tier is None else person.tier)
    assert both.over(account) == both
    assert Profile().over(account) == account


def test_a_person_has_one_key_however_the_name_is_written() -> None:
    assert person_key(b"k", " Ann@Example.com ") == person_key(b"k", "ann@example.com")
    assert person_key(b"k", "ann@example.com") != person_key(b"other", "ann@example.com")


# The mark on the ticket goes once somebody says the tier.


def known(**intake: Any) -> Ticket:
    """Take a ticket in whose tier comes from the profile."""
    filled = fill(PLAYBOOK.form, {**UNSAID, **intake}, VIP)
    ticket = blank(from_profile=filled.from_profile)
    return after(ticket, triaging.arrive(context(), ticket, filled.given))


def test_the_ticket_shows_what_the_profile_filled() -> None:
    ticket = known()
    assert (ticket.intake[TIER], ticket.from_profile, ticket.defaulted) == (
        "vip",
        (TIER,),
        ("category", "service_line"),
    )


@pytest.mark.parametrize(("given", "kept"), [({"impact": "low"}, (TIER,)), ({"impact": "low", TIER: "standard"}, ())])
def test_completing_the_intake(given: dict[str, str], kept: tuple[str, ...]) -> None:
    blocked = known(impact="")
    completed = after(blocked, triaging.complete(context(), blocked, given))
    assert (completed.from_profile, completed.intake[TIER]) == (kept, given.get(TIER, "vip"))


@pytest.mark.parametrize(("given", "kept"), [({"impact": "high"}, (TIER,)), ({TIER: "vip"}, ())])
def test_correcting_the_intake(given: dict[str, str], kept: tuple[str, ...]) -> None:
    ticket = known()
    seen = context(now=MONDAY + HOUR, actor=LEAD)
    corrected = after(ticket, overriding.override(seen, ticket, Correction(intake=given, reason="asked")))
    assert corrected.from_profile == kept


@pytest.mark.parametrize(("given", "kept"), [({"impact": "high"}, (TIER,)), ({TIER: "vip"}, ())])
def test_a_newer_version_of_the_source(given: dict[str, str], kept: tuple[str, ...]) -> None:
    ticket = known()
    updated = after(ticket, updating.update(context(now=MONDAY + HOUR), ticket, "2", given, ()))
    assert updated.from_profile == kept
