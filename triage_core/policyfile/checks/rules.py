"""Can every rule fire, only raise, and be found in a text the way it is written?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Final

from triage_core.domain.policy import Policy
from triage_core.domain.policy.caution import Manipulation
from triage_core.domain.policy.intake import FieldType
from triage_core.domain.policy.rules import RaiseRule, TermRule
from triage_core.domain.policy.values import FieldTest
from triage_core.domain.terms import TermIndex, TermInvalid
from triage_core.policyfile.checks.form import values_in_order, why_unusable
from triage_core.policyfile.spelling import nearest, one_of
from triage_core.policyfile.tree import Finding
from triage_core.policyfile.yaml_tree import Path

_Tests = Mapping[str, FieldTest]


def _text_rules(policy: Policy) -> Iterator[tuple[Path, TermRule]]:
    for number, tag_rule in enumerate(policy.tag_rules):
        yield ("tag_rules", number), tag_rule
    for number, severity_rule in enumerate(policy.severity.rules):
        yield ("severity", "rules", number), severity_rule


def _raise_rules(policy: Policy) -> Iterator[tuple[Path, RaiseRule]]:
    for number, rule in enumerate(policy.raise_rules):
        yield ("raise_rules", number), rule


def _raising_conditions(policy: Policy) -> Iterator[tuple[Path, _Tests]]:
    for path, rule in _text_rules(policy):
        yield (*path, "when"), rule.when
    for path, raising in _raise_rules(policy):
        yield (*path, "when"), raising.when


def _all_conditions(policy: Policy) -> Iterator[tuple[Path, _Tests]]:
    yield from _raising_conditions(policy)
    for number, row in enumerate(policy.matrix.rows):
        yield ("matrix", "rows", number, "when"), row.when
    for number, override in enumerate(policy.service_levels.overrides):
        yield ("service_levels", "overrides", number, "when"), override.when
    for number, starter in enumerate(policy.escalation.starters):
        yield ("escalation", "starters", number, "when"), starter.when
    yield ("stages", "pilot_when"), policy.stages.pilot_when


def upper_sets(policy: Policy) -> Iterator[Finding]:
    """A rule that fires for a value fires for every more serious one, else a worse ticket could rank lower."""
    for path, tests in _raising_conditions(policy):
        for name, test in tests.items():
            values = values_in_order(policy.intake.fields.get(name))
            places = [values.index(value) for value in test.any_of if value in values]
            left_out = [value for value in values[: max(places, default=0)] if value not in test.any_of]
            if left_out:
                what = f"the rule fires for {name} {values[max(places)]} and not for the more serious {left_out[0]}"
                yield Finding(path=(*path, name), what=what, expected=f"{left_out[0]} as well")


def test_kinds(policy: Policy) -> Iterator[Finding]:
    """A number is tested by its size, and everything else by its value."""
    for path, tests in _all_conditions(policy):
        for name, test in tests.items():
            field = policy.intake.fields.get(name)
            if field is None:
                continue
            number = field.type is FieldType.NUMBER
            if number != (test.at_least is not None) or bool(test.any_of) == number:
                expected = "at_least with a number" if number else "one value or a list of values"
                yield Finding(path=(*path, name), what=f"{name} is a {field.type} field", expected=expected)


def conditioned(policy: Policy) -> Iterator[Finding]:
    """A rule without words and conditions would fire on every ticket."""
    for path, rule in _text_rules(policy):
        if not (rule.terms or rule.patterns or rule.when):
            what = f'rule "{rule.id}" would fire on every ticket'
            yield Finding(path=(*path, "id"), what=what, expected="terms, patterns or when")
    for path, raising in _raise_rules(policy):
        if not (raising.when or raising.tags_any or raising.tags_all or raising.severity_at_least):
            what = f'rule "{raising.id}" would fire on every ticket'
            yield Finding(path=(*path, "id"), what=what, expected="when, tags_any, tags_all or severity_at_least")


def effective(policy: Policy) -> Iterator[Finding]:
    """A raise rule raises something or asks for an approver."""
    for path, rule in _raise_rules(policy):
        if not (rule.at_least or rule.by or rule.approvers):
            what = f'rule "{rule.id}" does nothing when it fires'
            yield Finding(path=(*path, "id"), what=what, expected="at_least, by or approvers")


def _term_lists(policy: Policy) -> Iterator[tuple[Path, tuple[str, ...]]]:
    for path, rule in _text_rules(policy):
        yield (*path, "terms"), rule.terms
    yield ("intake", "alert_terms"), policy.intake.alert_terms


def findable_terms(policy: Policy) -> Iterator[Finding]:
    """Every term has a word and is found in its own spelling."""
    return unfindable(_term_lists(policy))


def unfindable(lists: Iterable[tuple[Path, tuple[str, ...]]]) -> Iterator[Finding]:
    """Name the terms of some lists that cannot be found."""
    for path, terms in lists:
        for number, term in enumerate(terms if _index(terms) is None else ()):
            if _index((term,)) is None:
                what = "this term is not found in its own spelling"
                yield Finding(path=(*path, number), what=what, expected="at least one word of plain letters or digits")


@lru_cache(maxsize=64)
def _index(terms: tuple[str, ...]) -> TermIndex | None:
    try:
        return TermIndex(terms)
    except TermInvalid:
        return None


def terms_once(policy: Policy) -> Iterator[Finding]:
    """No two terms of a rule are the same once case and joints do not count."""
    return repeated(_term_lists(policy))


def repeated(lists: Iterable[tuple[Path, tuple[str, ...]]]) -> Iterator[Finding]:
    """Name the terms of some lists that are the same as an earlier one."""
    for path, terms in lists:
        index = _index(terms)
        for number, first in enumerate(index.same_as if index else ()):
            if first != number:
                what = f'"{terms[number]}" is the same term as "{terms[first]}", since case and joints do not count'
                yield Finding(path=(*path, number), what=what, expected="each term once")


def patterns(policy: Policy) -> Iterator[Finding]:
    """Every pattern runs in linear time."""
    for path, rule in _text_rules(policy):
        for number, pattern in enumerate(rule.patterns):
            if reason := why_unusable(pattern):
                yield Finding(path=(*path, "patterns", number), what="this pattern cannot be used", expected=reason)


def weights(policy: Policy) -> Iterator[Finding]:
    """A more serious value never has fewer points; a value left out has none."""
    for name, points in policy.score.weights.items():
        values = values_in_order(policy.intake.fields.get(name))
        for worse, milder in pairwise(values):
            if points.get(worse, 0) < points.get(milder, 0):
                what = f"{worse} has fewer points than the milder {milder}"
                yield Finding(
                    path=("score", "weights", name, worse), what=what, expected=f"at least {points[milder]:g}"
                )


_NOT_FOUND: Final = "no rule finds this tag; only people and sources can set it"


def found_tags(policy: Policy) -> Iterator[Finding]:
    """Every tag has a rule that finds it."""
    found = {rule.tag for rule in policy.tag_rules} | {policy.manipulation.tag}
    for number, tag in enumerate(policy.tags):
        if tag.name not in found:
            yield Finding(path=("tags", number, "name"), what=f"{tag.name}: {_NOT_FOUND}", expected="a tag rule")


def manipulation_tag(policy: Policy) -> Iterator[Finding]:
    """A tag of one's own for manipulation is declared; the usual one need not be."""
    tag, names = policy.manipulation.tag, tuple(each.name for each in policy.tags)
    if tag not in (*names, Manipulation().tag):
        what = f'unknown tag "{tag}"; manipulated texts would be marked without it'
        yield Finding(path=("manipulation", "tag"), what=what, expected=one_of(names), nearest=nearest(tag, names))
