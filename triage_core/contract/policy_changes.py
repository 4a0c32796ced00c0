"""How are versions of the policy and changes of it told, and what do people send about them?"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final

from triage_core.contract import fields as f
from triage_core.contract.messages import Given, Told
from triage_core.domain.changing.change import Standing

ChangeId = Annotated[str, f.text("Change", "Identifier of the change.", "pc-0a1b2c3d4e5f", 64)]
_Version = Annotated[str, f.text("Policy Version", "Policy and version.", "desk@4", f.LONGEST_ID)]
_What: Any = f.text("What", "What changes, in a sentence.", "Knows stolen accounts.", 2_000)
_Why: Any = f.text("Why", "Why, in a sentence.", "Two of three were missed.", 2_000)
_EVIDENCE: Any = f.csv("Evidence", "Samples, reports and tickets that it rests on.", "2026-W09")
_NOTE: Any = f.text("Note", "Why it is right, in a sentence.", "The sample shows it.", 2_000)


class ChangePath(Given):
    """Which change."""

    change_id: ChangeId


class PolicyProposal(Given):
    """A whole new policy, and why."""

    policy: Annotated[str, f.text("Policy", "The policy file, with a new version.", "policy: desk", f.LONGEST_TEXT)]
    what: Annotated[str, _What]
    why: Annotated[str, _Why]
    evidence_csv: Annotated[str, _EVIDENCE] = ""


class Approval(Given):
    """An approval, and from when on the policy holds."""

    note: Annotated[str, _NOTE]
    effective_from: (
        Annotated[f.GivenMoment, f.field("Effective From", "From when on; now when left out.", f.AT)] | None
    ) = None


class RollBack(Given):
    """The version that comes back."""

    version: _Version
    note: Annotated[str, _NOTE]


class DifferenceView(Told):
    """One thing that changes."""

    says: Annotated[str, f.field("Says", "The difference in words.", "+ /tag_rules/security-words/terms: was not me")]
    lowers_caution: Annotated[bool, f.flag("Lowers Caution", "Whether it can let something out.", example=False)]


class EffectView(Told):
    """A figure of the same tickets under both policies, and how far it moves, with the interval of 95 %."""

    name: Annotated[str, f.field("Figure", "Name of the figure.", "escalation_rate")]
    before: Annotated[float, f.field("Before", "The figure under the policy in force.", 0.22)]
    after: Annotated[float, f.field("After", "The figure under the proposed one.", 0.14)]
    low: Annotated[float, f.field("Low", "Least difference.", -0.1)] | None
    high: Annotated[float, f.field("High", "Greatest difference.", -0.06)] | None


class LoadView(Told):
    """What people have to do in a week."""

    name: Annotated[str, f.field("Load", "What it is.", "escalations for those on call")]
    before: Annotated[float, f.field("Before", "Each week under the policy in force.", 113.7)]
    after: Annotated[float, f.field("After", "Each week under the proposed one.", 70.7)]


class MoveView(Told):
    """Tickets that would change in one way."""

    name: Annotated[str, f.field("Move", "From and to.", "P3 > P2")]
    count: Annotated[int, f.field("Count", "How many tickets.", 53)]


_LIKE: Final[dict[str, Any]] = {"restores": None, "settled_by": None, "settled_at": None, "effective_from": None}


class ChangeView(Told):
    """A change of the policy."""

    like: ClassVar[dict[str, Any]] = _LIKE

    id: ChangeId
    standing: Annotated[Standing, f.field("Standing", "How far it has come.", "proposed")]
    policy_version: _Version
    based_on: Annotated[str, f.field("Based On", "The version that it was proposed against.", "desk@3")]
    restores: Annotated[str, f.field("Restores", "The earlier version that it brings back.", "desk@2")] | None
    what: Annotated[str, _What]
    why: Annotated[str, _Why]
    evidence_csv: Annotated[str, _EVIDENCE]
    proposed_by: Annotated[str, f.field("Proposed By", "Who proposed it.", "lee")]
    proposed_at: Annotated[f.Moment, f.field("Proposed At", "When.", f.AT)]
    settled_by: Annotated[str, f.field("Settled By", "Who approved or withdrew it.", "kim")] | None
    settled_at: Annotated[f.Moment, f.field("Settled At", "When.", f.AT)] | None
    effective_from: Annotated[f.Moment, f.field("Effective From", "From when on it holds.", f.AT)] | None
    differences: Annotated[tuple[DifferenceView, ...], f.listing("Differences", "What it changes.")]
    tried_at: (
        Annotated[f.Moment, f.field("Tried At", "When it was tried on the past; empty where not yet.", f.AT)] | None
    )
    tickets: Annotated[int, f.field("Tickets", "Past tickets that were decided under both.", 2000)]
    changed: Annotated[int, f.field("Changed", "Those that would have been decided otherwise.", 514)]
    deadlines: Annotated[int, f.field("Deadlines", "Those whose deadlines move.", 401)]
    moves: Annotated[tuple[MoveView, ...], f.listing("Moves", "Classes, gates and escalations that change.")]
    effects: Annotated[tuple[EffectView, ...], f.listing("Effects", "The effect on each figure.")]
    loads: Annotated[tuple[LoadView, ...], f.listing("Loads", "The load of people.")]


class VersionView(Told):
    """A version of the policy."""

    policy_version: _Version
    active_from: Annotated[f.Moment, f.field("Active From", "Since when.", f.AT)]
    what: Annotated[str, _What]
    why: Annotated[str, _Why]
    approved_by: Annotated[str, f.field("Approved By", "Who approved it.", "kim")] | None
    evidence_csv: Annotated[str, _EVIDENCE]
    change_id: ChangeId | None


class WaitingView(Told):
    """A change that waits."""

    id: ChangeId
    policy_version: _Version
    what: Annotated[str, _What]
    proposed_by: Annotated[str, f.field("Proposed By", "Who proposed it.", "lee")]
    is_tried: Annotated[bool, f.flag("Is Tried", "Whether it was tried on the past.", example=True)]


class HistoryView(Told):
    """All versions of the policy, the latest first, and what waits."""

    versions: Annotated[tuple[VersionView, ...], f.listing("Versions", "Versions that are or were in force.")]
    waiting: Annotated[tuple[WaitingView, ...], f.listing("Waiting", "Changes that wait for approval.")]
