"""How does automation change its stage, its scope and its switch, and what is refused?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from triage_core.domain.errors import UnknownName
from triage_core.domain.policy.gates import Stage, Stages
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.errors import (
    AutomationKilled,
    PilotUndeclared,
    ReadinessOpen,
    ScopeFrozen,
    StageOutOfOrder,
)
from triage_core.domain.rollout.state import ACTING, ORDER, Course, KillSwitch, Mark, Rollout, Scope, SignOff, stage_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.policy import Policy

#: A sign-off that waits for others lapses after this time.
SIGN_OFF_LIFE: Final = timedelta(days=14)


def killed(rollout: Rollout, kill: Mark) -> Rollout:
    """Put everything on manual; a second kill leaves the first one's name on it."""
    return rollout if rollout.killed else replace(rollout, killed=kill)


def thrown(switch: KillSwitch, kill: Mark) -> KillSwitch:
    """Put every tenant on manual; a second kill leaves the first one's name on it."""
    return switch if switch.killed else replace(switch, killed=kill)


def released(switch: KillSwitch) -> KillSwitch:
    """Let every tenant go on where it stood, unless its own switch is on."""
    return replace(switch, killed=None)


def revived(rollout: Rollout) -> Rollout:
    """Let automation go on where it stood."""
    return replace(rollout, killed=None)


def promoted(rollout: Rollout, stages: Stages, action: Action, sign_off: SignOff, still_open: Iterable[str]) -> Rollout:
    """Sign a promotion by one step, which takes place with the last sign-off that the policy asks for.

    A stage that is reached already stays. Raises `StageOutOfOrder`, `AutomationKilled`, `PilotUndeclared`, and
    `ReadinessOpen` with all that is open.
    """
    stage = stage_of(rollout, stages, action)
    if stage is sign_off.to:
        return rollout
    if sign_off.to is not above(stage):
        raise _out_of_order(action, stage)
    _check_may_act(rollout, stages, action, sign_off.to, tuple(still_open))
    course = rollout.courses.get(action) or Course(stage=stage, since=sign_off.at)
    signed = _signed(course, sign_off)
    if len(signed) < stages.sign_offs:
        return _moved(rollout, action, replace(course, waiting=signed))
    return _moved(rollout, action, Course(stage=sign_off.to, since=sign_off.at, signed=signed))


def _check_may_act(rollout: Rollout, stages: Stages, action: Action, to: Stage, still_open: tuple[str, ...]) -> None:
    if rollout.killed:
        raise AutomationKilled
    if to is Stage.PILOT and not stages.pilot_when and stages.pilot_share is None:
        raise PilotUndeclared
    if to in ACTING and still_open:
        raise ReadinessOpen(action, still_open)


def _signed(course: Course, sign_off: SignOff) -> tuple[SignOff, ...]:
    """Add a sign-off to those that still count; a person signs once."""
    living = [each for each in course.waiting if each.to is sign_off.to and sign_off.at - each.at < SIGN_OFF_LIFE]
    return tuple(living) if sign_off.by in {each.by for each in living} else (*living, sign_off)


def demoted(rollout: Rollout, stages: Stages, action: Action, sign_off: SignOff) -> Rollout:
    """Go down any number of steps; nothing stands against it. Raises `StageOutOfOrder` for a step up."""
    stage = stage_of(rollout, stages, action)
    if stage is sign_off.to:
        return rollout
    if sign_off.to not in below(stage):
        raise _out_of_order(action, stage)
    return _moved(rollout, action, Course(stage=sign_off.to, since=sign_off.at, signed=(sign_off,)))


def stepped_down(rollout: Rollout, stages: Stages, action: Action, at: datetime) -> Rollout:
    """Go down one step where something acts; nobody has to sign that."""
    stage = stage_of(rollout, stages, action)
    if stage not in ACTING:
        return rollout
    return _moved(rollout, action, Course(stage=below(stage)[0], since=at))


def rescoped(rollout: Rollout, stages: Stages, scope: Scope, mark: Mark) -> Rollout:
    """Freeze the scope; while something acts it can only narrow. Raises `ScopeFrozen`."""
    if scope == rollout.scope:
        return rollout
    acting = any(stage_of(rollout, stages, action) in ACTING for action in Action)
    if acting and not narrows(rollout.scope, scope):
        raise ScopeFrozen
    return replace(rollout, scope=scope, frozen=mark)


def narrows(old: Scope | None, new: Scope) -> bool:
    """Tell whether no ticket lies in the new scope that did not lie in the old one."""
    if old is None:
        return True
    pairs = (old.classes, new.classes), (old.queues, new.queues), (old.channels, new.channels)
    return all(not before or (bool(after) and set(after) <= set(before)) for before, after in pairs)


def check_scope(policy: Policy, scope: Scope) -> None:
    """Raise `UnknownName` for a class or queue that the policy does not declare."""
    known = {
        "class": (scope.classes, [item.name for item in policy.classes]),
        "queue": (scope.queues, [queue.name for queue in policy.queues]),
    }
    for kind, (names, declared) in known.items():
        if not set(names) <= set(declared):
            raise UnknownName(kind, declared)


def above(stage: Stage) -> Stage | None:
    """Return the next stage, or none after the last."""
    place = ORDER.index(stage) + 1
    return ORDER[place] if place < len(ORDER) else None


def below(stage: Stage) -> tuple[Stage, ...]:
    """Return the stages that lie lower, the nearest first."""
    return ORDER[: ORDER.index(stage)][::-1]


def _moved(rollout: Rollout, action: Action, course: Course) -> Rollout:
    return replace(rollout, courses={**rollout.courses, action: course})


def _out_of_order(action: Action, stage: Stage) -> StageOutOfOrder:
    return StageOutOfOrder(action, stage, above(stage), below(stage))
