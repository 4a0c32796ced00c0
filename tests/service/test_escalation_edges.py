"""What happens to an escalation where two moments meet, where news come late, and where nobody can be called?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import json

from tests.sample_cases import HOUR, MINUTE, MONDAY
from tests.sample_desk import TENANT
from tests.sample_ladders import LADDERS, RULES, LadderDesk, people, person
from tests.small_policy import COMPLETE
from triage_core.domain.entry import Kind
from triage_core.domain.escalating.state import Standing
from triage_core.domain.happening import Happened
from triage_core.domain.overriding import Correction
from triage_core.service.incidents import Incidents

AWAY_TODAY = [{"first": "2026-03-02", "last": "2026-03-02"}]


@pytest.fixture
def desk() -> LadderDesk:
    """A desk where nothing has happened."""
    return LadderDesk()


def moments(desk: LadderDesk, kind: Kind, ticket: str = "t1") -> list[int]:
    """Return when something happened, in minutes after nine."""
    return [int((entry.at - MONDAY) / MINUTE) for entry in desk.entries(ticket) if entry.kind is kind]


class TestTheEnd:
    def test_a_window_that_opens_after_the_end_lets_the_escalation_end(self) -> None:
        ladders = [LADDERS[0], {**LADDERS[1], "max_age": "3h"}]
        desk = LadderDesk(ladders=ladders, escalation={"rules": [{**RULES[1], "notify_in": "office"}]})
        desk.now = MONDAY + 10 * HOUR  # 20:00 in Berlin
        desk.submit(body="phishing")
        desk.passes(4 * HOUR)
        desk.tick()
        assert desk.escalation().standing is Standing.EXPIRED
        assert moments(desk, Kind.ESCALATION_EXPIRED) == [13 * 60]
        assert moments(desk, Kind.ESCALATION_CALLED) == []

    def test_nobody_is_called_at_the_very_end(self) -> None:
        desk = LadderDesk(ladders=[{**LADDERS[0], "max_age": "10m"}, LADDERS[1]])
        desk.urgent()
        desk.passes(12 * MINUTE)
        desk.tick()
        assert (moments(desk, Kind.ESCALATION_CALLED), moments(desk, Kind.ESCALATION_EXPIRED)) == ([0, 5], [10])

    def test_a_reminder_leaves_time_before_the_acknowledgement_lapses(self, desk: LadderDesk) -> None:
        desk.submit(intake={**COMPLETE, "impact": "low"})  # of a class without a cadence of news
        desk.escalations.escalate(TENANT, "t1", "Look at this.", person("lee"))
        desk.take("lee")
        desk.passes(2 * HOUR)
        desk.tick()
        assert moments(desk, Kind.CHECKPOINT_MISSED) == [50]
        assert moments(desk, Kind.ESCALATION_LAPSED) == [60]


class TestLateNews:
    def test_a_breach_that_a_late_report_brings_to_light_is_escalated_at_once(self, desk: LadderDesk) -> None:
        desk.urgent()
        desk.escalations.resolve(TENANT, "t1-e1", "Found it.", person("lee"))
        desk.record(Happened.AGENT_REPLIED)
        desk.passes(50 * MINUTE)
        desk.record(Happened.NOTE_ADDED)
        desk.passes(MINUTE)
        desk.record(Happened.CUSTOMER_REPLIED, at=MONDAY + 10 * MINUTE)
        assert desk.escalation().joined[-1] == "breach:next_reply/1/breached"
        assert moments(desk, Kind.ESCALATION_JOINED)[-1] == 51

    def test_a_cause_that_is_told_late_makes_no_call_earlier_or_later(self, desk: LadderDesk) -> None:
        desk.urgent()
        for number in (1, 2):
            desk.record(Happened.CUSTOMER_REPLIED, source_event_id=f"e{number}")
        desk.passes(33 * MINUTE)
        desk.record(Happened.CUSTOMER_REPLIED, source_event_id="e3", at=MONDAY + 2 * MINUTE)
        assert moments(desk, Kind.ESCALATION_CALLED) == [0, 5, 10, 20]
        assert moments(desk, Kind.ESCALATION_JOINED) == [33, 15]

    def test_repeated_contact_escalates_again_after_an_answer(self, desk: LadderDesk) -> None:
        desk.submit()
        for _ in range(3):
            desk.record(Happened.CUSTOMER_REPLIED)
        desk.escalations.resolve(TENANT, "t1-e1", "Answered.", person("lee"))
        desk.record(Happened.AGENT_REPLIED)
        for _ in range(3):
            desk.record(Happened.CUSTOMER_REPLIED)
        assert (desk.escalation().number, desk.escalation().cause) == (2, "repeated:3/1")

    @pytest.mark.parametrize("sweeps", [0, 30])
    def test_escalations_by_hand_are_named_the_same_whoever_swept_before(self, desk: LadderDesk, sweeps: int) -> None:
        desk.submit()
        for _ in range(sweeps):
            desk.passes(MINUTE)
            desk.tick()
        desk.now = MONDAY + 31 * MINUTE
        for _ in range(2):
            desk.escalations.escalate(TENANT, "t1", "Look at this.", person("lee"))
        assert (desk.escalation().cause, desk.escalation().joined) == ("person", ("person/1",))

    def test_a_first_call_that_a_late_sweep_finds_is_told_with_its_own_people(self, desk: LadderDesk) -> None:
        desk.submit(intake={**COMPLETE, "impact": "low"})
        desk.passes(6 * HOUR)
        desk.tick()
        told = [json.decode(message.payload) for message in desk.store.messages(TENANT, "t1")]
        called = [each["called_csv"] for each in told if each["called_csv"]]
        assert called[:3] == ["ann", "max", "lee,kim,max"]

    def test_what_was_due_before_a_ticket_joins_an_incident_is_done_first(self, desk: LadderDesk) -> None:
        desk.submit()
        desk.passes(50 * MINUTE)
        Incidents(desk.triage).declare(TENANT, "Mail is down.", ["t1"], person("lee"))
        assert moments(desk, Kind.ESCALATION_RAISED) == [45]
        assert moments(desk, Kind.ESCALATION_RESOLVED) == [50]
        assert desk.escalation().standing is Standing.COVERED


class TestChanges:
    def test_a_target_that_a_new_class_makes_too_short_is_a_breach_that_escalates(self, desk: LadderDesk) -> None:
        desk.submit(intake={**COMPLETE, "impact": "low"})
        desk.passes(2 * HOUR)
        desk.triage.override(TENANT, "t1", Correction(class_name="P2", reason="worse"), person("lee"))
        assert moments(desk, Kind.SLA_BREACHED) == [120]
        assert desk.escalation().cause == "breach:first_reply/2/breached"

    def test_a_reopened_ticket_whose_time_had_run_out_is_a_breach_that_escalates(self, desk: LadderDesk) -> None:
        desk.submit()
        desk.record(Happened.RESOLVED)
        desk.passes(6 * 24 * HOUR)
        desk.record(Happened.REOPENED)
        assert "breach:resolution/1/breached" in {desk.escalation().cause, *desk.escalation().joined}


class TestNobodyThere:
    def test_owner_and_secondary_who_are_both_away_are_called_when_the_first_comes_back(self) -> None:
        ladders = [{**LADDERS[0], "levels": [{"targets": ["owner"], "timeout": "5m"}]}, LADDERS[1]]
        desk = LadderDesk(ladders=ladders)
        desk.submit()
        desk.adopt(ladders=ladders, people=people(ann=AWAY_TODAY, kim=AWAY_TODAY))
        desk.triage.override(TENANT, "t1", Correction(class_name="P1", reason="worse"), person("lee"))
        assert (desk.escalation().held_back, desk.escalation().called) == ("hours", ())
        desk.passes(24 * HOUR)
        desk.tick()
        assert moments(desk, Kind.ESCALATION_CALLED)[0] == 15 * 60  # midnight

    def test_an_owner_who_is_off_duty_leaves_the_call_to_the_secondary_who_is_not(self) -> None:
        by_hours: dict[str, Any] = {
            "escalation": {"rules": [{**RULES[0], "any_hour": False}]},
            "ladders": [{**LADDERS[0], "levels": [{"targets": ["owner"], "timeout": "5m"}]}],
        }
        desk = LadderDesk(**by_hours)
        desk.urgent()
        roster = [{**each, "calendar": "office"} if each["id"] == "lee" else each for each in people()]
        desk.adopt(people=roster, **by_hours)
        desk.passes(10 * HOUR)
        desk.record(Happened.RESOLVED, person("lee"))
        desk.record(Happened.REOPENED, person("lee"))
        assert desk.escalation().called == ("kim",)

    @pytest.mark.parametrize("every", [7, 1_440])
    def test_a_ticket_finds_its_owner_when_somebody_comes_and_not_when_somebody_looks(self, every: int) -> None:
        roster = [{**each, "calendar": "office"} for each in people()]
        desk = LadderDesk(people=roster)
        desk.now = MONDAY + 12 * HOUR
        desk.urgent()
        while desk.now < MONDAY + 36 * HOUR:
            desk.passes(every * MINUTE)
            desk.tick()
        opening = datetime(2026, 3, 3, 8, tzinfo=UTC)  # 09:00 in Berlin
        found = [entry.at for entry in desk.entries() if "owner" in entry.changes]
        assert found == [opening]
        assert desk.escalation().raised_at == MONDAY + timedelta(hours=12)
