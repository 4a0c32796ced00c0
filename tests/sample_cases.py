"""Which tickets, people and moments do tests begin with, and how does a ticket go through the rules in memory?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.small_policy import COMPLETE, policy
from triage_core.domain import chain, triaging
from triage_core.domain.context import Context
from triage_core.domain.lifecycle import Step, apply
from triage_core.domain.model import SYSTEM, Actor, ActorKind, Clock, State, Ticket
from triage_core.domain.playbook import Playbook

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A Monday, 09:00 UTC; the small policy's office in Berlin has been open for an hour.
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

AGENT = Actor(kind=ActorKind.PERSON, id="ann", roles=("agent",))
LEAD = Actor(kind=ActorKind.PERSON, id="lee", roles=("lead",))

PLAYBOOK = Playbook(policy())


def playbook(**changes: Any) -> Playbook:
    """Return the small policy, ready to work, with some sections replaced."""
    return Playbook(policy(**changes))


def context(now: datetime = MONDAY, actor: Actor = SYSTEM, text: str = "", book: Playbook = PLAYBOOK) -> Context:
    """Return what a decision sees; nobody has anything to do yet."""
    return Context(playbook=book, now=now, actor=actor, text=text)


def blank(**changes: Any) -> Ticket:
    """Return a ticket as a source hands it over."""
    base: dict[str, Any] = {
        "tenant": "acme",
        "id": "t1",
        "source": "mail",
        "source_id": "m1",
        "state": State.INCOMPLETE,
        "created_at": MONDAY,
        "updated_at": MONDAY,
    }
    return Ticket(**{**base, **changes})


def after(ticket: Ticket, steps: Iterable[Step]) -> Ticket:
    """Apply steps in order."""
    for step in steps:
        ticket = apply(ticket, step.changes)
    return ticket


def arrived(text: str = "", book: Playbook = PLAYBOOK, now: datetime = MONDAY, **intake: Any) -> Ticket:
    """Return a ticket that was taken in; its complete intake may be changed field by field."""
    seen = context(now, text=text, book=book)
    return after(blank(), triaging.arrive(seen, blank(), {**COMPLETE, **intake}))


def clock_of(ticket: Ticket, clock_id: str) -> Clock:
    """Return a clock by metric and number."""
    return next(clock for clock in ticket.clocks if clock.id == clock_id)


def fingerprint(text: str) -> str:
    """Return what a timeline says of a text instead of the text."""
    return chain.digest(b"key of the tests", text)
