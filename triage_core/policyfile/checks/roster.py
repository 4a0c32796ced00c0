"""Can the people and roles of a policy do what the policy asks of them?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from triage_core.domain.policy import Policy
from triage_core.domain.policy.escalation import TargetKind
from triage_core.domain.policy.gates import ApprovalRule
from triage_core.domain.policy.people import Person, Right
from triage_core.policyfile.tree import Finding
from triage_core.policyfile.yaml_tree import Path


def _holders(policy: Policy, right: Right) -> set[str]:
    return {role.name for role in policy.roles if right in role.rights}


def _lacking(policy: Policy, right: Right, named: Iterable[tuple[Path, str]]) -> Iterator[Finding]:
    """Find roles that are declared and lack a right."""
    declared = {role.name for role in policy.roles}
    holders = _holders(policy, right)
    for path, name in named:
        if name in declared and name not in holders:
            yield Finding(path=path, what=f"the role {name} lacks the right {right}", expected=_roles(holders))


def _roles(holders: set[str]) -> str:
    return f"one of {', '.join(sorted(holders))}" if holders else "a role that has it"


def role_rights(policy: Policy) -> Iterator[Finding]:
    """Roles that a rule sends somewhere carry the right to act there."""
    yield from _lacking(policy, Right.APPROVE, _approving(policy))
    yield from _lacking(policy, Right.ESCALATE, _starting(policy))
    yield from _lacking(policy, Right.ACKNOWLEDGE, _called(policy, TargetKind.ROLE))


def _approving(policy: Policy) -> Iterator[tuple[Path, str]]:
    for number, rule in enumerate(policy.gates.approvals):
        for place, role in enumerate(rule.roles):
            yield ("gates", "approvals", number, "roles", place), role
    for number, raising in enumerate(policy.raise_rules):
        for place, role in enumerate(raising.approvers):
            yield ("raise_rules", number, "approvers", place), role


def _starting(policy: Policy) -> Iterator[tuple[Path, str]]:
    for number, starter in enumerate(policy.escalation.starters):
        for place, role in enumerate(starter.roles):
            yield ("escalation", "starters", number, "roles", place), role


def _called(policy: Policy, kind: TargetKind) -> Iterator[tuple[Path, str]]:
    for number, ladder in enumerate(policy.ladders):
        for height, level in enumerate(ladder.levels):
            for place, target in enumerate(level.targets):
                if target.kind is kind and target.name:
                    yield ("ladders", number, "levels", height, "targets", place), target.name


def people_rights(policy: Policy) -> Iterator[Finding]:
    """Owners may work on tickets, and people on a ladder may acknowledge."""
    people = {person.id: person for person in policy.people}
    needs = [(path, name, Right.WORK_TICKETS) for path, name in _owners(policy)]
    needs += [(path, name, Right.ACKNOWLEDGE) for path, name in _called(policy, TargetKind.PERSON)]
    if policy.change_note.approved_by:
        needs.append((("change_note", "approved_by"), policy.change_note.approved_by, Right.CHANGE_POLICY))
    for path, name, right in needs:
        holders = _holders(policy, right)
        if name in people and not holders.intersection(people[name].roles):
            yield Finding(path=path, what=f"{name} has no role with the right {right}", expected=_roles(holders))


def _owners(policy: Policy) -> Iterator[tuple[Path, str]]:
    for name, owners in policy.routing.owners.items():
        path = ("routing", "owners", name)
        yield (*path, "primary"), owners.primary
        if owners.secondary:
            yield (*path, "secondary"), owners.secondary


def different_owners(policy: Policy) -> Iterator[Finding]:
    """The secondary lead is somebody else."""
    for name, owners in policy.routing.owners.items():
        if owners.primary == owners.secondary:
            path = ("routing", "owners", name, "secondary")
            yield Finding(
                path=path, what=f"{owners.primary} is primary and secondary of {name}", expected="another person"
            )


def _approvers(policy: Policy, rule: ApprovalRule) -> list[Person]:
    able = _holders(policy, Right.APPROVE).intersection(rule.roles)
    return [person for person in policy.people if able.intersection(person.roles)]


def enough_approvers(policy: Policy) -> Iterator[Finding]:
    """Every approval can be given by the people of the roster."""
    for path, rule, count in _counted(policy):
        if count < rule.quorum:
            what = f'approval "{rule.id}" needs {rule.quorum} and the roster has {count} who may give it'
            yield Finding(path=path, what=what, expected="more people in these roles, or a smaller quorum")


def separate_approvers(policy: Policy) -> Iterator[Finding]:
    """Every approval can still be given when one of the approvers wrote the text."""
    for path, rule, count in _counted(policy):
        if count == rule.quorum:
            what = f'approval "{rule.id}" has nobody left when an approver wrote the text'
            yield Finding(path=path, what=what, expected="one more person in these roles")


def _counted(policy: Policy) -> Iterator[tuple[Path, ApprovalRule, int]]:
    if policy.people:
        for number, rule in enumerate(policy.gates.approvals):
            yield ("gates", "approvals", number, "roles"), rule, len(_approvers(policy, rule))


def enough_signers(policy: Policy) -> Iterator[Finding]:
    """Every promotion can be signed by the people of the roster."""
    able = _holders(policy, Right.CHANGE_STAGE)
    count = sum(bool(able.intersection(person.roles)) for person in policy.people)
    if policy.people and 1 < policy.stages.sign_offs > count:
        what = f"a promotion needs {policy.stages.sign_offs} and the roster has {count} who may sign it"
        yield Finding(path=("stages", "sign_offs"), what=what, expected=f"people in {_roles(able)}, or fewer of them")


def commander(policy: Policy) -> Iterator[Finding]:
    """Where an incident commander clears, somebody is one."""
    holders = _holders(policy, Right.CLEAR_COMMUNICATION)
    if not policy.gates.commander_clears:
        return
    if not holders or (policy.people and not any(holders.intersection(person.roles) for person in policy.people)):
        path = ("gates", "commander_clears")
        what = f"nobody has the right {Right.CLEAR_COMMUNICATION}"
        yield Finding(path=path, what=what, expected="a person in a role with it", at_key=True)


def covered_lines(policy: Policy) -> Iterator[Finding]:
    """Every service line has a queue of its own, and only one."""
    field = policy.intake.fields.get("service_line")
    owners: dict[str, str] = {}
    for number, queue in enumerate(policy.queues):
        for place, line in enumerate(queue.service_lines):
            if line in owners:
                what = f"the service line {line} comes to {owners[line]} already"
                yield Finding(path=("queues", number, "service_lines", place), what=what, expected="one queue for each")
            owners.setdefault(line, queue.name)
    left = [value.value for value in field.values if value.value not in owners] if field else []
    if left:
        what = f"no queue takes the service lines {', '.join(left)}; they come to {policy.routing.default_queue}"
        yield Finding(path=("queues",), what=what, expected="a queue for each", at_key=True)


def staffed_queues(policy: Policy) -> Iterator[Finding]:
    """Somebody works in every queue and has its skills."""
    for number, queue in enumerate(policy.queues if policy.people else ()):
        staff = [p for p in policy.people if queue.name in p.queues and set(queue.skills) <= set(p.skills)]
        if not staff and queue.name != policy.routing.escalation_queue:
            what = f"nobody of the roster works in the queue {queue.name} with all its skills"
            yield Finding(path=("queues", number, "name"), what=what, expected="a person with the queue and its skills")
