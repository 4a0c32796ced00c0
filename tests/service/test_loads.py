"""Are the counts of open tickets close enough to be fair?"""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from tests.sample_cases import MONDAY, arrived
from tests.sample_desk import TENANT, SampleDesk
from triage_core.domain.model import State
from triage_core.service.loads import Loads

SECOND = timedelta(seconds=1)


def test_counts_are_moved_along_between_two_readings() -> None:
    loads = Loads(SampleDesk().store)
    assert loads.of(TENANT, MONDAY) == {}
    ticket = arrived()
    loads.add(TENANT, "ann")
    loads.add(TENANT, None)
    loads.moved(TENANT, ticket, replace(ticket, owner="bob"))
    assert loads.of(TENANT, MONDAY + SECOND) == {"ann": 0, "bob": 1}
    loads.moved(TENANT, replace(ticket, owner="bob"), replace(ticket, owner="bob", state=State.RESOLVED))
    assert loads.of(TENANT, MONDAY + SECOND) == {"ann": 0, "bob": 0}


def test_the_stores_own_counts_are_read_again_after_some_seconds() -> None:
    desk = SampleDesk()
    loads = Loads(desk.store)
    assert loads.of(TENANT, desk.now) == {}
    desk.submit()
    assert loads.of(TENANT, desk.now + 4 * SECOND) == {}
    assert loads.of(TENANT, desk.now + 5 * SECOND) == {"ann": 1}


def test_a_tenant_that_was_never_read_is_not_counted() -> None:
    loads = Loads(SampleDesk().store)
    loads.add(TENANT, "ann")
    assert loads.of(TENANT, MONDAY) == {}
