"""Is every name given once, so that an explanation that names a rule means exactly one?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from triage_core.domain.policy import Policy
from triage_core.policyfile.tree import Finding
from triage_core.policyfile.yaml_tree import Path

_Named = tuple[Path, str]
#: Names that the engine gives to cells of the grid, floors, words of the intake, and the recogniser of manipulation.
RESERVED: Final = ("matrix:", "floor:", "intake:", "text:manipulation")


def names_once(policy: Policy) -> Iterator[Finding]:
    """Every list names each of its entries once."""
    for noun, named in _lists(policy):
        yield from _repeated(noun, named)


def _lists(policy: Policy) -> Iterator[tuple[str, list[_Named]]]:
    yield "class", _entries(("classes",), "name", (item.name for item in policy.classes))
    yield "severity", _entries(("severity", "levels"), "name", (level.name for level in policy.severity.levels))
    yield "tag", _entries(("tags",), "name", (tag.name for tag in policy.tags))
    yield "role", _entries(("roles",), "name", (role.name for role in policy.roles))
    yield "person", _entries(("people",), "id", (person.id for person in policy.people))
    yield "queue", _entries(("queues",), "name", (queue.name for queue in policy.queues))
    yield "ladder", _entries(("ladders",), "name", (ladder.name for ladder in policy.ladders))
    yield "template", _entries(("templates",), "id", (template.id for template in policy.templates))
    yield "approval", _entries(("gates", "approvals"), "id", (rule.id for rule in policy.gates.approvals))
    yield "escalation", _entries(("escalation", "rules"), "id", (rule.id for rule in policy.escalation.rules))
    yield "retention rule", _entries(("retention", "rules"), "id", (rule.id for rule in policy.retention.rules))
    yield "trigger", _entries(("stages", "demote"), "id", (trigger.id for trigger in policy.stages.demote))
    overrides = policy.service_levels.overrides
    yield "override", _entries(("service_levels", "overrides"), "id", (override.id for override in overrides))
    for name, field in policy.intake.fields.items():
        path = ("intake", "fields", name, "values")
        yield f"value of {name}", _entries(path, "value", (value.value.casefold() for value in field.values))


def _entries(path: Path, key: str, names: Iterable[str]) -> list[_Named]:
    return [((*path, number, key), name) for number, name in enumerate(names)]


def _repeated(noun: str, named: Iterable[_Named]) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, name in named:
        if name in seen:
            yield Finding(path=path, what=f'a second {noun} has the name "{name}"', expected="each name once")
        seen.add(name)


def rules_once(policy: Policy) -> Iterator[Finding]:
    """No two rules of any kind share an id, since explanations name them side by side."""
    yield from _repeated("rule", _rules(policy))


def _rules(policy: Policy) -> list[_Named]:
    return [
        *_entries(("matrix", "rows"), "id", (row.id for row in policy.matrix.rows)),
        *_entries(("tag_rules",), "id", (rule.id for rule in policy.tag_rules)),
        *_entries(("severity", "rules"), "id", (rule.id for rule in policy.severity.rules)),
        *_entries(("raise_rules",), "id", (rule.id for rule in policy.raise_rules)),
    ]


def rules_unreserved(policy: Policy) -> Iterator[Finding]:
    """No rule has a name that the engine gives to floors and cells of the grid."""
    for path, name in _rules(policy):
        if name.startswith(RESERVED):
            yield Finding(
                path=path, what=f'"{name}" is a name of the engine', expected=f"none of {', '.join(RESERVED)} in front"
            )


def people_apart(policy: Policy) -> Iterator[Finding]:
    """A mailbox or Slack user proves one person, so no two people share it."""
    for key in ("email", "slack"):
        seen: dict[str, str] = {}
        for number, person in enumerate(policy.people):
            mark = (getattr(person, key) or "").casefold()
            if mark and mark in seen:
                what = f"{person.id} has the same {key} as {seen[mark]}"
                yield Finding(path=("people", number, key), what=what, expected="one of each person's own")
            seen.setdefault(mark, person.id)
