"""Is a ticket told as of a line just as it stood there?"""

from __future__ import annotations

import pytest

from tests.sample_cases import AGENT, HOUR, LEAD, MINUTE
from tests.sample_desk import TENANT, SampleDesk
from triage_core.domain.errors import AnswerTaken, IdempotencyConflict
from triage_core.domain.happening import Event, Happened
from triage_core.domain.overriding import Correction
from triage_core.service.repeating import Answered, Once, outcome_of, recall

ONCE = Once(key="k", digest="d")


def test_a_ticket_as_of_each_line_that_ended_a_request_is_the_ticket_that_stood_there() -> None:
    desk = SampleDesk()
    stood = [desk.ticket(body="phishing")]
    desk.passes(HOUR)
    stood.append(desk.triage.override(TENANT, "t1", Correction(class_name="P1", reason="why"), LEAD))
    desk.passes(HOUR)
    stood.append(desk.record(Happened.AGENT_REPLIED))
    assert [desk.triage.as_of(TENANT, "t1", ticket.version) for ticket in stood] == stood


def test_an_answer_is_a_reference_and_what_came_of_it() -> None:
    desk = SampleDesk()
    desk.ticket()
    after = desk.triage.under(ONCE).assign(TENANT, "t1", "lee", LEAD, "why")
    assert recall(desk.store, TENANT, ONCE) == Answered(ticket_id="t1", version=after.version, outcome="updated")
    assert recall(desk.store, TENANT, Once(key="other", digest="d")) is None


def test_a_key_that_belongs_to_another_request_is_a_conflict() -> None:
    desk = SampleDesk()
    desk.ticket()
    desk.triage.under(ONCE).assign(TENANT, "t1", "lee", LEAD, "why")
    with pytest.raises(IdempotencyConflict):
        recall(desk.store, TENANT, Once(key="k", digest="another"))


def test_a_repeated_request_has_no_second_effect() -> None:
    desk = SampleDesk()
    desk.ticket()
    bound = desk.triage.under(ONCE)
    after = bound.assign(TENANT, "t1", "lee", LEAD, "why")
    with pytest.raises(AnswerTaken):
        bound.assign(TENANT, "t1", "ann", LEAD, "why")
    assert desk.read() == after


def test_a_request_that_changes_nothing_moves_nothing_but_its_answer() -> None:
    desk = SampleDesk()
    desk.ticket()
    event = Event(what=Happened.NOTE_ADDED, source_event_id="e")
    before = desk.triage.record(TENANT, "t1", event, AGENT)
    desk.passes(MINUTE)
    assert desk.triage.under(ONCE).record(TENANT, "t1", event, AGENT) == before == desk.read()
    answered = recall(desk.store, TENANT, ONCE)
    assert answered is not None
    assert answered.outcome == outcome_of(before, desk.read()) == "known"
