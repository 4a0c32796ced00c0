"""Does automation step down when its triggers are reached, once for each thing that went wrong?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sample_cases import HOUR, MONDAY
from tests.sample_desk import TENANT
from tests.sample_rollout import at
from triage_core.domain.policy.gates import Stage, Stages
from triage_core.domain.policy.rollout import Action, DemotionTrigger, Measure
from triage_core.domain.rollout.falling import Count, Watch, fallen, is_reached, watches
from triage_core.domain.rollout.state import Rollout, stage_of

LONG_AGO = MONDAY - timedelta(days=30)
FAILING: dict[str, Any] = {"id": "failing", "measure": "failed_sends", "window": "1h", "at_least": 3, "share": 0.1}
BYPASSED: dict[str, Any] = {"id": "bypassed", "measure": "bypasses", "at_least": 1, "actions": "messages"}
MANY = Count(hits=99, cases=100)


def stages(*triggers: dict[str, Any]) -> Stages:
    return Stages.model_validate({"pilot_share": 0.5, "demote": triggers})


def stage(rollout: Rollout, action: Action = Action.MESSAGES) -> Stage:
    return stage_of(rollout, Stages(), action)


@pytest.mark.parametrize(
    ("count", "reached"),
    [
        (Count(hits=2, cases=2), False),
        (Count(hits=3, cases=30), True),
        (Count(hits=3, cases=31), False),
        (Count(hits=4, cases=31), True),
        (Count(hits=0, cases=0), False),
    ],
)
def test_a_trigger_asks_for_a_number_and_a_share(count: Count, *, reached: bool) -> None:
    assert is_reached(DemotionTrigger.model_validate(FAILING), count) is reached


def test_the_engine_says_what_is_to_be_counted_and_since_when() -> None:
    found = watches(at(Stage.FULL, LONG_AGO), stages(FAILING, BYPASSED), MONDAY)
    assert {(each.trigger, each.action, each.since) for each in found} == {
        *(("failing", action, MONDAY - HOUR) for action in Action),
        ("bypassed", Action.MESSAGES, MONDAY - 24 * HOUR),
    }
    assert found[0].measure is Measure.FAILED_SENDS


def test_nothing_is_counted_where_nothing_acts() -> None:
    assert watches(at(Stage.SHADOW), stages(FAILING), MONDAY) == ()


def test_nothing_before_the_last_change_of_the_stage_is_counted() -> None:
    since = MONDAY - HOUR / 2
    assert {each.since for each in watches(at(Stage.PILOT, since), stages(FAILING), MONDAY)} == {since}


def test_a_tenant_that_starts_acting_is_watched_from_the_first_day() -> None:
    policy = stages(FAILING).model_copy(update={"start": Stage.FULL})
    counts = dict.fromkeys(watches(Rollout(tenant=TENANT), policy, MONDAY), MANY)
    assert len(counts) == len(Action)
    after, _ = fallen(Rollout(tenant=TENANT), policy, counts, MONDAY)
    assert after.courses[Action.CALLS].stage is Stage.PILOT


def test_it_steps_down_one_step_with_the_reason_however_many_triggers_are_reached() -> None:
    rollout, policy = at(Stage.FULL, LONG_AGO), stages(FAILING, BYPASSED)
    counts = dict.fromkeys(watches(rollout, policy, MONDAY), MANY)
    after, falls = fallen(rollout, policy, counts, MONDAY)
    assert {stage(after, action) for action in Action} == {Stage.PILOT}
    assert [(fall.action, fall.trigger) for fall in falls] == [(action, "failing") for action in Action]
    expected = "trigger failing: 99 failed sends in 100 cases since 2026-03-02 08:00 UTC"
    assert falls[0].because == expected


def test_a_trigger_that_is_not_reached_leaves_everything() -> None:
    rollout, policy = at(Stage.FULL, LONG_AGO), stages(FAILING)
    counts = dict.fromkeys(watches(rollout, policy, MONDAY), Count(hits=1, cases=100))
    assert fallen(rollout, policy, counts, MONDAY) == (rollout, ())


def test_the_same_counts_have_no_second_effect() -> None:
    rollout, policy = at(Stage.FULL, LONG_AGO), stages(FAILING)
    counts = dict.fromkeys(watches(rollout, policy, MONDAY), MANY)
    once, _ = fallen(rollout, policy, counts, MONDAY)
    assert fallen(once, policy, counts, MONDAY) == (once, ())


def test_what_goes_on_to_fail_takes_it_down_to_where_nothing_acts_and_no_further() -> None:
    rollout, policy, now = at(Stage.FULL, LONG_AGO), stages(FAILING), MONDAY
    for _ in range(5):
        now += HOUR
        rollout, _ = fallen(rollout, policy, dict.fromkeys(watches(rollout, policy, now), MANY), now)
    assert stage(rollout) is Stage.SHADOW


@given(
    start=st.sampled_from(Stage),
    hits=st.integers(0, 50),
    cases=st.integers(0, 50),
    names=st.sets(st.sampled_from(["failing", "bypassed", "unknown"])),
)
def test_no_count_ever_promotes_anything(start: Stage, hits: int, cases: int, names: set[str]) -> None:
    rollout, policy = at(start, LONG_AGO), stages(FAILING, BYPASSED)
    counts = {
        Watch(trigger=name, measure=Measure.BYPASSES, action=action, since=MONDAY): Count(hits=hits, cases=cases)
        for name in names
        for action in Action
    }
    after, _ = fallen(rollout, policy, counts, MONDAY)
    order = list(Stage)
    assert all(order.index(stage(after, action)) <= order.index(start) for action in Action)
