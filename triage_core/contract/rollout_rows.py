"""Which operations are about the rollout and its kill switch?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract import rollout
from triage_core.contract.operation import Operation, Repeat, Scope, Surface, reads, works

if TYPE_CHECKING:
    from pydantic import BaseModel

_ROLLOUT: Final = "/api/v1/rollout"


def _changes(name: str, part: str, request: type[BaseModel], said: tuple[str, str]) -> Operation:
    """Return an operation whose request names what was seen or what shall stand, so that it can be sent again."""
    fixed: dict[str, Any] = {"scope": Scope.ADMIN, "by_right": True, "surface": Surface.CONSOLE}
    return works(name, f"{_ROLLOUT}/{part}", (request, rollout.RolloutView), said, repeat=Repeat.NATURAL, **fixed)


ROWS: Final = (
    reads(
        "GetRollout",
        _ROLLOUT,
        rollout.RolloutView,
        ("Get the rollout", "Returns the stage of every kind of action, the kill switch, and what is still open."),
        surface=Surface.CONSOLE,
    ),
    _changes(
        "KillSwitch",
        "kill",
        rollout.Kill,
        ("Stop all automation", "Puts all automation on manual, from the next release on."),
    ),
    _changes(
        "ReviveAutomation",
        "revive",
        rollout.Revival,
        ("Revive automation", "Lets automation go on where it stood, as a named person."),
    ),
    _changes(
        "PromoteStage",
        "promote",
        rollout.Promotion,
        ("Promote a stage", "Signs the next stage for a kind of action, once nothing on the checklist is open."),
    ),
    _changes(
        "DemoteStage",
        "demote",
        rollout.Demotion,
        ("Demote a stage", "Takes a kind of action back to a lower stage."),
    ),
    _changes(
        "AttestReadiness",
        "attest",
        rollout.Word,
        ("Attest readiness", "Keeps a person's word that an item of the checklist is settled."),
    ),
    _changes(
        "FreezeScope",
        "scope",
        rollout.Limits,
        ("Freeze the scope", "Limits automation to some classes, queues and channels, or to none in particular."),
    ),
    _changes(
        "PutRunbook",
        "runbooks",
        rollout.RunbookText,
        ("Keep a runbook", "Keeps what people do when a kind of action goes wrong, and the way back."),
    ),
)
