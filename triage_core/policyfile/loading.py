"""What does a policy file say, and everything that is wrong with it at once?"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from triage_core.domain.errors import PolicyInvalid
from triage_core.domain.policy import Policy
from triage_core.domain.policy.problem import Problem, Weight
from triage_core.policyfile.checks import check_policy
from triage_core.policyfile.presets import inherited, preset_root
from triage_core.policyfile.references import check_references
from triage_core.policyfile.shapes import sections
from triage_core.policyfile.tree import Finding, Tree
from triage_core.policyfile.yaml_tree import MAX_CHARACTERS, Position, compose, refused

#: A character takes up to four bytes.
_MAX_BYTES: Final = 4 * MAX_CHARACTERS


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A policy file as far as it could be read: the policy where nothing is wrong, and all problems by line."""

    policy: Policy | None
    problems: tuple[Problem, ...]


def load_policy(path: str | Path) -> Policy:
    """Read a policy file; raises `PolicyInvalid` with all of its problems."""
    return _usable(lint_policy(path))


def parse_policy(text: str, name: str) -> Policy:
    """Read a policy from a text; `name` stands for the file in messages. Raises `PolicyInvalid` with all problems."""
    return _usable(lint_text(text, name))


def load_preset(name: str) -> Policy:
    """Return a preset as it stands; raises `PolicyInvalid` where there is none of this name."""
    return _usable(_examined(Tree(preset_root(name)), ()))


def lint_policy(path: str | Path) -> Reading:
    """Read a policy file and collect errors and warnings; raises `OSError` where the file cannot be opened."""
    name = str(path)
    with Path(path).open("rb") as file:
        raw = file.read(_MAX_BYTES + 1)
    try:
        return lint_text(raw.decode("utf-8-sig"), name)
    except UnicodeDecodeError as broken:
        line = raw.count(b"\n", 0, broken.start) + 1
        column = broken.start - raw.rfind(b"\n", 0, broken.start)
        position = Position(name, line, column)
        return Reading(policy=None, problems=refused(position, "not_text", "the file is not UTF-8 text").problems)


def lint_text(text: str, name: str) -> Reading:
    """Read a policy from a text and collect errors and warnings."""
    try:
        document = compose(text, name)
        tree = Tree(inherited(document.root))
    except PolicyInvalid as unreadable:
        return Reading(policy=None, problems=unreadable.problems)
    return _examined(tree, document.problems)


def _examined(tree: Tree, found: tuple[Problem, ...]) -> Reading:
    policy, findings = _examine(tree.data)
    problems = (*found, *map(tree.problem, findings))
    ordered = tuple(sorted(dict.fromkeys(problems), key=lambda each: (each.file, each.line, each.column, each.code)))
    valid = all(problem.severity is Weight.WARNING for problem in ordered)
    return Reading(policy=policy if valid else None, problems=ordered)


def _examine(data: Any) -> tuple[Policy, list[Finding]]:  # noqa: ANN401 - plain data of any shape
    sound, shapes = sections(data)
    # Sections that are not sound are left out; every check runs on sound sections only.
    policy = Policy.model_construct(None, **sound)
    wrong = {finding.path for finding in shapes}
    deeper = [*check_references(data), *check_policy(policy, sound.keys())]
    return policy, [*shapes, *(finding for finding in deeper if finding.path not in wrong)]


def _usable(reading: Reading) -> Policy:
    if reading.policy is None:
        errors = tuple(problem for problem in reading.problems if problem.severity is Weight.ERROR)
        raise PolicyInvalid("\n".join(map(str, errors)), reading.problems)
    return reading.policy
