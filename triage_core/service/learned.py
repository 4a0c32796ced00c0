"""What do people's verdicts and proposed changes add to the weekly report?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.domain.changing.change import Standing
from triage_core.domain.kpis.definitions import DEFINITIONS
from triage_core.domain.kpis.measuring import Figure
from triage_core.domain.kpis.weekly import CalibrationResult, Learned, ProposedChange, RuleErrors
from triage_core.service.calibrating import Calibration
from triage_core.service.policy_changes import PolicyChanges
from triage_core.service.sampling import SampleNotFound

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.domain.calibration.judging import Estimate
    from triage_core.domain.kpis.definitions import Kpi
    from triage_core.service.calibrating import Result
    from triage_core.service.playbooks import Playbooks
    from triage_core.service.policy_changes import ChangeStore

#: So many rules are named, and so many of a tenant's changes are looked at.
_WORST, _CHANGES = 5, 20


def learned_from(
    store: ChangeStore, playbooks: Playbooks, now: Callable[[], datetime]
) -> Callable[[str, str], Learned]:
    """Return what tells of a tenant's week what was learned from its sample, and which changes wait."""
    calibration, changes = Calibration(store, playbooks, now), PolicyChanges(store, playbooks, now)

    def learned(tenant: str, week: str) -> Learned:
        return Learned(calibration=_calibrated(calibration, tenant, week), changes=_waiting(changes, tenant))

    return learned


def _calibrated(calibration: Calibration, tenant: str, week: str) -> CalibrationResult | None:
    try:
        result = calibration.result(tenant, (week,))
    except SampleNotFound:
        return None
    rules = calibration.rules(tenant, calibration.examples(tenant, result))
    return CalibrationResult(
        sampled=len(result.samples[0].tickets),
        reviewed=len(result.judged),
        kappa=result.by_class.kappa,
        figures=_figures(result),
        worst_rules=tuple(
            RuleErrors(rule=row.rule, wrong=row.wrong, reviewed=row.fired) for row in rules[:_WORST] if row.wrong
        ),
    )


def _figures(result: Result) -> dict[Kpi, Figure]:
    return {kpi: _figure(kpi, found) for kpi, found in result.judgement.rates.items()}


def _figure(kpi: Kpi, found: Estimate) -> Figure:
    """Tell a weighted rate; it has no count, because some tickets stand for more than others."""
    interval = (found.low, found.high) if found.low is not None and found.high is not None else None
    return Figure(kpi=kpi, version=DEFINITIONS[kpi].version, n=found.n, value=found.value, interval=interval)


def _waiting(changes: PolicyChanges, tenant: str) -> tuple[ProposedChange, ...]:
    return tuple(
        ProposedChange(id=each.id, what=each.what, why=each.why, status=_status(each.backtest), owner=each.proposed_by)
        for each in changes.changes(tenant, _CHANGES)
        if each.standing is Standing.PROPOSED
    )


_TRIED: Final = {True: "tried on the past, waits for approval", False: "not tried yet"}


def _status(found: object) -> str:
    return _TRIED[found is not None]
