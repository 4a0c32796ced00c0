"""When does automation step down by itself?

The engine says what is to be counted and since when; whoever keeps the records counts. Nothing that happened before the
stage was last changed is held against it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from triage_core.domain.policy.rollout import Action, DemotionTrigger, Measure
from triage_core.domain.rollout.moving import stepped_down
from triage_core.domain.rollout.state import ACTING, Rollout, stage_of
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.policy.gates import Stages


class Watch(Value, frozen=True, kw_only=True):
    """What is to be counted: cases of a measure, for a kind of action, from a moment on."""

    trigger: str
    measure: Measure
    action: Action
    since: datetime


class Count(Value, frozen=True, kw_only=True):
    """How often it happened, and out of how many cases."""

    hits: int
    cases: int


class Fall(Value, frozen=True, kw_only=True):
    """That a trigger took an action one step down."""

    action: Action
    trigger: str
    because: str


def watches(rollout: Rollout, stages: Stages, now: datetime) -> tuple[Watch, ...]:
    """Return what is to be counted now; where nothing acts, nothing can step down."""
    return tuple(
        Watch(trigger=trigger.id, measure=trigger.measure, action=action, since=_since(rollout, trigger, action, now))
        for trigger in stages.demote
        for action in trigger.actions or Action
        if stage_of(rollout, stages, action) in ACTING
    )


def _since(rollout: Rollout, trigger: DemotionTrigger, action: Action, now: datetime) -> datetime:
    course = rollout.courses.get(action)
    start = now - trigger.window
    return max(start, course.since) if course else start


def fallen(
    rollout: Rollout, stages: Stages, counts: Mapping[Watch, Count], now: datetime
) -> tuple[Rollout, tuple[Fall, ...]]:
    """Step down where a trigger is reached, each action by one step at most; counts of an earlier stage are let go."""
    falls: dict[Action, Fall] = {}
    for fall in _reached(rollout, stages, counts):
        falls.setdefault(fall.action, fall)
    for action in falls:
        rollout = stepped_down(rollout, stages, action, now)
    return rollout, tuple(falls.values())


def _reached(rollout: Rollout, stages: Stages, counts: Mapping[Watch, Count]) -> Iterator[Fall]:
    triggers = {trigger.id: trigger for trigger in stages.demote}
    for watch, count in counts.items():
        trigger, course = triggers.get(watch.trigger), rollout.courses.get(watch.action)
        is_current = course is None or watch.since >= course.since
        acts = stage_of(rollout, stages, watch.action) in ACTING
        if trigger and acts and is_current and is_reached(trigger, count):
            yield Fall(action=watch.action, trigger=trigger.id, because=_told(watch, count))


def _told(watch: Watch, count: Count) -> str:
    measure, since = watch.measure.value.replace("_", " "), f"{watch.since:%Y-%m-%d %H:%M} UTC"
    return f"trigger {watch.trigger}: {count.hits} {measure} in {count.cases} cases since {since}"


def is_reached(trigger: DemotionTrigger, count: Count) -> bool:
    """Tell whether so many cases, and such a share of them, take automation back."""
    if count.hits < trigger.at_least:
        return False
    return trigger.share is None or count.hits >= trigger.share * count.cases
