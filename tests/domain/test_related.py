"""Are tickets that belong together linked for a reason and never swallowed, and is an incident proposed once?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.sample_cases import HOUR, MINUTE, MONDAY, arrived
from triage_core.domain.model import Link, Mode
from triage_core.domain.policy.related import IncidentRule, Related
from triage_core.domain.related import (
    DUPLICATE,
    INCIDENT,
    RELATED,
    Candidate,
    Relations,
    candidate_of,
    relate,
    signature_of,
)

KEY = b"key of the tests"
RULES = Related()
RANKS = {"sev1": 0, "sev4": 3}


def candidate(number: int, minutes: float = 0, **fields: Any) -> Candidate:
    base: dict[str, Any] = {"gravity": (1, 3, 1), "signature": "abc"}
    at = MONDAY + timedelta(minutes=minutes)
    return Candidate(**{"ticket_id": f"t{number}", "created_at": at, **base, **fields})


def related(new: Candidate, *others: Candidate, like: float = 1.0, rules: Related = RULES) -> Relations:
    return relate(rules, new, others, [like] * len(others))


def told(relations: Relations) -> list[tuple[str, str]]:
    return [(link.kind, link.to) for link in relations.links]


# What is said of two tickets.

REASONS = (
    ({"thread_keys": ("a", "b")}, {"thread_keys": ("b",)}, 0.9, DUPLICATE, "same thread, same text"),
    ({"requester_key": "p"}, {"requester_key": "p"}, 0.8, DUPLICATE, "same sender, same text"),
    ({"customer": "acme"}, {"customer": "acme"}, 0.8, DUPLICATE, "same sender, same text"),
    ({"system": "vpn"}, {"system": "vpn"}, 0.8, RELATED, "same system, same text"),
    ({"thread_keys": ("a",)}, {"thread_keys": ("a",)}, 0.1, RELATED, "same thread"),
    (
        {"requester_key": "p", "system": "vpn"},
        {"requester_key": "p", "system": "vpn"},
        0.1,
        RELATED,
        "same sender and system",
    ),
)


@pytest.mark.parametrize(("mine", "theirs", "like", "kind", "reason"), REASONS)
def test_each_reason_links(mine: dict[str, Any], theirs: dict[str, Any], like: float, kind: str, reason: str) -> None:
    (link,) = related(candidate(2, 5, **mine), candidate(1, **theirs), like=like).links
    assert link == Link(kind=kind, to="t1", reason=reason, score=like)


STRANGERS: tuple[tuple[dict[str, Any], dict[str, Any], float], ...] = (
    ({"system": "vpn"}, {"system": "vpn"}, 0.79),
    ({"system": "vpn"}, {"system": "mail"}, 1.0),
    ({}, {}, 1.0),
    ({"requester_key": "p"}, {"requester_key": "p"}, 0.5),
    ({"customer": "acme", "requester_key": "p"}, {"customer": "acme", "requester_key": "q"}, 1.0),
    ({"system": "vpn", "signature": ""}, {"system": "vpn", "signature": ""}, 1.0),
    ({"system": "vpn"}, {"system": "vpn", "mode": Mode.DRILL}, 1.0),
    ({"system": "vpn", "version": 2}, {"system": "vpn", "version": 1}, 1.0),
)


@pytest.mark.parametrize(("mine", "theirs", "like"), STRANGERS)
def test_what_does_not_belong_together_is_not_linked(mine: dict[str, Any], theirs: dict[str, Any], like: float) -> None:
    assert related(candidate(2, **mine), candidate(1, **theirs), like=like) == Relations()


def test_a_ticket_is_never_linked_to_itself() -> None:
    assert related(candidate(1, system="vpn"), candidate(1, system="vpn")) == Relations()


@pytest.mark.parametrize(("hours", "count"), [(24, 1), (24.01, 0), (-24, 1)])
def test_tickets_are_compared_inside_the_window_only(hours: float, count: int) -> None:
    assert len(related(candidate(2, hours * 60, system="vpn"), candidate(1, system="vpn")).links) == count


def test_the_oldest_of_several_duplicates_is_named() -> None:
    others = [candidate(number, minutes, customer="acme") for number, minutes in ((1, 2), (2, 1), (3, 3))]
    assert told(related(candidate(9, 5, customer="acme"), *others)) == [(DUPLICATE, "t2")]


def test_the_closest_few_of_many_related_ones_are_named() -> None:
    others = [candidate(number, number, system="vpn") for number in range(1, 9)]
    scores = [0.8, 0.81, 0.82, 0.83, 0.84, 0.85, 0.86, 0.87]
    found = relate(Related(incident=None), candidate(9, 9, system="vpn"), others, scores)
    assert told(found) == [(RELATED, f"t{number}") for number in (8, 7, 6, 5, 4)]


@pytest.mark.parametrize("gravity", [(0, 3, 1), (1, 2, 1), (1, 3, 0), (0, 9, 1)])
def test_a_repetition_that_is_graver_in_any_respect_is_no_duplicate(gravity: tuple[int, int, int]) -> None:
    (link,) = related(candidate(2, customer="acme", gravity=gravity), candidate(1, customer="acme")).links
    assert (link.kind, link.reason) == (RELATED, "same sender, same text, but graver")


def test_a_milder_repetition_is_a_duplicate() -> None:
    (link,) = related(candidate(2, customer="acme", gravity=(2, 3, 1)), candidate(1, customer="acme")).links
    assert link.kind == DUPLICATE


# Incidents.


def flood(count: int, **fields: Any) -> list[Candidate]:
    return [candidate(n, n, customer=f"c{n}", system="vpn", signature=chr(n), **fields) for n in range(1, count + 1)]


def test_the_fifth_sender_completes_an_incident_candidate() -> None:
    found = related(candidate(5, 5, customer="c5", system="vpn"), *flood(4), like=0)
    assert found.proposal is not None
    assert found.proposal.tickets == ("t1", "t2", "t3", "t4", "t5")
    assert (found.proposal.same, found.proposal.senders) == ({"affected_system": "vpn"}, 5)
    assert told(found) == [(INCIDENT, "t1")]


@pytest.mark.parametrize(
    "others",
    [
        flood(3),
        [*flood(3), candidate(4, 4, customer="c1", system="vpn")],
        [*flood(3), candidate(4, 4, customer="c4", system="mail")],
        [*flood(3), candidate(4, -26, customer="c4", system="vpn")],
    ],
    ids=["too few", "the same sender twice", "another system", "too long ago"],
)
def test_less_is_no_incident(others: list[Candidate]) -> None:
    assert related(candidate(5, 5, customer="c5", system="vpn"), *others, like=0).proposal is None


def test_the_sixth_joins_and_nothing_is_proposed_again() -> None:
    others = [*flood(4), candidate(5, 5, customer="c5", system="vpn", incident="t1")]
    found = related(candidate(6, 6, customer="c6", system="vpn"), *others, like=0)
    assert (told(found), found.proposal) == ([(INCIDENT, "t1")], None)


def test_a_ticket_of_an_incident_candidate_stays_in_it() -> None:
    assert related(candidate(5, 5, customer="c5", system="vpn", incident="t0"), *flood(4), like=0) == Relations()


def test_tickets_without_the_value_have_nothing_in_common() -> None:
    assert related(candidate(5, customer="c5"), *(replace(one, system=None) for one in flood(4)), like=0) == Relations()


def test_a_policy_may_ask_for_the_same_text() -> None:
    rules = Related(incident=IncidentRule(same=("service_line", "text"), count=2, window="1h"))  # type: ignore[arg-type] # as a file spells it
    one, other = (candidate(n, n, customer=f"c{n}", service_line="net") for n in (1, 2))
    assert related(other, one, like=0.79, rules=rules).proposal is None
    assert related(other, one, like=0.8, rules=rules).proposal is not None


def test_a_policy_may_propose_no_incidents() -> None:
    assert (
        related(candidate(5, customer="c5", system="vpn"), *flood(9), like=0, rules=Related(incident=None))
        == Relations()
    )


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from("abcdefg")), min_size=1, max_size=40))
def test_a_cluster_is_proposed_once_however_its_tickets_arrive(arrivals: list[tuple[int, str]]) -> None:
    known: list[Candidate] = []
    for number, (minute, customer) in enumerate(sorted(arrivals)):
        new = candidate(number, minute, customer=customer, system="vpn")
        found = related(new, *known, like=0)
        incidents = [link.to for link in found.links if link.kind == INCIDENT]
        near = [one for one in known if new.created_at - one.created_at <= 30 * MINUTE]
        is_new = found.proposal is not None
        assert len(incidents) <= 1
        assert not (is_new and any(one.incident for one in near))
        assert is_new == (not any(one.incident for one in near) and len({one.sender for one in (new, *near)}) >= 5)
        known.append(replace(new, incident=incidents[0] if incidents else None))


@given(
    st.lists(st.tuples(st.integers(-60, 60), st.sampled_from("ab"), st.floats(0, 1)), max_size=20),
    st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(0, 1)),
)
def test_links_are_few_and_lead_to_others(found: list[tuple[int, str, float]], gravity: tuple[int, int, int]) -> None:
    others = [candidate(n, minute, customer=who, system="vpn") for n, (minute, who, _) in enumerate(found)]
    new = candidate(99, customer="a", system="vpn", gravity=gravity)
    links = relate(RULES, new, others, [score for *_, score in found]).links
    assert len(links) <= 6
    assert len({link.to for link in links if link.kind != INCIDENT}) == len([x for x in links if x.kind != INCIDENT])
    assert sum(link.kind == DUPLICATE for link in links) <= 1
    assert not (any(link.kind == DUPLICATE for link in links) and gravity < (1, 0, 0))


# Signatures.


def test_a_signature_is_the_same_for_the_same_words() -> None:
    assert signature_of("The VPN is down!", KEY) == signature_of("down, the vpn… IS the VPN", KEY)


def test_a_signature_says_nothing_without_the_key() -> None:
    assert set(signature_of("the vpn is down", KEY)).isdisjoint(signature_of("the vpn is down", b"another key"))


def test_a_long_text_has_a_bounded_signature() -> None:
    assert len(signature_of(" ".join(map(str, range(9_000))), KEY)) == 128


@given(st.text())
def test_a_signature_is_ordered_and_holds_each_character_once(text: str) -> None:
    signature = signature_of(text, KEY)
    assert list(signature) == sorted(set(signature))
    assert len(signature.encode()) == 4 * len(signature)


@given(st.lists(st.text("abcdef", min_size=1), max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_words_does_not_matter(words: list[str], chance: Any) -> None:
    turned = chance.sample(words, len(words))
    assert signature_of(" ".join(words), KEY) == signature_of(" ".join(turned), KEY)


def test_a_ticket_is_compared_by_what_it_says_and_how_grave_it_is() -> None:
    ticket = replace(arrived(), customer="acme", requester_key="p", thread_keys=("a",), severity="sev1")
    linked = replace(ticket, links=(Link(kind=INCIDENT, to="t0"), Link(kind=RELATED, to="t9")))
    assert candidate_of(linked, "xyz", RANKS) == Candidate(
        ticket_id="t1",
        created_at=MONDAY,
        customer="acme",
        requester_key="p",
        thread_keys=("a",),
        system="mail",
        service_line="workplace",
        category="incident",
        gravity=(1, 0, 1),
        signature="xyz",
        incident="t0",
    )


def test_a_later_duplicate_of_an_hour_ago_is_found() -> None:
    assert told(related(candidate(2, HOUR / MINUTE, customer="acme"), candidate(1, customer="acme"))) == [
        (DUPLICATE, "t1")
    ]
