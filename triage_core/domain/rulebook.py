"""What does a policy decide about a ticket: class, severity, tags, gate, and by which rules?

A policy is compiled once. Each rule becomes one bit, so that deciding a ticket is one scan of its text and a handful of
look-ups, and everything said about the outcome is prepared only once for each combination of rules.
"""

from __future__ import annotations

from math import inf, nextafter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from triage_core.domain.conditions import FieldValues, picker, thresholds
from triage_core.domain.decision import NOTHING_GIVEN, Decision, Given, Outcome
from triage_core.domain.errors import PolicyInvalid, UnknownName
from triage_core.domain.matrix import DecisionTable, Row
from triage_core.domain.policy.intake import FieldType
from triage_core.domain.rule_bits import RuleBits, undeclared

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from triage_core.domain.policy import Policy

_Key = tuple[int, int, int, int]
#: Outcomes and field combinations kept ready; more than any desk uses, so the limit only stops runaway growth.
_KEEP: Final = 50_000


class _Fields(msgspec.Struct, frozen=True):
    """What a combination of field values settles before the text is read."""

    row: Row
    mask: int
    bonus: float
    #: The outcome by the rules whose words stand in the text, where nothing else decides.
    by_words: dict[int, Outcome] = msgspec.field(default_factory=dict)


