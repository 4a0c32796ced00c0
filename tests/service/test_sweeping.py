"""Does a sweep reach every ticket, also past one that it cannot handle and one that nobody took yet?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from msgspec.structs import replace

from tests.sample_cases import HOUR, MINUTE, MONDAY
from tests.sample_desk import TENANT, SampleDesk, submission
from tests.small_policy import document, policy
from triage_core.adapters.memory import MemoryStore
from triage_core.domain.entry import Kind
from triage_core.domain.model import SYSTEM, State
from triage_core.ports import StoredPolicy
from triage_core.service.triage import Triage


class Spoilt(MemoryStore):
    """A store in which one tenant's policy can no longer be read."""

    def policies(self, tenant: str) -> tuple[StoredPolicy, ...]:
        found = super().policies(tenant)
        return tuple(replace(each, document="{}") for each in found) if tenant == "spoilt" else found


def test_a_ticket_that_cannot_be_handled_keeps_no_other_waiting() -> None:
    desk = SampleDesk(Spoilt())
    desk.triage.playbooks.activate("spoilt", policy(), MONDAY)
    desk.triage.submit(submission(9, tenant="spoilt"), SYSTEM)
    desk.passes(MINUTE)
    late = desk.ticket(number=1)
    desk.passes(10 * HOUR)
    restarted = Triage(desk.store, lambda: desk.now, lambda: "unused")
    # The ticket, and the triggers by which automation of that tenant would step down.
    assert restarted.tick("sweeper", MINUTE).failed == 2
    assert Kind.SLA_BREACHED in desk.kinds(late.id)


def office_desk() -> SampleDesk:
    """Return a desk whose agents work in office hours."""
    people = [{**person, "calendar": "office"} for person in document()["people"]]
    desk = SampleDesk()
    desk.triage.playbooks.activate(TENANT, policy(version="2", people=people), MONDAY + MINUTE)
    return desk


def test_a_ticket_that_came_at_night_is_assigned_when_somebody_is_there() -> None:
    desk = office_desk()
    desk.passes(12 * HOUR)
    assert desk.ticket().state is State.TRIAGED
    desk.passes(HOUR)
    desk.tick()
    assert desk.read().owner is None
    desk.passes(11 * HOUR)
    desk.tick()
    assert (desk.read().owner, desk.read().state) == ("ann", State.ASSIGNED)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1969, 5, 1, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5))),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_creation_is_not_refused_for_an_impossible_moment(moment: datetime) -> None:
    desk = SampleDesk()
    assert desk.ticket(created_at=moment).created_at == desk.now
