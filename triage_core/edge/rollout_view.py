"""How is the rollout told: stages, switches, scope, checklist, runbooks and the latest changes?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from triage_core.contract import rollout as told
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.moving import above
from triage_core.domain.rollout.rights import Deed
from triage_core.domain.rollout.state import stage_of
from triage_core.domain.rollout.verdict import pilot_in_words
from triage_core.service.playbooks import NoPolicy

if TYPE_CHECKING:
    from triage_core.control_ports import ControlLine
    from triage_core.domain.policy import Policy
    from triage_core.domain.policy.gates import Stages
    from triage_core.domain.rollout.readiness import Attestation, Point, Readiness, Runbook
    from triage_core.domain.rollout.state import KillSwitch, Mark, Rollout
    from triage_core.edge.call import Call
    from triage_core.service.rollout import RolloutBook


def rollout_view(call: Call, book: RolloutBook) -> told.RolloutView:
    """Tell a tenant's rollout."""
    standing, policy = book.of(call.tenant), _policy(call)
    rollout, globally = standing.rollout, standing.globally
    lists = _by_action(book, rollout, policy) if policy else ((), ())
    return told.RolloutView.of(
        tenant=call.tenant,
        version=rollout.version,
        everywhere_version=globally.version,
        **_switches(rollout, globally),
        **_scope(rollout),
        pilot=pilot_in_words(policy.stages) if policy else None,
        sign_offs=policy.stages.sign_offs if policy else None,
        policy_version=policy.id if policy else None,
        actions=lists[0],
        checklist=lists[1],
        runbooks=_runbooks(book.readiness(call.tenant)),
        log=tuple(_line(line) for line in book.log(call.tenant)),
    )


def _policy(call: Call) -> Policy | None:
    try:
        return call.playbook.policy
    except NoPolicy:
        return None


def _switches(rollout: Rollout, globally: KillSwitch) -> dict[str, Any]:
    everywhere = globally.killed
    return {
        **_marked("killed", rollout.killed),
        "killed": rollout.killed is not None,
        "killed_reason": rollout.killed.reason if rollout.killed else None,
        "killed_everywhere": everywhere is not None,
        "everywhere_at": everywhere.at if everywhere else None,
        "everywhere_reason": everywhere.reason if everywhere else None,
    }


def _scope(rollout: Rollout) -> dict[str, Any]:
    scope = rollout.scope
    limits = {name: getattr(scope, name) if scope else () for name in ("classes", "queues", "channels")}
    csvs = {f"{name}_csv": ",".join(names) for name, names in limits.items()}
    return {"is_frozen": scope is not None, **csvs, **_marked("frozen", rollout.frozen)}


def _marked(name: str, mark: Mark | Attestation | None) -> dict[str, Any]:
    return {f"{name}_by": mark.by if mark else None, f"{name}_at": mark.at if mark else None}


def _by_action(
    book: RolloutBook, rollout: Rollout, policy: Policy
) -> tuple[tuple[told.ActionStage, ...], tuple[told.ChecklistPoint, ...]]:
    points = {action: book.checklist(rollout.tenant, action) for action in Action}
    stages = tuple(
        _stage(rollout, policy.stages, action, is_ready=not any(point.still_open for point in points[action]))
        for action in Action
    )
    return stages, tuple(_point(action, point) for action in Action for point in points[action])


def _stage(rollout: Rollout, stages: Stages, action: Action, *, is_ready: bool) -> told.ActionStage:
    stage, course = stage_of(rollout, stages, action), rollout.courses.get(action)
    return told.ActionStage.of(
        action=action,
        stage=stage,
        since=course.since if course else None,
        next_stage=above(stage),
        is_ready=is_ready,
        signed_csv=",".join(each.by for each in course.signed) if course else "",
        waiting_csv=",".join(each.by for each in course.waiting) if course else "",
    )


def _point(action: Action, point: Point) -> told.ChecklistPoint:
    said = point.attestation
    return told.ChecklistPoint.of(
        action=action,
        item=point.item,
        is_settled=not point.still_open,
        still_open="; ".join(point.still_open),
        **_marked("attested", said),
        evidence=said.evidence if said else None,
        lapses_at=point.lapses_at,
    )


def _runbooks(readiness: Readiness) -> tuple[told.RunbookView, ...]:
    return tuple(_runbook(readiness.runbooks[action]) for action in Action if action in readiness.runbooks)


def _runbook(runbook: Runbook) -> told.RunbookView:
    return told.RunbookView.of(
        action=runbook.action,
        owner=runbook.owner,
        link=runbook.link or None,
        text=runbook.text or None,
        rollback=runbook.rollback,
        rehearsed_at=runbook.rehearsed_at,
    )


def _line(line: ControlLine) -> told.RolloutLine:
    return told.RolloutLine.of(
        at=line.at,
        actor_kind=line.actor_kind,
        actor=line.actor,
        what=Deed(line.what),
        reason=line.reason,
        version=line.version,
    )
