"""Does each use case have its effect once, at its own time, and say no more than it may?"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from tests.random_policies import FEWER
from tests.sample_cases import AGENT, HOUR, LEAD, MINUTE, MONDAY, clock_of
from tests.sample_desk import TENANT, SampleDesk, submission
from tests.small_policy import COMPLETE, policy
from triage_core.domain.entry import Kind
from triage_core.domain.errors import IdempotencyConflict, NaiveTime, NotPermitted, TicketNotFound
from triage_core.domain.happening import Happened
from triage_core.domain.model import SYSTEM, Actor, ActorKind, BreachCause, Outcome, State, Ticket
from triage_core.domain.overriding import Correction
from triage_core.service.playbooks import NoPolicy

BOB = Actor(kind=ActorKind.PERSON, id="bob", roles=("agent",))
P1 = {**COMPLETE, "impact": "high", "urgency": "high"}
PART = {name: value for name, value in COMPLETE.items() if name != "impact"}
SECRET = "Mr Smith 0171-555"


@pytest.fixture
def desk() -> SampleDesk:
    """A desk where nothing has happened."""
    return SampleDesk()


def snapshot(desk: SampleDesk, ticket_id: str = "t1") -> tuple[Any, ...]:
    """Return everything that is stored about a ticket."""
    store = desk.store
    return (
        store.ticket(TENANT, ticket_id),
        store.timeline(TENANT, ticket_id),
        store.texts(TENANT, ticket_id),
        store.messages(TENANT, ticket_id),
    )


class TestSubmit:
    def test_a_complete_ticket_is_triaged_assigned_and_kept(self, desk: SampleDesk) -> None:
        assert desk.submit().outcome == "triaged"
        ticket = desk.read()
        assert (ticket.class_name, ticket.state, ticket.owner) == ("P2", State.ASSIGNED, "ann")
        assert desk.kinds() == [Kind.SUBMITTED, Kind.TRIAGED, Kind.ASSIGNED]

    def test_an_incomplete_ticket_is_kept_and_blocked(self, desk: SampleDesk) -> None:
        assert desk.submit(intake={}).outcome == "blocked"
        assert len(desk.read().problems) == 5

    def test_the_line_of_the_decision_names_its_policy(self, desk: SampleDesk) -> None:
        desk.submit()
        assert [entry.policy_version for entry in desk.entries()][1:] == ["small@1", "small@1"]

    def test_a_tenant_without_a_policy_is_told_how_to_get_one(self) -> None:
        with pytest.raises(NoPolicy, match="triage policy activate"):
            SampleDesk().submit(tenant="other")

    def test_a_moment_without_a_zone_is_refused(self, desk: SampleDesk) -> None:
        with pytest.raises(NaiveTime, match="created_at has no time zone"):
            desk.submit(created_at=datetime(2026, 3, 2, 9))  # noqa: DTZ001 - the point of the test

    def test_creation_is_kept_in_utc_and_never_lies_ahead(self, desk: SampleDesk) -> None:
        local = (MONDAY - HOUR).astimezone(timezone(timedelta(hours=5)))
        assert desk.ticket(created_at=local).created_at.isoformat() == "2026-03-02T08:00:00+00:00"
        assert desk.ticket(number=2, created_at=MONDAY + HOUR).created_at == MONDAY

    def test_tags_and_severities_that_the_policy_lacks_are_left_out(self, desk: SampleDesk) -> None:
        ticket = desk.ticket(tags=("fun", "billing"), severity="dreadful")
        assert (ticket.tag_names, ticket.severity) == (("billing",), "sev4")

    def test_the_person_who_asked_is_kept_as_a_text_and_a_fingerprint(self, desk: SampleDesk) -> None:
        one = desk.ticket(requester="Sue@Example.com ")
        two = desk.ticket(number=2, requester="sue@example.com")
        assert one.requester_key == two.requester_key != ""
        assert "Sue@" not in json.encode(desk.entries()).decode()


class TestOnce:
    def test_the_same_source_ticket_has_one_effect(self, desk: SampleDesk) -> None:
        first = desk.submit()
        before = snapshot(desk)
        desk.passes(MINUTE)
        again = desk.submit()
        assert (again.ticket_id, again.outcome, again.replayed) == (first.ticket_id, first.outcome, True)
        assert snapshot(desk) == before

    def test_the_same_key_gives_the_same_answer(self, desk: SampleDesk) -> None:
        first = desk.submit(key="k1")
        again = desk.submit(key="k1")
        assert (again.ticket_id, again.replayed) == (first.ticket_id, True)

    def test_the_same_key_with_another_body_is_a_conflict(self, desk: SampleDesk) -> None:
        desk.submit(key="k1")
        with pytest.raises(IdempotencyConflict):
            desk.submit(key="k1", body="another")
        with pytest.raises(IdempotencyConflict):
            desk.submit(number=2, key="k1")

    def test_the_same_source_id_at_another_tenant_is_another_ticket(self, desk: SampleDesk) -> None:
        desk.triage.playbooks.activate("other", policy(), MONDAY)
        assert desk.submit().ticket_id != desk.submit(tenant="other").ticket_id

    @FEWER
    @given(
        st.lists(st.tuples(st.integers(1, 3), st.sampled_from((None, "a", "b"))), min_size=1, max_size=5),
        st.sampled_from((COMPLETE, PART)),
    )
    def test_submitting_twice_equals_submitting_once(
        self, sent: list[tuple[int, str | None]], intake: dict[str, Any]
    ) -> None:
        def send(desk: SampleDesk, number: int, key: str | None) -> str:
            try:
                return desk.read(desk.submit(number, key, intake=intake).ticket_id).source_id
            except IdempotencyConflict:
                return "conflict"

        once, twice = SampleDesk(), SampleDesk()
        answers = [send(once, number, key) for number, key in sent]
        assert [(send(twice, number, key), send(twice, number, key)) for number, key in sent] == [
            (answer, answer) for answer in answers
        ]
        kept = [comparable(once, source_id) for source_id in answers if source_id != "conflict"]
        assert kept == [comparable(twice, source_id) for source_id in answers if source_id != "conflict"]

    def test_the_same_event_of_the_source_has_one_effect(self, desk: SampleDesk) -> None:
        desk.submit()
        desk.record(Happened.CUSTOMER_REPLIED, source_event_id="e1")
        before = snapshot(desk)
        assert desk.record(Happened.CUSTOMER_REPLIED, source_event_id="e1") == before[0]
        assert snapshot(desk) == before

    def test_ticking_twice_equals_ticking_once(self, desk: SampleDesk) -> None:
        desk.submit()
        desk.passes(2 * HOUR)
        assert desk.tick() > 0
        before = snapshot(desk)
        desk.passes(2 * MINUTE)
        assert (desk.tick(), snapshot(desk)) == (0, before)


def comparable(desk: SampleDesk, source_id: str) -> tuple[Any, ...]:
    """Return what is stored of a source's ticket, without our own ids and what secret keys make of texts."""
    ticket = desk.store.by_source(TENANT, "mail", source_id)
    assert ticket is not None
    return ticket.version, ticket.state, ticket.owner, ticket.order_key, ticket.clocks, desk.kinds(ticket.id)


