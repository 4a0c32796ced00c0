"""Does an escalation reach a named person, and stay with one until it is over?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec import json

from tests.sample_cases import HOUR, MINUTE, MONDAY
from tests.sample_desk import TENANT
from tests.sample_ladders import LADDERS, RULES, URGENT, LadderDesk, people, person
from tests.small_policy import COMPLETE
from triage_core.contract.event_rows import EVENTS
from triage_core.contract.events import Event, EventType
from triage_core.domain.entry import Entry, Kind
from triage_core.domain.errors import NotPermitted, ReasonMissing, TimeOrder
from triage_core.domain.escalating.errors import (
    CheckpointTooLate,
    EscalationHeld,
    EscalationNotFound,
    EscalationNotOpen,
    OfferNotOpen,
)
from triage_core.domain.escalating.state import Standing
from triage_core.domain.happening import Happened
from triage_core.domain.model import SYSTEM, Actor, ActorKind, Outcome
from triage_core.domain.overriding import Correction
from triage_core.ports import TicketFilter
from triage_core.service.escalations import Progress

FLOW = Actor(kind=ActorKind.PLATFORM, id="platform:zapier:k1")


@pytest.fixture
def desk() -> LadderDesk:
    """A desk where nothing has happened."""
    return LadderDesk()


def calls(desk: LadderDesk) -> list[tuple[int, tuple[str, ...]]]:
    """Return every call: minutes after nine, and the people."""
    return [
        (int((entry.at - MONDAY) / MINUTE), tuple(entry.facts["people"]))
        for entry in desk.entries()
        if entry.kind is Kind.ESCALATION_CALLED
    ]


def last(desk: LadderDesk, kind: Kind) -> Entry:
    return next(entry for entry in reversed(desk.entries()) if entry.kind is kind)


class TestRaising:
    def test_a_class_that_must_escalate_calls_its_owner_at_once(self, desk: LadderDesk) -> None:
        escalation = desk.urgent()
        assert (escalation.cause, escalation.called, escalation.queue) == ("class:P1", ("lee",), "escalations")
        assert (escalation.policy_version, escalation.ladder) == ("small@1", "major")

    def test_a_risk_tag_escalates_by_its_own_rule(self, desk: LadderDesk) -> None:
        desk.submit(body="phishing")
        assert (desk.escalation().cause, desk.escalation().called) == ("tag:security", ("lee", "kim"))

    def test_a_warning_escalates_only_where_a_rule_names_warnings(self, desk: LadderDesk) -> None:
        desk.submit()
        desk.passes(40 * MINUTE)
        desk.tick()
        assert desk.read().escalation is None
        desk.passes(5 * MINUTE)
        desk.tick()
        assert desk.escalation().cause == "at_risk:first_reply/1/at_risk_75%"
        assert desk.escalation().raised_at == MONDAY + 45 * MINUTE

    def test_a_breach_without_a_rule_calls_owner_then_manager_then_whoever_may_take_over(
        self, desk: LadderDesk
    ) -> None:
        desk.submit(intake={**COMPLETE, "impact": "low"})
        assert desk.read().class_name == "P3"
        desk.passes(6 * HOUR)
        desk.tick()
        assert desk.escalation().cause == "breach:first_reply/1/breached"
        assert calls(desk)[0][1] == ("ann",)
        assert calls(desk)[1][1] == ("max",)

    def test_a_person_escalates_with_a_reason_where_the_policy_lets_them(self, desk: LadderDesk) -> None:
        desk.submit()
        with pytest.raises(ReasonMissing):
            desk.escalations.escalate(TENANT, "t1", " ", person("lee"))
        with pytest.raises(NotPermitted):
            desk.escalations.escalate(TENANT, "t1", "It burns.", person("ann"))
        desk.escalations.escalate(TENANT, "t1", "It burns.", person("lee"))
        assert desk.escalation().raised_by == "lee"
        assert desk.store.texts(TENANT, "t1")[-1].content == "It burns."

    def test_many_unanswered_messages_escalate(self, desk: LadderDesk) -> None:
        desk.submit()
        for number in (1, 2):
            desk.record(Happened.CUSTOMER_REPLIED, source_event_id=f"e{number}")
        assert desk.read().escalation is None
        desk.record(Happened.CUSTOMER_REPLIED, source_event_id="e3")
        assert desk.escalation().cause == "repeated:3"

    def test_an_answer_begins_the_count_anew(self, desk: LadderDesk) -> None:
        desk.submit()
        for number in (1, 2):
            desk.record(Happened.CUSTOMER_REPLIED, source_event_id=f"e{number}")
        desk.record(Happened.AGENT_REPLIED)
        desk.record(Happened.CUSTOMER_REPLIED, source_event_id="e3")
        assert (desk.read().unanswered, desk.read().escalation) == (1, None)

    def test_an_incomplete_ticket_with_words_of_risk_calls_the_inside(self, desk: LadderDesk) -> None:
        part = {name: value for name, value in COMPLETE.items() if name != "impact"}
        desk.submit(intake=part, body="emergency")
        assert (desk.escalation().cause, desk.read().class_name) == ("blocked:1", None)
        assert desk.escalation().called == ("max",)

    def test_many_of_a_kind_escalate_the_ticket_that_completes_the_number(self) -> None:
        desk = LadderDesk(related={"incident": {"same": ["affected_system"], "window": "1h", "count": 3}})
        for number in (1, 2, 3):
            desk.submit(number, requester=f"r{number}", body=f"text {number}")
        assert desk.escalation("t3").cause == "incident:t1"

    def test_the_same_cause_sets_off_once(self, desk: LadderDesk) -> None:
        desk.urgent()
        desk.escalations.resolve(TENANT, "t1-e1", "False alarm.", person("lee"))
        desk.triage.override(TENANT, "t1", Correction(severity="sev1", reason="worse"), person("lee"))
        assert desk.escalation().standing is Standing.RESOLVED

    def test_another_cause_joins_the_one_that_runs(self, desk: LadderDesk) -> None:
        desk.urgent()
        desk.take("lee")
        desk.passes(16 * MINUTE)
        desk.tick()
        assert desk.escalation().joined == ("breach:first_reply/1/breached",)
        assert desk.escalation().holder == "lee"

    def test_a_ticket_that_becomes_graver_is_called_out_anew(self, desk: LadderDesk) -> None:
        desk.submit(body="phishing")
        desk.triage.override(TENANT, "t1", Correction(class_name="P1", reason="worse"), person("kim"))
        assert (desk.escalation().number, desk.escalation().ladder) == (2, "major")
        assert last(desk, Kind.ESCALATION_RESOLVED).facts["outcome"] == Standing.SUPERSEDED

    def test_a_reopened_ticket_escalates_again(self, desk: LadderDesk) -> None:
        desk.urgent()
        desk.record(Happened.RESOLVED, person("lee"))
        assert desk.escalation().standing is Standing.RESOLVED
        desk.record(Happened.REOPENED, person("lee"))
        assert (desk.escalation().number, desk.escalation().cause) == (2, "class:P1/1")

    def test_the_policy_at_the_start_is_stamped_and_the_roster_is_that_of_today(self, desk: LadderDesk) -> None:
        desk.urgent()
        quick = [{**LADDERS[0], "levels": [{"targets": ["person:bob"], "timeout": "1m"}]}, LADDERS[1]]
        desk.adopt(ladders=quick, people=people(kim=[{"first": "2026-03-01", "last": "2026-03-09"}]))
        desk.passes(12 * MINUTE)
        desk.tick()
        assert calls(desk) == [(0, ("lee",)), (5, ("lee",)), (10, ("lee",))]


class TestClimbing:
    def test_nobody_answers_and_the_ladder_is_climbed_to_its_end(self, desk: LadderDesk) -> None:
        desk.urgent()
        desk.passes(5 * HOUR)
        desk.tick()
        once = [(0, ("lee",)), (5, ("lee",)), (10, ("lee", "kim")), (20, ("max",))]
        again = [(35, ("lee",)), (40, ("lee",)), (45, ("lee", "kim")), (55, ("max",))]
        assert calls(desk)[:8] == [*once, *again]
        assert last(desk, Kind.ESCALATION_EXHAUSTED).at > MONDAY

    @pytest.mark.parametrize("every", [1, 3, 7, 60, 400])
    def test_any_rhythm_of_sweeps_gives_the_same_timeline(self, every: int) -> None:
        timelines = []
        for rhythm in (1, every):
            desk = LadderDesk()
            desk.urgent()
            while desk.now < MONDAY + 7 * HOUR:
                desk.passes(rhythm * MINUTE)
                desk.tick()
            desk.now = MONDAY + 7 * HOUR + 1 * MINUTE
            desk.tick()
            timelines.append([(e.kind, e.at, e.changes) for e in desk.entries() if e.at <= MONDAY + 7 * HOUR])
        assert timelines[0] == timelines[1]

    def test_an_empty_level_is_passed_over_at_once_and_told(self) -> None:
        desk = LadderDesk(people=people(lee=[{"first": "2026-03-01", "last": "2026-03-09"}]))
        desk.submit(body="phishing", intake=URGENT)
        assert desk.escalation().called == ("kim",)
        gone = [{"first": "2026-03-01", "last": "2026-03-09"}]
        levels = [{"targets": ["role:lead"], "timeout": "5m"}, {"targets": ["person:max"], "timeout": "5m"}]
        desk = LadderDesk(people=people(lee=gone, kim=gone), ladders=[{**LADDERS[1], "levels": levels}, LADDERS[0]])
        desk.submit(body="phishing")
        assert desk.escalation().called == ("max",)
        assert [entry.facts["level"] for entry in desk.entries() if entry.kind is Kind.ESCALATION_GAP] == [1]

    def test_the_secondary_lead_steps_in_for_an_owner_who_is_away(self, desk: LadderDesk) -> None:
        desk.submit(intake=URGENT)
        desk.adopt(people=people(lee=[{"first": "2026-03-02", "last": "2026-03-02"}]))
        desk.passes(5 * MINUTE)
        desk.tick()
        assert calls(desk)[1][1] == ("kim",)

    def test_people_with_working_hours_are_called_when_they_open(self) -> None:
        ladders = [LADDERS[0], {**LADDERS[1], "levels": [{"targets": ["person:max"], "timeout": "30m"}]}]
        desk = LadderDesk(ladders=ladders)
        desk.now = MONDAY + 10 * HOUR  # 20:00 in Berlin
        desk.submit(body="phishing")
        assert (desk.escalation().held_back, desk.escalation().called) == ("hours", ())
        desk.passes(24 * HOUR)
        desk.tick()
        opening = MONDAY + timedelta(hours=23)  # 09:00 in Berlin
        assert next(e for e in desk.entries() if e.kind is Kind.ESCALATION_CALLED).at == opening

    def test_a_rule_of_any_hour_calls_at_night(self, desk: LadderDesk) -> None:
        desk.now = MONDAY + 10 * HOUR
        desk.urgent()
        desk.passes(20 * MINUTE)
        desk.tick()
        assert calls(desk)[-1][1] == ("max",)

    def test_a_window_holds_calls_back_until_it_opens(self) -> None:
        desk = LadderDesk(escalation={"rules": [{**RULES[1], "notify_in": "office"}]})
        desk.now = MONDAY + 10 * HOUR
        desk.submit(body="phishing")
        assert desk.escalation().next_call_at == MONDAY + timedelta(hours=23)
        acknowledgement = [clock for clock in desk.read().clocks if clock.metric == "acknowledgement"]
        assert acknowledgement == []

    def test_an_escalation_ends_by_its_age(self) -> None:
        desk = LadderDesk(ladders=[{**LADDERS[0], "max_age": "3h"}, LADDERS[1]])
        desk.urgent()
        desk.passes(4 * HOUR)
        desk.tick()
        assert desk.escalation().standing is Standing.EXPIRED
        assert last(desk, Kind.ESCALATION_EXPIRED).at == MONDAY + 3 * HOUR

    def test_a_ladder_stops_after_its_most_calls(self) -> None:
        desk = LadderDesk(ladders=[{**LADDERS[0], "max_calls": 2}, LADDERS[1]])
        desk.urgent()
        desk.passes(15 * MINUTE)
        desk.tick()
        assert (len(calls(desk)), desk.escalation().standing) == (2, Standing.EXHAUSTED)

    def test_an_exhausted_escalation_can_still_be_taken_over(self, desk: LadderDesk) -> None:
        desk.submit(body="phishing")
        desk.passes(2 * HOUR)
        desk.tick()
        assert desk.escalation().standing is Standing.EXHAUSTED
        assert desk.take("kim").holder == "kim"

    def test_the_late_acknowledgement_is_a_breach_at_its_true_moment(self, desk: LadderDesk) -> None:
        desk.urgent()
        desk.passes(HOUR)
        desk.take("lee")
        (clock,) = [clock for clock in desk.read().clocks if clock.metric == "acknowledgement"]
        assert (clock.outcome, clock.breached_at) == (Outcome.BREACHED, MONDAY + 5 * MINUTE)


class TestHolding:
    def test_whoever_was_called_takes_it_over_until_the_next_checkpoint(self, desk: LadderDesk) -> None:
        desk.urgent()
        held = desk.take("lee", next_checkpoint_at=MONDAY + 20 * MINUTE)
        assert (held.standing, held.holder, held.checkpoint_at) == (Standing.HELD, "lee", MONDAY + 20 * MINUTE)
        assert held.lease_until == MONDAY + HOUR

    def test_without_a_wish_the_checkpoint_follows_the_cadence_of_the_class(self, desk: LadderDesk) -> None:
        desk.urgent()
        assert desk.take("lee").checkpoint_at == MONDAY + 30 * MINUTE

    @pytest.mark.parametrize("who", [FLOW, SYSTEM, person("ann")], ids=["flow", "engine", "not called"])
    def test_only_a_named_person_who_may_takes_it_over(self, desk: LadderDesk, who: Actor) -> None:
        desk.urgent()
        with pytest.raises(NotPermitted):
            desk.escalations.acknowledge(TENANT, "t1-e1", who)

    def test_somebody_who_left_the_roster_cannot_take_it_over(self, desk: LadderDesk) -> None:
        desk.urgent()
        gone = Actor(kind=ActorKind.PERSON, id="zoe", roles=("lead",))
        with pytest.raises(NotPermitted):
            desk.escalations.acknowledge(TENANT, "t1-e1", gone)

    def test_the_same_person_again_changes_nothing_and_another_one_is_refused(self, desk: LadderDesk) -> None:
        desk.urgent()
        before = desk.take("lee")
        assert desk.take("lee") == before
        with pytest.raises(EscalationHeld):
            desk.take("kim")

    def test_a_checkpoint_lies_ahead_and_inside_the_lease(self, desk: LadderDesk) -> None:
        desk.urgent()
        with pytest.raises(TimeOrder):
            desk.take("lee", next_checkpoint_at=MONDAY)
        with pytest.raises(CheckpointTooLate):
            desk.take("lee", next_checkpoint_at=MONDAY + 61 * MINUTE)

    def test_nobody_is_called_while_somebody_holds_it(self, desk: LadderDesk) -> None:
        desk.urgent()
        desk.take("lee")
        desk.passes(29 * MINUTE)
        desk.tick()
        assert calls(desk) == [(0, ("lee",))]

    def test_a_missed_checkpoint_reminds_and_then_starts_the_ladder_again(self, desk: LadderDesk) -> None:
        desk.urgent()
        desk.take("lee", next_checkpoint_at=MONDAY + 20 * MINUTE)
        desk.passes(31 * MINUTE)
        desk.tick()
        assert last(desk, Kind.CHECKPOINT_MISSED).at == MONDAY + 20 * MINUTE
        assert last(desk, Kind.ESCALATION_LAPSED).at == MONDAY + 30 * MINUTE
        assert calls(desk)[-1] == (30, ("lee",))
        assert (desk.escalation().cycle, desk.escalation().holder) == (2, None)

    def test_news_renew_the_lease(self, desk: LadderDesk) -> None:
        desk.urgent()
        desk.take("lee", next_checkpoint_at=MONDAY + 20 * MINUTE)
        desk.passes(15 * MINUTE)
        progress = Progress(note="Found the cable.", next_checkpoint_at=MONDAY + 50 * MINUTE)
        desk.escalations.report(TENANT, "t1-e1", progress, person("lee"))
        assert last(desk, Kind.CHECKPOINT_POSTED).facts["on_time"] is True
        desk.passes(20 * MINUTE)
        desk.tick()
        assert desk.escalation().standing is Standing.HELD
        with pytest.raises(EscalationHeld):
            desk.escalations.report(TENANT, "t1-e1", progress, person("kim"))

    def test_a_transfer_must_be_accepted_and_keeps_the_checkpoint(self, desk: LadderDesk) -> None:
        desk.urgent()
        desk.take("lee", next_checkpoint_at=MONDAY + 40 * MINUTE)
        desk.escalations.offer(TENANT, "t1-e1", "kim", person("lee"), "Provider is informed.")
        assert desk.escalation().holder == "lee"
        with pytest.raises(OfferNotOpen):
            desk.escalations.accept(TENANT, "t1-e1", person("max"))
        desk.passes(5 * MINUTE)
        desk.escalations.accept(TENANT, "t1-e1", person("kim"))
        assert (desk.escalation().holder, desk.escalation().checkpoint_at) == ("kim", MONDAY + 40 * MINUTE)

    def test_an_offer_lapses_or_is_declined_and_its_holder_holds_on(self, desk: LadderDesk) -> None:
        desk.urgent()
        desk.take("lee", next_checkpoint_at=MONDAY + 55 * MINUTE)
        desk.escalations.offer(TENANT, "t1-e1", "kim", person("lee"))
        desk.escalations.decline(TENANT, "t1-e1", person("kim"), "On a train.")
        desk.escalations.offer(TENANT, "t1-e1", "kim", person("lee"))
        desk.passes(31 * MINUTE)
        desk.tick()
        why = [entry.facts["why"] for entry in desk.entries() if entry.kind is Kind.ESCALATION_KEPT]
        assert (why, desk.escalation().holder, desk.escalation().offer) == (["declined", "lapsed"], "lee", None)

    def test_an_end_needs_a_reason_and_a_right(self, desk: LadderDesk) -> None:
        desk.urgent()
        with pytest.raises(ReasonMissing):
            desk.escalations.resolve(TENANT, "t1-e1", "", person("lee"))
        with pytest.raises(NotPermitted):
            desk.escalations.resolve(TENANT, "t1-e1", "done", person("ann"))
        desk.escalations.resolve(TENANT, "t1-e1", "done", person("lee"))
        with pytest.raises(EscalationNotOpen):
            desk.take("kim")
        desk.passes(3 * HOUR)
        desk.tick()
        ended = [entry.facts["number"] for entry in desk.entries() if entry.kind is Kind.ESCALATION_CALLED]
        assert ended.count(1) == 1

    @pytest.mark.parametrize(
        ("happened", "standing"),
        [(Happened.RESOLVED, Standing.RESOLVED), (Happened.MERGED, Standing.CANCELLED), (Happened.VOIDED, "cancelled")],
    )
    def test_the_end_of_the_ticket_is_the_end_of_its_escalation(
        self, desk: LadderDesk, happened: Happened, standing: str
    ) -> None:
        desk.urgent()
        desk.record(happened, person("lee"), reason="over")
        assert desk.escalation().standing == standing


class TestReading:
    def test_running_escalations_are_listed_by_queue_and_holder(self, desk: LadderDesk) -> None:
        desk.urgent()
        desk.submit(2, body="phishing")
        desk.take("kim", "t2-e1")

        def shown(**which: Any) -> list[str]:
            chosen = TicketFilter(escalated_only=True, **which)
            return [ticket.id for ticket in desk.escalations.running(TENANT, chosen, None, 9).tickets]

        assert shown() == ["t1", "t2"]
        assert shown(escalation_holder="kim") == ["t2"]
        assert shown(escalation_queue="escalations") == ["t1", "t2"]

    def test_the_log_holds_every_movement_and_an_ended_escalation_stays_readable(self, desk: LadderDesk) -> None:
        desk.submit(body="phishing")
        desk.triage.override(TENANT, "t1", Correction(class_name="P1", reason="worse"), person("kim"))
        kinds = [line.entry.kind for line in desk.escalations.log(TENANT, "t1-e1")]
        assert kinds == [Kind.ESCALATION_RAISED, Kind.ESCALATION_CALLED, Kind.ESCALATION_RESOLVED]
        assert desk.escalations.of(TENANT, "t1-e1")[1].standing is Standing.SUPERSEDED

    @pytest.mark.parametrize("name", ["t1-e2", "t9-e1", "t1", "t1-e", "t1-e0x", "t1-e99999999999"])
    def test_an_unknown_escalation_and_another_tenants_are_not_found_alike(self, desk: LadderDesk, name: str) -> None:
        desk.urgent()
        for tenant, wanted in ((TENANT, name), ("other", "t1-e1")):
            with pytest.raises(EscalationNotFound):
                desk.escalations.of(tenant, wanted)

    def test_each_event_says_what_the_contract_promises(self, desk: LadderDesk) -> None:
        desk.urgent()
        desk.passes(6 * MINUTE)
        desk.tick()
        desk.take("lee", next_checkpoint_at=desk.now + 10 * MINUTE)
        desk.passes(5 * HOUR)
        desk.tick()
        desk.escalations.resolve(TENANT, "t1-e1", "done", person("lee"))
        told = [json.decode(message.payload) for message in desk.store.messages(TENANT, "t1")]
        ours = [each for each in told if each["type"].startswith("escalation.")]
        types = [each["type"] for each in ours]
        assert types[:3] == ["escalation.raised", "escalation.level_changed", "escalation.acknowledged"]
        assert {"escalation.checkpoint_missed", "escalation.lapsed", "escalation.exhausted"} < set(types)
        assert types[-1] == "escalation.resolved"
        assert ours[0]["called_csv"] == "lee"
        for each in ours:
            Event.model_validate(each)
            filled = {name for name, value in each.items() if value is not None}
            assert filled <= set(EVENTS[EventType(each["type"])].fills)
