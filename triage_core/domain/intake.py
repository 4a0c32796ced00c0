"""Does a ticket say everything that triage needs, and what is wrong with each value that does not do?"""

from __future__ import annotations

import json
from itertools import chain
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from triage_core.domain.folding import without_surrogates
from triage_core.domain.model import Problem
from triage_core.domain.policy.intake import FieldType, Intake, IntakeField
from triage_core.domain.terms import PatternIndex, TermIndex
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from triage_core.domain.policy import Policy
    from triage_core.domain.policy.rules import TermRule

#: Stands for the value of a text field, whose text can be erased and must not stand in a timeline.
ON_FILE: Final = True
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
_MAX_TEXT: Final = 500
_TRUTH: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Checked(Value, frozen=True, kw_only=True):
    """The intake as far as it is usable, and all that is wrong with it."""

    values: dict[str, Any]
    #: Fields that the policy filled in, which every view shows as such.
    defaulted: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class Refused(Exception):
    """A value that does not do, with what was expected."""

    def __init__(self, code: str, expected: str) -> None:
        self.problem = (code, expected)


class IntakeForm:
    """A policy's intake form, ready to check tickets."""

    def __init__(self, intake: Intake) -> None:
        """Prepare the lists and patterns of every field."""
        self._fields: Final = intake.fields
        self._listed: Final = {
            name: {value.value.casefold(): value.value for value in field.values}
            for name, field in intake.fields.items()
        }
        self._patterns: Final = {
            name: PatternIndex((f"^(?:{field.pattern})$",)) for name, field in intake.fields.items() if field.pattern
        }
        systems = intake.fields.get("affected_system")
        self._service_lines: Final = (
            {v.value: v.service_line for v in systems.values if v.service_line} if systems else {}
        )

    def check(self, given: Mapping[str, Any], said: Mapping[str, Any] = _NOTHING) -> Checked:
        """Check all fields at once; an empty value counts as missing, and no value is repeated in a problem.

        `said` is what the ticket itself holds: what is given now replaces it.
        """
        every = {**said, **given}
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for name, field in self._fields.items():
            raw = every.get(name)
            if raw is None or (isinstance(raw, str) and not raw.strip()):
                continue
            try:
                on_file = name not in given and raw is ON_FILE and field.type is FieldType.TEXT
                values[name] = ON_FILE if on_file else self._value(name, field, raw)
            except Refused as refused:
                code, expected = refused.problem
                problems.append(Problem(pointer=f"/intake/{name}", expected=expected, code=code))
        defaulted = self._defaults(values, {problem.pointer for problem in problems})
        problems += self._missing(values, {problem.pointer for problem in problems})
        return Checked(values=values, defaulted=defaulted, problems=tuple(problems))

    def _value(self, name: str, field: IntakeField, raw: object) -> object:
        match field.type:
            case FieldType.CHOICE:
                return self._choice(name, field, raw)
            case FieldType.NUMBER:
                return _number(field, raw)
            case FieldType.BOOLEAN:
                return _boolean(raw)
            case FieldType.TEXT:
                return self._check_text(name, field, raw)

    def _choice(self, name: str, field: IntakeField, raw: object) -> str:
        found = self._listed[name].get(raw.strip().casefold()) if isinstance(raw, str) else None
        if found is None:
            raise Refused("not_listed", _one_of(field))
        return found

    def _check_text(self, name: str, field: IntakeField, raw: object) -> bool:
        """Check a text and say that it is on file: the text itself stays with the ticket's other texts."""
        text = without_surrogates(raw).strip() if isinstance(raw, str) else ""
        if not text or len(text) > _MAX_TEXT:
            raise Refused("not_text", f"text of at most {_MAX_TEXT} characters")
        if name in self._patterns and not self._patterns[name].find(text):
            raise Refused("wrong_form", f"text of the form {field.pattern}")
        return ON_FILE

    def _defaults(self, values: dict[str, Any], wrong: set[str]) -> tuple[str, ...]:
        filled: list[str] = []
        for name, field in self._fields.items():
            if name in values or f"/intake/{name}" in wrong:
                continue
            derived = self._service_lines.get(str(values.get("affected_system"))) if name == "service_line" else None
            default = derived or field.default
            if default is not None:
                values[name] = default
                filled.append(name)
        return tuple(filled)

    def _missing(self, values: Mapping[str, Any], wrong: set[str]) -> list[Problem]:
        return [
            Problem(pointer=f"/intake/{name}", expected=_expected(field), code="missing")
            for name, field in self._fields.items()
            if field.required and name not in values and f"/intake/{name}" not in wrong
        ]