class Rulebook(RuleBits):
    """A policy, ready to decide."""

    def __init__(self, policy: Policy) -> None:
        """Compile a checked policy.

        Raises `PolicyInvalid` where a rule names something that the policy does not declare.
        """
        self.policy: Final = policy
        self.version: Final = policy.id
        super().__init__(policy)
        self.table: Final = self._table(policy)
        self.deciding_fields: Final = tuple(dict.fromkeys((*self.table.names, *self._conditions.names)))
        self.values_of: Final = {name: self._values_of(name) for name in self.deciding_fields}
        self.thresholds: Final = thresholds((*self.table.tests, *self._conditions.tests))
        self._pick = picker(dict.fromkeys((*self.deciding_fields, *policy.score.weights)))
        self._has_numbers = self._conditions.has_numbers
        self._by_fields: dict[Any, _Fields] = {}
        self._by_first: dict[int, tuple[int, int]] = {}
        self._outcomes: dict[_Key, Outcome] = {}

    def _table(self, policy: Policy) -> DecisionTable:
        try:
            return DecisionTable(policy.matrix, self.ranks)
        except KeyError as missing:
            raise undeclared(missing.args[0]) from missing

    def _values_of(self, name: str) -> tuple[str, ...]:
        """Return what a deciding field may say: its list, yes and no, or else what the rules ask for."""
        field = self.policy.intake.fields.get(name)
        if field is None:
            raise undeclared(name)
        if field.type is FieldType.BOOLEAN:
            return "true", "false"
        return tuple(value.value for value in field.values) or self._conditions.tested(name)

    def decide(self, fields: FieldValues, text: str, given: Given = NOTHING_GIVEN) -> Decision:
        """Decide one complete ticket; `text` is subject, newline and body as stored.

        Raises `UnknownName` for a given tag or severity that the policy does not declare.
        """
        truncated = len(text) > self._limit
        hits = list(self._terms.scan(text, self._limit).hits) if truncated else self._find(text)
        if self._patterns is not None:
            hits += [(self._term_count + n, a, b) for n, a, b in self._patterns.find(text[: self._limit])]
        if self._trick_numbers:
            hits += self.tricks(text)
        words = self._wordless
        rules = self.rules_of_word
        for hit in hits:
            words |= rules[hit[0]]
        settled = self._by_fields.get(key := self._pick(fields)) or self._settle(key, fields)
        outcome = settled.by_words.get(words) if given is NOTHING_GIVEN else None
        if outcome is None:
            outcome = self._again(settled, words, fields, given)
        return Decision(outcome, hits, settled.bonus, truncated)

    def redecide(self, decision: Decision, fields: FieldValues, given: Given) -> Outcome:
        """Decide the same text with other facts."""
        return self._again(self._settled(fields), self._words_of(decision), fields, given)

    def supposing(
        self, decision: Decision, fields: FieldValues, given: Given, found: str | None, lost: tuple[str, str] | None
    ) -> Outcome:
        """Decide the same text as if one rule had found a word of its own, or lost one of its terms."""
        places = {rule.id: 1 << bit for bit, rule in enumerate(self.text_rules)}
        rule, term = lost or ("", "")
        words = self._wordless | places.get(found or "", 0)
        for number, _, _ in decision.hits:
            mask = self.rules_of_word[number]
            words |= mask & ~places[rule] if self.words[number] == term else mask
        return self._again(self._settled(fields), words, fields, given)

    def other_classes(self, decision: Decision, fields: FieldValues, given: Given) -> list[tuple[str, str, str]]:
        """Return each single different fact that would give another class: what, which value, the class."""
        words = self._words_of(decision)
        return [
            *self._with_other_values(decision, words, fields, given),
            *self._with_other_outcomes(decision, words, fields, given),
        ]

    def _with_other_values(
        self, decision: Decision, words: int, fields: FieldValues, given: Given
    ) -> Iterator[tuple[str, str, str]]:
        now = decision.outcome.class_name
        others = dict(fields)
        prepared, pick = self._by_fields, self._pick
        for name in self.deciding_fields:
            current = fields.get(name)
            for value in self.values_of[name]:
                if value == current:
                    continue
                others[name] = value
                settled = prepared.get(pick(others)) or self._settled(others)
                known = settled.by_words.get(words) if given is NOTHING_GIVEN else None
                other = (known or self._again(settled, words, others, given)).class_name
                if other != now:
                    yield name, value, other
            others[name] = current
        yield from self._with_other_sizes(decision, words, fields, given)

    def _with_other_sizes(
        self, decision: Decision, words: int, fields: FieldValues, given: Given
    ) -> Iterator[tuple[str, str, str]]:
        """Try one number of each stretch between the sizes that decide."""
        for name, sizes in self.thresholds.items():
            under = (f"under {sizes[0]:.15g}", nextafter(sizes[0], -inf))
            for value, number in (under, *((f"at least {size:.15g}", size) for size in sizes)):
                others = {**fields, name: number}
                outcome = self._again(self._settled(others), words, others, given)
                if outcome.class_name != decision.outcome.class_name:
                    yield name, value, outcome.class_name

    def _with_other_outcomes(
        self, decision: Decision, words: int, fields: FieldValues, given: Given
    ) -> Iterator[tuple[str, str, str]]:
        now = decision.outcome.class_name
        settled = self._settled(fields)
        row, rules, tags, severity = self._key(settled, self.allowed(fields), words, given)
        for tag, bit in self.tag_bits.items():
            if not tags & bit and (other := self._outcome((row, rules, tags | bit, severity)).class_name) != now:
                yield "tag", tag, other
        for level, rank in self.severity_ranks.items():
            if rank != severity and (other := self._outcome((row, rules, tags, rank)).class_name) != now:
                yield "severity", level, other

    def allowed(self, fields: FieldValues) -> int:
        """Return the bits of the rules whose field conditions hold."""
        return self._settled(fields).mask & self._conditions.number_mask(fields)

    def row(self, fields: FieldValues) -> Row:
        """Return the row of the matrix that holds."""
        return self._settled(fields).row

    def _words_of(self, decision: Decision) -> int:
        words = self._wordless
        for hit in decision.hits:
            words |= self.rules_of_word[hit[0]]
        return words

    def _settled(self, fields: FieldValues) -> _Fields:
        key = self._pick(fields)
        return self._by_fields.get(key) or self._settle(key, fields)

    def _again(self, settled: _Fields, words: int, fields: FieldValues, given: Given) -> Outcome:
        if given is NOTHING_GIVEN and not self._has_numbers:
            return settled.by_words.get(words) or self._judge(settled, settled.mask, words, given)
        return self._judge(settled, settled.mask & self._conditions.number_mask(fields), words, given)

    def _judge(self, settled: _Fields, mask: int, words: int, given: Given) -> Outcome:
        outcome = self._outcome(self._key(settled, mask, words, given))
        if given is NOTHING_GIVEN and not self._has_numbers and len(settled.by_words) < _KEEP:
            settled.by_words[words] = outcome
        return outcome

    def _key(self, settled: _Fields, mask: int, words: int, given: Given) -> _Key:
        if given.suspicious and not self._caution_tag:
            words |= self._caution_bit
        first = mask & words & self._first_mask
        found = self._by_first.get(first) or self._tags_and_severity(first)
        tags, severity = found if given is NOTHING_GIVEN else self._with_given(found, given)
        return settled.row.number, first | mask & ~self._first_mask, tags, severity

    def _outcome(self, key: _Key) -> Outcome:
        return self._outcomes.get(key) or self._conclude(key)

    def _with_given(self, found: tuple[int, int], given: Given) -> tuple[int, int]:
        tags = (found[0] | self._bits(given.tags)) & ~self._bits(given.cleared)
        return tags, found[1] if given.severity is None else self._severity_rank(given.severity)

    def _settle(self, key: object, fields: FieldValues) -> _Fields:
        row = self.table.row(fields)
        if row is None:
            message = "the matrix has no row for these values; run the policy's lint"
            raise PolicyInvalid(message)
        settled = _Fields(row, self._conditions.mask(fields), self._bonus(fields))
        if len(self._by_fields) < _KEEP:
            self._by_fields[key] = settled
        return settled

    def _bonus(self, fields: FieldValues) -> float:
        weights: Mapping[str, Mapping[str, float]] = self.policy.score.weights
        return sum(points.get(str(fields.get(name)), 0.0) for name, points in weights.items())

    def _bits(self, tags: Sequence[str]) -> int:
        bits = 0
        for tag in tags:
            if tag not in self.tag_bits:
                raise UnknownName("tag", self.tag_bits)
            bits |= self.tag_bits[tag]
        return bits

    def _severity_rank(self, severity: str) -> int:
        if severity not in self.severity_ranks:
            raise UnknownName("severity", self.severity_ranks)
        return self.severity_ranks[severity]

    def _tags_and_severity(self, first: int) -> tuple[int, int]:
        tags, severity = 0, len(self.severity_ranks)
        for bit, (tag, rank) in enumerate(self._gives):
            if first >> bit & 1:
                tags |= tag
                severity = min(severity, rank) if rank is not None else severity
        found = tags, severity if severity < len(self.severity_ranks) else self._default_severity
        if len(self._by_first) < _KEEP:
            self._by_first[first] = found
        return found

    def _conclude(self, key: _Key) -> Outcome:
        row, rules_held, tags, severity = self.table.rows[key[0]], *key[1:]
        raising = self.raising(rules_held & ~self._first_mask, tags, severity)
        rank = self._rank(row.rank, raising)
        ticket_class = self.policy.classes[rank]
        named = [tag for tag in self.policy.tags if tags & self.tag_bits[tag.name]]
        rules = [self.raise_rules[n] for n in raising]
        suspicious = bool(tags & self._caution_tag if self._caution_tag else rules_held & self._caution_bit)
        outcome = Outcome(
            class_name=ticket_class.name,
            class_rank=rank,
            severity=self.policy.severity.levels[severity].name,
            tags=tuple(tag.name for tag in named),
            fired=(row.id, *self._names(rules_held & self._first_mask), *(rule.id for rule in rules)),
            approvers=tuple(dict.fromkeys(role for rule in rules for role in rule.approvers)),
            gate_required=suspicious or ticket_class.gated or any(tag.gated for tag in named),
            draft_allowed=ticket_class.draft_allowed,
            must_escalate=ticket_class.must_escalate or any(tag.must_escalate for tag in named),
            suspicious=suspicious,
        )
        if len(self._outcomes) < _KEEP:
            self._outcomes[key] = outcome
        return outcome

    def _names(self, first: int) -> tuple[str, ...]:
        return tuple(rule.id for bit, rule in enumerate(self.text_rules) if first >> bit & 1)

    def _rank(self, base: int, raising: Sequence[int]) -> int:
        lifted = base - max((self.raise_rules[n].by for n in raising), default=0)
        return max(0, min([lifted, *(self._raises[n][3] for n in raising)]))
