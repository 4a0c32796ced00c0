"""How does each rule of a policy become one bit, and each word of it the rules it belongs to?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from triage_core.domain.conditions import ConditionTable
from triage_core.domain.errors import PolicyInvalid
from triage_core.domain.manipulation import inspect
from triage_core.domain.policy.caution import CautionRule
from triage_core.domain.policy.rules import RaiseRule, SeverityRule, TagRule, TermRule
from triage_core.domain.terms import PatternIndex, TermIndex

if TYPE_CHECKING:
    from triage_core.domain.policy import Policy
    from triage_core.domain.terms import Hit


TextRule: TypeAlias = TagRule | SeverityRule | CautionRule
#: The id of the rule that stands for the recogniser of manipulation.
CAUTION: Final = "text:manipulation"


class RuleBits:
    """The rules of a policy in numbers: tag and severity rules come first, rules that raise the class after them."""

    def __init__(self, policy: Policy) -> None:
        """Number a checked policy's rules.

        Raises `PolicyInvalid` where a rule names something that the policy does not declare.
        """
        self._name_things(policy)
        self._number_rules(policy)
        self._index_words(policy)

    def _name_things(self, policy: Policy) -> None:
        self.ranks = {item.name: rank for rank, item in enumerate(policy.classes)}
        self.severity_ranks = {level.name: rank for rank, level in enumerate(policy.severity.levels)}
        self.tag_bits = {tag.name: 1 << bit for bit, tag in enumerate(policy.tags)}

    def _number_rules(self, policy: Policy) -> None:
        caution = CautionRule(id=CAUTION, tag=policy.manipulation.tag, because="The text tries to steer a machine.")
        self.text_rules: tuple[TextRule, ...] = (*policy.tag_rules, *policy.severity.rules, caution)
        self._caution_bit = 1 << len(self.text_rules) - 1
        self._caution_tag = self.tag_bits.get(caution.tag, 0)
        self.raise_rules = (*policy.raise_rules, *_floors(policy))
        rules: tuple[TermRule | RaiseRule, ...] = (*self.text_rules, *self.raise_rules)
        self._conditions = ConditionTable([rule.when for rule in rules])
        self._first_mask = (1 << len(self.text_rules)) - 1
        reads = [bool(rule.terms or rule.patterns or rule is caution) for rule in self.text_rules]
        self._wordless = sum(1 << bit for bit, reading in enumerate(reads) if not reading)
        try:
            self._gives = [self._effect(rule) for rule in self.text_rules]
            self._raises = [self._raise(rule) for rule in self.raise_rules]
            self._default_severity = self.severity_ranks[policy.severity.default]
        except KeyError as missing:
            raise undeclared(missing.args[0]) from missing

    def _effect(self, rule: TextRule) -> tuple[int, int | None]:
        if isinstance(rule, CautionRule):
            return self._caution_tag, None
        if isinstance(rule, TagRule):
            return self.tag_bits[rule.tag], None
        return 0, self.severity_ranks[rule.severity]

    def _raise(self, rule: RaiseRule) -> tuple[int, int, int, int]:
        worst = (
            len(self.severity_ranks) if rule.severity_at_least is None else self.severity_ranks[rule.severity_at_least]
        )
        floor = len(self.ranks) if rule.at_least is None else self.ranks[rule.at_least]
        return (
            sum(self.tag_bits[tag] for tag in set(rule.tags_any)),
            sum(self.tag_bits[tag] for tag in set(rule.tags_all)),
            worst,
            floor,
        )

    def _index_words(self, policy: Policy) -> None:
        rules_of: dict[str, int] = {}
        patterns_of: dict[str, int] = {}
        for bit, rule in enumerate(self.text_rules):
            for term in rule.terms:
                rules_of[term] = rules_of.get(term, 0) | 1 << bit
            for pattern in rule.patterns:
                patterns_of[pattern] = patterns_of.get(pattern, 0) | 1 << bit
        self._terms = _index_of(tuple(rules_of))
        masks = list(rules_of.values())
        for number, first in enumerate(self._terms.same_as):
            masks[first] |= masks[number]
        tricks = policy.manipulation.kinds
        self.words = (*rules_of, *patterns_of, *(f"manipulation: {trick}" for trick in tricks))
        self.rules_of_word = (*masks, *patterns_of.values(), *[self._caution_bit] * len(tricks))
        first = len(rules_of) + len(patterns_of)
        self._trick_numbers = {trick: number for number, trick in enumerate(tricks, start=first)}
        self._find = self._terms.find
        self._patterns = PatternIndex(tuple(patterns_of)) if patterns_of else None
        self._term_count = len(rules_of)
        self._limit = policy.intake.max_text

    def tricks(self, text: str) -> list[Hit]:
        """Return the places where a text tries to steer a machine, in the form of hits."""
        numbers = self._trick_numbers
        found = inspect(text[: self._limit]) if numbers else []
        return [(numbers[trick], start, end) for trick, start, end in found if trick in numbers]

    def raising(self, second: int, tags: int, severity: int) -> list[int]:
        """Return the numbers of the raise rules that fire, of those whose field conditions hold."""
        shift = len(self.text_rules)
        return [
            n
            for n, (any_of, all_of, worst, _) in enumerate(self._raises)
            if second >> (n + shift) & 1
            and (not any_of or tags & any_of)
            and tags & all_of == all_of
            and (worst == len(self.severity_ranks) or severity <= worst)
        ]


@lru_cache(4)
def _index_of(terms: tuple[str, ...]) -> TermIndex:
    """Compile words once for policies that differ in other things only; an index never changes."""
    return TermIndex(terms)


def undeclared(name: str) -> PolicyInvalid:
    """Say that a rule cannot be read."""
    return PolicyInvalid(f"a rule names {name!r}, which the policy does not declare; run the policy's lint")


def _floors(policy: Policy) -> tuple[RaiseRule, ...]:
    """Spell out the floors of tags and severities as rules, so that explanations name them like any other."""
    tags = [
        RaiseRule(id=f"floor:{tag.name}", tags_any=(tag.name,), at_least=tag.at_least, because=tag.rationale)
        for tag in policy.tags
        if tag.at_least
    ]
    levels = [
        RaiseRule(id=f"floor:{level.name}", severity_at_least=level.name, at_least=level.at_least)
        for level in policy.severity.levels
        if level.at_least
    ]
    return (*tags, *levels)
