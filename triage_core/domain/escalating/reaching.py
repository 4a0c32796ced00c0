"""Whom does a level of a ladder reach at a moment, and if nobody, when will somebody be there?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.domain.policy.escalation import EscalationRule, LadderLevel, LadderTarget, TargetKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket
    from triage_core.domain.policy.people import Person


class Reached(NamedTuple):
    """The people of a level who are there, or the next moment at which one of them will be."""

    people: tuple[str, ...]
    opens_at: datetime | None = None


def reached(context: Context, ticket: Ticket, rule: EscalationRule, level: LadderLevel) -> Reached:
    """Find the people whom a level calls now.

    Whoever is absent or not on the roster any more is never called. Working hours count unless the rule says any hour;
    whoever is on duty by a rota has no other hours.
    """
    there: dict[str, None] = {}
    openings: list[datetime] = []
    for target in level.targets:
        at_any_hour = rule.any_hour or target.kind is TargetKind.ROTA
        for person in _people(context, ticket, target):
            opens_at = context.in_force.directory.there_from(person, context.now, at_any_hour=at_any_hour)
            if opens_at == context.now:
                there[person.id] = None
            elif opens_at is not None:
                openings.append(opens_at)
    return Reached(tuple(there), min(openings, default=None))


def _people(context: Context, ticket: Ticket, target: LadderTarget) -> list[Person]:
    roster = context.in_force.directory.people
    return [roster[name] for name in _NAMES[target.kind](context, ticket, str(target.name)) if name in roster]


def _of_role(context: Context, _: Ticket, role: str) -> Iterable[str]:
    return [person.id for person in context.in_force.policy.people if role in person.roles]


def _of_queue(context: Context, _: Ticket, queue: str) -> Iterable[str]:
    return [person.id for person in context.in_force.policy.people if queue in person.queues]


def _on_duty(context: Context, _: Ticket, rota: str) -> Iterable[str]:
    person = context.on_call.on_duty(rota, context.now)
    return [person] if person is not None else []


def _owner(context: Context, ticket: Ticket, _: str) -> Iterable[str]:
    """The owner, or the secondary lead while the owner is away."""
    directory, now = context.in_force.directory, context.now
    known = [directory.people[name] for name in (ticket.owner, ticket.secondary) if name in directory.people]
    there = [person.id for person in known if directory.there_from(person, now, at_any_hour=True) == now]
    return there[:1]


def _manager(context: Context, ticket: Ticket, _: str) -> Iterable[str]:
    queues = context.in_force.policy.queues
    named = ticket.queue or context.in_force.policy.routing.default_queue
    return [queue.manager for queue in queues if queue.name == named and queue.manager is not None]


_NAMES: Final[dict[TargetKind, Callable[[Context, Ticket, str], Iterable[str]]]] = {
    TargetKind.PERSON: lambda _, __, name: [name],
    TargetKind.ROLE: _of_role,
    TargetKind.QUEUE: _of_queue,
    TargetKind.ROTA: _on_duty,
    TargetKind.OWNER: _owner,
    TargetKind.MANAGER: _manager,
}


def pages(level: LadderLevel) -> bool:
    """Tell whether a level calls by the on-call service too."""
    return level.page or any(target.kind is TargetKind.ROTA for target in level.targets)
