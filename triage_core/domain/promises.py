"""Which targets does the policy promise a ticket, and on which calendars?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.domain.calendar import Calendar, HolidayRule, Hours, Slot, calendar_of
from triage_core.domain.clocks import Plan
from triage_core.domain.conditions import FieldValues, all_hold
from triage_core.domain.policy.service_levels import CalendarSpec, Holidays, Metric, PauseReason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from triage_core.domain.policy import Policy

_WAITING = (PauseReason.WAITING_CUSTOMER, PauseReason.WAITING_THIRD_PARTY)
#: Tickets may be older than the policy, and a policy may live for years.
_PINNED_BEFORE: Final = 2
_PINNED_YEARS: Final = 10
#: What stops a clock where the policy does not say: by the definition of each metric.
DEFAULT_PAUSES: Final[dict[Metric, tuple[PauseReason, ...]]] = {
    Metric.UPDATE: (PauseReason.WAITING_CUSTOMER,),
    Metric.REQUESTER_WAIT: (PauseReason.WAITING_CUSTOMER, PauseReason.SOLVED),
    Metric.AGENT_WORK: (*_WAITING, PauseReason.SOLVED),
}


def calendar_from(spec: CalendarSpec) -> Calendar:
    """Build the calendar that a policy describes."""
    if spec.always_open:
        return calendar_of(None)
    rule = spec.holidays
    return calendar_of(
        Hours(
            zone=spec.zone,
            weekly=tuple(_slots(day) for day in spec.weekly.days()),
            holidays=_rule(rule) if rule else None,
            closed=frozenset(spec.closed),
            openings={day: _slots(slots) for day, slots in spec.openings.items()},
        )
    )


def _rule(given: Holidays) -> HolidayRule:
    return HolidayRule(country=given.country, subdivision=given.subdivision, pinned=given.pinned)


def with_pinned_holidays(policy: Policy) -> Policy:
    """Write the holidays of the years a policy is likely to see into it, so that a later replay counts the same days.

    Years that the policy pins itself stay as they are.
    """
    first = policy.effective_from.year - _PINNED_BEFORE
    years = range(first, first + _PINNED_YEARS)
    calendars = {name: _with_pins(spec, years) for name, spec in policy.calendars.items()}
    return policy.model_copy(update={"calendars": calendars})


def _with_pins(spec: CalendarSpec, years: Iterable[int]) -> CalendarSpec:
    if spec.holidays is None:
        return spec
    rule = _rule(spec.holidays)
    pinned = {year: tuple(sorted(rule.of(year))) for year in years}
    return spec.model_copy(update={"holidays": spec.holidays.model_copy(update={"pinned": pinned})})


def _slots(pairs: Iterable[tuple[int, int]]) -> tuple[Slot, ...]:
    return tuple(Slot(opens=opens, closes=closes) for opens, closes in pairs)


class Promises:
    """The service levels of a policy, ready to ask."""

    def __init__(self, policy: Policy) -> None:
        """Compile a checked policy's calendars and targets."""
        self._levels: Final = policy.service_levels
        self._intake: Final = policy.intake.target
        self.calendars: Final = {name: calendar_from(spec) for name, spec in policy.calendars.items()}
        self._always: Final = calendar_of(None)
        self._plans: dict[tuple[str, int], dict[Metric, Plan]] = {}

    def calendar(self, name: str) -> Calendar:
        """Return a calendar by its name; `always` needs no declaration."""
        return self.calendars.get(name, self._always)

    def plans(self, class_name: str, fields: FieldValues) -> dict[Metric, Plan]:
        """Return the targets of a ticket, by metric; metrics without a target have no clock."""
        which = 0
        for bit, override in enumerate(self._levels.overrides):
            if class_name in override.classes and all_hold(override.when, fields):
                which |= 1 << bit
        key = (class_name, which)
        if key not in self._plans:
            self._plans[key] = self._compile(class_name, which)
        return self._plans[key]

    def _compile(self, class_name: str, which: int) -> dict[Metric, Plan]:
        levels = self._levels.classes[class_name]
        targets = dict(levels.targets)
        chosen = [override for bit, override in enumerate(self._levels.overrides) if which >> bit & 1]
        for override in reversed(chosen):
            targets |= override.targets
        return {
            metric: Plan(
                metric=metric,
                calendar=target.calendar or levels.calendar,
                within=target.within,
                warns=self._levels.at_risk,
            )
            for metric, target in targets.items()
        }

    def intake_plan(self) -> Plan | None:
        """Return the target for completing a blocked ticket, in calendar time."""
        if self._intake is None:
            return None
        return Plan(metric=Metric.INTAKE, calendar="always", within=self._intake, warns=self._levels.at_risk)

    def pauses(self, metric: Metric) -> tuple[PauseReason, ...]:
        """Return what makes a metric's clock stand still."""
        return self._levels.pauses.get(metric, DEFAULT_PAUSES.get(metric, ()))
