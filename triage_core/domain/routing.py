"""Which queue and which person does a ticket go to, and why?"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from triage_core.domain.errors import UnknownName
from triage_core.domain.promises import calendar_from
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from triage_core.domain.calendar import Calendar
    from triage_core.domain.policy import Policy
    from triage_core.domain.policy.people import Person, Queue, Right


_ONE_DAY: Final = timedelta(days=1)


class Assignment(Value, frozen=True, kw_only=True):
    """Where a ticket goes, with the reason for the owner or for having none."""

    queue: str
    owner: str | None = None
    secondary: str | None = None
    support_tier: int | None = None
    reason: str


class Directory:
    """The people and queues of a policy, ready to ask."""

    def __init__(self, policy: Policy) -> None:
        """Index people, queues and rights."""
        self._policy: Final = policy
        self.people: Final = {person.id: person for person in policy.people}
        self._queues: Final = {queue.name: queue for queue in policy.queues}
        self._rights: Final = {role.name: frozenset(role.rights) for role in policy.roles}
        self._calendars: Final[dict[str, Calendar]] = {
            name: calendar_from(policy.calendars[name])
            for name in {person.calendar for person in policy.people if person.calendar}
        }
        self._zones: Final = {name: ZoneInfo(policy.calendars[name].zone) for name in self._calendars}
        self._by_line: Final = {line: queue for queue in reversed(policy.queues) for line in queue.service_lines}

    def queue_of(self, service_line: str | None) -> Queue:
        """Return the queue of a service line, or the default one."""
        return self._by_line.get(service_line or "", self._queues[self._policy.routing.default_queue])

    def person(self, person_id: str) -> Person:
        """Return a person of the roster; raises `UnknownName`."""
        if person_id not in self.people:
            raise UnknownName("person", self.people)
        return self.people[person_id]

    def may(self, roles: Iterable[str], right: Right) -> bool:
        """Tell whether one of the roles carries the right."""
        return any(right in self._rights.get(role, ()) for role in roles)

    def holders(self, right: Right) -> tuple[str, ...]:
        """Return the roles that carry a right."""
        return tuple(name for name, rights in self._rights.items() if right in rights)

    def why_away(self, person: Person, now: datetime, loads: Mapping[str, int]) -> str | None:
        """Say why somebody cannot take a ticket now, or none when they can."""
        calendar = self._calendars.get(person.calendar or "")
        today = now.astimezone(self._zones.get(person.calendar or "", UTC)).date()
        if any(absence.first <= today <= absence.last for absence in person.absences):
            return "absent"
        if calendar is not None and not calendar.is_open(now):
            return "off duty"
        return "overloaded" if loads.get(person.id, 0) >= person.capacity else None

    def there_from(self, person: Person, at: datetime, *, at_any_hour: bool) -> datetime | None:
        """Return the first moment from `at` on at which somebody can be called; absences count at any hour.

        None for somebody who is away for longer than anybody can plan.
        """
        calendar = None if at_any_hour else self._calendars.get(person.calendar or "")
        zone = self._zones.get(person.calendar or "", UTC)
        for _ in range(2 * len(person.absences) + 2):
            today = at.astimezone(zone).date()
            away = [absence.last for absence in person.absences if absence.first <= today <= absence.last]
            opens_at = calendar.next_opening(at) if calendar is not None else at
            if away:
                at = datetime.combine(max(away) + _ONE_DAY, time(), zone).astimezone(UTC)
            elif opens_at == at:
                return at
            else:
                at = opens_at
        return None

    def assign(self, class_name: str, service_line: str | None, now: datetime, loads: Mapping[str, int]) -> Assignment:
        """Give the ticket to the lead of its class, else to the least loaded agent who has the skills and is there.

        `loads` counts the open tickets of each person. Nobody available leaves the ticket in its queue, and the reason
        says who was passed over.
        """
        queue = self.queue_of(service_line)
        owners = self._policy.routing.owners.get(class_name)
        if owners is None:
            return self._from_pool(queue, now, loads)
        away = self.why_away(self.people[owners.primary], now, loads)
        if away is None:
            return self._given(queue, owners.primary, owners.secondary, f"primary owner of {class_name}")
        if owners.secondary and self.why_away(self.people[owners.secondary], now, loads) is None:
            return self._given(
                queue, owners.secondary, None, f"secondary lead of {class_name}: {owners.primary} is {away}"
            )
        pooled = self._from_pool(queue, now, loads)
        return Assignment(
            queue=pooled.queue,
            owner=pooled.owner,
            support_tier=pooled.support_tier,
            reason=f"the owners of {class_name} are away; {pooled.reason}",
        )

    def free_from(
        self, class_name: str, service_line: str | None, at: datetime, loads: Mapping[str, int]
    ) -> datetime | None:
        """Return the first moment from `at` on at which the hours of somebody allow what `assign` gives out."""
        owners, queue = self._policy.routing.owners.get(class_name), self.queue_of(service_line)
        leads = [self.people[name] for name in (owners.primary, owners.secondary) if name] if owners else []
        free = [person for person in (*leads, *self._skilled(queue)) if loads.get(person.id, 0) < person.capacity]
        moments = [self.there_from(person, at, at_any_hour=False) for person in free]
        return min((moment for moment in moments if moment is not None), default=None)

    def _skilled(self, queue: Queue) -> list[Person]:
        return [p for p in self.people.values() if queue.name in p.queues and set(queue.skills) <= set(p.skills)]

    def _given(self, queue: Queue, owner: str, secondary: str | None, reason: str) -> Assignment:
        tier = self.people[owner].support_tier
        return Assignment(queue=queue.name, owner=owner, secondary=secondary, support_tier=tier, reason=reason)

    def _from_pool(self, queue: Queue, now: datetime, loads: Mapping[str, int]) -> Assignment:
        skilled = self._skilled(queue)
        there = [p for p in skilled if self.why_away(p, now, loads) is None]
        first_tier = [p for p in there if p.support_tier == 1] or there
        if not first_tier:
            return Assignment(queue=queue.name, reason=self._nobody(skilled, now, loads))
        chosen = min(first_tier, key=lambda p: (loads.get(p.id, 0) / p.capacity, p.id))
        load = loads.get(chosen.id, 0)
        return self._given(queue, chosen.id, None, f"least loaded of {len(first_tier)} available, {load} open tickets")

    def _nobody(self, skilled: Iterable[Person], now: datetime, loads: Mapping[str, int]) -> str:
        passed = ", ".join(f"{person.id} is {self.why_away(person, now, loads)}" for person in skilled)
        return f"nobody is available: {passed}" if passed else "nobody of this queue has the skills"
