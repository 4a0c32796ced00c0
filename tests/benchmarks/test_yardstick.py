"""Does the yardstick mean what it says, and are its tickets the same everywhere?"""

from __future__ import annotations

from hashlib import sha256

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from benchmarks.hard import KNOWN, Known, hard_tickets
from benchmarks.peers.host import join, prepared
from benchmarks.tickets import NEAR_MISSES, mix, tickets, vocabulary
from benchmarks.yardstick import (
    LEVELS,
    MATRIX,
    SENSITIVITIES,
    TERM_RULES,
    TIERS,
    Ticket,
    decide,
    fired_terms,
    matrix_row,
    text_of,
    whole_words,
)

QUIET = Ticket(
    impact="low",
    urgency="low",
    customer_tier="standard",
    affected_system="wiki",
    data_sensitivity="public",
    subject="hello",
    description="nothing of note",
    created=0,
    now=0,
)

texts = st.text(alphabet=st.sampled_from("aZ09 _-\n\u00e9\u0130\u00df\u212a\u2014\u00a0\u4e2d")) | st.text()
drawn = st.builds(
    replace,
    st.just(QUIET),
    impact=st.sampled_from(LEVELS),
    urgency=st.sampled_from(LEVELS),
    customer_tier=st.sampled_from(TIERS),
    affected_system=st.sampled_from(["payments", "sso", "wiki"]),
    data_sensitivity=st.sampled_from(SENSITIVITIES),
    description=st.lists(st.sampled_from([term for rule in TERM_RULES for term in rule.terms]), max_size=4).map(
        ", ".join
    ),
)


def test_the_same_seed_gives_the_same_tickets() -> None:
    assert tickets(200, 5) == tickets(200, 5)
    assert tickets(200, 5) != tickets(200, 5, seed=1)


def test_the_tickets_are_the_same_on_every_machine() -> None:
    encoded = msgspec.json.encode([*tickets(200, 20), *hard_tickets(20)])
    assert sha256(encoded).hexdigest()[:16] == "66e698e86b0f7820"


def test_the_vocabulary_holds_the_near_misses_and_no_term() -> None:
    words = set(vocabulary())
    assert words >= set(NEAR_MISSES.split())
    assert not words & {term for rule in TERM_RULES for term in rule.terms}


def test_the_policy_has_120_terms_of_which_68_are_phrases() -> None:
    terms = [term for rule in TERM_RULES for term in rule.terms]
    assert (len(terms), sum(" " in term for term in terms), max(map(len, terms))) == (120, 68, 24)


def test_the_control_figures_of_the_measured_tickets() -> None:
    """They lie near the published ones, drawn by another generator of the same description.

    Published: 270 characters; 25/37/26/9/3 % with 0/1/2/3/more tags; O1-O4 7/3/14/17 %; M12 32 %. Its class shares,
    34/21/45 %, count the override that lowers; without it they are 38/22/40 %.
    """
    made = tickets(200, 2_000)
    found = mix(made, [decide(ticket) for ticket in made])
    assert round(found.characters) == 266
    assert [found.tags[number] for number in range(4)] == pytest.approx([0.28, 0.34, 0.26, 0.085], abs=0.005)
    assert found.many_tags == pytest.approx(0.025, abs=0.005)
    assert found.overrides == pytest.approx({"O1": 0.07, "O2": 0.03, "O3": 0.14, "O4": 0.14}, abs=0.005)
    assert found.classes == pytest.approx({1: 0.38, 2: 0.22, 3: 0.40}, abs=0.005)
    assert round(found.last_row, 2) == 0.34


@pytest.mark.parametrize(
    ("impact", "urgency", "tier", "row"),
    [
        ("high", "high", "standard", "M01"),
        ("high", "medium", "gold", "M02"),
        ("high", "medium", "silver", "M03"),
        ("high", "low", "platinum", "M04"),
        ("high", "low", "gold", "M05"),
        ("medium", "high", "platinum", "M06"),
        ("medium", "high", "standard", "M07"),
        ("medium", "medium", "platinum", "M08"),
        ("medium", "medium", "gold", "M09"),
        ("low", "high", "platinum", "M10"),
        ("low", "high", "gold", "M11"),
        ("medium", "low", "platinum", "M12"),
    ],
)
def test_the_first_row_that_fits_wins(impact: str, urgency: str, tier: str, row: str) -> None:
    assert matrix_row(replace(QUIET, impact=impact, urgency=urgency, customer_tier=tier)).id == row


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: ascii(known.text))
def test_the_reference_finds_whole_words_only(known: Known) -> None:
    assert fired_terms(whole_words(known.text)) == known.tags


def test_a_quiet_ticket_is_class_3_with_a_day_to_answer() -> None:
    assert decide(QUIET) == (3, ("M12",), (), 1440)


def test_overrides_raise_the_class_and_ask_for_approval() -> None:
    ticket = replace(QUIET, affected_system="vpn", data_sensitivity="restricted", description="Hacked: data leak, sue")
    fired = ("M12", "K:security", "K:data_breach", "K:legal", "O2", "O3", "O4")
    assert decide(ticket) == (1, fired, ("security_lead", "privacy_officer", "legal_counsel"), 60)


def test_a_legal_matter_is_class_2_at_least() -> None:
    assert decide(replace(QUIET, subject="subpoena")) == (2, ("M12", "K:legal", "O4"), ("legal_counsel",), 240)


@given(ticket=drawn)
def test_no_rule_lowers_the_class(ticket: Ticket) -> None:
    assert decide(ticket)[0] <= matrix_row(ticket).severity


@given(text=texts)
def test_the_peers_read_the_same_words_as_the_reference(text: str) -> None:
    ticket = replace(QUIET, description=text)
    assert prepared(ticket) == whole_words(text_of(ticket))


@given(ticket=drawn)
def test_the_host_code_of_the_peers_joins_to_the_same_answer(ticket: Ticket) -> None:
    tags = fired_terms(whole_words(text_of(ticket)))
    found = [MATRIX.index(matrix_row(ticket)), *(rule.id in tags for rule in TERM_RULES)]
    assert join(ticket, found) == decide(ticket)
