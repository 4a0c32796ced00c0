"""Whom does a level of a ladder reach at a moment, and if nobody, when will somebody be there?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.domain.policy.escalation import EscalationRule, LadderLevel, LadderTarget, TargetKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage_core.domain.context import Context
    from triage_core.domain.model import Ticket
    from triage_core.domain.policy.people import Person


_MINUTE: Final = timedelta(minutes=1)
#: Nobody is on duty for fewer minutes.
_SHORTEST_TURN: Final = 15


class Reached(NamedTuple):
    """The people of a level who are there, or the next moment at which one of them will be."""

    people: tuple[str, ...]
    opens_at: datetime | None = None


def reached(context: Context, ticket: Ticket, rule: EscalationRule, level: LadderLevel, until: datetime) -> Reached:
    """Find the people whom a level calls now, or else when the first of them can be called before `until`.

    Whoever is absent or not on the roster any more is never called. Working hours count unless the rule says any hour;
    whoever is on duty by a rota has no other hours.
    """
    there: dict[str, None] = {}
    openings: list[datetime] = []
    for target in level.targets:
        moments = _moments(context, ticket, rule, target)
        now = [person for person, at in moments if at == context.now]
        there |= dict.fromkeys(now[:1] if target.kind is TargetKind.OWNER else now)
        openings += [at for _, at in moments]
    if there:
        return Reached(tuple(there))
    openings += [at for rota in _rotas(level) if (at := _next_turn(context, rota, until)) is not None]
    return Reached((), min((at for at in openings if at < until), default=None))


def _moments(
    context: Context, ticket: Ticket, rule: EscalationRule, target: LadderTarget
) -> list[tuple[str, datetime]]:
    """Return whom a target means, each with the first moment at which they can be called."""
    directory, at_any_hour = context.in_force.directory, rule.any_hour or target.kind is TargetKind.ROTA
    people = _people(context, ticket, target)
    found = [(each.id, directory.there_from(each, context.now, at_any_hour=at_any_hour)) for each in people]
    return [(person, at) for person, at in found if at is not None]


def _rotas(level: LadderLevel) -> list[str]:
    return [str(target.name) for target in level.targets if target.kind is TargetKind.ROTA]


def _next_turn(context: Context, rota: str, until: datetime) -> datetime | None:
    """Return the minute at which somebody who is there comes on duty."""
    at = context.now.replace(second=0, microsecond=0)
    while at < until:
        minutes = [at + number * _MINUTE for number in range(1, _SHORTEST_TURN + 1)]
        at = minutes[-1]
        if _serves(context, rota, at):
            return next(minute for minute in minutes if _serves(context, rota, minute))
    return None


def _serves(context: Context, rota: str, at: datetime) -> bool:
    """Tell whether somebody who is there is on duty at a moment."""
    directory = context.in_force.directory
    person = directory.people.get(context.on_call.on_duty(rota, at) or "")
    return person is not None and directory.there_from(person, at, at_any_hour=True) == at


def _people(context: Context, ticket: Ticket, target: LadderTarget) -> list[Person]:
    roster = context.in_force.directory.people
    return [roster[name] for name in _NAMES[target.kind](context, ticket, str(target.name)) if name in roster]


def _of_role(context: Context, _: Ticket, role: str) -> Iterable[str]:
    return [person.id for person in context.in_force.policy.people if role in person.roles]


def _of_queue(context: Context, _: Ticket, queue: str) -> Iterable[str]:
    return [person.id for person in context.in_force.policy.people if queue in person.queues]


def _on_duty(context: Context, _: Ticket, rota: str) -> Iterable[str]:
    person = context.on_call.on_duty(rota, context.now)
    return [person] if person is not None and _serves(context, rota, context.now) else []


def _owner(_: Context, ticket: Ticket, __: str) -> Iterable[str]:
    """The owner, or the secondary lead while the owner cannot be called: only the first who is there is."""
    return [name for name in (ticket.owner, ticket.secondary) if name is not None]


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
    return level.page or bool(_rotas(level))
