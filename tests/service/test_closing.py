"""Are closings kept whole, listed where they owe something, and their promises settled?"""

from __future__ import annotations

import msgspec
import pytest

from tests.sample_cases import AGENT, HOUR, MINUTE
from tests.sample_closures import GRAVE, PLAIN, clear
from tests.sample_desk import TENANT, SampleDesk
from tests.small_policy import COMPLETE
from triage_core.domain.closure.closing import ClosureIncomplete
from triage_core.domain.closure.facts import CLOSURE, ClosureFacts
from triage_core.domain.entry import Kind
from triage_core.domain.happening import Happened
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.model import State, Ticket
from triage_core.service.verification import verify


def solved(**intake: str) -> SampleDesk:
    desk = SampleDesk()
    desk.submit(intake={**COMPLETE, **intake})
    desk.passes(MINUTE)
    desk.record(Happened.RESOLVED)
    return desk


def close(desk: SampleDesk, facts: ClosureFacts = PLAIN) -> Ticket:
    if facts == GRAVE:
        clear(desk, GRAVE)
    return desk.triage.close(TENANT, "t1", facts, AGENT)


def test_what_was_said_comes_back() -> None:
    desk = solved(impact="high", urgency="high")
    assert desk.triage.needs_approval(desk.read())
    assert close(desk, GRAVE).state is State.CLOSED
    assert desk.triage.closure(TENANT, "t1") == GRAVE


def test_nothing_was_said_before() -> None:
    desk = solved()
    assert not desk.triage.needs_approval(desk.read())
    assert desk.triage.closure(TENANT, "t1") is None


def test_a_closure_that_lacks_a_part_leaves_the_ticket_as_it_is() -> None:
    desk = solved()
    before = desk.read()
    with pytest.raises(ClosureIncomplete):
        close(desk, ClosureFacts())
    assert desk.read() == before


def test_the_row_adds_up_and_the_timeline_has_no_words() -> None:
    desk = solved(impact="high", urgency="high")
    close(desk, GRAVE)
    desk.triage.settle(TENANT, "t1", "prevention-1", AGENT, "alarm is set")
    desk.triage.shown_at(TENANT, "t1", "notion", "https://notion.example/p1", AGENT)
    lines = desk.store.timeline(TENANT, "t1")
    assert rebuild(lines) == desk.read()
    assert verify(desk.store, TENANT).is_sound
    assert not any(word in line.body for line in lines for word in ("certificate", "recovery", "alarm", "Watch"))


def test_the_closure_is_one_text_with_its_fingerprint_in_the_timeline() -> None:
    desk = solved()
    close(desk)
    (text,) = [text for text in desk.store.texts(TENANT, "t1") if text.kind == CLOSURE]
    assert msgspec.json.decode(text.content, type=ClosureFacts) == PLAIN
    assert desk.entries()[-1].facts["closure_id"] == text.id


def test_what_the_source_closed_is_listed_until_its_facts_are_there() -> None:
    desk = solved()
    desk.record(Happened.CLOSED)
    assert [one.id for one in desk.triage.open_closures(TENANT)] == ["t1"]
    desk.passes(HOUR)
    assert close(desk).closure_missing is False
    assert desk.kinds()[-1] is Kind.CLOSURE_COMPLETED
    assert desk.triage.open_closures(TENANT) == ()


def test_a_promise_is_settled_once() -> None:
    desk = solved()
    close(desk)
    desk.passes(HOUR)
    settled = desk.triage.settle(TENANT, "t1", "prevention-1", AGENT)
    assert settled.actions[0].done_at == desk.now
    assert desk.triage.settle(TENANT, "t1", "prevention-1", AGENT) == settled
