"""Where does a change of the policy stand, and what must be there before it can take the next step?

A proposal holds the whole new policy, so that what is approved is exactly what was tried, whatever happens to the file.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec.structs import replace

from triage_core.domain.changing.backtesting import Backtest
from triage_core.domain.errors import ReasonMissing, TriageError
from triage_core.domain.value import Value


class Standing(StrEnum):
    """How far a change has come."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class PolicyChange(Value, frozen=True, kw_only=True):
    """A change of a tenant's policy."""

    tenant: str
    id: str
    #: Counts what happened to the change itself.
    version: int = 0
    standing: Standing = Standing.PROPOSED
    #: The version in force when it was proposed, the new one, and the new policy as JSON with its digest.
    based_on: str
    policy_version: str
    document: str
    digest: str
    what: str
    why: str
    #: Ids of samples, tickets and backtests.
    evidence: tuple[str, ...] = ()
    #: The earlier version that it brings back.
    restores: str | None = None
    proposed_by: str
    proposed_at: datetime
    backtest: Backtest | None = None
    tried_at: datetime | None = None
    settled_by: str | None = None
    settled_at: datetime | None = None
    note: str = ""
    effective_from: datetime | None = None


class ChangeNotFound(TriageError):
    """There is no such change."""

    code = "change_not_found"

    def __init__(self) -> None:
        """Say where to look."""
        super().__init__("there is no such change of the policy; list them with: triage policy history")


class ChangeSettled(TriageError):
    """The change was approved or withdrawn already."""

    code = "change_settled"

    def __init__(self) -> None:
        """Say what can be done."""
        super().__init__("this change is settled; propose another one")


class BacktestMissing(TriageError):
    """Nobody tried the change on the past."""

    code = "backtest_missing"

    def __init__(self) -> None:
        """Say how to try it."""
        super().__init__("this change was not tried on past tickets; do that first: triage policy backtest")


class PolicyMovedOn(TriageError):
    """Another policy is in force than the one that the change was proposed against."""

    code = "policy_moved_on"

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("another policy came into force since this was proposed; propose it again on top of that one")


class NothingChanges(TriageError):
    """The proposed policy says the same as the one in force."""

    code = "nothing_changes"

    def __init__(self) -> None:
        """Say so."""
        super().__init__("the proposed policy says the same as the one in force; change something first")


class StartsInThePast(TriageError):
    """A change would have to be in force already."""

    code = "starts_in_the_past"

    def __init__(self) -> None:
        """Say why not."""
        super().__init__("a policy cannot come into force in the past; name a moment from now on, or none for now")


def check_words(what: str, why: str) -> None:
    """Raise `ReasonMissing` where a change note lacks what or why."""
    if not (what.strip() and why.strip()):
        raise ReasonMissing("propose a change of the policy")


def tried(change: PolicyChange, found: Backtest, at: datetime) -> PolicyChange:
    """Keep a backtest with the change; raises `ChangeSettled`."""
    _check_open(change)
    return replace(change, version=change.version + 1, backtest=found, tried_at=at)


def approved(change: PolicyChange, by: str, at: datetime, note: str, effective_from: datetime) -> PolicyChange:
    """Approve a change that was tried; what restores an earlier version was lived with and needs no trial.

    Raises `ChangeSettled`, `BacktestMissing`, `ReasonMissing` and `StartsInThePast`.
    """
    _check_open(change)
    if change.backtest is None and change.restores is None:
        raise BacktestMissing
    if not note.strip():
        raise ReasonMissing("approve a change of the policy")
    if effective_from < at:
        raise StartsInThePast
    return replace(
        change,
        version=change.version + 1,
        standing=Standing.APPROVED,
        settled_by=by,
        settled_at=at,
        note=note,
        effective_from=effective_from,
    )


def withdrawn(change: PolicyChange, by: str, at: datetime, note: str) -> PolicyChange:
    """Take a proposal back; raises `ChangeSettled`."""
    _check_open(change)
    standing = Standing.WITHDRAWN
    return replace(change, version=change.version + 1, standing=standing, settled_by=by, settled_at=at, note=note)


def _check_open(change: PolicyChange) -> None:
    if change.standing is not Standing.PROPOSED:
        raise ChangeSettled
