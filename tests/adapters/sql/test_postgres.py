"""Does PostgreSQL take a decision in one statement, and is a broken connection told as such?"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.adapters.decisions import TENANT, answer, change, message, ticket, timer
from tests.adapters.decisions import text as words
from tests.adapters.test_controls_contract import line
from triage_core.adapters.failures import StoreUnavailable
from triage_core.adapters.sql.postgres import Connection, PostgresStore
from triage_core.control_ports import Guard
from triage_core.domain.errors import ControlMoved, StaleTicket
from triage_core.service.verification import verify


@pytest.fixture
def store(clean_postgres_url: str) -> Iterator[PostgresStore]:
    opened = PostgresStore(clean_postgres_url)
    yield opened
    opened.close()


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_the_statement_does_not_change_with_the_number_of_rows(store: PostgresStore, parts: int) -> None:
    made = change(
        ticket(),
        lines=2 + parts,
        texts=tuple(words(f"x-{number}") for number in range(parts)),
        timers=tuple(timer(f"p-{number}") for number in range(parts)),
        messages=tuple(message(f"m-{number}") for number in range(parts)),
        answer=answer(),
    )
    store.save(made)
    assert len(store._statements._known) == 1


def test_timers_go_when_their_ticket_has_none_any_more(store: PostgresStore) -> None:
    made = change(ticket(), timers=(timer("resolution"),))
    store.save(made)
    store.save(change(made.ticket, timers=()))
    with store._connection() as connection:
        assert connection.execute("SELECT count(*) FROM timers").fetchone() == (0,)


def test_saves_that_meet_in_opposite_order_both_succeed(store: PostgresStore) -> None:
    names = [f"t-{number}" for number in range(4)]
    store.save(*(change(ticket(name)) for name in names))
    start = threading.Barrier(4)

    def move(worker: int) -> int:
        start.wait()
        done = 0
        while done < 10:
            order = names if worker % 2 else names[::-1]
            known = [found for name in order if (found := store.ticket(TENANT, name))]
            try:
                store.save(*map(change, known))
            except StaleTicket:
                continue
            done += 1
        return done

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(move, range(4))) == 40
    assert verify(store, TENANT).lines == 4 * (3 + 40 * 3)


def test_a_save_that_the_database_undid_in_a_deadlock_is_repeated(store: PostgresStore) -> None:
    one, two = change(ticket("t-1")), change(ticket("t-2"))
    store.save(one, two)
    with store._connection() as other, ThreadPoolExecutor(1) as pool:
        other.execute("BEGIN; UPDATE tickets SET mode = mode WHERE id = 't-2'")
        saving = pool.submit(store.save, change(one.ticket), change(two.ticket))
        wait_for_a_lock(other)
        other.execute("UPDATE tickets SET mode = mode WHERE id = 't-1'")
        other.execute("ROLLBACK")
        saving.result()
    assert [head.version for head in store.heads(TENANT)] == [6, 6]


def test_a_decision_that_waits_for_a_control_holds_up_nobody_else(store: PostgresStore) -> None:
    made = change(ticket(), guards=(Guard(tenant=TENANT, name="rollout", version=0),))
    store.save(made)
    held = change(made.ticket, guards=(Guard(tenant=TENANT, name="rollout", version=0),))
    with store._connection() as other, store._connection() as third, ThreadPoolExecutor(1) as pool:
        other.execute("BEGIN; UPDATE controls SET version = 1 WHERE name = 'rollout'")
        saving = pool.submit(store.save, held)
        wait_for_a_lock(third)
        assert third.execute("SELECT 1 FROM tickets WHERE id = 't-1' FOR UPDATE NOWAIT").fetchone() == (1,)
        other.execute("COMMIT")
        with pytest.raises(ControlMoved):
            saving.result()


def test_a_kill_waits_for_the_decisions_that_are_under_way(store: PostgresStore) -> None:
    rests = change(ticket(), guards=(Guard(tenant=TENANT, name="rollout", version=0),))
    store._put_first_controls([rests])
    with store._connection() as saving, store._connection() as other, ThreadPoolExecutor(1) as pool:
        with saving.transaction():
            store._write_one(saving, rests)
            killing = pool.submit(store.put_control, line(1))
            wait_for_a_lock(other)
            assert store.control(TENANT, "rollout").version == 0
        killing.result()
    assert store.ticket(TENANT, "t-1") == rests.ticket


def wait_for_a_lock(watching: Connection) -> None:
    """Return once one session of the server waits for another."""
    while watching.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").fetchone() != (1,):
        watching.execute("SELECT pg_stat_clear_snapshot()")


def test_a_server_out_of_reach_is_reported_without_the_password() -> None:
    with pytest.raises(StoreUnavailable) as caught:
        PostgresStore("postgresql+psycopg://triage:hunter2@/triage?host=/nowhere")
    assert "hunter2" not in str(caught.value)


def test_a_broken_connection_is_told_once_and_then_replaced(store: PostgresStore) -> None:
    store.save(change(ticket()))
    with psycopg.connect(store._engine.url.render_as_string().replace("+psycopg", ""), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()",
        )
    with pytest.raises(StoreUnavailable):
        store.save(change(ticket("t-2")))
    store.save(change(ticket("t-2")))
    assert [head.ticket_id for head in store.heads(TENANT)] == ["t-1", "t-2"]
