"""Which small values do policies share: durations, shares, names, and tests on a ticket's fields?"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
_DURATION = re.compile(r"(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})s)?")


class Section(BaseModel):
    """One part of a policy file: immutable, and an unknown key is an error."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, populate_by_name=True, allow_inf_nan=False
    )


def parse_duration(value: object) -> object:
    """Read `90s`, `15m`, `1h30m` or `2d`; a plain number is refused, since its unit would be a guess."""
    if isinstance(value, timedelta):
        return value
    found = _DURATION.fullmatch(value.replace(" ", "")) if isinstance(value, str) and value.strip() else None
    if found is None:
        message = "expected a duration such as 90s, 15m, 1h30m or 2d"
        raise ValueError(message)
    return timedelta(seconds=sum(int(n or 0) * s for n, s in zip(found.groups(), _UNITS.values(), strict=True)))


def format_duration(value: timedelta) -> str:
    """Write a duration the way a policy file spells it, in whole seconds."""
    rest = int(value.total_seconds())
    parts: list[str] = []
    for unit, seconds in _UNITS.items():
        count, rest = divmod(rest, seconds)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def parse_share(value: object) -> object:
    """Read `75%` or `0.75`."""
    if isinstance(value, str) and (found := re.fullmatch(r"\s*(\d{1,3}(?:\.\d+)?)\s*%\s*", value)):
        return float(found.group(1)) / 100
    return value


def as_list(value: object) -> object:
    """Let one value stand where a list of one is meant."""
    return value if isinstance(value, list | tuple) or value is None else [value]


def _positive(value: timedelta) -> timedelta:
    if value <= timedelta():
        message = "expected a duration above zero"
        raise ValueError(message)
    return value


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    AfterValidator(_positive),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": r"^(\d+d)?(\d+h)?(\d+m)?(\d+s)?$", "examples": ["15m", "1h30m", "2d"]}
    ),
]
Share = Annotated[
    float,
    BeforeValidator(parse_share),
    Field(gt=0, lt=1),
    WithJsonSchema({"type": ["string", "number"], "examples": ["75%", 0.75]}),
]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9 _./:@+-]{0,79}$")]
Names = Annotated[tuple[Name, ...], BeforeValidator(as_list, json_schema_input_type=Name | list[Name])]
Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
Labels = dict[Language, Annotated[str, StringConstraints(min_length=1, max_length=200)]]
"""What a person reads in languages other than the policy's own."""
Term = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Terms = Annotated[tuple[Term, ...], BeforeValidator(as_list, json_schema_input_type=Term | list[Term])]


def _as_choices(value: object) -> object:
    listed = as_list(value)
    if not isinstance(listed, list):
        return listed
    return [str(item).lower() if isinstance(item, bool) else item for item in listed]


_Choice = Name | bool
Choices = Annotated[tuple[Name, ...], BeforeValidator(_as_choices, json_schema_input_type=_Choice | list[_Choice])]
"""Values of a field; true and false stand for those of a yes-or-no field."""


class FieldTest(Section):
    """A test on one intake field: one of these values, or a number of at least this size."""

    any_of: Choices = ()
    at_least: float | None = None


def _as_test(value: object) -> object:
    return value if isinstance(value, dict | FieldTest) else {"any_of": value}


Conditions = dict[
    Name,
    Annotated[FieldTest, BeforeValidator(_as_test, json_schema_input_type=_Choice | list[_Choice] | FieldTest)],
]


def as_entry(key: str, entry: type[BaseModel]) -> BeforeValidator:
    """Let a bare string stand for an entry that needs nothing but its `key`."""

    def widen(value: Any) -> Any:  # noqa: ANN401 - whatever YAML holds arrives here
        return {key: value} if isinstance(value, str) else value

    return BeforeValidator(widen, json_schema_input_type=Name | entry)
