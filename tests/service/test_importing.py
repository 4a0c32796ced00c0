"""Does an imported log stand in the store like tickets that were worked on here, and only once?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from tests.replay.conftest import DESK_LOG, DESK_MAPPING, POLICY
from triage_core.compose import open_store
from triage_core.domain.entry import Kind
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.model import SYSTEM, Mode, State, Ticket
from triage_core.domain.playbook import Playbook
from triage_core.domain.submission import Submission
from triage_core.policyfile import load_policy
from triage_core.ports import Store
from triage_core.replay.loading import load_mapping, parse_mapping
from triage_core.replay.log import open_log
from triage_core.replay.replaying import replay
from triage_core.service import importing
from triage_core.service.importing import Imported, Importer
from triage_core.service.triage import Triage
from triage_core.service.verification import verify

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
POLICY_READ = load_policy(POLICY)
NUMBERS = [f"T-{n:02}" for n in range(1, 13)]


@pytest.fixture
def store() -> Store:
    return open_store("memory:")


def bring(store: Store, log: Path = DESK_LOG, mode: Mode = Mode.LIVE) -> Imported:
    mapping = load_mapping(DESK_MAPPING)
    with open_log(log, mapping.form) as rows:
        return Importer(store, "acme", mapping, Playbook(POLICY_READ), mode).run(rows, NOW)


def swept(store: Store) -> None:
    """Let time catch up with what is open; that is a sweep's work and not the import's."""
    triage = Triage(store, lambda: NOW, lambda: "own")
    triage.playbooks.activate("acme", POLICY_READ, datetime(2026, 1, 1, tzinfo=UTC))
    triage.tick("test", timedelta(minutes=1))


def ticket(store: Store, number: str) -> Ticket:
    found = store.by_source("acme", "desk", number)
    assert found is not None
    return found


def test_every_ticket_of_the_log_is_there(store: Store) -> None:
    done = bring(store)
    assert (done.tickets_created, done.tickets_known, done.events) == (12, 0, 53)
    assert done.quarantined_rows == {"status archived": 1, "impact huge": 1, "changed is no time": 1}
    assert done.irregular == {"reopen while closed": 1, "close while assigned": 1}
    assert [ticket(store, number).state for number in ("T-01", "T-10")] == [State.CLOSED, State.WAITING_THIRD_PARTY]


def test_the_import_takes_the_same_steps_as_the_replay(store: Store) -> None:
    mapping = load_mapping(DESK_MAPPING)
    with open_log(DESK_LOG, mapping.form) as log:
        replayed = dict(replay(log, mapping, Playbook(POLICY_READ)).lines)
    bring(store)
    swept(store)
    kinds = [line.entry.kind for number in NUMBERS for line in store.timeline("acme", ticket(store, number).id)]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {Kind.SUBMITTED: 12, **replayed}


def test_what_an_old_log_closed_owes_no_facts(store: Store) -> None:
    bring(store)
    assert ticket(store, "T-01").state is State.CLOSED
    assert store.open_closures("acme", 99) == ()


def test_timelines_add_up_to_their_tickets_and_are_sound(store: Store) -> None:
    bring(store)
    for number in NUMBERS:
        found = ticket(store, number)
        assert rebuild(store.timeline("acme", found.id)) == found
    assert verify(store, "acme").is_sound


def test_a_line_tells_when_it_happened_and_when_it_was_imported(store: Store) -> None:
    bring(store)
    solved = [
        line.entry for line in store.timeline("acme", ticket(store, "T-02").id) if line.entry.kind is Kind.RESOLVED
    ]
    assert [(entry.at, entry.recorded_at) for entry in solved] == [(datetime(2026, 3, 2, 15, tzinfo=UTC), NOW)]


def test_irregular_moves_are_marked(store: Store) -> None:
    bring(store)
    lines = store.timeline("acme", ticket(store, "T-08").id)
    assert [line.entry.kind for line in lines if line.entry.irregular] == [Kind.CLOSED]


def test_the_same_import_again_has_no_effect(store: Store) -> None:
    bring(store)
    before = [ticket(store, number) for number in NUMBERS]
    again = bring(store)
    assert (again.tickets_created, again.tickets_known, again.lines_written) == (0, 12, 0)
    assert [ticket(store, number) for number in NUMBERS] == before


@pytest.mark.parametrize("cut", range(1, 54, 4))
def test_a_log_that_comes_in_two_parts_ends_like_one(store: Store, cut: int, tmp_path: Path) -> None:
    first = tmp_path / "first.csv"
    first.write_text("\n".join(DESK_LOG.read_text().splitlines()[: cut + 1]))
    bring(store, first)
    bring(store)
    whole = open_store("memory:")
    bring(whole)
    unlike = {"id", "head"}
    for number in NUMBERS:
        parts, one = (
            {k: v for k, v in msgspec.to_builtins(ticket(each, number)).items() if k not in unlike}
            for each in (store, whole)
        )
        assert parts == one


def test_a_small_batch_writes_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(store)
    monkeypatch.setattr(importing, "_BATCH", 1)
    other = open_store("memory:")
    bring(other)
    for number in NUMBERS:
        one, two = ticket(store, number), ticket(other, number)
        assert [line.entry.kind for line in store.timeline("acme", one.id)] == [
            line.entry.kind for line in other.timeline("acme", two.id)
        ]


def test_nothing_is_sent_about_the_past(store: Store) -> None:
    bring(store)
    assert not [message for number in NUMBERS for message in store.messages("acme", ticket(store, number).id)]


def test_a_ticket_that_came_by_itself_is_left_alone(store: Store) -> None:
    triage = Triage(store, lambda: NOW, lambda: "own")
    triage.playbooks.activate("acme", POLICY_READ, NOW)
    submission = Submission(tenant="acme", source="desk", source_id="T-01", subject="s", body="b")
    triage.submit(submission, SYSTEM)
    before = ticket(store, "T-01")
    assert bring(store).tickets_foreign == 1
    assert ticket(store, "T-01") == before


def test_a_sweep_finds_what_was_open_in_the_log_late(store: Store) -> None:
    bring(store)
    swept(store)
    late = [
        line.entry.at
        for line in store.timeline("acme", ticket(store, "T-10").id)
        if line.entry.kind is Kind.SLA_BREACHED
    ]
    assert datetime(2026, 3, 9, 13, tzinfo=UTC) in late


def test_texts_are_stored_and_read_by_the_rules(store: Store) -> None:
    mapping = parse_mapping(DESK_MAPPING.read_text().replace("assigned_to: agent", "subject: agent"), "m")
    with open_log(DESK_LOG, mapping.form) as rows:
        Importer(store, "acme", mapping, Playbook(POLICY_READ)).run(rows, NOW)
    texts = store.texts("acme", ticket(store, "T-07").id)
    assert [(text.kind, text.content) for text in texts if text.kind != "reason"][:1] == [("subject", "ben")]


def test_drills_are_imported_as_such(store: Store) -> None:
    bring(store, mode=Mode.DRILL)
    assert ticket(store, "T-01").mode is Mode.DRILL
