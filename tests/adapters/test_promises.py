"""Are promises of closings found on every store as long as they are open, the first due in front?"""

from __future__ import annotations

from datetime import date, timedelta

from msgspec.structs import replace

from tests.sample_cases import AGENT, LEAD
from tests.sample_closures import PLAIN
from tests.sample_desk import TENANT, SampleDesk
from triage_core.closure_ports import Promises
from triage_core.domain.closure.facts import Prevention
from triage_core.domain.happening import Happened
from triage_core.ports import Store

ALL = Promises()


def promised(store: Store, which: Promises = ALL, first: int = 0, limit: int = 9) -> list[tuple[str, str]]:
    return [(ticket.id, action) for ticket, action in store.promised(TENANT, which, first, limit)]


def closed(store: Store) -> SampleDesk:
    """Return a desk with two closed tickets and three promises."""
    desk = SampleDesk(store)
    days = {1: (("ann", 12), ("lee", 9)), 2: (("ann", 10),)}
    for number, actions in days.items():
        desk.submit(number)
        desk.record(Happened.RESOLVED, ticket_id=f"t{number}")
        prevention = tuple(Prevention(description="x", owner=who, due=date(2026, 3, day)) for who, day in actions)
        desk.triage.close(TENANT, f"t{number}", replace(PLAIN, prevention=prevention), AGENT)
    return desk


def test_the_first_due_stands_in_front(store: Store) -> None:
    closed(store)
    assert promised(store) == [("t1", "prevention-2"), ("t2", "prevention-1"), ("t1", "prevention-1")]
    assert promised(store, first=1, limit=1) == [("t2", "prevention-1")]
    assert store.promised("other", ALL, 0, 9) == ()


def test_they_are_told_apart_by_owner_and_by_day(store: Store) -> None:
    desk = closed(store)
    assert promised(store, Promises(owner="lee")) == [("t1", "prevention-2")]
    by = desk.now.replace(hour=0) + timedelta(days=9)
    assert promised(store, Promises(owner="ann", due_by=by)) == [("t2", "prevention-1")]


def test_what_is_kept_is_gone_and_other_lines_change_nothing(store: Store) -> None:
    desk = closed(store)
    desk.triage.settle(TENANT, "t1", "prevention-2", LEAD)
    desk.passes(timedelta(days=30))
    desk.tick()
    assert promised(store) == [("t2", "prevention-1"), ("t1", "prevention-1")]
