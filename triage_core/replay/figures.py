"""Which figures does a replayed log come to?

One incident is added at a time and then forgotten. What grows with the log is what exact answers need: a number for
each incident (the median), two moments (the most open at once), and a line for each week.
"""

from __future__ import annotations

from array import array
from collections import Counter
from typing import TYPE_CHECKING, Final

from triage_core.domain.kpis import figures, lives
from triage_core.domain.model import Outcome
from triage_core.replay.report import Breaches, Escalation, Hours, LiveClock, MaxOpen, Week

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from triage_core.domain.kpis.lives import Life
    from triage_core.domain.model import Clock, Ticket
    from triage_core.domain.playbook import Playbook
    from triage_core.domain.policy.service_levels import Metric
    from triage_core.replay.incident import Incident
    from triage_core.replay.mapping import Mapping

#: The way of judging a solution that the weeks count, where the mapping names it; else its first one.
_WEEKLY: Final = "calendar"


class Figures:
    """Sums over incidents."""

    def __init__(self, mapping: Mapping, playbook: Playbook) -> None:
        """Judge by the mapping's ways and the policy's targets."""
        self._ways: Final = mapping.breaches
        self._weekly: Final = _WEEKLY if _WEEKLY in mapping.breaches else next(iter(mapping.breaches), "")
        self._playbook: Final = playbook
        self._loud: Final = {item.name for item in playbook.policy.classes if item.must_escalate}
        self.incidents = self.unresolved = self.negative = self.blocked = 0
        self._hours: Final = array("d")
        self._replies: Final = {"moved": array("d"), "assigned": array("d")}
        self._classed = 0
        self._breached: Final[Counter[str]] = Counter()
        self._escalated: Final[Counter[tuple[bool, bool]]] = Counter()
        self._weeks: Final[dict[str, Counter[str]]] = {}
        self._spans: Final[list[tuple[datetime, datetime | None]]] = []
        self._outcomes: Final[dict[Metric, Counter[str]]] = {}

    def add(self, incident: Incident) -> None:
        """Count one incident, after its last row."""
        life = incident.life
        self.incidents += 1
        self._spans.append((life.opened_at, life.closed_at))
        late = self._judged(life, incident.ticket)
        self._sort(life, late=self._weekly in late)
        for name, at in (("moved", incident.moved_at), ("assigned", incident.assigned_at)):
            if at is not None:
                self._replies[name].append(lives.in_hours(at - life.opened_at))
        self.blocked += incident.ticket.class_name is None
        for clock in incident.ticket.clocks:
            self._outcomes.setdefault(clock.metric, Counter())[_ended(clock)] += 1

    def _judged(self, life: Life, ticket: Ticket) -> set[str]:
        """Return the ways by which the solution came too late."""
        took = life.resolution
        if took is None:
            self.unresolved += 1
            return set()
        self.negative += took.total_seconds() < 0
        self._hours.append(lives.in_hours(took))
        if not life.last_class:
            return set()
        self._classed += 1
        late = {name for name, metric in self._ways.items() if self._is_late(life, ticket, metric)}
        self._breached.update(late)
        return late

    def _is_late(self, life: Life, ticket: Ticket, metric: Metric) -> bool:
        promises = self._playbook.promises
        plan = promises.plans(life.last_class, ticket.intake).get(metric)
        if plan is None:
            return False
        took: timedelta | None = lives.counted(life, promises.calendar(plan.calendar), promises.pauses(metric))
        return took is not None and took > plan.within

    def _sort(self, life: Life, *, late: bool) -> None:
        did, should = life.first_class in self._loud, life.last_class in self._loud
        if life.last_class:
            self._escalated[did, should] += 1
        if life.closed_at is None:
            return
        week = self._weeks.setdefault(lives.iso_week(life.closed_at), Counter())
        week["closed"] += 1
        week["breached"] += late
        week["priority_changed"] += life.first_class != life.last_class
        week["missed_escalation"] += should and not did
        week["false_escalation"] += did and not should

    # --- results --------------------------------------------------------------------------------------------------

    @property
    def resolution_hours(self) -> Hours:
        """Opening to last Resolved row."""
        return _hours(self._hours)

    @property
    def first_response_hours(self) -> dict[str, Hours]:
        """Both stand-ins for the first reply."""
        return {name: _hours(hours) for name, hours in self._replies.items()}

    @property
    def breaches(self) -> dict[str, Breaches]:
        """Late solutions, each way."""
        return {name: Breaches(n=self._classed, breached=self._breached[name]) for name in self._ways}

    @property
    def escalation(self) -> Escalation:
        """First class against last."""
        seen = self._escalated
        found = figures.Confusion(
            tp=seen[True, True], fn=seen[False, True], fp=seen[True, False], tn=seen[False, False]
        )
        return Escalation(
            tp=found.tp, fn=found.fn, fp=found.fp, tn=found.tn, recall=found.recall, precision=found.precision
        )

    @property
    def weeks(self) -> list[Week]:
        """The weeks in which something was closed."""
        return [Week(week=name, **counts) for name, counts in sorted(self._weeks.items())]

    @property
    def max_open(self) -> MaxOpen:
        """The most open at once."""
        peak = lives.most_open(self._spans)
        return MaxOpen(count=peak.count, at=None if peak.at is None else wall(peak.at))

    @property
    def live(self) -> dict[str, LiveClock]:
        """How the engine's clocks ended."""
        return {metric.value: LiveClock(**counts) for metric, counts in sorted(self._outcomes.items())}


def wall(at: datetime) -> str:
    """Write a moment of the log's own clock, without a zone that it does not have."""
    return at.strftime("%Y-%m-%d %H:%M:%S")


def _hours(hours: array[float]) -> Hours:
    found = figures.spread(hours)
    return Hours(n=found.n, mean=found.mean, median=found.median, p90=found.p90)


def _ended(clock: Clock) -> str:
    if clock.outcome is Outcome.OPEN and clock.breached_at is not None:
        return Outcome.BREACHED.value
    return clock.outcome.value