class TestTime:
    def test_an_event_reported_late_counts_at_its_own_time_before_later_breaches(self, desk: SampleDesk) -> None:
        desk.submit()
        desk.passes(2 * HOUR)
        ticket = desk.record(Happened.AGENT_REPLIED, at=MONDAY + 40 * MINUTE)
        first = clock_of(ticket, "first_reply/1")
        assert (first.outcome, first.stopped_at, first.warned) == (Outcome.MET, MONDAY + 40 * MINUTE, (0.5,))
        assert Kind.SLA_BREACHED not in desk.kinds()
        assert desk.entries()[-1].recorded_at == desk.now

    def test_a_breach_that_was_recorded_stays_when_the_reply_is_reported_late(self, desk: SampleDesk) -> None:
        desk.submit()
        desk.passes(2 * HOUR)
        desk.tick()
        ticket = desk.record(Happened.AGENT_REPLIED, at=MONDAY + 40 * MINUTE)
        assert clock_of(ticket, "first_reply/1").outcome is Outcome.BREACHED

    def test_an_action_records_first_what_time_did_before_it(self, desk: SampleDesk) -> None:
        desk.submit()
        desk.passes(2 * HOUR)
        desk.record(Happened.AGENT_REPLIED)
        edges = [kind for kind in desk.kinds()[3:] if not kind.startswith("escalation.")]
        assert edges[:3] == [Kind.SLA_AT_RISK, Kind.SLA_AT_RISK, Kind.SLA_BREACHED]
        assert edges[-1] == Kind.AGENT_REPLIED

    def test_a_late_sweep_records_the_true_instants(self, desk: SampleDesk) -> None:
        desk.submit()
        desk.passes(timedelta(days=30))
        desk.tick()
        breaches = {entry.facts["metric"]: entry.at for entry in desk.entries() if entry.kind is Kind.SLA_BREACHED}
        assert breaches == {
            "first_reply": MONDAY + HOUR,
            "acknowledgement": MONDAY + HOUR + 30 * MINUTE,
            "resolution": MONDAY + timedelta(days=1),
        }

    def test_a_sweep_lets_offers_lapse(self, desk: SampleDesk) -> None:
        desk.submit()
        desk.triage.transfer(TENANT, "t1", "bob", AGENT, "over to you")
        desk.passes(HOUR)
        desk.tick()
        assert (desk.read().owner, desk.read().handover) == ("ann", None)
        lapsed = next(entry for entry in desk.entries() if entry.kind is Kind.HANDOVER_LAPSED)
        assert lapsed.at == MONDAY + 30 * MINUTE

    def test_a_ticket_completed_late_breaches_by_its_late_intake(self, desk: SampleDesk) -> None:
        desk.submit(intake=PART)
        desk.passes(5 * HOUR)
        ticket = desk.triage.complete(TENANT, "t1", {"impact": "high"}, AGENT)
        assert clock_of(ticket, "first_reply/1").breach_cause is BreachCause.LATE_INTAKE
        assert clock_of(ticket, "intake/1").breached_at == MONDAY + 2 * HOUR

    def test_a_blocked_ticket_keeps_the_policy_that_blocked_it(self, desk: SampleDesk) -> None:
        desk.submit(intake=PART)
        changed = policy(version="2", service_levels={**policy().model_dump()["service_levels"], "at_risk": ["50%"]})
        desk.triage.playbooks.activate(TENANT, changed, MONDAY + MINUTE)
        desk.passes(3 * HOUR)
        desk.tick()
        assert len([kind for kind in desk.kinds() if kind.startswith("sla.")]) == 3
        assert desk.triage.complete(TENANT, "t1", {"impact": "low"}, AGENT).policy_version == "small@1"


