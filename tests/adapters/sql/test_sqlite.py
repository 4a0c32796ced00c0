"""Does an SQLite file keep its promises when processes die, compete or fork?"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.adapters.decisions import TENANT, answer, change, text, ticket
from triage_core.adapters.failures import StoreBusy, StoreClosed, StoreUnavailable
from triage_core.adapters.sql.sqlite import SqliteStore
from triage_core.service.verification import verify

ROOT = Path(__file__).resolve().parents[3]


def test_what_was_acknowledged_survives_a_kill(sqlite_url: str) -> None:
    command = [sys.executable, "-m", "tests.adapters.sql.writing_loop", sqlite_url]
    acknowledged: dict[str, int] = {}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.endswith("\n"):
                ticket_id, version = line.split()
                acknowledged[ticket_id] = int(version)
            if len(acknowledged) == 200:
                os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    store = SqliteStore(sqlite_url)
    report = verify(store, TENANT)
    found = {head.ticket_id: head.version for head in store.heads(TENANT)}
    answered = [store.answer(TENANT, ticket_id) is not None for ticket_id in acknowledged]
    store.close()
    assert len(acknowledged) >= 200
    assert acknowledged.items() <= found.items()
    assert report.is_sound
    assert all(answered)


def test_the_file_is_written_ahead_and_synchronised_fully(sqlite_url: str) -> None:
    store = SqliteStore(sqlite_url)
    with store._connection() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        assert [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas] == ["wal", 2, 1]
    store.close()


def write_many(url: str, worker: int) -> None:
    store = SqliteStore(url)
    for number in range(40):
        store.save(change(ticket(f"{worker}-{number}")))
    store.close()


def test_several_processes_on_one_file_lose_nothing(sqlite_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    writing = [context.Process(target=write_many, args=(sqlite_url, worker)) for worker in range(3)]
    for process in writing:
        process.start()
    for process in writing:
        process.join()
    store = SqliteStore(sqlite_url)
    report = verify(store, TENANT)
    store.close()
    assert [process.exitcode for process in writing] == [0, 0, 0]
    assert (report.chains, report.flaws) == (120, ())


def test_a_file_that_another_process_holds_is_reported_busy(sqlite_url: str, tmp_path: Path) -> None:
    store = SqliteStore(sqlite_url, patience=timedelta(milliseconds=10))
    holder = sqlite3.connect(tmp_path / "triage.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        store.save(change(ticket()))
    assert store.ticket(TENANT, "t-1") is None
    holder.execute("ROLLBACK")
    holder.close()
    store.save(change(ticket()))
    store.close()


def test_a_store_from_before_a_fork_refuses_to_write(sqlite_url: str) -> None:
    code = f"""
import os, warnings
warnings.simplefilter("ignore")
from tests.adapters.decisions import change, ticket
from triage_core.adapters.failures import WriterStopped
from triage_core.adapters.sql.sqlite import SqliteStore
store = SqliteStore({sqlite_url!r})
child = os.fork()
if child:
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
try:
    store.save(change(ticket()))
except WriterStopped:
    os._exit(7)
os._exit(1)
"""
    finished = subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60, check=False)
    assert finished.returncode == 7


def test_a_closed_store_takes_nothing(sqlite_url: str) -> None:
    store = SqliteStore(sqlite_url)
    store.close()
    with pytest.raises(StoreClosed):
        store.save(change(ticket()))


def test_a_folder_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        SqliteStore(f"sqlite:///{tmp_path}/nowhere/triage.db")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_store_in_memory_is_shared_by_its_threads(url: str) -> None:
    store, other = SqliteStore(url), SqliteStore(url)
    store.save(change(ticket()))
    for head in store.heads(TENANT):
        store.save(change(replace(ticket(), version=head.version, head=head.hash)))
    assert (store.ticket(TENANT, "t-1") or ticket()).version == 6
    assert other.ticket(TENANT, "t-1") is None
    store.close()
    other.close()


def test_rows_the_driver_refuses_fail_alone(sqlite_url: str) -> None:
    store = SqliteStore(sqlite_url)
    with pytest.raises(OverflowError):
        store.save(change(ticket(order_key=2**70), answer=answer()))
    store.save(change(ticket(), answer=answer(), texts=(text("x"),)))
    store.close()


def test_two_texts_with_one_id_are_an_error_of_the_caller(sqlite_url: str) -> None:
    store = SqliteStore(sqlite_url)
    with pytest.raises(sqlite3.IntegrityError, match=r"texts\.id"):
        store.save(change(ticket(), texts=(text("x"), text("x"))))
    assert store.ticket(TENANT, "t-1") is None
    store.close()
