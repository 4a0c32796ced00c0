"""How do people write down who is on call: which layers, whose turn after whose, and at which hours?"""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from triage_core.domain.errors import TriageError
from triage_core.domain.policy.problem import Problem
from triage_core.domain.policy.service_levels import Week
from triage_core.domain.policy.values import Name, Names, Section

_TURN: Final = re.compile(r"([1-9]\d{0,2})([hdw])")
_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_UNITS: Final = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
#: Longer than any clock is ever set forward, so that no whole turn falls into the hours that are skipped.
_SHORTEST: Final = timedelta(hours=3)
#: What calendars reach.
_YEARS: Final = range(1970, 2201)


class RotaInvalid(TriageError):
    """A rota cannot be used as it stands."""

    code = "rota_invalid"

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        """Say what is wrong; a file adds each problem with its place."""
        super().__init__(message)
        self.problems = problems


class Weekday(StrEnum):
    """A day of the week, in order."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def number(self) -> int:
        """Count from Monday, which is 0."""
        return list(Weekday).index(self)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of the zone database is no zone
        message = "expected an IANA time zone such as Europe/Berlin"
        raise ValueError(message) from None
    return name


def _minutes(value: object) -> object:
    found = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        message = "expected a time of day such as 09:00"
        raise ValueError(message)
    return int(found[1]) * 60 + int(found[2])


def _written_time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _sound_turn(text: str) -> str:
    if _TURN.fullmatch(text) is None:
        message = "expected the length of a turn such as 12h, 1d or 2w"
        raise ValueError(message)
    if length_of(text) < _SHORTEST:
        message = "expected a turn of at least 3h"
        raise ValueError(message)
    return text


def length_of(turn: str) -> timedelta:
    """Return how much the local clock moves on in a turn."""
    return int(turn[:-1]) * _UNITS[turn[-1]]


def _near(day: date) -> date:
    if day.year not in _YEARS:
        message = "expected a day from 1970 to 2200"
        raise ValueError(message)
    return day


def _not_empty(week: Week) -> Week:
    if not any(week.days()):
        message = "expected hours on at least one weekday"
        raise ValueError(message)
    return week


Zone = Annotated[str, AfterValidator(_known_zone)]
TimeOfDay = Annotated[
    int,
    BeforeValidator(_minutes),
    PlainSerializer(_written_time, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["09:00"]}),
]
"""Minutes after local midnight."""
Hours = Annotated[Week, AfterValidator(_not_empty)]
Turn = Annotated[str, AfterValidator(_sound_turn), WithJsonSchema({"type": "string", "examples": ["12h", "1d", "1w"]})]


class Layer(Section):
    """People who take turns. A later layer goes before an earlier one wherever it has somebody on duty."""

    name: Name
    people: Annotated[Names, Field(min_length=1, max_length=200)]
    """Ids from the roster, in the order of their turns; whoever stands there twice has two."""
    starts: Annotated[date, AfterValidator(_near)]
    """The local day of the first person's first hour, at `handover_at`; nobody is on duty before."""
    turn: Turn
    """Hours, days or weeks on the local clock."""
    handover_at: TimeOfDay
    """The local time of the first hand-over; turns of days and weeks change at no other time."""
    handover_on: Weekday | None = None
    """For turns of weeks: the day they change on; the weekday of `starts` when empty."""
    only: Hours | None = None
    """Local hours in which the layer counts, also over midnight; around the clock when empty."""

    @field_validator("handover_on")
    @classmethod
    def _only_for_weeks(cls, day: Weekday | None, info: ValidationInfo) -> Weekday | None:
        if day is not None and not info.data.get("turn", "w").endswith("w"):
            message = "expected no handover_on, because only turns of weeks have a day to change on"
            raise ValueError(message)
        return day


def _named_apart(layers: tuple[Layer, ...]) -> tuple[Layer, ...]:
    if len({layer.name for layer in layers}) < len(layers):
        message = "expected a name of its own for each layer"
        raise ValueError(message)
    return layers


class Rota(Section):
    """One on-call rota: at most one person is on duty at any moment."""

    name: Name = Field(alias="rota")
    """The name by which ladders call it, as `rota:NAME`."""
    zone: Zone
    """The time zone of every local time below."""
    description: str = ""
    layers: Annotated[tuple[Layer, ...], Field(min_length=1, max_length=50), AfterValidator(_named_apart)]

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who has turns, each once."""
        return tuple(dict.fromkeys(person for layer in self.layers for person in layer.people))
