"""Do all stores keep every version of a record, and every verdict once?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from triage_core.domain.calibration.labelling import Label, Seat, Verdict
from triage_core.learning_ports import RecordMoved, SeatTaken, StoredRecord

if TYPE_CHECKING:
    from triage_core.learning_ports import HasLearning, Learning

NOW = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
VERDICT = Verdict(class_name="P2", escalate=True, tags=("security",))


@pytest.fixture
def learning(store: HasLearning) -> Learning:
    return store.learning


def record(version: int = 1, **changes: Any) -> StoredRecord:
    base = {"tenant": "acme", "kind": "sample", "id": "W10", "version": version, "at": NOW, "document": "{}"}
    return StoredRecord(**{**base, **changes})


def label(**changes: Any) -> Label:
    base = {"tenant": "acme", "sample": "W10", "ticket_id": "t1", "seat": Seat.FIRST, "by": "ann", "at": NOW}
    return Label(**{**base, "verdict": VERDICT, **changes})


def test_a_record_comes_back_as_it_was_with_all_of_its_versions(learning: Learning) -> None:
    first = record(document='{"text": "Drücker 🖨 \\u0000"}')
    second = record(2, at=NOW + timedelta(hours=1), document="[]")
    learning.put(first)
    learning.put(second)
    assert learning.versions("acme", "sample", "W10") == (first, second)
    assert learning.get("acme", "sample", "W10") == second


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_version_that_does_not_follow_the_last_is_refused(learning: Learning, version: int) -> None:
    learning.put(record())
    with pytest.raises(RecordMoved):
        learning.put(record(version, document="lost"))
    assert learning.versions("acme", "sample", "W10") == (record(),)


def test_a_record_begins_with_its_first_version(learning: Learning) -> None:
    with pytest.raises(RecordMoved):
        learning.put(record(2))
    assert learning.get("acme", "sample", "W10") is None


def test_the_latest_are_the_newest_versions_of_the_tenants_records_of_a_kind(learning: Learning) -> None:
    later = NOW + timedelta(days=7)
    for each in (record(), record(id="W11", at=later), record(kind="change"), record(tenant="other", id="W12")):
        learning.put(each)
    changed = record(2, at=later + timedelta(days=1), document="[1]")
    learning.put(changed)
    assert learning.latest("acme", "sample", 10) == (record(id="W11", at=later), changed)
    assert learning.latest("acme", "sample", 1) == (record(id="W11", at=later),)


def test_of_two_writers_of_a_version_one_is_told(learning: Learning) -> None:
    def write(number: int) -> bool:
        try:
            learning.put(record(document=str(number)))
        except RecordMoved:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(write, range(8))) == 1


def test_verdicts_come_back_in_the_order_of_their_time(learning: Learning) -> None:
    later = label(ticket_id="t0", at=NOW + timedelta(minutes=1), verdict=Verdict(class_name="P3", escalate=False))
    for each in (later, label(), label(sample="W11"), label(tenant="other")):
        learning.add_label(each)
    assert learning.labels("acme", "W10") == (label(), later)


@pytest.mark.parametrize("changes", [{"by": "bob"}, {"seat": Seat.SECOND}, {"seat": Seat.RULING}])
def test_a_seat_is_taken_once_and_nobody_judges_a_ticket_twice(learning: Learning, changes: dict[str, Any]) -> None:
    learning.add_label(label())
    with pytest.raises(SeatTaken):
        learning.add_label(label(**changes))
    assert learning.labels("acme", "W10") == (label(),)


def test_another_person_takes_the_other_seat(learning: Learning) -> None:
    learning.add_label(label())
    learning.add_label(label(by="bob", seat=Seat.SECOND))
    assert [each.by for each in learning.labels("acme", "W10")] == ["ann", "bob"]
