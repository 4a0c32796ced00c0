"""What small change of a policy is proposed, how is it said, and what does the policy look like with it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from triage_core.domain.policy.rules import RaiseRule, SeverityRule, TagRule
from triage_core.domain.policy.values import FieldTest
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from triage_core.domain.policy import Policy
    from triage_core.domain.policy.values import Section

Rule = TypeVar("Rule", TagRule, SeverityRule)


class EditKind(StrEnum):
    """What is changed."""

    ADD_TERM = "add_term"
    REMOVE_TERM = "remove_term"
    #: The lowest class of tickets with a tag, of a severity, or on which a rule fires.
    TAG_FLOOR = "tag_floor"
    SEVERITY_FLOOR = "severity_floor"
    RULE_FLOOR = "rule_floor"
    #: By how many classes a rule lifts.
    UPLIFT = "uplift"
    #: From which size of a field on a rule fires.
    THRESHOLD = "threshold"
    CELL = "cell"


class Edit(Value, frozen=True, kw_only=True):
    """One change of one place."""

    kind: EditKind
    #: The rule, tag or level; the row of the matrix.
    place: str
    #: The field of a threshold; the column of the matrix.
    field: str = ""
    before: str | None = None
    after: str | None = None

    def __str__(self) -> str:
        """Read as one line."""
        name = f"{self.place}/{self.field}" if self.field else self.place
        before, after = self.before or "nothing", self.after or "nothing"
        match self.kind:
            case EditKind.ADD_TERM:
                return f"add the term “{self.after}” to {name}"
            case EditKind.REMOVE_TERM:
                return f"take the term “{self.before}” out of {name}"
            case _:
                return f"set the {_SPOKEN[self.kind]} {name} from {before} to {after}"


_SPOKEN: Final = {
    EditKind.TAG_FLOOR: "lowest class of the tag",
    EditKind.SEVERITY_FLOOR: "lowest class of the severity",
    EditKind.RULE_FLOOR: "lowest class of the rule",
    EditKind.UPLIFT: "uplift of the rule",
    EditKind.THRESHOLD: "threshold of",
    EditKind.CELL: "cell of the matrix",
}


def edited(policy: Policy, edits: Iterable[Edit]) -> Policy:
    """Return the policy with some changes; whether it holds together then is for the lint to say."""
    for edit in edits:
        policy = policy.model_copy(update=_EDITS[edit.kind](policy, edit))
    return policy


def _with(part: Any, **changes: Any) -> Any:  # noqa: ANN401 - any section of a policy
    return part.model_copy(update=changes)


def _each(parts: Sequence[Any], name: str, key: str, **changes: Any) -> tuple[Any, ...]:  # noqa: ANN401 - likewise
    return tuple(_with(part, **changes) if getattr(part, key) == name else part for part in parts)


def _rules(rules: Sequence[Rule], place: str, change: Callable[[Rule], Rule]) -> tuple[Rule, ...]:
    """Change one rule; one that is left without a word and without a test goes, or it would fire on everything."""
    changed = (change(rule) if rule.id == place else rule for rule in rules)
    return tuple(rule for rule in changed if rule.id != place or rule.terms or rule.patterns or rule.when)


def _terms(policy: Policy, edit: Edit) -> dict[str, Any]:
    def change(rule: Rule) -> Rule:
        kept: list[str] = [term for term in rule.terms if term not in {edit.before, edit.after}]
        return rule.model_copy(update={"terms": (*kept, *([edit.after] if edit.after else []))})

    severity = _with(policy.severity, rules=_rules(policy.severity.rules, edit.place, change))
    return {"tag_rules": _rules(policy.tag_rules, edit.place, change), "severity": severity}


def _tag_floor(policy: Policy, edit: Edit) -> dict[str, Any]:
    return {"tags": _each(policy.tags, edit.place, "name", at_least=edit.after)}


def _severity_floor(policy: Policy, edit: Edit) -> dict[str, Any]:
    levels = _each(policy.severity.levels, edit.place, "name", at_least=edit.after)
    return {"severity": _with(policy.severity, levels=levels)}


def _rule_floor(policy: Policy, edit: Edit) -> dict[str, Any]:
    return {"raise_rules": _each(policy.raise_rules, edit.place, "id", at_least=edit.after)}


def _uplift(policy: Policy, edit: Edit) -> dict[str, Any]:
    if edit.after in {None, "0"} and not _of(policy.raise_rules, edit.place).at_least:
        return {"raise_rules": tuple(rule for rule in policy.raise_rules if rule.id != edit.place)}
    return {"raise_rules": _each(policy.raise_rules, edit.place, "id", by=int(edit.after or 0))}


def _of(rules: Iterable[RaiseRule], place: str) -> RaiseRule:
    return next(rule for rule in rules if rule.id == place)


def _threshold(policy: Policy, edit: Edit) -> dict[str, Any]:
    def change(rule: Section) -> Section:
        when = {**getattr(rule, "when"), edit.field: FieldTest(at_least=float(edit.after or 0))}  # noqa: B009 - any rule
        return rule.model_copy(update={"when": when})

    def all_of(rules: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(change(rule) if rule.id == edit.place else rule for rule in rules)

    return {
        "tag_rules": all_of(policy.tag_rules),
        "severity": _with(policy.severity, rules=all_of(policy.severity.rules)),
        "raise_rules": all_of(policy.raise_rules),
    }


def _cell(policy: Policy, edit: Edit) -> dict[str, Any]:
    grid = {**policy.matrix.grid, edit.place: {**policy.matrix.grid[edit.place], edit.field: edit.after}}
    return {"matrix": _with(policy.matrix, grid=grid)}


_EDITS: Final[dict[EditKind, Callable[[Policy, Edit], dict[str, Any]]]] = {
    EditKind.ADD_TERM: _terms,
    EditKind.REMOVE_TERM: _terms,
    EditKind.TAG_FLOOR: _tag_floor,
    EditKind.SEVERITY_FLOOR: _severity_floor,
    EditKind.RULE_FLOOR: _rule_floor,
    EditKind.UPLIFT: _uplift,
    EditKind.THRESHOLD: _threshold,
    EditKind.CELL: _cell,
}