def _one_of(field: IntakeField) -> str:
    return f"one of {', '.join(value.value for value in field.values)}"


def _expected(field: IntakeField) -> str:
    match field.type:
        case FieldType.CHOICE:
            return _one_of(field)
        case FieldType.NUMBER:
            return _range(field)
        case FieldType.BOOLEAN:
            return "true or false"
        case FieldType.TEXT:
            return f"text of at most {_MAX_TEXT} characters"


def _range(field: IntakeField) -> str:
    low = f" from {field.minimum:g}" if field.minimum is not None else ""
    high = f" up to {field.maximum:g}" if field.maximum is not None else ""
    return f"a number{low}{high}"


def _number(field: IntakeField, raw: object) -> float:
    try:
        number = float(raw) if isinstance(raw, str | int | float) and not isinstance(raw, bool) else None
    except (ValueError, OverflowError):
        number = None
    below = number is not None and field.minimum is not None and number < field.minimum
    above = number is not None and field.maximum is not None and number > field.maximum
    if number is None or below or above or number != number or abs(number) == float("inf"):  # noqa: PLR0124 - NaN
        raise Refused("not_a_number", _range(field))
    return number


def _boolean(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    found = _TRUTH.get(raw.strip().casefold()) if isinstance(raw, str) else None
    if found is None:
        raise Refused("not_a_boolean", "true or false")
    return found


def as_given(intake: Mapping[str, Any]) -> dict[str, str]:
    """Return values as they came, which may hold anything, as a text to be stored beside the timeline."""
    if not intake:
        return {}
    written = json.dumps(intake, ensure_ascii=False, separators=(",", ":"), default=str)
    return {"given": without_surrogates(written)}


class Alarms:
    """Words that ring even while a ticket is incomplete: of the highest class, of risk tags, and the intake's own."""

    def __init__(self, policy: Policy) -> None:
        """Collect the words of rules that would escalate a complete ticket."""
        loud_tags = {tag.name for tag in policy.tags if tag.must_escalate}
        top = {item.name for item in policy.classes if item.must_escalate}
        loud_levels = {level.name for level in policy.severity.levels if level.at_least in top}
        rules: list[TermRule] = [rule for rule in policy.tag_rules if rule.tag in loud_tags]
        rules += [rule for rule in policy.severity.rules if rule.severity in loud_levels]
        words = _rules_by(((rule.id, rule.terms) for rule in rules), ("intake:alert", policy.intake.alert_terms))
        patterns = _rules_by((rule.id, rule.patterns) for rule in rules)
        self._terms: Final = TermIndex(tuple(words))
        self._patterns: Final = PatternIndex(tuple(patterns))
        self._by_term: Final = tuple(words.values())
        self._by_pattern: Final = tuple(patterns.values())
        for number, first in enumerate(self._terms.same_as):
            self._by_term[first].extend(self._by_term[number] if first != number else ())
        self._limit: Final = policy.intake.max_text

    def ringing(self, text: str) -> tuple[str, ...]:
        """Return the ids of the rules whose words stand in the text."""
        found = [(start, self._by_term[number]) for number, start, _ in self._terms.scan(text, self._limit).hits]
        found += [(start, self._by_pattern[number]) for number, start, _ in self._patterns.find(text[: self._limit])]
        found.sort(key=itemgetter(0))
        return tuple(dict.fromkeys(rule for _, rules in found for rule in rules))


def _rules_by(rules: Iterable[tuple[str, Sequence[str]]], *more: tuple[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return the rule ids of each word."""
    found: dict[str, list[str]] = {}
    for rule, words in chain(rules, more):
        for word in words:
            found.setdefault(word, []).append(rule)
    return found
