"""What did the policy that decided a ticket say about its hours and its escalations?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.domain.calendar import calendar_of
from triage_core.domain.escalating.ladders import FALLBACK, plan_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage_core.domain.calendar import Calendar
    from triage_core.domain.kpis.gathering import Sort
    from triage_core.domain.playbook import Playbook
    from triage_core.domain.policy.escalation import Trigger

_ALWAYS: Final = calendar_of(None)


class PolicyRules:
    """The rules of every version that a tenant used; each question is looked up once."""

    def __init__(self, version: Callable[[str], Playbook]) -> None:
        """Read the policies by their stamps."""
        self._version: Final = version
        self._calendars: Final[dict[tuple[str, str | None], Calendar]] = {}
        self._escalates: Final[dict[tuple[str, Sort, Trigger, float | None], bool]] = {}

    def calendar(self, policy_version: str, class_name: str | None) -> Calendar:
        """Return the hours of a class; a ticket without one, or of a class that is gone, runs around the clock."""
        key = policy_version, class_name
        if key not in self._calendars:
            self._calendars[key] = self._hours(policy_version, class_name)
        return self._calendars[key]

    def _hours(self, policy_version: str, class_name: str | None) -> Calendar:
        if not policy_version or class_name is None:
            return _ALWAYS
        promises = self._version(policy_version).promises
        levels = self._version(policy_version).policy.service_levels.classes.get(class_name)
        return promises.calendar(levels.calendar) if levels else _ALWAYS

    def escalates(self, policy_version: str, kind: Sort, trigger: Trigger, share: float | None) -> bool:
        """Tell whether a rule of the policy itself asks for it; what nobody's rule catches was not asked for."""
        key = policy_version, kind, trigger, share
        if key not in self._escalates:
            plan = plan_for(self._version(policy_version), kind, trigger, share) if policy_version else None
            self._escalates[key] = plan is not None and plan.rule.id != FALLBACK
        return self._escalates[key]
