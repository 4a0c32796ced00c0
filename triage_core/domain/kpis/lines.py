"""What do figures read of a stored line? The rest of it is never decoded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import msgspec

from triage_core.domain.entry import Kind
from triage_core.domain.kpis.facts import ApprovalFacts
from triage_core.domain.model import ActorKind, Clock, Mode, Record, State
from triage_core.domain.policy.escalation import Trigger


class Who(msgspec.Struct, frozen=True):
    """Who acted."""

    kind: ActorKind
    id: str


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of a line that figures read."""

    fired: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    assisted: bool = False
    metric: str = ""
    share: float | None = None
    number: int = 0
    cycle: int = 1
    level: int = 0
    trigger: Trigger | None = None
    to: str | None = None
    due_at: datetime | None = None
    on_time: bool = False
    outcome: str = ""
    about: str = ""
    rating: int | None = None
    field: str | None = None
    should_be: str | None = None
    resolution_code: str | None = None
    cause_category: str | None = None
    permanent_fix: str | None = None
    verdict: str | None = None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A stored line, the part that figures read."""

    tenant: str
    ticket_id: str
    kind: Kind
    at: datetime
    actor: Who
    policy_version: str = ""
    mode: Mode = Mode.LIVE
    changes: dict[str, msgspec.Raw] = msgspec.field(default_factory=dict)
    facts: Told = Told()


class _Named(msgspec.Struct, frozen=True):
    name: str


class _Pointed(msgspec.Struct, frozen=True):
    pointer: str


class _Blast(msgspec.Struct, frozen=True):
    since: datetime | None = None


class _Running(msgspec.Struct, frozen=True):
    blast: _Blast = _Blast()


#: How the changes that figures read are decoded.
READS: Final[dict[str, Callable[[msgspec.Raw], Any]]] = {
    name: msgspec.json.Decoder(told).decode
    for name, told in {
        **dict.fromkeys(("channel",), str),
        **dict.fromkeys(("customer", "class_name", "first_class", "severity", "queue", "owner"), str | None),
        "state": State,
        "record": Record,
        "created_at": datetime,
        "class_rank": int,
        "support_tier": int | None,
        "tags": tuple[_Named, ...],
        "intake": dict[str, Any],
        "problems": tuple[_Pointed, ...],
        "must_escalate": bool,
        "first_reply_at": datetime | None,
        "unanswered": int,
        "clocks": tuple[Clock, ...],
        "approvals": tuple[ApprovalFacts, ...],
        "escalation": _Running,
    }.items()
}
_LINE: Final = msgspec.json.Decoder(Line)


def read(body: str | bytes) -> Line:
    """Read a stored line."""
    return _LINE.decode(body)
