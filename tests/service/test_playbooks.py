"""Which policy version decides, and since when?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from tests.sample_cases import HOUR, MONDAY, blank
from tests.small_policy import policy
from triage_core.adapters.memory import MemoryStore
from triage_core.compose import open_store
from triage_core.domain.errors import PolicyTaken
from triage_core.ports import Store
from triage_core.service.playbooks import NoPolicy, Playbooks


@pytest.fixture
def store() -> MemoryStore:
    """A store with two versions, the second from an hour later on."""
    store = MemoryStore()
    books = Playbooks(store)
    books.activate("acme", policy(), MONDAY)
    books.activate("acme", policy(version="2"), MONDAY + HOUR)
    return store


@pytest.fixture(params=["memory", "sqlite_url", "clean_postgres_url"])
def any_store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """A store of each kind."""
    opened = open_store("memory:" if request.param == "memory" else str(request.getfixturevalue(request.param)))
    yield opened
    opened.close()


def test_a_version_decides_from_its_moment_on(store: MemoryStore) -> None:
    books = Playbooks(store)
    moments = (MONDAY, MONDAY + HOUR - HOUR / 100, MONDAY + HOUR)
    assert [books.active("acme", at).version for at in moments] == ["small@1", "small@1", "small@2"]


def test_of_two_that_come_into_force_at_once_the_one_that_was_activated_later_decides(any_store: Store) -> None:
    books = Playbooks(any_store)
    for version in ("9", "1", "5"):
        books.activate("acme", policy(version=version), MONDAY)
        assert books.active("acme", MONDAY).version == Playbooks(any_store).active("acme", MONDAY).version
    books.activate("acme", policy(version="7"), MONDAY + HOUR)
    assert books.active("acme", MONDAY).version == "small@5"
    assert (books.active_since("acme", MONDAY), books.active_since("acme", MONDAY + HOUR)) == (MONDAY, MONDAY + HOUR)
    books.activate("acme", policy(version="9"), MONDAY)
    assert books.active("acme", MONDAY).version == "small@9"


def test_before_the_first_version_and_at_other_tenants_there_is_no_policy(store: MemoryStore) -> None:
    for tenant, at in (("acme", MONDAY - HOUR), ("other", MONDAY)):
        with pytest.raises(NoPolicy):
            Playbooks(store).active(tenant, at)


def test_a_version_is_compiled_once(store: MemoryStore) -> None:
    books = Playbooks(store)
    assert books.active("acme", MONDAY) is books.active("acme", MONDAY)


def test_the_stored_version_decides_like_the_one_that_was_activated(store: MemoryStore) -> None:
    assert Playbooks(store).active("acme", MONDAY).policy == policy()


def test_a_decided_ticket_keeps_its_version_in_another_process(store: MemoryStore) -> None:
    ticket = blank(policy_version="small@1")
    assert Playbooks(store).stamped(ticket, MONDAY + 9 * HOUR).version == "small@1"


def test_an_undecided_ticket_has_the_active_one(store: MemoryStore) -> None:
    assert Playbooks(store).stamped(blank(), MONDAY + 9 * HOUR).version == "small@2"


def test_a_version_that_is_gone_is_an_error(store: MemoryStore) -> None:
    with pytest.raises(NoPolicy):
        Playbooks(store).stamped(blank(policy_version="small@9"), MONDAY)


def test_a_version_never_changes_its_content(store: MemoryStore) -> None:
    with pytest.raises(PolicyTaken):
        Playbooks(store).activate("acme", policy(tags=["security", "billing"]), MONDAY)


def test_what_another_process_activated_shows_after_a_refresh(store: MemoryStore) -> None:
    here, there = Playbooks(store), Playbooks(store)
    assert here.active("acme", MONDAY + 9 * HOUR).version == "small@2"
    there.activate("acme", policy(version="3"), MONDAY + 2 * HOUR)
    here.refresh("acme")
    assert here.active("acme", MONDAY + 9 * HOUR).version == "small@3"


def test_a_ticket_of_another_tenant_is_not_decided_by_this_ones_policy(store: MemoryStore) -> None:
    with pytest.raises(NoPolicy):
        Playbooks(store).stamped(replace(blank(policy_version="small@1"), tenant="other"), MONDAY)
