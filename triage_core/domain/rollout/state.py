"""Where does a tenant's automation stand: the stage of each kind of action, the frozen scope, the kill switch?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from msgspec import field

from triage_core.domain.policy.gates import Stage
from triage_core.domain.policy.rollout import Action
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.policy.gates import Stages

#: From nothing to everything; promotion goes one step up.
ORDER: Final = (Stage.OFF, Stage.SHADOW, Stage.PILOT, Stage.FULL)
#: Stages in which something acts.
ACTING: Final = frozenset({Stage.PILOT, Stage.FULL})


class Mark(Value, frozen=True, kw_only=True):
    """Who did something, when, and why."""

    by: str
    at: datetime
    reason: str


class Adoption(Value, frozen=True, kw_only=True):
    """Which policy a tenant put into force last."""

    version: int = 0
    policy: str = ""
    active_from: datetime | None = None
    #: Every version in the order of its last activation, which decides between those that came into force at once.
    order: tuple[str, ...] = ()


class KillSwitch(Value, frozen=True, kw_only=True):
    """The switch for all tenants at once."""

    killed: Mark | None = None
    version: int = 0


class Scope(Value, frozen=True, kw_only=True):
    """The tickets that automation is limited to; an empty list limits nothing."""

    classes: tuple[str, ...] = ()
    queues: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


class SignOff(Value, frozen=True, kw_only=True):
    """That a person wants an action to come to a stage."""

    to: Stage
    by: str
    at: datetime
    reason: str


class Course(Value, frozen=True, kw_only=True):
    """Where one kind of action stands, and since when."""

    stage: Stage
    since: datetime
    #: Who brought it there.
    signed: tuple[SignOff, ...] = ()
    #: Who wants it to come to the next stage, while others must still agree.
    waiting: tuple[SignOff, ...] = ()


class Rollout(Value, frozen=True, kw_only=True):
    """A tenant's automation."""

    tenant: str
    #: Kinds of action that were ever moved; the others stand where the policy starts.
    courses: dict[Action, Course] = field(default_factory=dict)
    scope: Scope | None = None
    frozen: Mark | None = None
    killed: Mark | None = None
    version: int = 0


def stage_of(rollout: Rollout, stages: Stages, action: Action) -> Stage:
    """Return the stage of a kind of action."""
    course = rollout.courses.get(action)
    return course.stage if course else stages.start
