"""Does every store keep controls and their log, and refuse decisions that rest on a control that has moved?"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.adapters.decisions import NOW, TENANT, answer, change, ticket
from triage_core.compose import open_store
from triage_core.control_ports import ControlLine, Guard, StoredControl
from triage_core.domain.errors import AnswerTaken, ControlMoved, StaleTicket
from triage_core.domain.model import ActorKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.ports import Store

EVERYWHERE = "*"
WRITERS, KILLS = 8, 5


def line(version: int = 1, name: str = "rollout", tenant: str = TENANT, **changes: str) -> ControlLine:
    told = {"actor": "lee", "what": "killed", "reason": "It went wrong.", "before": "", "after": f"document {version}"}
    at = NOW + timedelta(seconds=version)
    base = ControlLine(tenant=tenant, name=name, version=version, at=at, actor_kind=ActorKind.PERSON, **told)
    return replace(base, **changes)


def guard(version: int = 0, name: str = "rollout", tenant: str = TENANT) -> Guard:
    return Guard(tenant=tenant, name=name, version=version)


# What is written comes back.


def test_a_control_that_was_never_written_stands_at_version_zero(store: Store) -> None:
    assert store.control(TENANT, "rollout") == StoredControl(tenant=TENANT, name="rollout")
    assert store.control_log(TENANT, 9) == ()


def test_a_control_is_what_its_last_line_says(store: Store) -> None:
    for version in (1, 2, 3):
        store.put_control(line(version))
    expected = StoredControl(tenant=TENANT, name="rollout", version=3, document="document 3")
    assert store.control(TENANT, "rollout") == expected


def test_the_log_tells_every_change_of_a_tenant_the_newest_first(store: Store) -> None:
    for each in (line(1), line(2), line(1, name="readiness"), line(1, tenant="other"), line(3)):
        store.put_control(each)
    assert store.control_log(TENANT, 9) == (line(3), line(2), line(1, name="readiness"), line(1))
    assert store.control_log(TENANT, 2) == (line(3), line(2))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.text(alphabet=st.characters()))
def test_any_text_python_can_hold_comes_back(store: Store, said: str) -> None:
    tenant = f"tenant {said!r}"
    written = line(store.control(tenant, said).version + 1, name=said, tenant=tenant, reason=said, after=said)
    store.put_control(written)
    assert store.control_log(tenant, 1) == (written,)
    assert store.control(tenant, said).document == said


@pytest.mark.parametrize("version", [0, 2, 4])
def test_a_line_that_does_not_come_next_is_refused(store: Store, version: int) -> None:
    for each in (line(1), line(2)):
        store.put_control(each)
    with pytest.raises(ControlMoved):
        store.put_control(line(version, after="other"))
    assert store.control(TENANT, "rollout").document == "document 2"
    assert len(store.control_log(TENANT, 9)) == 2


def test_of_writers_at_once_one_comes_first(store: Store) -> None:
    start = threading.Barrier(WRITERS)

    def write(number: int) -> bool:
        start.wait()
        try:
            store.put_control(line(1, after=f"by {number}"))
        except ControlMoved:
            return False
        return True

    with ThreadPoolExecutor(WRITERS) as pool:
        assert sum(pool.map(write, range(WRITERS))) == 1


# Decisions that rest on controls.


def test_a_decision_whose_controls_stand_is_saved(store: Store) -> None:
    store.put_control(line(1))
    made = change(ticket(), guards=(guard(1), guard(0, "kill_switch", EVERYWHERE)))
    store.save(made)
    moved = change(made.ticket, guards=(guard(1), guard(1)))
    store.save(moved)
    assert store.ticket(TENANT, "t-1") == moved.ticket


@pytest.mark.parametrize("stale", [guard(0), guard(2), guard(1, "kill_switch", EVERYWHERE)])
def test_a_decision_whose_control_moved_is_refused_whole(store: Store, stale: Guard) -> None:
    store.put_control(line(1))
    first = change(ticket(), guards=(guard(1),))
    store.save(first)
    for refused in (change(ticket("t-2"), guards=(stale, guard(1))), change(first.ticket, guards=(guard(1), stale))):
        with pytest.raises(ControlMoved):
            store.save(refused)
    assert (store.ticket(TENANT, "t-1"), store.ticket(TENANT, "t-2")) == (first.ticket, None)
    assert len(store.timeline(TENANT, "t-1")) == 3


def test_of_several_changes_all_or_none_are_saved(store: Store) -> None:
    with pytest.raises(ControlMoved):
        store.save(change(ticket("t-1")), change(ticket("t-2"), guards=(guard(1),)))
    assert store.tenants() == ()


def test_other_conflicts_are_told_before_a_control_that_moved(store: Store) -> None:
    first = change(ticket(), answer=answer())
    store.save(first)
    with pytest.raises(AnswerTaken):
        store.save(change(ticket("t-2"), answer=answer(), guards=(guard(1),)))
    with pytest.raises(StaleTicket) as caught:
        store.save(change(ticket(source_id="another"), guards=(guard(1),)))
    assert caught.type is StaleTicket


def test_a_first_kill_counts_although_no_control_was_there_before(store: Store) -> None:
    store.save(change(ticket("t-1"), guards=(guard(0),)))
    store.put_control(line(1))
    with pytest.raises(ControlMoved):
        store.save(change(ticket("t-2"), guards=(guard(0),)))


@pytest.fixture(params=["memory", "sqlite", "sqlite of two", "postgres", "postgres of two"])
def two(request: pytest.FixtureRequest) -> Iterator[tuple[Store, Store]]:
    """A store that decides and one that kills: the same, or two on one database as two processes have them."""
    kind, _, several = request.param.partition(" ")
    names = {"sqlite": "sqlite_url", "postgres": "clean_postgres_url"}
    url = str(request.getfixturevalue(names[kind])) if kind in names else "memory:"
    one = open_store(url)
    other = open_store(url) if several else one
    yield one, other
    one.close()
    other.close()


@pytest.mark.parametrize("where", [guard(), guard(0, "kill_switch", EVERYWHERE)], ids=["of the tenant", "everywhere"])
def test_once_a_kill_has_returned_no_decision_under_the_old_version_is_saved(
    two: tuple[Store, Store], where: Guard
) -> None:
    deciding, killing = two
    numbers, ended = count(), threading.Event()
    current = [0]

    def decide(_writer: int) -> int:
        saved = 0
        while not ended.is_set():
            seen = current[0]
            other = guard(0, "other")
            name = f"v{seen}-{next(numbers)}"
            try:
                deciding.save(change(ticket(name), guards=(replace(where, version=seen), other)))
            except ControlMoved:
                continue
            saved += 1
        return saved

    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(decide, number) for number in range(WRITERS)]
        known: dict[str, set[str]] = {}
        for version in range(1, KILLS + 1):
            while not any(head.ticket_id.startswith(f"v{version - 1}-") for head in killing.heads(TENANT)):
                pass
            killing.put_control(line(version, where.name, where.tenant))
            old = f"v{version - 1}-"
            known[old] = {head.ticket_id for head in killing.heads(TENANT) if head.ticket_id.startswith(old)}
            current[0] = version
        ended.set()
        assert sum(writer.result() for writer in writers) > KILLS
    for old, then in known.items():
        assert {head.ticket_id for head in deciding.heads(TENANT) if head.ticket_id.startswith(old)} == then
