"""When does automation step down by itself?

A trigger is judged at each hit, over the window that ends with it. So it makes no difference how often somebody looks,
as long as somebody does within `LOOK_BACK`. Nothing that happened before the stage was last changed is held against it
again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from triage_core.domain.policy.rollout import Action, DemotionTrigger, Measure
from triage_core.domain.rollout.measuring import Happened, happened_between
from triage_core.domain.rollout.state import ACTING, Rollout, stage_of
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.policy.gates import Stages

#: A service that stood still for longer does not judge what happened before.
LOOK_BACK: Final = timedelta(days=7)


class Watch(Value, frozen=True, kw_only=True):
    """What is to be counted: a measure, for a kind of action."""

    trigger: str
    measure: Measure
    action: Action
    #: What happened after it counts.
    since: datetime
    #: A hit after it is judged.
    judged_from: datetime
    #: Fewer hits reach nothing.
    at_least: int = 1


class Fall(Value, frozen=True, kw_only=True):
    """That a trigger took an action one step down."""

    action: Action
    trigger: str
    #: When the trigger was reached.
    at: datetime
    because: str


def watches(rollout: Rollout, stages: Stages, in_force_since: datetime, now: datetime) -> tuple[Watch, ...]:
    """Return what is to be counted now; where nothing acts, nothing can step down.

    Hits from before the policy came into force are not judged by it, and count in the window of a later one.
    """
    judged_from = max(in_force_since, now - LOOK_BACK)
    return tuple(
        Watch(
            trigger=trigger.id,
            measure=trigger.measure,
            action=action,
            since=_since(rollout, action, judged_from - trigger.window),
            judged_from=judged_from,
            at_least=trigger.at_least,
        )
        for trigger in stages.demote
        for action in trigger.actions or Action
        if stage_of(rollout, stages, action) in ACTING
    )


def _since(rollout: Rollout, action: Action, start: datetime) -> datetime:
    course = rollout.courses.get(action)
    return max(start, course.since) if course else start


def next_fall(rollout: Rollout, stages: Stages, happened: Mapping[Watch, Happened]) -> Fall | None:
    """Return the earliest moment at which a trigger is reached where something acts; of several the policy's first."""
    return min(_reached(rollout, stages, happened), key=attrgetter("at"), default=None)


def _reached(rollout: Rollout, stages: Stages, happened: Mapping[Watch, Happened]) -> Iterator[Fall]:
    for trigger in stages.demote:
        for watch, found in happened.items():
            acts = stage_of(rollout, stages, watch.action) in ACTING
            fall = _first(rollout, trigger, watch, found) if acts and watch.trigger == trigger.id else None
            if fall is not None:
                yield fall


def _first(rollout: Rollout, trigger: DemotionTrigger, watch: Watch, found: Happened) -> Fall | None:
    since = _since(rollout, watch.action, watch.since)
    for at in sorted(hit.at for hit in found.hits if hit.at > max(since, watch.judged_from)):
        start = max(since, at - trigger.window)
        hits, cases = (happened_between(moments, start, at) for moments in found)
        if is_reached(trigger, hits, cases):
            because = _told(watch, start, hits, cases)
            return Fall(action=watch.action, trigger=trigger.id, at=at, because=because)
    return None


def _told(watch: Watch, since: datetime, hits: int, cases: int) -> str:
    measure, since_when = watch.measure.value.replace("_", " "), f"{since:%Y-%m-%d %H:%M} UTC"
    return f"trigger {watch.trigger}: {hits} {measure} in {max(hits, cases)} cases since {since_when}"


def is_reached(trigger: DemotionTrigger, hits: int, cases: int) -> bool:
    """Tell whether so many hits, and such a share of the cases, take automation back."""
    if hits < trigger.at_least:
        return False
    return trigger.share is None or hits >= trigger.share * cases
