"""Which changes of a policy can let something out, or let somebody act, that was held back before?

The table errs on the careful side: a change whose effect cannot be told from the change alone counts as lowering.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from triage_core.domain.policy import Policy
from triage_core.domain.policy.people import Right
from triage_core.domain.policy.values import parse_duration
from triage_core.policyfile.yaml_tree import Path


class Difference(NamedTuple):
    """A part of a policy that is not the same in another."""

    path: Path
    kind: str
    before: Any = None
    after: Any = None


class _Case(NamedTuple):
    change: Difference
    old: Policy
    new: Policy


_Test = Callable[[_Case], bool]

#: Rights that decide about gates.
_GATE_RIGHTS: Final = frozenset(
    {
        Right.APPROVE,
        Right.CLEAR_COMMUNICATION,
        Right.LOWER_GATED,
        Right.OVERRIDE_CLASS,
        Right.OVERRIDE_SEVERITY,
        Right.OVERRIDE_TAGS,
        Right.CHANGE_STAGE,
        Right.CHANGE_POLICY,
        Right.ADMINISTER,
    }
)


def _always(_: _Case) -> bool:
    return True


def _removed(case: _Case) -> bool:
    return case.change.kind == "removed"


def _added(case: _Case) -> bool:
    return case.change.kind == "added"


def _turned_off(case: _Case) -> bool:
    return case.change.after is False


def _turned_on(case: _Case) -> bool:
    return case.change.after is True


def _smaller(case: _Case) -> bool:
    return (case.change.after or 0) < (case.change.before or 0)


def _looser(case: _Case) -> bool:
    """Tell whether a limit went or grew; nothing stands for no limit."""
    before, after = case.change.before, case.change.after
    return after is None or (before is not None and after > before)


def _larger(case: _Case) -> bool:
    return (case.change.after or 0) > (case.change.before or 0)


def _duration(value: object) -> Any:  # noqa: ANN401 - a timedelta, from a text that is known to be one
    return parse_duration(value)


def _longer(case: _Case) -> bool:
    return bool(_duration(case.change.after) > _duration(case.change.before))


def _shorter(case: _Case) -> bool:
    return bool(_duration(case.change.after) < _duration(case.change.before))


def _further_down(before: str | None, after: str | None, names: tuple[str, ...]) -> bool:
    """Tell whether a name stands further down its list than before; no name stands below all."""
    places = {name: place for place, name in enumerate(names)}
    return places.get(after or "", len(names)) > places.get(before or "", len(names))


def _lower_class(case: _Case) -> bool:
    names = tuple(item.name for item in case.new.classes)
    return _further_down(case.change.before, case.change.after, names)


def _milder(case: _Case) -> bool:
    return _further_down(case.change.before, case.change.after, tuple(level.name for level in case.new.severity.levels))


def _worse_needed(case: _Case) -> bool:
    names = tuple(level.name for level in case.new.severity.levels)
    return case.change.after is not None and not _further_down(case.change.before, case.change.after, names)


def _more_sensitive(case: _Case) -> bool:
    field = case.new.intake.fields.get("data_sensitivity")
    names = tuple(value.value for value in field.values) if field else ()
    return _further_down(case.change.after, case.change.before, names)


def _given(case: _Case) -> bool:
    return case.change.after is not None


def _acts(case: _Case) -> bool:
    return case.change.after in {"pilot", "full"}


def _gives_gate_right(case: _Case) -> bool:
    rights = case.change.after
    listed = rights.get("rights", ()) if isinstance(rights, Mapping) else (rights,)
    return case.change.kind == "added" and bool(_GATE_RIGHTS.intersection(listed))


def _gives_gate_role(case: _Case) -> bool:
    given = case.change.after
    roles = given.get("roles", ()) if isinstance(given, Mapping) else (given,)
    able = {role.name for role in case.new.roles if _GATE_RIGHTS.intersection(role.rights)}
    return case.change.kind == "added" and bool(able.intersection(roles))


def _fewer_words(case: _Case) -> bool:
    """Tell whether words went, or were given to a rule that fired without any."""
    return case.change.kind == "removed" or not _words(case.old, case.change.path)


def _words(policy: Policy, path: Path) -> tuple[str, ...]:
    rules = policy.tag_rules if path[0] == "tag_rules" else policy.severity.rules
    rule = next(rule for rule in rules if rule.id == path[-2])
    return (*rule.terms, *rule.patterns)


def _narrower_choice(case: _Case) -> bool:
    """Tell whether a list of which one must fit lets fewer tickets through; an empty list lets all."""
    before, after = (_selection(policy, case.change.path) for policy in (case.old, case.new))
    return bool(after) and not set(before) <= set(after) if before else bool(after)


def _selection(policy: Policy, path: Path) -> tuple[str, ...]:
    rule = next(rule for rule in policy.raise_rules if rule.id == path[1])
    return rule.tags_any


#: Words that no outgoing text may hold.
_WORDINGS: Final = ("promises", "prices", "admissions", "abuse")

#: Parts of a policy by their path, and when a change there lowers caution. Every row that fits is asked.
_ROWS: Final[tuple[tuple[str, _Test], ...]] = (
    ("classes", _always),
    ("classes/*", _removed),
    ("classes/*/gated", _turned_off),
    ("classes/*/must_escalate", _turned_off),
    ("classes/*/draft_allowed", _turned_on),
    ("severity/levels", _always),
    ("severity/levels/*", _removed),
    ("severity/levels/*/at_least", _lower_class),
    ("severity/default", _milder),
    ("severity/rules/*/severity", _milder),
    ("tags/*", _removed),
    ("tags/*/gated", _turned_off),
    ("tags/*/must_escalate", _turned_off),
    ("tags/*/at_least", _lower_class),
    ("tag_rules/*/tag", _always),
    ("manipulation/tag", _always),
    ("manipulation/kinds", _removed),
    ("raise_rules/*/tags_any", _narrower_choice),
    ("raise_rules/*/tags_all", _added),
    ("raise_rules/*/severity_at_least", _worse_needed),
    ("raise_rules/*/at_least", _lower_class),
    ("raise_rules/*/by", _smaller),
    ("raise_rules/*/approvers", _removed),
    ("matrix/grid/*/*", _lower_class),
    ("matrix/rows", _always),
    ("matrix/rows/*", _always),
    ("matrix/rows/*/class", _lower_class),
    ("matrix/rows/*/when/**", _always),
    ("intake/alert_terms", _removed),
    ("intake/max_text", _smaller),
    ("intake/fields/*", _removed),
    ("intake/fields/*/required", _turned_off),
    ("intake/fields/*/ordered", _turned_off),
    ("intake/fields/*/default", _given),
    ("intake/fields/*/values", _always),
    ("gates/approvals", _always),
    ("gates/approvals/*", _always),
    ("gates/approvals/*/classes", _always),
    ("gates/approvals/*/tags_any", _always),
    ("gates/approvals/*/roles", _added),
    ("gates/approvals/*/quorum", _smaller),
    ("gates/approvals/*/expires", _longer),
    ("gates/commander_clears", _removed),
    ("gates/fresh_session", _longer),
    ("gates/recipient_rate", _larger),
    ("gates/exceptions/findings", _added),
    ("gates/exceptions/roles", _always),
    ("gates/exceptions/quorum", _smaller),
    ("gates/exceptions/expires", _longer),
    ("gates/address_rate", _looser),
    ("gates/tenant_rate", _looser),
    ("gates/review_warning/under", _shorter),
    ("gates/review_warning/words_over", _larger),
    ("stages/start", _acts),
    ("stages/pilot_when/**", _always),
    ("stages/pilot_share", _larger),
    ("stages/sign_offs", _smaller),
    ("stages/readiness/*", _longer),
    ("stages/demote/*", _removed),
    ("stages/demote/*/measure", _always),
    ("stages/demote/*/actions", _always),
    ("stages/demote/*/window", _shorter),
    ("stages/demote/*/at_least", _larger),
    ("stages/demote/*/share", _larger),
    ("platforms/*", _added),
    ("platforms/*", _more_sensitive),
    ("roles/*", _gives_gate_right),
    ("roles/*/rights", _gives_gate_right),
    ("people/*", _gives_gate_role),
    ("people/*/roles", _gives_gate_role),
    ("escalation/rules", _always),
    ("escalation/rules/*", _always),
    ("escalation/rules/*/classes", _always),
    ("escalation/rules/*/tags_any", _always),
    ("escalation/rules/*/ladder", _always),
    ("escalation/rules/*/acknowledge_within", _longer),
    ("escalation/rules/*/lease", _longer),
    ("output/link_domains", _added),
    ("output/longest/*", _larger),
    ("output/required/*", _removed),
    ("output/part_words/*", _added),
    *((f"output/{words}/usual", _turned_off) for words in _WORDINGS),
    *((f"output/{words}/terms", _removed) for words in _WORDINGS),
    *((f"output/{words}/patterns", _removed) for words in _WORDINGS),
    *((f"output/{words}/allowed", _added) for words in _WORDINGS),
    ("output/amounts/*", _added),
    ("output/amounts/*", _larger),
    ("output/forbidden_names", _removed),
    ("output/contacts", _added),
    ("output/phone_regions", _removed),
    ("output/personal_data", _removed),
)
#: Rules that only raise: fewer of them, fewer words, or more conditions lower caution.
_RAISING: Final = ("tag_rules", "severity/rules", "raise_rules")
_RAISING_ROWS: Final[tuple[tuple[str, _Test], ...]] = (
    ("*", _removed),
    ("*/terms", _fewer_words),
    ("*/patterns", _fewer_words),
    ("*/when/*", _added),
    ("*/when/*/any_of", _removed),
    ("*/when/*/at_least", _larger),
)

_ALL_ROWS: Final = (
    *((tuple(pattern.split("/")), test) for pattern, test in _ROWS),
    *((tuple(f"{place}/{pattern}".split("/")), test) for place in _RAISING for pattern, test in _RAISING_ROWS),
)


def weakens(change: Difference, old: Policy, new: Policy) -> bool:
    """Tell whether a change can lower caution."""
    case = _Case(change, old, new)
    return any(test(case) for pattern, test in _ALL_ROWS if _fits(pattern, change.path))


def _fits(pattern: tuple[str, ...], path: Path) -> bool:
    if pattern[-1] == "**":
        return len(path) >= len(pattern) and _fits((*pattern[:-1], *("*",) * (len(path) - len(pattern) + 1)), path)
    return len(pattern) == len(path) and all(want in ("*", step) for want, step in zip(pattern, path, strict=True))
