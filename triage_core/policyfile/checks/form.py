"""Does the intake form ask for what triage needs, and can each of its fields be filled in?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from triage_core.domain.policy import Policy
from triage_core.domain.policy.intake import FieldType, IntakeField
from triage_core.domain.terms import PatternIndex, PatternInvalid
from triage_core.policyfile.tree import Finding

MANDATORY: Final = ("impact", "urgency", "affected_system", "customer_tier", "data_sensitivity")
ORDERED: Final = ("impact", "urgency", "customer_tier", "data_sensitivity")
JUDGED: Final = ("impact", "urgency")
ASKED: Final = (*MANDATORY, "category", "service_line")

_FIELDS: Final = ("intake", "fields")


def asked_fields(policy: Policy) -> Iterator[Finding]:
    """Triage asks for the five mandatory fields, a category and a service line."""
    for name in ASKED:
        field = policy.intake.fields.get(name)
        if field is None:
            yield Finding(path=_FIELDS, what=f"the intake field {name} is missing", at_key=True)
        elif field.type is not FieldType.CHOICE:
            yield Finding(path=(*_FIELDS, name, "type"), what=f"{name} is no choice", expected="choice")


def required_fields(policy: Policy) -> Iterator[Finding]:
    """A ticket without one of the five mandatory fields is blocked."""
    for name in MANDATORY:
        field = policy.intake.fields.get(name)
        if field is not None and not field.required:
            yield Finding(path=(*_FIELDS, name, "required"), what=f"{name} is not required", expected="required: true")


def ordered_fields(policy: Policy) -> Iterator[Finding]:
    """Rules may only raise, so the fields they rank by say which value is more serious."""
    for name in ORDERED:
        field = policy.intake.fields.get(name)
        if field is not None and not field.ordered:
            expected = "ordered: true, and the most serious value first"
            yield Finding(
                path=(*_FIELDS, name, "ordered"), what=f"the values of {name} have no order", expected=expected
            )


def judged_fields(policy: Policy) -> Iterator[Finding]:
    """A default for impact or urgency would look like somebody's judgement in every statistic."""
    for name in JUDGED:
        field = policy.intake.fields.get(name)
        if field is not None and field.default is not None:
            yield Finding(path=(*_FIELDS, name, "default"), what=f"{name} has a default", expected="no default")


def choices(policy: Policy) -> Iterator[Finding]:
    """A choice field has values to choose from, and no other field has any."""
    for name, field in policy.intake.fields.items():
        path = (*_FIELDS, name, "values")
        if field.type is FieldType.CHOICE and not field.values:
            yield Finding(path=path, what=f"the choice field {name} has no values", expected="at least one value")
        elif field.type is not FieldType.CHOICE and field.values:
            yield Finding(path=path, what=f"{name} is a {field.type} field and has values", expected="type: choice")


#: What only makes sense for fields of one type.
_BELONGS: Final = (
    ("ordered", FieldType.CHOICE),
    ("pattern", FieldType.TEXT),
    ("minimum", FieldType.NUMBER),
    ("maximum", FieldType.NUMBER),
)


def settings(policy: Policy) -> Iterator[Finding]:
    """A setting that its field's type does not have would be ignored in silence."""
    for name, field in policy.intake.fields.items():
        for setting, kind in _BELONGS:
            if getattr(field, setting) not in {None, False} and field.type is not kind:
                what = f"{name} is a {field.type} field; {setting} has no effect on it"
                yield Finding(
                    path=(*_FIELDS, name, setting), what=what, expected=f"{setting} on {kind} fields only", at_key=True
                )


def limits(policy: Policy) -> Iterator[Finding]:
    """The smallest number lies below the largest."""
    for name, field in policy.intake.fields.items():
        low, high = field.minimum, field.maximum
        if low is not None and high is not None and low > high:
            yield Finding(path=(*_FIELDS, name, "minimum"), what=f"no number fits {name}", expected=f"at most {high:g}")


def form_patterns(policy: Policy) -> Iterator[Finding]:
    """A text field's pattern runs in linear time."""
    for name, field in policy.intake.fields.items():
        if field.pattern and (reason := why_unusable(f"^(?:{field.pattern})$")):
            yield Finding(
                path=(*_FIELDS, name, "pattern"), what=f"the pattern of {name} cannot be used", expected=reason
            )


def why_unusable(pattern: str) -> str:
    """Say what is wrong with a pattern, or nothing."""
    try:
        PatternIndex((pattern,))
    except PatternInvalid as invalid:
        return f"RE2 syntax: {str(invalid).partition(': ')[2]}"
    return ""


def values_in_order(field: IntakeField | None) -> tuple[str, ...]:
    """Return the values of an ordered field, the most serious first; none for any other."""
    return tuple(value.value for value in field.values) if field is not None and field.ordered else ()
