"""Does every store find the tickets around a moment, the past of a customer, and the profile of one?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from tests.adapters.decisions import NOW, TENANT, change, ticket
from triage_core.domain.model import Mode
from triage_core.domain.profile import Profile
from triage_core.domain.related import Candidate
from triage_core.ports import Nearby, ProfileRow, Store

HOUR = timedelta(hours=1)
AROUND = Nearby(since=NOW - HOUR, until=NOW + HOUR)


def candidate(number: int, minutes: float = 0, **fields: Any) -> Candidate:
    return Candidate(ticket_id=f"t-{number}", created_at=NOW + timedelta(minutes=minutes), **fields)


def keep(store: Store, *candidates: Candidate, tenant: str = TENANT) -> None:
    store.save(*(change(ticket(one.ticket_id, tenant), candidate=one) for one in candidates))


def found(store: Store, around: Nearby = AROUND, limit: int = 10) -> list[str]:
    return [one.ticket_id for one in store.recent(TENANT, around, limit)]


def test_a_candidate_comes_back_as_it_was(store: Store) -> None:
    whole = candidate(
        1,
        mode=Mode.DRILL,
        customer="Ünï",
        requester_key="k",
        thread_keys=("a", "b"),
        system="vpn",
        service_line="net",
        category="incident",
        gravity=(0, 1, 0),
        signature="\U00010000\U0010ffff",
        incident="t-0",
    )
    keep(store, whole)
    assert store.recent(TENANT, AROUND, 1) == (whole,)


def test_the_newest_of_the_time_come_first(store: Store) -> None:
    keep(store, candidate(1, -2), candidate(2, 3), candidate(3, 1), candidate(4, 1))
    assert found(store) == ["t-2", "t-4", "t-3", "t-1"]


def test_both_ends_of_the_time_belong_to_it(store: Store) -> None:
    keep(store, candidate(1, -60), candidate(2, 60), candidate(3, -60.001), candidate(4, 60.001))
    assert found(store) == ["t-2", "t-1"]


def test_a_shared_key_finds_what_the_newest_push_out(store: Store) -> None:
    keys: dict[str, Any] = {
        "requester_key": "k",
        "customer": "acme",
        "system": "vpn",
        "thread_keys": ("mail 1", "mail 2"),
    }
    old = [candidate(number, -50, **{name: value}) for number, (name, value) in enumerate(keys.items(), start=1)]
    keep(store, *old, *(candidate(number, 1) for number in range(10, 15)))
    assert found(store, limit=2) == ["t-14", "t-13"]
    for one, (name, value) in zip(old, keys.items(), strict=True):
        around = replace(AROUND, **{name: value})
        assert found(store, around, limit=2) == ["t-14", "t-13", one.ticket_id]
    assert len(found(store, replace(AROUND, **keys), limit=2)) == 6


def test_each_key_has_its_own_limit(store: Store) -> None:
    keep(store, *(candidate(number, -number, system="vpn") for number in range(1, 6)))
    keep(store, candidate(6, 1), candidate(7, 2))
    assert found(store, replace(AROUND, system="vpn"), limit=3) == ["t-7", "t-6", "t-1", "t-2", "t-3"]


def test_any_thread_in_common_is_enough(store: Store) -> None:
    keep(store, candidate(1, -5, thread_keys=("a",)), candidate(2, -5, thread_keys=("b", "c")), candidate(3, 5))
    assert found(store, replace(AROUND, thread_keys=("c", "a", "z")), limit=1) == ["t-3", "t-2"]


def test_a_later_change_replaces_the_candidate(store: Store) -> None:
    first = change(ticket(), candidate=candidate(1, system="vpn", thread_keys=("a",)))
    store.save(first)
    newer = candidate(1, system="mail", thread_keys=("a",))
    store.save(change(first.ticket, candidate=newer))
    assert store.recent(TENANT, AROUND, 5) == (newer,)


def test_a_change_without_a_candidate_leaves_it(store: Store) -> None:
    first = change(ticket(), candidate=candidate(1))
    store.save(first)
    store.save(change(first.ticket))
    assert found(store) == ["t-1"]


def test_a_tenant_sees_its_own_candidates_alone(store: Store) -> None:
    keep(store, candidate(1, thread_keys=("a",)), tenant="other")
    assert found(store, replace(AROUND, thread_keys=("a",))) == []


def test_a_history_counts_all_and_shows_the_latest(store: Store) -> None:
    past = [
        ticket(f"t-{number}", customer="acme", class_name=name, created_at=NOW + timedelta(minutes=number))
        for number, name in enumerate(["P1", "P3", "P3", None])
    ]
    others = [
        ticket("t-8", customer="acme", class_name="P1", mode=Mode.SHADOW),
        ticket("t-9", customer="globex", class_name="P1"),
    ]
    store.save(*(change(one) for one in (*past, *others)))
    history = store.history(TENANT, "acme", 2)
    assert history.classes == {"P1": 1, "P3": 2}
    assert [one.id for one in history.latest] == ["t-3", "t-2"]
    assert store.history("other", "acme", 2).latest == ()


ACCOUNT = ProfileRow(customer="acme", profile=Profile(tier="vip", lifetime_value=12.5, name="Äcme", notes="no\x00te"))
PERSON = ProfileRow(customer="acme", requester_key="k", profile=Profile(seniority="board"))


def test_a_profile_comes_back_by_account_and_by_person(store: Store) -> None:
    store.put_profiles(TENANT, (ACCOUNT, PERSON))
    assert store.profiles(TENANT, "acme", "k") == (ACCOUNT, PERSON)
    assert store.profiles(TENANT, "acme", None) == (ACCOUNT,)
    assert store.profiles(TENANT, None, "k") == (PERSON,)
    assert store.profiles(TENANT, "globex", "z") == ()
    assert store.profiles("other", "acme", "k") == ()


def test_a_person_without_an_account_has_a_profile(store: Store) -> None:
    alone = ProfileRow(requester_key="k", profile=Profile(name="Ann"))
    store.put_profiles(TENANT, (ACCOUNT, alone))
    assert store.profiles(TENANT, "acme", "k") == (ACCOUNT, alone)
    assert store.profiles(TENANT, None, None) == ()


def test_a_newer_profile_takes_the_place_of_the_old(store: Store) -> None:
    store.put_profiles(TENANT, (ACCOUNT,))
    newer = replace(ACCOUNT, profile=Profile(tier="standard"))
    store.put_profiles(TENANT, (newer,))
    assert store.profiles(TENANT, "acme", None) == (newer,)


def test_many_profiles_are_written_at_once(store: Store) -> None:
    rows = [ProfileRow(customer=f"c{number}", profile=Profile(lifetime_value=number)) for number in range(123)]
    store.put_profiles(TENANT, rows)
    assert all(store.profiles(TENANT, row.customer, None) == (row,) for row in rows)
