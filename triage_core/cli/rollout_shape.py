"""How is the rollout printed, for programs and for people?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from triage_core.compose import system_clock
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.moving import above
from triage_core.domain.rollout.state import stage_of
from triage_core.domain.rollout.verdict import pilot_in_words
from triage_core.service.playbooks import NoPolicy
from triage_core.terminal import console, visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.cli.shapes import Shape
    from triage_core.control_ports import ControlLine
    from triage_core.domain.policy import Policy
    from triage_core.domain.rollout.readiness import Point, Readiness
    from triage_core.domain.rollout.state import Mark, Rollout
    from triage_core.service.rollout import RolloutBook
    from triage_core.service.triage import Triage


def rollout_shape(triage: Triage, book: RolloutBook, tenant: str) -> Shape:
    """Say where a tenant's automation stands; every key is always there."""
    standing, policy = book.of(tenant), _policy(triage, tenant)
    rollout = standing.rollout
    points = {action: book.checklist(tenant, action) for action in Action} if policy else {}
    return {
        "tenant": tenant,
        "version": rollout.version,
        "everywhere_version": standing.globally.version,
        "killed": _mark(rollout.killed),
        "killed_everywhere": _mark(standing.globally.killed),
        "scope": _scope(rollout),
        "pilot": pilot_in_words(policy.stages) if policy else None,
        "sign_offs": policy.stages.sign_offs if policy else None,
        "stages": [_stage(rollout, policy, action, points[action]) for action in points] if policy else [],
        "checklist": [_point(action, point) for action in points for point in points[action]],
        "runbooks": _runbooks(book.readiness(tenant)),
        "log": [_line(line) for line in book.log(tenant)],
    }


def _policy(triage: Triage, tenant: str) -> Policy | None:
    try:
        return triage.playbooks.active(tenant, system_clock()).policy
    except NoPolicy:
        return None


def _mark(mark: Mark | None) -> Shape | None:
    return {"by": mark.by, "at": mark.at, "reason": mark.reason} if mark else None


def _scope(rollout: Rollout) -> Shape | None:
    scope = rollout.scope
    if scope is None:
        return None
    limits = {"classes": scope.classes, "queues": scope.queues, "channels": scope.channels}
    return {**limits, "frozen": _mark(rollout.frozen)}


def _stage(rollout: Rollout, policy: Policy, action: Action, points: Iterable[Point]) -> Shape:
    stage, course = stage_of(rollout, policy.stages, action), rollout.courses.get(action)
    return {
        "action": action,
        "stage": stage,
        "since": course.since if course else None,
        "next": above(stage),
        "ready": not any(point.still_open for point in points),
        "signed": [each.by for each in course.signed] if course else [],
        "waiting": [each.by for each in course.waiting] if course else [],
    }


def _point(action: Action, point: Point) -> Shape:
    said = point.attestation
    return {
        "action": action,
        "item": point.item,
        "open": point.still_open,
        "attested_by": said.by if said else None,
        "attested_at": said.at if said else None,
        "evidence": said.evidence if said else None,
        "lapses_at": point.lapses_at,
    }


def _runbooks(readiness: Readiness) -> list[Shape]:
    return [
        {"action": book.action, "owner": book.owner, "link": book.link or None, "rehearsed_at": book.rehearsed_at}
        for book in readiness.runbooks.values()
    ]


def _line(line: ControlLine) -> Shape:
    told = {"at": line.at, "actor": line.actor, "what": line.what}
    return {**told, "reason": line.reason, "version": line.version}


def print_rollout(shape: Shape) -> None:
    """Print what a person wants to know first: what stops it, where it stands, what is open, what happened."""
    out = console()
    for name, where in (("killed_everywhere", "all tenants"), ("killed", shape["tenant"])):
        if (mark := shape[name]) is not None:
            out.print(f"STOPPED for {where} by {mark['by']} on {mark['at']:%Y-%m-%d %H:%M}: {visible(mark['reason'])}")
    out.print(f"scope: {_said(shape['scope'])}; pilot: {shape['pilot'] or 'none declared'}")
    out.print(_stages(shape))
    still_open = dict.fromkeys(f"{point['item']}: {what}" for point in shape["checklist"] for what in point["open"])
    for what in still_open:
        out.print(f"open: {visible(what)}")
    for line in shape["log"]:
        out.print(f"{line['at']:%Y-%m-%d %H:%M} {line['what']} by {line['actor']}: {visible(line['reason'])}")


def _stages(shape: Shape) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("ACTION", "STAGE", "READY", "SIGNED BY", "WAITING"):
        table.add_column(title, overflow="fold")
    for row in shape["stages"]:
        ready = "yes" if row["ready"] else "no"
        table.add_row(row["action"], row["stage"], ready, ", ".join(row["signed"]), ", ".join(row["waiting"]))
    return table


def _said(scope: Any) -> str:  # noqa: ANN401 - a part of the shape
    if scope is None:
        return "not frozen"
    limits = [f"{name} {', '.join(scope[name])}" for name in ("classes", "queues", "channels") if scope[name]]
    return f"frozen to {'; '.join(limits)}" if limits else "frozen to all tickets"
