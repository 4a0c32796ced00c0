"""Does an incident group its tickets under one lead and one escalation, whole or not at all?"""

from __future__ import annotations

import pytest

from tests.sample_cases import HOUR, MINUTE
from tests.sample_desk import TENANT
from tests.sample_ladders import URGENT, LadderDesk, person
from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, NotPermitted, ReasonMissing
from triage_core.domain.escalating.state import Standing
from triage_core.domain.happening import Happened
from triage_core.domain.incidents import IncidentEmpty, IncidentNotFound, IncidentTaken
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.model import SYSTEM, Record, Ticket
from triage_core.service.incidents import Incidents


class IncidentDesk(LadderDesk):
    """A desk with an urgent ticket, a suspicious one and a plain one."""

    def __init__(self) -> None:
        """Take three tickets in."""
        super().__init__()
        self.incidents = Incidents(self.triage)
        self.submit(1, intake=URGENT)
        self.submit(2, body="phishing")
        self.submit(3)

    def declare(self, *tickets: str) -> Ticket:
        """Declare an incident in the name of a lead."""
        return self.incidents.declare(TENANT, "Sign-in fails.", tickets, person("lee"))


@pytest.fixture
def desk() -> IncidentDesk:
    """A desk with three tickets."""
    return IncidentDesk()


def test_an_incident_is_as_grave_as_the_gravest_of_its_tickets(desk: IncidentDesk) -> None:
    incident = desk.declare("t3", "t2", "t1")
    assert (incident.record, incident.class_name, incident.tag_names) == (Record.INCIDENT, "P1", ("security",))
    assert (incident.gate_required, incident.created_at) == (True, desk.now)


def test_its_people_are_called_once_and_no_longer_for_each_ticket(desk: IncidentDesk) -> None:
    incident = desk.declare("t1", "t2")
    assert incident.escalation is not None
    assert (incident.escalation.cause, incident.escalation.ladder) == (f"declared:{incident.id}", "major")
    assert [desk.escalation(name).standing for name in ("t1", "t2")] == [Standing.COVERED] * 2
    desk.passes(6 * MINUTE)
    desk.tick()
    calls = {name: desk.kinds(name).count(Kind.ESCALATION_CALLED) for name in ("t1", "t2", incident.id)}
    assert calls == {"t1": 1, "t2": 1, incident.id: 2}


def test_whoever_takes_over_leads_it(desk: IncidentDesk) -> None:
    incident = desk.declare("t1", "t2")
    desk.escalations.acknowledge(TENANT, f"{incident.id}-e1", person("kim"))
    assert desk.incidents.of(TENANT, incident.id).escalation_holder == "kim"


def test_a_missed_promise_to_a_customer_escalates_its_ticket_all_the_same(desk: IncidentDesk) -> None:
    desk.declare("t1", "t2")
    desk.passes(HOUR + MINUTE)
    desk.tick()
    assert desk.escalation("t1").cause == "breach:first_reply/1/breached"


def test_a_ticket_that_joins_may_make_it_graver(desk: IncidentDesk) -> None:
    incident = desk.declare("t3")
    assert incident.class_name == "P2"
    joined = desk.incidents.join(TENANT, incident.id, "t1", person("lee"))
    assert (joined.class_name, [each.id for each in desk.incidents.members(joined)]) == ("P1", ["t3", "t1"])
    assert desk.incidents.join(TENANT, incident.id, "t1", person("lee")) == joined


def test_a_ticket_that_leaves_is_escalated_by_itself_again(desk: IncidentDesk) -> None:
    incident = desk.declare("t1", "t2")
    left = desk.incidents.leave(TENANT, incident.id, "t1", person("lee"))
    assert [each.id for each in desk.incidents.members(left)] == ["t2"]
    assert (desk.escalation("t1").number, desk.escalation("t1").standing) == (2, Standing.CALLING)


def test_a_ticket_that_comes_back_after_its_incident_calls_for_itself(desk: IncidentDesk) -> None:
    incident = desk.declare("t1", "t2")
    desk.record(Happened.RESOLVED, person("lee"), incident.id)
    desk.record(Happened.RESOLVED, person("lee"))
    desk.passes(HOUR)
    assert desk.record(Happened.CUSTOMER_REPLIED).reopen_count == 1
    assert (desk.escalation("t1").number, desk.escalation("t1").standing) == (2, Standing.CALLING)


def test_only_a_person_by_right_declares_one_with_a_title_and_tickets(desk: IncidentDesk) -> None:
    for actor in (SYSTEM, person("ann")):
        with pytest.raises(NotPermitted):
            desk.incidents.declare(TENANT, "title", ["t1"], actor)
    with pytest.raises(ReasonMissing):
        desk.incidents.declare(TENANT, " ", ["t1"], person("lee"))
    with pytest.raises(IncidentEmpty):
        desk.declare()


def test_a_ticket_belongs_to_one_incident_and_one_that_is_over_to_none(desk: IncidentDesk) -> None:
    desk.declare("t1")
    before = desk.entries("t2")
    with pytest.raises(IncidentTaken):
        desk.declare("t2", "t1")
    assert desk.entries("t2") == before
    desk.record(Happened.RESOLVED, person("lee"), "t3")
    with pytest.raises(ActionNotAllowed):
        desk.declare("t3")
    with pytest.raises(IncidentNotFound):
        desk.incidents.of(TENANT, "t1")


def test_every_timeline_adds_up(desk: IncidentDesk) -> None:
    incident = desk.declare("t1", "t2")
    desk.incidents.join(TENANT, incident.id, "t3", person("lee"))
    desk.incidents.leave(TENANT, incident.id, "t2", person("lee"))
    desk.record(Happened.RESOLVED, person("lee"), incident.id)
    for name in ("t1", "t2", "t3", incident.id):
        assert rebuild(desk.store.timeline(TENANT, name)) == desk.read(name)
    assert desk.escalation(incident.id).standing is Standing.RESOLVED
