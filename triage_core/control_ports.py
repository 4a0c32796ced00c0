"""What does the rollout need from the world outside? A part of the store that keeps switches, stages and their log."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from triage_core.domain.model import ActorKind
from triage_core.domain.value import Value


class StoredControl(Value, frozen=True, kw_only=True):
    """A control as it stands; one that was never written has the version 0 and an empty document."""

    tenant: str
    name: str
    version: int = 0
    document: str = ""


class ControlLine(Value, frozen=True, kw_only=True):
    """One change of a control, and who wanted it."""

    tenant: str
    name: str
    #: The version after the change, one more than before.
    version: int
    at: datetime
    actor_kind: ActorKind
    actor: str
    what: str
    reason: str
    before: str
    after: str


class Guard(Value, frozen=True, kw_only=True):
    """That a decision rests on a control at a version."""

    tenant: str
    name: str
    version: int


class Notice(Value, frozen=True, kw_only=True):
    """An event that a change of a control tells to a tenant; it is of no ticket."""

    tenant: str
    id: str
    type: str
    payload: str
    at: datetime


class Controls(Protocol):
    """Keeps controls; every change is a line of their log, and none is ever taken away."""

    def control(self, tenant: str, name: str) -> StoredControl:
        """Return a control as it stands."""

    def put_control(self, line: ControlLine, notices: tuple[Notice, ...] = ()) -> None:
        """Write what a line says, the line itself and what it tells, durable on return; raises `ControlMoved`.

        Once it has returned, no change that is guarded by an earlier version can be saved.
        """

    def control_log(self, tenant: str, limit: int) -> tuple[ControlLine, ...]:
        """Return the latest changes of a tenant's controls, the newest first."""
