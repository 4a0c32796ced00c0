"""What can stand against a change of the rollout?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.policy.gates import Stage
    from triage_core.domain.policy.rollout import Action


class StageOutOfOrder(TriageError):
    """A stage was asked for that does not come next."""

    code = "stage_out_of_order"

    def __init__(self, action: Action, stage: Stage, up: Stage | None, down: Iterable[Stage]) -> None:
        """Say where the action stands, what comes next, and what it can go back to."""
        back = ", ".join(down) or "nothing lower"
        super().__init__(
            f"{action} stand in the stage {stage}; they can be promoted to {up or 'nothing higher'}, one step at a "
            f"time, and demoted to {back}"
        )


class ReadinessOpen(TriageError):
    """Something on the checklist is not settled."""

    code = "readiness_open"

    def __init__(self, action: Action, still_open: Iterable[str]) -> None:
        """Name everything that is open, at once."""
        self.still_open = tuple(still_open)
        super().__init__(f"{action} are not ready to act; settle first: {'; '.join(self.still_open)}")


class AutomationKilled(TriageError):
    """The kill switch is on."""

    code = "automation_killed"

    def __init__(self) -> None:
        """Say what has to happen first."""
        super().__init__("the kill switch is on; a named person revives automation before a stage is promoted")


class PilotUndeclared(TriageError):
    """A pilot without tickets would be a shadow under another name."""

    code = "pilot_undeclared"

    def __init__(self) -> None:
        """Say where the subset is declared."""
        super().__init__("the policy says no pilot; give stages.pilot_when or stages.pilot_share in the next version")


class ScopeFrozen(TriageError):
    """The scope would widen while something acts in it."""

    code = "scope_frozen"

    def __init__(self) -> None:
        """Say what can be done instead."""
        super().__init__("the scope is frozen while something acts; narrow it, or demote every action to shadow first")


class NotAttestable(TriageError):
    """An item is found by the engine, whatever anybody says."""

    code = "not_attestable"

    def __init__(self, item: str, attestable: Iterable[str]) -> None:
        """Say which items take a person's word."""
        super().__init__(f"{item} is not settled by a person's word; these are: {', '.join(attestable)}")


class RunbookIncomplete(TriageError):
    """A runbook lacks what makes it one."""

    code = "runbook_incomplete"

    def __init__(self, lacking: str) -> None:
        """Say what is missing."""
        super().__init__(f"this runbook cannot be kept: {lacking}")
