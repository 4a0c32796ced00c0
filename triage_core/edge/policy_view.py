"""How are versions of the policy and changes of it told in answers?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from triage_core.contract import policy_changes as told
from triage_core.domain.changing.change import Standing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.changing.backtesting import Backtest
    from triage_core.domain.changing.change import PolicyChange
    from triage_core.domain.changing.effects import Effect, JudgedEffect, Load
    from triage_core.service.policy_changes import Adopted, PolicyChanges

#: What stands on an answer as it stands on the change.
_SAME = (
    *("id", "standing", "policy_version", "based_on", "restores", "what", "why", "proposed_by", "proposed_at"),
    *("settled_by", "settled_at", "effective_from"),
)
_NOT_TRIED: Final[dict[str, Any]] = {
    **dict.fromkeys(("tickets", "changed", "deadlines"), 0),
    **dict.fromkeys(("moves", "effects", "loads"), ()),
}


def change(use: PolicyChanges, found: PolicyChange) -> told.ChangeView:
    """Tell a change."""
    differences = use.differences(found)
    return told.ChangeView.of(
        **{name: getattr(found, name) for name in _SAME},
        evidence_csv=",".join(found.evidence),
        differences=tuple(
            told.DifferenceView.of(says=str(each), lowers_caution=each.weakens_gate) for each in differences
        ),
        tried_at=found.tried_at,
        **(_NOT_TRIED if found.backtest is None else _tried(found.backtest)),
    )


def _tried(found: Backtest) -> dict[str, Any]:
    moves = {
        **found.classes,
        **{f"gate {way}": count for way, count in found.gates.items()},
        **{f"escalation {way}": count for way, count in found.escalations.items()},
    }
    effects = [_effect(each) for each in found.effects if each.n]
    judged = [_judged(each) for each in found.judged if each.before.value is not None and each.after.value is not None]
    return {
        "tickets": found.tickets,
        "changed": found.changed,
        "deadlines": found.deadlines,
        "moves": tuple(told.MoveView.of(name=name, count=count) for name, count in moves.items()),
        "effects": (*effects, *judged),
        "loads": tuple(map(_load, found.loads)),
    }


def _effect(found: Effect) -> told.EffectView:
    low, high = found.interval or (None, None)
    return told.EffectView.of(
        name=found.name, before=found.before / found.n, after=found.after / found.n, low=low, high=high
    )


def _judged(found: JudgedEffect) -> told.EffectView:
    """Tell a judged figure; how far it moves has no interval of its own, because both rest on the same tickets."""
    return told.EffectView.of(name=found.kpi, before=found.before.value, after=found.after.value, low=None, high=None)


def _load(found: Load) -> told.LoadView:
    before, after = found.each_week
    return told.LoadView.of(name=found.name, before=before, after=after)


def history(adopted: Iterable[Adopted], changes: Iterable[PolicyChange]) -> told.HistoryView:
    """Tell every version, and what waits."""
    waiting = (each for each in changes if each.standing is Standing.PROPOSED)
    return told.HistoryView.of(
        versions=tuple(map(_version, adopted)),
        waiting=tuple(
            told.WaitingView.of(
                id=each.id,
                policy_version=each.policy_version,
                what=each.what,
                proposed_by=each.proposed_by,
                is_tried=each.backtest is not None,
            )
            for each in waiting
        ),
    )


def _version(each: Adopted) -> told.VersionView:
    note = each.policy.change_note
    return told.VersionView.of(
        policy_version=each.policy.id,
        active_from=each.active_from,
        what=note.what,
        why=note.why,
        approved_by=note.approved_by,
        evidence_csv=",".join(note.evidence),
        change_id=each.change.id if each.change else None,
    )
