"""Is tampering found where the claim says so, and is nothing claimed that cannot be found?"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest
import sqlalchemy
from msgspec.structs import replace

from tests.adapters.decisions import NOW, TENANT, change, ticket
from triage_core.compose import open_store
from triage_core.domain.chain import link
from triage_core.ports import Store
from triage_core.service.checkpoints import Checkpoint, checkpoint
from triage_core.service.verification import CheckpointOfOther, Report, verify

LINES = 4


class Tampering:
    """Somebody with full access to the database, but without the signing key."""

    def __init__(self, url: str) -> None:
        self._engine = sqlalchemy.create_engine(url)

    def close(self) -> None:
        self._engine.dispose()

    def run(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        with self._engine.begin() as connection:
            result = connection.execute(sqlalchemy.text(statement), {"t": "t-2", **values})
            return [tuple(row) for row in result] if result.returns_rows else []

    def bodies(self) -> list[str]:
        return [str(body) for (body,) in self.run("SELECT body FROM entries WHERE ticket_id = :t ORDER BY number")]

    def set_body(self, number: int, body: str) -> None:
        self.run("UPDATE entries SET body = :body WHERE ticket_id = :t AND number = :number", body=body, number=number)

    def set_hash(self, number: int, seal: str) -> None:
        self.run("UPDATE entries SET hash = :seal WHERE ticket_id = :t AND number = :number", seal=seal, number=number)

    def delete_line(self, number: int) -> None:
        self.run("DELETE FROM entries WHERE ticket_id = :t AND number = :number", number=number)

    def set_head(self, version: int, seal: str) -> None:
        self.run("UPDATE tickets SET version = :version, head = :seal WHERE id = :t", version=version, seal=seal)
        last = (self.bodies() or [""])[-1]
        written = {"updated_at": json.loads(last)["recorded_at"]} if last else {}
        self.set_document(version=version, head=seal, **written)

    def set_document(self, **changes: object) -> None:
        """Adjust what the row says of the ticket, as somebody would who knows the tables."""
        ((document,),) = self.run("SELECT document FROM tickets WHERE id = :t")
        changed = json.dumps({**json.loads(str(document)), **changes})
        self.run("UPDATE tickets SET document = :document WHERE id = :t", document=changed)

    def reseal(self) -> None:
        """Hash the whole chain anew and point the ticket row at its end."""
        seal, number = "", 0
        for number, body in enumerate(self.bodies(), start=1):
            seal = link(seal, body)
            self.set_hash(number, seal)
        self.set_head(number, seal)


@pytest.fixture
def store(sql_url: str) -> Iterator[Store]:
    opened = open_store(sql_url)
    for ticket_id in ("t-1", "t-2", "t-3"):
        opened.save(change(ticket(ticket_id), lines=LINES))
    yield opened
    opened.close()


@pytest.fixture
def tampering(sql_url: str) -> Iterator[Tampering]:
    made = Tampering(sql_url)
    yield made
    made.close()


@pytest.fixture
def taken(store: Store) -> Checkpoint:
    return checkpoint(store, TENANT, NOW)


def codes(report: Report) -> set[tuple[str, str]]:
    return {(flaw.ticket_id, flaw.code) for flaw in report.flaws}


def test_sound_chains_are_counted(store: Store, taken: Checkpoint) -> None:
    seen: list[int] = []
    report = verify(store, TENANT, taken, seen.append)
    assert (report.chains, report.lines, report.flaws) == (3, 3 * LINES, ())
    assert report.is_sound
    assert seen == [4, 8, 12]


def test_without_a_checkpoint_the_report_says_what_it_cannot_see(store: Store, taken: Checkpoint) -> None:
    assert "needs a checkpoint" in verify(store, TENANT).reach
    assert f"checkpoint {taken.number} of 2024-03-04" in verify(store, TENANT, taken).reach


def test_an_edited_line_is_found(store: Store, tampering: Tampering) -> None:
    tampering.set_body(2, tampering.bodies()[1].replace("line 2", "line Z"))
    report = verify(store, TENANT)
    assert [(flaw.ticket_id, flaw.number, flaw.code) for flaw in report.flaws] == [("t-2", 2, "edited")]


def test_an_edited_line_with_a_new_hash_is_found_at_the_next_line(store: Store, tampering: Tampering) -> None:
    body = tampering.bodies()[1].replace("line 2", "line Z")
    tampering.set_body(2, body)
    ((first,),) = tampering.run("SELECT hash FROM entries WHERE ticket_id = :t AND number = 1")
    tampering.set_hash(2, link(str(first), body))
    report = verify(store, TENANT)
    assert [(flaw.number, flaw.code) for flaw in report.flaws] == [(3, "edited")]


def test_a_line_that_is_no_longer_json_is_found(store: Store, tampering: Tampering) -> None:
    tampering.set_body(2, "not json \x10d800")
    assert codes(verify(store, TENANT)) == {("t-2", "unreadable"), ("t-2", "edited")}


def test_a_deleted_middle_line_is_found(store: Store, tampering: Tampering) -> None:
    tampering.delete_line(2)
    report = verify(store, TENANT)
    assert {(flaw.number, flaw.code) for flaw in report.flaws} == {(3, "gap"), (3, "edited")}


def test_swapped_lines_are_found(store: Store, tampering: Tampering) -> None:
    for now, then in ((2, 99), (3, 2), (99, 3)):
        tampering.run("UPDATE entries SET number = :then WHERE ticket_id = :t AND number = :now", now=now, then=then)
    assert ("t-2", "moved") in codes(verify(store, TENANT))


def test_a_deleted_last_line_is_found_while_the_ticket_names_it(store: Store, tampering: Tampering) -> None:
    tampering.delete_line(LINES)
    assert codes(verify(store, TENANT)) == {("t-2", "head_differs")}


def test_a_ticket_without_lines_is_found(store: Store, tampering: Tampering) -> None:
    tampering.run("DELETE FROM entries WHERE ticket_id = :t")
    assert codes(verify(store, TENANT)) == {("t-2", "head_differs")}


def test_lines_without_a_ticket_are_found(store: Store, tampering: Tampering) -> None:
    tampering.run("DELETE FROM tickets WHERE id = :t")
    assert codes(verify(store, TENANT)) == {("t-2", "head_differs")}


def test_a_chain_cut_with_its_head_is_found_only_with_a_checkpoint(
    store: Store,
    taken: Checkpoint,
    tampering: Tampering,
) -> None:
    tampering.delete_line(LINES)
    tampering.reseal()
    assert verify(store, TENANT).is_sound
    assert codes(verify(store, TENANT, taken)) == {("t-2", "truncated")}


def test_a_chain_written_anew_is_found_only_with_a_checkpoint(
    store: Store,
    taken: Checkpoint,
    tampering: Tampering,
) -> None:
    tampering.set_body(1, tampering.bodies()[0].replace("line 1", "line A"))
    tampering.reseal()
    assert verify(store, TENANT).is_sound
    assert codes(verify(store, TENANT, taken)) == {("t-2", "rewritten")}


def test_a_ticket_taken_away_is_found_only_with_a_checkpoint(
    store: Store,
    taken: Checkpoint,
    tampering: Tampering,
) -> None:
    tampering.run("DELETE FROM entries WHERE ticket_id = :t")
    tampering.run("DELETE FROM tickets WHERE id = :t")
    assert verify(store, TENANT).is_sound
    assert codes(verify(store, TENANT, taken)) == {("t-2", "truncated")}


def test_what_came_after_a_checkpoint_does_not_disturb_it(store: Store, taken: Checkpoint) -> None:
    known = store.ticket(TENANT, "t-2")
    assert known is not None
    store.save(change(known))
    store.save(change(ticket("t-4")))
    assert verify(store, TENANT, taken).is_sound


def test_a_checkpoint_speaks_for_its_tenant_only(store: Store, taken: Checkpoint) -> None:
    with pytest.raises(CheckpointOfOther):
        verify(store, "initech", taken)
    with pytest.raises(CheckpointOfOther):
        verify(store, TENANT, replace(taken, tenant="initech"))


def test_writing_meanwhile_raises_no_false_alarm(store: Store) -> None:
    is_over = threading.Event()

    def write() -> None:
        made = [store.ticket(TENANT, f"t-{number}") for number in (1, 2, 3)]
        while not is_over.is_set():
            done = [change(one) for one in made if one]
            store.save(*done)
            made = [one.ticket for one in done]

    writer = threading.Thread(target=write)
    writer.start()
    reports = [verify(store, TENANT) for _ in range(30)]
    is_over.set()
    writer.join()
    assert all(report.is_sound for report in reports)


@pytest.mark.parametrize(
    "changes", [{"class_name": "P3"}, {"gate_required": True}, {"state": "resolved"}, {"state": 7}]
)
def test_a_row_that_says_something_else_than_its_timeline_is_found(
    store: Store, tampering: Tampering, changes: dict[str, object]
) -> None:
    tampering.set_document(**changes)
    assert codes(verify(store, TENANT)) == {("t-2", "row_differs")}
