"""Does automation step down when its triggers are reached, once for each thing that went wrong, at any look?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_cases import HOUR, MINUTE, MONDAY
from tests.sample_desk import TENANT
from tests.sample_rollout import at
from triage_core.domain.policy.gates import Stage, Stages
from triage_core.domain.policy.rollout import Action, DemotionTrigger, Measure
from triage_core.domain.rollout.falling import LOOK_BACK, Fall, Watch, is_reached, next_fall, watches
from triage_core.domain.rollout.measuring import Happened, Moment
from triage_core.domain.rollout.moving import stepped_down
from triage_core.domain.rollout.state import Rollout, stage_of

LONG_AGO = MONDAY - timedelta(days=30)
FAILING: dict[str, Any] = {"id": "failing", "measure": "failed_sends", "window": "1h", "at_least": 3, "share": 0.1}
BYPASSED: dict[str, Any] = {"id": "bypassed", "measure": "bypasses", "at_least": 1, "actions": "messages"}


def stages(*triggers: dict[str, Any]) -> Stages:
    return Stages.model_validate({"pilot_share": 0.5, "demote": triggers})


def stage(rollout: Rollout, action: Action = Action.MESSAGES) -> Stage:
    return stage_of(rollout, Stages(), action)


def hits(*moments: datetime) -> Happened:
    found = tuple(Moment(moment, f"m{number}") for number, moment in enumerate(moments))
    return Happened(found, found)


def settled(
    rollout: Rollout, policy: Stages, what: Happened, now: datetime, since: datetime = LONG_AGO
) -> tuple[Rollout, list[Fall]]:
    """Let everything fall that falls at a look."""
    falls: list[Fall] = []
    happened = dict.fromkeys(watches(rollout, policy, since, now), what)
    while (fall := next_fall(rollout, policy, happened)) is not None:
        rollout = stepped_down(rollout, policy, fall.action, fall.at)
        falls.append(fall)
    return rollout, falls


@pytest.mark.parametrize(
    ("found", "cases", "reached"), [(2, 2, False), (3, 30, True), (3, 31, False), (4, 31, True), (0, 0, False)]
)
def test_a_trigger_asks_for_a_number_and_a_share(found: int, cases: int, *, reached: bool) -> None:
    assert is_reached(DemotionTrigger.model_validate(FAILING), found, cases) is reached


def test_the_engine_says_what_is_to_be_counted_and_since_when() -> None:
    found = watches(at(Stage.FULL, LONG_AGO), stages(FAILING, BYPASSED), LONG_AGO, MONDAY)
    assert {(each.trigger, each.action, each.since, each.judged_from) for each in found} == {
        *(("failing", action, MONDAY - LOOK_BACK - HOUR, MONDAY - LOOK_BACK) for action in Action),
        ("bypassed", Action.MESSAGES, MONDAY - LOOK_BACK - 24 * HOUR, MONDAY - LOOK_BACK),
    }
    assert (found[0].measure, found[0].at_least) == (Measure.FAILED_SENDS, 3)


def test_nothing_is_counted_where_nothing_acts() -> None:
    assert watches(at(Stage.SHADOW), stages(FAILING), LONG_AGO, MONDAY) == ()


def test_nothing_before_the_last_change_of_the_stage_is_counted() -> None:
    since = MONDAY - HOUR / 2
    found = watches(at(Stage.PILOT, since), stages(FAILING), LONG_AGO, MONDAY)
    assert {each.since for each in found} == {since}


def test_a_policy_judges_no_hit_from_before_it_came_into_force_but_counts_it_in_a_later_window() -> None:
    before = [MONDAY - MINUTE * number for number in (9, 8, 7)]
    _, falls = settled(at(Stage.PILOT, LONG_AGO), stages(FAILING), hits(*before), MONDAY, MONDAY - 5 * MINUTE)
    assert falls == []
    after = hits(*before, MONDAY - MINUTE)
    _, falls = settled(at(Stage.PILOT, LONG_AGO), stages(FAILING), after, MONDAY, MONDAY - 5 * MINUTE)
    assert {fall.at for fall in falls} == {MONDAY - MINUTE}


def test_a_tenant_that_starts_acting_is_watched_from_the_first_day() -> None:
    policy = stages(FAILING).model_copy(update={"start": Stage.FULL})
    what = hits(*(MONDAY - MINUTE * number for number in range(3)))
    after, _ = settled(Rollout(tenant=TENANT), policy, what, MONDAY)
    assert after.courses[Action.CALLS].stage is Stage.PILOT


def test_it_steps_down_one_step_with_the_reason_at_the_moment_the_trigger_was_reached() -> None:
    what = hits(*(MONDAY + MINUTE * number for number in range(4)))
    after, falls = settled(at(Stage.FULL, LONG_AGO), stages(FAILING), what, MONDAY + HOUR)
    assert {stage(after, action) for action in Action} == {Stage.PILOT}
    assert {fall.at for fall in falls} == {MONDAY + 2 * MINUTE}
    assert falls[0].because == "trigger failing: 3 failed sends in 3 cases since 2026-03-02 08:02 UTC"


def test_what_goes_on_to_fail_takes_it_down_to_where_nothing_acts_and_no_further() -> None:
    what = hits(*(MONDAY + MINUTE * number for number in range(40)))
    after, falls = settled(at(Stage.FULL, LONG_AGO), stages(FAILING), what, MONDAY + HOUR)
    assert stage(after) is Stage.SHADOW
    assert [fall.at for fall in falls if fall.action is Action.MESSAGES] == [MONDAY + 2 * MINUTE, MONDAY + 5 * MINUTE]


def test_hits_that_are_too_far_apart_reach_nothing() -> None:
    what = hits(MONDAY, MONDAY + 31 * MINUTE, MONDAY + 62 * MINUTE)
    assert settled(at(Stage.FULL, LONG_AGO), stages(FAILING), what, MONDAY + 2 * HOUR)[1] == []


def test_what_happens_to_the_same_thing_again_counts_once() -> None:
    again = tuple(Moment(MONDAY + MINUTE * number, "t1") for number in range(9))
    assert settled(at(Stage.FULL, LONG_AGO), stages(FAILING), Happened(again, again), MONDAY + HOUR)[1] == []


@given(
    minutes=st.lists(st.integers(1, 300), max_size=25),
    every=st.integers(1, 400),
    trigger=st.sampled_from([FAILING, BYPASSED, {**FAILING, "at_least": 2, "window": "10m", "share": None}]),
)
def test_it_makes_no_difference_how_often_somebody_looks(minutes: list[int], every: int, trigger: Any) -> None:
    policy, moments = stages(trigger), sorted(MONDAY + MINUTE * number for number in minutes)
    end = MONDAY + 400 * MINUTE
    looks = [*(MONDAY + MINUTE * number for number in range(every, 400, every)), end]
    rollout, falls = at(Stage.FULL, LONG_AGO), []
    for look in looks:
        rollout, more = settled(rollout, policy, hits(*(each for each in moments if each <= look)), look)
        falls += more
    once, at_once = settled(at(Stage.FULL, LONG_AGO), policy, hits(*moments), end)
    assert rollout.courses == once.courses
    assert sorted((fall.at, fall.action) for fall in falls) == sorted((fall.at, fall.action) for fall in at_once)


@given(start=st.sampled_from(Stage), found=st.integers(0, 50), names=st.sets(st.sampled_from(["failing", "unknown"])))
def test_no_count_ever_promotes_anything(start: Stage, found: int, names: set[str]) -> None:
    rollout, policy = at(start, LONG_AGO), stages(FAILING, BYPASSED)
    what = hits(*(MONDAY + MINUTE for _ in range(found)))
    happened = {
        Watch(trigger=name, measure=Measure.BYPASSES, action=action, since=MONDAY, judged_from=MONDAY): what
        for name in names
        for action in Action
    }
    fall = next_fall(rollout, policy, happened)
    after = stepped_down(rollout, policy, fall.action, fall.at) if fall else rollout
    order = list(Stage)
    assert all(order.index(stage(after, action)) <= order.index(start) for action in Action)