class TestPeople:
    def test_a_hand_over_is_accepted_or_declined(self, desk: SampleDesk) -> None:
        desk.submit()
        desk.triage.transfer(TENANT, "t1", "bob", AGENT)
        assert desk.triage.decline(TENANT, "t1", BOB, "busy").owner == "ann"
        desk.triage.transfer(TENANT, "t1", "bob", AGENT)
        assert desk.triage.accept(TENANT, "t1", BOB).owner == "bob"

    def test_a_lead_gives_a_ticket_to_somebody(self, desk: SampleDesk) -> None:
        desk.submit()
        assert desk.triage.assign(TENANT, "t1", "bob", LEAD, "Bob is free").owner == "bob"

    def test_a_refused_action_leaves_no_trace(self, desk: SampleDesk) -> None:
        desk.submit()
        before = snapshot(desk)
        with pytest.raises(NotPermitted):
            desk.triage.override(TENANT, "t1", Correction(class_name="P1", reason="x"), AGENT)
        assert snapshot(desk) == before

    def test_a_correction_is_kept_with_its_reason_as_a_text(self, desk: SampleDesk) -> None:
        desk.submit()
        desk.triage.override(TENANT, "t1", Correction(class_name="P1", reason=SECRET), LEAD)
        assert desk.store.texts(TENANT, "t1")[-1].content == SECRET
        assert SECRET not in json.encode(desk.entries()).decode()

    def test_new_tickets_go_to_the_least_loaded(self, desk: SampleDesk) -> None:
        assert [desk.ticket(number=number).owner for number in (1, 2, 3)] == ["ann", "bob", "ann"]
        desk.record(Happened.RESOLVED, ticket_id="t1")
        desk.record(Happened.RESOLVED, ticket_id="t3")
        assert desk.ticket(number=4).owner == "ann"


