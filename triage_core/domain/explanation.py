"""Why did the rules decide so, on which words, and what would change it?"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from triage_core.domain.conditions import FieldValues, holds
from triage_core.domain.decision import NOTHING_GIVEN, Decision, Given, Outcome
from triage_core.domain.policy.caution import CautionRule
from triage_core.domain.policy.rules import RaiseRule, TagRule
from triage_core.domain.rulebook import Rulebook
from triage_core.domain.triaging import given_on
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from triage_core.domain.model import Ticket
    from triage_core.domain.policy.values import FieldTest
    from triage_core.domain.rule_bits import TextRule


class Word(Value, frozen=True, kw_only=True):
    """A word of the policy that stands in the ticket: [start, end) in code points of subject, newline, body."""

    term: str
    start: int
    end: int


class Fired(Value, frozen=True, kw_only=True):
    """A rule that fired, what it did, and on what evidence."""

    rule: str
    #: matrix, tag, severity, caution or raise
    kind: str
    #: The class, tag or severity it gave, `suspicious`, `up 1` for a step, or nothing where it only asks for approvers.
    effect: str
    because: str = ""
    #: The fields that its conditions read, with the ticket's values.
    fields: dict[str, Any] = {}  # noqa: RUF012 - msgspec copies an empty default
    words: tuple[Word, ...] = ()


class Lack(StrEnum):
    """The first thing that a silent rule lacked."""

    WORDS = "words"
    FIELD = "field"
    TAGS = "tags"
    SEVERITY = "severity"


class Skipped(Value, frozen=True, kw_only=True):
    """A rule that did not fire: what it lacked, what the ticket has there, and what would have done."""

    rule: str
    lacks: Lack
    field: str = ""
    has: Any = None
    wants: tuple[str, ...] = ()


class WouldChange(Value, frozen=True, kw_only=True):
    """One different fact that would give another class."""

    fact: str
    value: str
    class_name: str


class Explanation(Value, frozen=True, kw_only=True):
    """The whole account of one decision."""

    policy_version: str
    class_name: str
    severity: str
    tags: tuple[str, ...]
    gate_required: bool
    #: Set by people or by the source, beside the rules.
    given: Given = NOTHING_GIVEN
    #: What an earlier text showed and the present one does not; it stays.
    kept: Given = NOTHING_GIVEN
    #: What the rules say about the class, where a person pinned it.
    by_rules: str | None = None
    fired: tuple[Fired, ...]
    skipped: tuple[Skipped, ...]
    would_change: tuple[WouldChange, ...]
    truncated: bool = False


class _Case:
    """A decision together with everything it was made from."""

    __slots__ = ("book", "decision", "fields", "given", "mask", "outcome", "words")

    def __init__(self, book: Rulebook, fields: FieldValues, decision: Decision, given: Given) -> None:
        self.book = book
        self.fields = fields
        self.decision = decision
        self.outcome = decision.outcome
        self.given = given
        self.mask = book.allowed(fields)
        self.words: dict[int, list[Word]] = {}
        for number, start, end in decision.hits:
            word = Word(term=book.words[number], start=start, end=end)
            for bit in _bits(book.rules_of_word[number]):
                self.words.setdefault(bit, []).append(word)


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def explain(book: Rulebook, fields: FieldValues, decision: Decision, given: Given = NOTHING_GIVEN) -> Explanation:
    """Account for a decision; the arguments are those it was made with."""
    case = _Case(book, fields, decision, given)
    outcome = decision.outcome
    fired, skipped = _rules(case)
    others = book.other_classes(decision, fields, given)
    return Explanation(
        policy_version=book.version,
        class_name=outcome.class_name,
        severity=outcome.severity,
        tags=outcome.tags,
        gate_required=outcome.gate_required,
        given=given,
        fired=fired,
        skipped=skipped,
        would_change=tuple(WouldChange(fact=f, value=v, class_name=c) for f, v, c in others),
        truncated=decision.truncated,
    )


def explain_ticket(book: Rulebook, ticket: Ticket, text: str) -> Explanation:
    """Account for what a triaged ticket holds: by its present text, by what stayed from before, and by people."""
    given = given_on(ticket)
    decision = book.decide(ticket.intake, text, given)
    kept = _kept(ticket, decision.outcome)
    settled = given
    if kept is not NOTHING_GIVEN:
        settled = replace(given, tags=(*given.tags, *kept.tags), severity=kept.severity or given.severity)
        decision = book.decide(ticket.intake, text, settled)
    told = explain(book, ticket.intake, decision, settled)
    told = replace(told, given=given, kept=kept, gate_required=ticket.gate_required)
    if "class_name" not in ticket.pinned:
        return told
    return replace(told, class_name=str(ticket.class_name), by_rules=told.class_name, would_change=())


def _kept(ticket: Ticket, found: Outcome) -> Given:
    tags = tuple(tag for tag in ticket.tag_names if tag not in found.tags)
    severity = None if ticket.severity == found.severity else ticket.severity
    return Given(tags=tags, severity=severity) if tags or severity else NOTHING_GIVEN


def _rules(case: _Case) -> tuple[tuple[Fired, ...], tuple[Skipped, ...]]:
    fired, skipped = [_matrix(case)], []
    names = frozenset(case.outcome.fired)
    for bit, rule in enumerate(case.book.text_rules):
        if rule.id in names:
            fired.append(_text_rule(case, bit, rule))
        else:
            skipped.append(_silent_text_rule(case, bit, rule))
    first = len(case.book.text_rules)
    for bit, raising in enumerate(case.book.raise_rules, start=first):
        if raising.id in names:
            fired.append(_raise_rule(case, raising))
        else:
            skipped.append(_silent_raise_rule(case, bit, raising))
    return tuple(fired), tuple(skipped)


def _shown(case: _Case, names: Mapping[str, FieldTest] | tuple[str, ...]) -> dict[str, Any]:
    return {name: case.fields.get(name) for name in names} if names else {}


def _matrix(case: _Case) -> Fired:
    row = case.book.row(case.fields)
    effect = case.book.policy.classes[row.rank].name
    return Fired(rule=row.id, kind="matrix", effect=effect, fields=_shown(case, case.book.table.names))


def _text_rule(case: _Case, bit: int, rule: TextRule) -> Fired:
    kind, effect = _effect_of(case, rule)
    return Fired(
        rule=rule.id,
        kind=kind,
        effect=effect,
        because=rule.because or "",
        fields=_shown(case, rule.when),
        words=tuple(case.words.get(bit, ())),
    )


def _effect_of(case: _Case, rule: TextRule) -> tuple[str, str]:
    if isinstance(rule, CautionRule):
        return "caution", rule.tag if rule.tag in case.book.tag_bits else "suspicious"
    return ("tag", rule.tag) if isinstance(rule, TagRule) else ("severity", rule.severity)


def _raise_rule(case: _Case, rule: RaiseRule) -> Fired:
    fields = _shown(case, rule.when)
    wanted = (*rule.tags_any, *rule.tags_all)
    if wanted:
        fields["tags"] = tuple(tag for tag in case.outcome.tags if tag in wanted)
    if rule.severity_at_least:
        fields["severity"] = case.outcome.severity
    effect = rule.at_least or (f"up {rule.by}" if rule.by else "")
    return Fired(rule=rule.id, kind="raise", effect=effect, because=rule.because or "", fields=fields)


def _silent_text_rule(case: _Case, bit: int, rule: TextRule) -> Skipped:
    if not case.mask >> bit & 1:
        return _wrong_field(case, rule.id, rule.when)
    return _wordless(rule.id)


@lru_cache(maxsize=10_000)
def _wordless(rule: str) -> Skipped:
    """Most rules are silent for want of a word, so each one says so with the same value every time."""
    return Skipped(rule=rule, lacks=Lack.WORDS)


def _silent_raise_rule(case: _Case, bit: int, rule: RaiseRule) -> Skipped:
    if not case.mask >> bit & 1:
        return _wrong_field(case, rule.id, rule.when)
    tags = case.outcome.tags
    if missing := tuple(tag for tag in rule.tags_all if tag not in tags):
        return Skipped(rule=rule.id, lacks=Lack.TAGS, has=tags, wants=missing)
    if rule.tags_any and not any(tag in tags for tag in rule.tags_any):
        return Skipped(rule=rule.id, lacks=Lack.TAGS, has=tags, wants=rule.tags_any)
    return Skipped(rule=rule.id, lacks=Lack.SEVERITY, has=case.outcome.severity, wants=(str(rule.severity_at_least),))


def _wrong_field(case: _Case, rule: str, when: Mapping[str, FieldTest]) -> Skipped:
    name, test = next((name, test) for name, test in when.items() if not holds(test, case.fields.get(name)))
    wants = test.any_of if test.at_least is None else (f"at least {test.at_least:g}",)
    return Skipped(rule=rule, lacks=Lack.FIELD, field=name, has=case.fields.get(name), wants=wants)
