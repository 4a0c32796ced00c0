"""Is it kept whether the root cause of a closing was right, and counted by the verdict that holds?"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.sample_cases import AGENT, blank, context
from tests.sample_closures import PLAIN
from tests.sample_desk import TENANT, SampleDesk
from triage_core.domain.closure.facts import ClosureFacts, RootCause
from triage_core.domain.closure.items import CauseVerdict, NamedCause
from triage_core.domain.closure.judging import Judgement, NoRootCause, judged
from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, NotPermitted, UnknownName
from triage_core.domain.escalating.state import Confidence
from triage_core.domain.happening import Happened
from triage_core.domain.lifecycle import rebuild
from triage_core.domain.model import Actor, ActorKind, State, Ticket

WRONG = Judgement(verdict=CauseVerdict.WRONG, category="hardware", reason="The disk was broken.")
RIGHT = Judgement(verdict=CauseVerdict.RIGHT)


def closed(facts: ClosureFacts = PLAIN) -> SampleDesk:
    desk = SampleDesk()
    desk.submit()
    desk.record(Happened.RESOLVED)
    desk.triage.close(TENANT, "t1", facts, AGENT)
    return desk


def judge(desk: SampleDesk, given: Judgement) -> Ticket:
    return desk.triage.judge_cause(TENANT, "t1", given, AGENT)


def test_a_verdict_stands_on_the_ticket_with_the_category_that_is_right() -> None:
    desk = closed()
    assert judge(desk, WRONG).cause == NamedCause(
        confidence=Confidence.CONFIRMED, category="capacity", verdict=CauseVerdict.WRONG, right_category="hardware"
    )
    assert rebuild(desk.store.timeline(TENANT, "t1")) == desk.read()


def test_its_reason_is_a_text_and_no_part_of_the_timeline() -> None:
    desk = closed()
    judge(desk, WRONG)
    line = desk.store.timeline(TENANT, "t1")[-1]
    assert (line.entry.kind, "disk" in line.body) == (Kind.CAUSE_JUDGED, False)
    assert [text.content for text in desk.store.texts(TENANT, "t1") if text.kind == "reason"] == [WRONG.reason]


def test_the_same_verdict_twice_is_one_and_the_latest_holds() -> None:
    desk = closed()
    once = judge(desk, RIGHT)
    assert judge(desk, RIGHT) == once
    cause = judge(desk, WRONG).cause
    assert cause is not None
    assert cause.verdict is CauseVerdict.WRONG


def test_a_cause_that_nobody_knew_cannot_be_judged() -> None:
    desk = closed(replace(PLAIN, root_cause=RootCause(confidence=Confidence.UNKNOWN)))
    with pytest.raises(NoRootCause):
        judge(desk, RIGHT)


def test_an_open_ticket_a_stranger_and_an_unknown_category_are_refused() -> None:
    with pytest.raises(ActionNotAllowed):
        judged(context(), blank(state=State.ASSIGNED), RIGHT)
    cause = NamedCause(confidence=Confidence.CONFIRMED, category="capacity")
    ticket = blank(state=State.CLOSED, cause=cause)
    with pytest.raises(NotPermitted):
        judged(context(actor=Actor(kind=ActorKind.CUSTOMER, id="cy")), ticket, RIGHT)
    with pytest.raises(UnknownName):
        judged(context(), ticket, replace(WRONG, category="ghosts"))


@pytest.mark.parametrize(("given", "is_right"), [(RIGHT, True), (WRONG, False)])
def test_figures_know_the_verdict(given: Judgement, is_right: bool) -> None:  # noqa: FBT001 - a case
    desk = closed()
    judge(desk, given)
    (facts,) = desk.triage.reporting.facts(TENANT)
    assert facts.closure is not None
    assert facts.closure.cause_right is is_right