class TestReading:
    def test_an_unknown_ticket_and_another_tenants_ticket_are_not_found_alike(self, desk: SampleDesk) -> None:
        desk.submit()
        for tenant, ticket_id in ((TENANT, "t9"), ("other", "t1")):
            with pytest.raises(TicketNotFound, match="no such ticket in this tenant"):
                desk.triage.ticket(tenant, ticket_id)

    def test_a_triaged_ticket_has_impact_rationale_and_cadence(self, desk: SampleDesk) -> None:
        statement = desk.triage.statement(desk.ticket(intake=P1))
        assert statement is not None
        assert statement.impact.startswith("High impact and high urgency on mail")
        assert (statement.rationale, statement.update_every) == ("Business stands still.", 30 * MINUTE)

    def test_a_blocked_ticket_has_neither_statement_nor_explanation(self, desk: SampleDesk) -> None:
        ticket = desk.ticket(intake=PART)
        assert desk.triage.statement(ticket) is None
        assert desk.triage.explanation(TENANT, "t1") is None

    def test_the_explanation_finds_its_words_in_the_stored_text(self, desk: SampleDesk) -> None:
        desk.submit(subject="Grüße", body="phishing again", severity="sev2")
        explanation = desk.triage.explanation(TENANT, "t1")
        assert explanation is not None
        text = desk.triage.text(TENANT, "t1")
        words = [text[word.start : word.end] for rule in explanation.fired for word in rule.words]
        assert words == ["phishing"]
        assert (explanation.class_name, explanation.severity) == (desk.read().class_name, "sev2")


def test_a_ticket_that_was_decided_keeps_its_policy(desk: SampleDesk) -> None:
    old: Ticket = desk.ticket()
    desk.triage.playbooks.activate(TENANT, policy(version="2"), MONDAY + MINUTE)
    desk.passes(HOUR)
    assert desk.ticket(number=2).policy_version == "small@2"
    assert desk.record(Happened.RESOLVED, ticket_id=old.id).policy_version == "small@1"


def test_a_submission_with_half_a_character_pair_is_taken_in(desk: SampleDesk) -> None:
    half = "\ud83d"
    broken: dict[str, Any] = {"subject": f"{half} phishing", "customer": half, "intake": {**COMPLETE, half: [half]}}
    assert desk.submit(**broken).outcome == desk.submit(**broken).outcome == "triaged"
    assert desk.triage.text(TENANT, "t1") == "\ufffd phishing\ndoes not print"


def test_a_submission_is_kept_word_for_word(desk: SampleDesk) -> None:
    desk.triage.submit(submission(subject="Ä", body="x\ny"), SYSTEM)
    assert desk.triage.text(TENANT, "t1") == "Ä\nx\ny"
