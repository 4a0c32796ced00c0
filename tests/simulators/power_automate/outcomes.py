"""What became of a step, and what does the history of a run show of it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

HIDDEN: Final = "(secured)"
#: What comes out of these is hidden with what goes in.
_FOLLOWING: Final = frozenset({"compose", "parsejson", "response"})
_FAILURES: Final = frozenset({"Failed", "TimedOut"})


@dataclass(kw_only=True)
class Outcome:
    """One step that ran, or did not."""

    name: str
    status: str
    inputs: Any = None
    outputs: Any = None
    code: str = ""
    message: str = ""
    secured: frozenset[str] = frozenset()
    #: How often it was tried again.
    retries: int = 0

    @property
    def told(self) -> dict[str, Any]:
        """What expressions see of it."""
        error = {"code": self.code, "message": self.message} if self.code else None
        return {
            "name": self.name,
            "status": self.status,
            "code": self.code or ("OK" if self.status == "Succeeded" else self.status),
            "inputs": self.inputs,
            "outputs": self.outputs,
            "error": error,
        }

    @property
    def shown(self) -> dict[str, Any]:
        """What people see of it who may look at the runs."""
        hidden = {side: HIDDEN for side in self.secured if side in {"inputs", "outputs"}}
        return {**self.told, **hidden}


def secured(body: Mapping[str, Any]) -> frozenset[str]:
    """Return which sides of a step its history hides."""
    given = frozenset(body.get("runtimeConfiguration", {}).get("secureData", {}).get("properties", ()))
    follows = "inputs" in given and body["type"].lower() in _FOLLOWING
    return given | {"outputs"} if follows else given


def of_group(actions: Mapping[str, Any], results: Mapping[str, Outcome]) -> str:
    """Return how a group of steps ended: by its last steps, and where one was skipped by those before it."""
    earlier = {name for body in actions.values() for name in body.get("runAfter", {})}
    failed = any(_failed(name, actions, results) for name in actions if name not in earlier)
    return "Failed" if failed else "Succeeded"


def _failed(name: str, actions: Mapping[str, Any], results: Mapping[str, Outcome]) -> bool:
    status = results[name].status
    if status != "Skipped":
        return status in _FAILURES
    return any(_failed(before, actions, results) for before in actions[name].get("runAfter", {}))
