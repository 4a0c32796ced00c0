"""What is told to the outside, and does it hold no word of the customer?"""

from __future__ import annotations

import pytest
from msgspec import json

from tests.sample_cases import AGENT, HOUR, LEAD, MINUTE
from tests.sample_closures import PLAIN
from tests.sample_desk import TENANT, SampleDesk
from tests.sample_gates import GateDesk, words
from tests.small_policy import COMPLETE
from triage_core.contract.event_rows import EVENTS
from triage_core.contract.events import Event, EventType
from triage_core.domain.closure.items import CauseVerdict
from triage_core.domain.closure.judging import Judgement
from triage_core.domain.entry import Kind
from triage_core.domain.feedback import About, Feedback
from triage_core.domain.gating.releasing import Sent
from triage_core.domain.gating.state import Verdict
from triage_core.domain.happening import Happened
from triage_core.domain.overriding import Correction
from triage_core.service.outgoing import TOLD, event_of

P1 = {**COMPLETE, "impact": "high", "urgency": "high"}
PART = {name: value for name, value in COMPLETE.items() if name != "impact"}
SECRET = "Mr Smith 0171-555"


@pytest.fixture
def desk() -> SampleDesk:
    """A desk where nothing has happened."""
    return SampleDesk()


def texts_that_leave_or_do_not() -> GateDesk:
    """Return a desk where texts were approved, rejected, left to expire, sent, not sent, and written past the gate."""
    desk = GateDesk()
    desk.gated()
    desk.bring()
    desk.decide("lee", Verdict.APPROVE)
    desk.confirm(desk.release())
    desk.bring(text=words("Hello, t1 takes longer. Desk"))
    desk.decide("kim", Verdict.APPROVE)
    desk.confirm(desk.release(2), Sent.FAILED)
    desk.bring(text=words("Hello, t1 is hard. Desk"))
    desk.decide("kim", Verdict.REJECT)
    desk.bring(text=words("Hello, t1 is solved. Desk"))
    desk.bring(text=words("Hello, t1 is over. Desk"))
    desk.decide("kim", Verdict.APPROVE)
    desk.release(5)
    desk.record(Happened.AGENT_REPLIED, body_seal="words that nobody approved")
    desk.passes(HOUR)
    desk.tick()
    return desk


def closed_and_followed_up() -> SampleDesk:
    """Return a desk whose first ticket was closed at its source, then by its facts, with all that can follow."""
    desk = SampleDesk()
    desk.submit()
    for happened in (Happened.RESOLVED, Happened.CLOSED):
        desk.record(happened, LEAD)
    desk.triage.close(TENANT, "t1", PLAIN, AGENT)
    desk.triage.hear(TENANT, "t1", Feedback(about=About.SATISFACTION, rating=4), AGENT)
    desk.triage.shown_at(TENANT, "t1", "notion", "https://notion.example/p1", AGENT)
    desk.triage.judge_cause(TENANT, "t1", Judgement(verdict=CauseVerdict.RIGHT), AGENT)
    desk.passes(240 * HOUR)
    desk.tick()
    desk.triage.settle(TENANT, "t1", "prevention-1", LEAD)
    return desk


class TestOutside:
    def test_what_is_told_to_the_outside_holds_no_word_of_the_customer(self, desk: SampleDesk) -> None:
        given = {**PART, "impact": SECRET, "note": SECRET}
        desk.submit(subject=SECRET, body=f"phishing {SECRET}", requester=SECRET, intake=given)
        desk.triage.complete(TENANT, "t1", {"impact": "high"}, AGENT)
        desk.triage.override(TENANT, "t1", Correction(class_name="P1", reason=SECRET), LEAD)
        desk.passes(HOUR)
        desk.tick()
        messages = desk.store.messages(TENANT, "t1")
        assert {message.type for message in messages} >= {
            "ticket.blocked",
            "intake.alerted",
            "ticket.triaged",
            "ticket.overridden",
            "sla.breached",
        }
        assert not [message for message in messages if "Smith" in message.payload]
        assert "Smith" not in json.encode(desk.entries()).decode()

    def test_a_blocked_ticket_tells_what_is_missing(self, desk: SampleDesk) -> None:
        desk.submit(intake=PART)
        (message,) = desk.store.messages(TENANT, "t1")
        assert json.decode(message.payload)["missing_csv"] == "impact"

    def test_an_alert_says_that_the_ticket_is_incomplete(self, desk: SampleDesk) -> None:
        desk.submit(intake=PART, body="outage")
        told = [json.decode(message.payload) for message in desk.store.messages(TENANT, "t1")]
        (payload,) = [each for each in told if each["type"] == "intake.alerted"]
        assert (payload["state"], payload["rules_csv"]) == ("incomplete", "outage")

    def test_an_edge_tells_its_stable_id(self, desk: SampleDesk) -> None:
        desk.submit(intake=P1)
        desk.passes(10 * MINUTE)
        desk.tick()
        payload = json.decode(desk.store.messages(TENANT, "t1")[-1].payload)
        assert (payload["edge"], payload["share"]) == ("t1/first_reply/1/at_risk_50%", 0.5)
        assert payload["due_at"] == "2026-03-02T09:15:00Z"

    def test_every_event_has_exactly_the_fields_of_the_contract_and_fills_those_it_promises(
        self, desk: SampleDesk
    ) -> None:
        desk.submit(intake=PART, body="outage")
        desk.triage.complete(TENANT, "t1", {"impact": "high"}, AGENT)
        desk.triage.override(TENANT, "t1", Correction(class_name="P1", reason="why"), LEAD)
        desk.passes(9 * HOUR)
        desk.tick()
        for happened in (Happened.RESOLVED, Happened.CLOSED):
            desk.record(happened, LEAD)
        seen = {}
        for message in desk.store.messages(TENANT, "t1"):
            seen[message.type] = Event.model_validate_json(message.payload).model_dump(by_alias=True, mode="json")
            assert list(json.decode(message.payload)) == list(seen[message.type])
        for message in texts_that_leave_or_do_not().store.messages(TENANT, "t1"):
            told = Event.model_validate_json(message.payload).model_dump(by_alias=True, mode="json")
            seen.setdefault(message.type, told)
            assert list(json.decode(message.payload)) == list(told)
        for message in closed_and_followed_up().store.messages(TENANT, "t1"):
            told = Event.model_validate_json(message.payload).model_dump(by_alias=True, mode="json")
            seen.setdefault(message.type, told)
        of_others = {Kind.LINKED, Kind.INCIDENT_PROPOSED, Kind.INCIDENT_DECLARED}
        of_others |= {kind for kind in TOLD if kind.startswith("article")}
        ours = {kind for kind in TOLD if kind not in of_others and not kind.startswith("escalation.")}
        assert {event_of(kind) for kind in ours} <= set(seen)
        for kind, told in seen.items():
            filled = {name for name, value in told.items() if value is not None}
            assert filled <= set(EVENTS[EventType(kind)].fills)

    def test_every_line_that_is_told_is_an_event_of_the_contract(self) -> None:
        assert {event_of(kind) for kind in TOLD} <= {event.value for event in EventType}
