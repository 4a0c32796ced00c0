"""Which operations are about the calibration and changes of the policy?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract import calibration, policy_changes
from triage_core.contract.operation import Operation, Repeat, Scope, Surface, reads, works

if TYPE_CHECKING:
    from pydantic import BaseModel

_SAMPLES: Final = "/api/v1/calibration/samples"
_SAMPLE: Final = f"{_SAMPLES}/{{week}}"
_POLICY: Final = "/api/v1/policy"
_CHANGE: Final = f"{_POLICY}/changes/{{change_id}}"
#: What only people do, by their right; what is repeated has no second effect.
_BY_RIGHT: Final[dict[str, Any]] = {
    "by_right": True,
    "surface": Surface.CONSOLE,
    "repeat": Repeat.NATURAL,
}


def _reads(name: str, path: str, response: type[BaseModel], said: tuple[str, str], **more: Any) -> Operation:  # noqa: ANN401 - fields of Operation
    return reads(name, path, response, said, surface=Surface.CONSOLE, **more)


def _changes(name: str, part: str, request: type[BaseModel] | None, said: tuple[str, str], **more: Any) -> Operation:  # noqa: ANN401 - likewise
    sent = (request, policy_changes.ChangeView)
    return works(name, f"{_POLICY}/{part}", sent, said, scope=Scope.ADMIN, **_BY_RIGHT, **more)


ROWS: Final = (
    works(
        "DrawSample",
        _SAMPLES,
        (calibration.SampleWish, calibration.SampleView),
        ("Draw a sample", "Draws the tickets of a week that people look at again; a week is drawn once."),
        scope=Scope.TICKETS_WRITE,
        **_BY_RIGHT,
    ),
    _reads(
        "ListSamples",
        _SAMPLES,
        calibration.WeeklySamples,
        ("List samples", "Lists the latest samples and what is left to judge of each."),
    ),
    _reads(
        "GetSampleTask",
        f"{_SAMPLE}/task",
        calibration.TaskView,
        ("Get a ticket to judge", "Returns the next ticket that the caller can judge, without what was decided."),
        params=calibration.WeekPath,
        carries_text=True,
    ),
    works(
        "JudgeTicket",
        f"{_SAMPLE}/verdicts",
        (calibration.VerdictGiven, calibration.AnswerView),
        ("Judge a ticket", "Keeps a person's verdict for good, and then tells what automation and others said."),
        params=calibration.WeekPath,
        scope=Scope.TICKETS_WRITE,
        **_BY_RIGHT,
    ),
    _reads(
        "GetSampleResult",
        f"{_SAMPLE}/result",
        calibration.ResultView,
        ("Get the result of a sample", "Returns the weighted matrix, rates, agreement, worst rules and proposals."),
        params=calibration.WeekPath,
    ),
    _reads(
        "GetPolicyHistory",
        _POLICY,
        policy_changes.HistoryView,
        ("Get the history of the policy", "Returns every version with its change note, and the changes that wait."),
    ),
    _reads(
        "GetPolicyChange",
        _CHANGE,
        policy_changes.ChangeView,
        ("Get a change", "Returns what a change of the policy changes, and what its backtest says."),
        params=policy_changes.ChangePath,
    ),
    _changes(
        "ProposePolicyChange",
        "changes",
        policy_changes.PolicyProposal,
        ("Propose a change", "Keeps a new policy that holds together, for somebody else to approve."),
    ),
    _changes(
        "BacktestPolicyChange",
        "changes/{change_id}/backtest",
        None,
        ("Try a change", "Decides the tickets of the last four weeks under a change, and keeps what comes of it."),
        params=policy_changes.ChangePath,
    ),
    _changes(
        "ApprovePolicyChange",
        "changes/{change_id}/approve",
        policy_changes.Approval,
        ("Approve a change", "Puts a change into force, as a person in person who did not propose it."),
        params=policy_changes.ChangePath,
    ),
    _changes(
        "RollBackPolicy",
        "roll-back",
        policy_changes.RollBack,
        ("Roll back", "Brings an earlier version back; where that lowers caution it waits for approval."),
    ),
)
