"""Do the figures count what they say, and of nobody more than was written down?"""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.sample_cases import HOUR, LEAD, MINUTE, MONDAY
from triage_core.domain.entry import Entry, Kind
from triage_core.domain.gating.state import ApprovalOutcome, Verdict
from triage_core.domain.kpis.figures import Rate
from triage_core.domain.model import SYSTEM, Actor, ActorKind, Mode
from triage_core.domain.oversight import Oversight, PersonHour, oversight
from triage_core.domain.policy.gates import ReviewWarning

RULE = ReviewWarning.model_validate({"under": "10s", "words_over": 40})
KIM = Actor(kind=ActorKind.PERSON, id="kim", roles=("lead",))
_numbers = count(1)


def entry(kind: Kind, actor: Actor = LEAD, after: timedelta = timedelta(), **more: Any) -> Entry:
    number = next(_numbers)
    mode, ticket = more.pop("mode", Mode.LIVE), more.pop("ticket", "t1")
    moment = MONDAY + after
    return Entry(
        tenant="acme",
        ticket_id=ticket,
        number=number,
        id=f"e{number}",
        kind=kind,
        at=moment,
        recorded_at=moment,
        actor=actor,
        mode=mode,
        facts=more,
    )


def decided(actor: Actor = LEAD, after: timedelta = timedelta(), **more: Any) -> Entry:
    facts = {
        "verdict": Verdict.APPROVE,
        "outcome": ApprovalOutcome.APPROVED,
        "words": 100,
        "reviewed": 60.0,
        "off_hours": False,
        "waited": MINUTE,
        **more,
    }
    return entry(Kind.APPROVAL_DECIDED, actor, after, **facts)


def counted(*entries: Entry) -> Oversight:
    return oversight(entries, RULE)


def test_nothing_gives_no_figures() -> None:
    assert counted() == Oversight()
    assert counted().quick.value is None


def test_an_approval_is_quick_only_where_the_text_was_long_and_the_page_open_for_less_than_the_time() -> None:
    found = counted(
        decided(reviewed=9.9),
        decided(reviewed=10.0),
        decided(reviewed=1.0, words=40),
        decided(reviewed=1.0, words=41),
        decided(reviewed=1.0, verdict=Verdict.REJECT, outcome=ApprovalOutcome.REJECTED),
    )
    assert found.quick == Rate(count=2, n=3)


def test_a_time_that_nobody_measured_is_counted_apart() -> None:
    found = counted(decided(reviewed=None), decided(reviewed=None, words=3))
    assert (found.quick, found.unmeasured) == (Rate(), 1)


def test_decisions_outside_working_hours_are_a_share_of_all() -> None:
    found = counted(decided(off_hours=True), decided(), decided(outcome=ApprovalOutcome.OPEN))
    assert found.off_hours == Rate(count=1, n=3)


def test_who_passes_on_has_not_decided() -> None:
    found = counted(decided(verdict=Verdict.LEAVE_TO_OTHERS, outcome=ApprovalOutcome.OPEN, off_hours=True))
    assert found == Oversight()


def test_rejections_and_expiries_are_shares_of_what_ended_and_silence_is_nobodys_decision() -> None:
    found = counted(
        decided(verdict=Verdict.REJECT, outcome=ApprovalOutcome.REJECTED),
        decided(outcome=ApprovalOutcome.OPEN),
        decided(),
        entry(Kind.APPROVAL_EXPIRED, SYSTEM, approval=3),
        entry(Kind.APPROVAL_SUPERSEDED, SYSTEM, approvals=(4,)),
    )
    assert (found.rejected, found.expired, found.decisions) == (Rate(count=1, n=3), Rate(count=1, n=3), 3)


def test_a_text_counts_as_changed_once_and_only_where_a_person_changed_what_was_put_before_people() -> None:
    flow = Actor(kind=ActorKind.PLATFORM, id="platform:zapier:1")
    found = counted(
        *(entry(Kind.APPROVAL_REQUESTED, message=number) for number in (1, 1, 2, 3)),
        entry(Kind.APPROVAL_REQUESTED, message=None),
        entry(Kind.MESSAGE_EDITED, message=1),
        entry(Kind.MESSAGE_EDITED, message=1),
        entry(Kind.MESSAGE_EDITED, flow, message=2),
        entry(Kind.MESSAGE_EDITED, message=4),
        entry(Kind.MESSAGE_EDITED, message=3, ticket="t2"),
    )
    assert found.edited == Rate(count=1, n=3)


def test_the_latency_is_that_of_the_last_decision_and_comes_back_from_a_store_as_a_text() -> None:
    found = counted(
        decided(waited=HOUR * 9, outcome=ApprovalOutcome.OPEN), decided(waited=HOUR), decided(waited="PT10800S")
    )
    assert (found.latency.n, found.latency.median, found.latency.p90) == (2, 2.0, 3.0)


def test_approvals_are_told_for_each_person_and_hour_in_the_order_of_time() -> None:
    found = counted(decided(KIM, HOUR), decided(reviewed=1.0), decided(KIM), decided(after=59 * MINUTE))
    assert found.hours == (
        PersonHour(hour=MONDAY, person="kim", approvals=1),
        PersonHour(hour=MONDAY, person="lee", approvals=2, quick=1),
        PersonHour(hour=MONDAY + HOUR, person="kim", approvals=1),
    )
    assert found.warnings == (PersonHour(hour=MONDAY, person="lee", approvals=2, quick=1),)


def test_practice_does_not_count() -> None:
    assert counted(decided(mode=Mode.DRILL), decided(mode=Mode.SHADOW)) == Oversight()


@given(st.lists(st.tuples(st.floats(0, 30) | st.none(), st.integers(0, 90), st.sampled_from([LEAD, KIM]))))
def test_the_hours_add_up_to_the_whole(made: list[tuple[float | None, int, Actor]]) -> None:
    found = counted(*(decided(actor, reviewed=reviewed, words=words) for reviewed, words, actor in made))
    assert sum(known.approvals for known in found.hours) == found.decisions == len(made)
    assert sum(known.quick for known in found.hours) == found.quick.count <= found.quick.n
    assert found.quick.n + found.unmeasured == sum(words > 40 for _, words, _ in made)
