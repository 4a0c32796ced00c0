"""What does a policy promise, and on which clock?"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from triage_core.domain.policy.values import Conditions, Duration, Name, Names, Section, Share, as_list

_SLOT = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)")


class Metric(StrEnum):
    """What a service level measures; the meaning of each is fixed in the domain reference of the documentation."""

    INTAKE = "intake"
    FIRST_REPLY = "first_reply"
    NEXT_REPLY = "next_reply"
    UPDATE = "update"
    REQUESTER_WAIT = "requester_wait"
    AGENT_WORK = "agent_work"
    FIRST_RESOLUTION = "first_resolution"
    RESOLUTION = "resolution"
    ACKNOWLEDGEMENT = "acknowledgement"
    COMMUNICATION = "communication"


class PauseReason(StrEnum):
    """Why a clock may stand still; waiting for an approval is our own delay and never one of them."""

    WAITING_CUSTOMER = "waiting_customer"
    WAITING_THIRD_PARTY = "waiting_third_party"
    SOLVED = "solved"


def parse_slot(value: object) -> object:
    """Read `09:00-17:30` into minutes after midnight; a close before the opening runs over midnight."""
    if isinstance(value, tuple | list):
        return tuple(value)
    found = _SLOT.fullmatch(value.strip()) if isinstance(value, str) else None
    opens, closes = (int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])) if found else (0, 0)
    if not found or opens >= 1_440 or closes > 1_440 or opens == closes:  # noqa: PLR2004 - minutes of a day
        message = "expected opening hours such as 09:00-17:30"
        raise ValueError(message)
    return opens, closes


def format_slot(slot: tuple[int, int]) -> str:
    """Write opening hours the way a policy file spells them."""
    opens, closes = slot
    return f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"


Opening = Annotated[
    tuple[int, int],
    BeforeValidator(parse_slot),
    PlainSerializer(format_slot, return_type=str),
    WithJsonSchema({"type": "string", "examples": ["09:00-12:30", "22:00-06:00"]}),
]
Openings = Annotated[tuple[Opening, ...], BeforeValidator(as_list, json_schema_input_type=Opening | list[Opening])]


class Week(Section):
    """Opening hours by weekday, in local time; a day left out is closed."""

    mon: Openings = ()
    tue: Openings = ()
    wed: Openings = ()
    thu: Openings = ()
    fri: Openings = ()
    sat: Openings = ()
    sun: Openings = ()

    def days(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """Monday first."""
        return (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)


class Holidays(Section):
    """Public holidays of a country, by the dates of the `holidays` library unless a year is pinned."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    subdivision: str | None = None
    pinned: dict[int, tuple[date, ...]] = Field(default_factory=dict)
    """Dates fixed for a year; a stored policy pins them so that a replay gives the same result."""


class CalendarSpec(Section):
    """When a clock runs: around the clock, or in business hours."""

    always_open: bool = False
    """Around the clock; then nothing else is given."""
    zone: str = "UTC"
    """IANA time zone of the opening hours."""
    weekly: Week = Week()
    holidays: Holidays | None = None
    closed: tuple[date, ...] = ()
    """Single closed days."""
    openings: dict[date, Openings] = Field(default_factory=dict)
    """Days with other hours than usual, holidays included."""


class Target(Section):
    """How much time a metric has."""

    within: Duration
    calendar: Name | None = None
    """The calendar of the class when empty."""


def _as_target(value: object) -> object:
    return {"within": value} if isinstance(value, str) else value


Shares = Annotated[tuple[Share, ...], BeforeValidator(as_list, json_schema_input_type=Share | list[Share])]
Targets = dict[Metric, Annotated[Target, BeforeValidator(_as_target, json_schema_input_type=Duration | Target)]]


class ClassTargets(Section):
    """The targets of one class."""

    calendar: Name
    targets: Targets


class TargetOverride(Section):
    """Other targets for some tickets of a class; the first that fits holds, metric by metric."""

    id: Name
    classes: Names
    when: Conditions
    targets: Targets


class ServiceLevels(Section):
    """The promise to the customer."""

    at_risk: Shares = (0.75,)
    """Shares of a target that warn before the breach."""
    pauses: dict[Metric, tuple[PauseReason, ...]] = Field(default_factory=dict)
    """What may stop a metric's clock; the waiting states by their definition when a metric is left out."""
    classes: dict[Name, ClassTargets]
    overrides: tuple[TargetOverride, ...] = ()

    @model_validator(mode="after")
    def _shares_ascend(self) -> ServiceLevels:
        if list(self.at_risk) != sorted(set(self.at_risk)):
            message = "expected at_risk shares in ascending order, each once"
            raise ValueError(message)
        return self
