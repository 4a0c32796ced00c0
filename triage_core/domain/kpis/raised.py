"""How do the escalations of one ticket add up from its timeline?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from triage_core.domain.entry import Kind
from triage_core.domain.escalating.state import Standing
from triage_core.domain.kpis.facts import Checkpoint, Cycle, EscalationFacts
from triage_core.domain.policy.escalation import Trigger

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.domain.calendar import Calendar
    from triage_core.domain.kpis.lines import Line


class Raised:
    """The escalations so far, by their numbers."""

    def __init__(self) -> None:
        """Begin with none."""
        self._known: Final[dict[int, EscalationFacts]] = {}
        self._cycles: Final[dict[int, dict[int, Cycle]]] = {}
        self._due: Final[dict[int, dict[datetime, bool]]] = {}

    def take(self, line: Line) -> None:
        """Add a line."""
        number = line.facts.number
        if line.kind is Kind.ESCALATION_RAISED:
            trigger = line.facts.trigger or Trigger.PERSON
            self._known[number] = EscalationFacts(number=number, trigger=trigger, raised_at=line.at)
        if number in self._known:
            told = _TELLS[line.kind](self, line)
            self._known[number] = replace(self._known[number], **told)

    def called(self, line: Line) -> dict[str, Any]:
        """Note the first call of a cycle and the highest level."""
        number, cycle = line.facts.number, line.facts.cycle
        self._cycles.setdefault(number, {}).setdefault(cycle, Cycle(notified_at=line.at))
        return {"level": max(self._known[number].level, line.facts.level), "standing": Standing.CALLING}

    def taken(self, line: Line) -> dict[str, Any]:
        """Note who took a cycle over."""
        cycles = self._cycles.setdefault(line.facts.number, {})
        cycle = cycles.get(line.facts.cycle)
        # Whoever takes it over before anybody was called waited for nothing.
        known = cycle or Cycle(notified_at=line.at)
        cycles[line.facts.cycle] = replace(known, acknowledged_at=line.at)
        return {"holder": line.actor.id, "standing": Standing.HELD}

    def posted(self, line: Line) -> dict[str, Any]:
        """Note news, and whether they came in time."""
        if line.facts.due_at is not None:
            self._due.setdefault(line.facts.number, {})[line.facts.due_at] = line.facts.on_time
        return {}

    def missed(self, line: Line) -> dict[str, Any]:
        """Note news that did not come in time."""
        self._due.setdefault(line.facts.number, {}).setdefault(line.at, False)
        return {}

    def handed_on(self, line: Line) -> dict[str, Any]:
        """Note who holds it now."""
        return {"holder": line.facts.to}

    def lapsed(self, _: Line) -> dict[str, Any]:
        """Note that nobody holds it any more."""
        return {"holder": None, "standing": Standing.CALLING}

    def exhausted(self, _: Line) -> dict[str, Any]:
        """Note that everybody was called."""
        return {"standing": Standing.EXHAUSTED}

    def ended(self, line: Line) -> dict[str, Any]:
        """Note how it ended."""
        return {"standing": Standing(line.facts.outcome), "ended_at": line.at}

    def nothing_more(self, _: Line) -> dict[str, Any]:
        """Leave it as it was raised."""
        return {}

    def facts(self, calendar: Calendar) -> tuple[EscalationFacts, ...]:
        """Return the escalations in order; spans are told in the hours of the ticket's class too."""
        return tuple(
            replace(
                known,
                cycles=tuple(_timed(cycle, calendar) for _, cycle in sorted(self._cycles.get(number, {}).items())),
                checkpoints=tuple(
                    Checkpoint(due_at=due_at, on_time=on_time)
                    for due_at, on_time in sorted(self._due.get(number, {}).items())
                ),
            )
            for number, known in sorted(self._known.items())
        )


def _timed(cycle: Cycle, calendar: Calendar) -> Cycle:
    if cycle.acknowledged_at is None:
        return cycle
    return replace(cycle, open_time=calendar.elapsed(cycle.notified_at, max(cycle.notified_at, cycle.acknowledged_at)))


_TELLS: Final[dict[Kind, Callable[[Raised, Line], dict[str, Any]]]] = {
    Kind.ESCALATION_RAISED: Raised.nothing_more,
    Kind.ESCALATION_CALLED: Raised.called,
    Kind.ESCALATION_ACKNOWLEDGED: Raised.taken,
    Kind.CHECKPOINT_POSTED: Raised.posted,
    Kind.CHECKPOINT_MISSED: Raised.missed,
    Kind.ESCALATION_TRANSFERRED: Raised.handed_on,
    Kind.ESCALATION_LAPSED: Raised.lapsed,
    Kind.ESCALATION_EXHAUSTED: Raised.exhausted,
    Kind.ESCALATION_RESOLVED: Raised.ended,
    Kind.ESCALATION_EXPIRED: Raised.ended,
}
