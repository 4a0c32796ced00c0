"""Which moves may a ticket make, and how does its timeline add up to its state?"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec.structs import replace

from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed
from triage_core.domain.model import Clock, Outcome, State, Ticket
from triage_core.domain.policy.service_levels import Metric

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from triage_core.domain.chain import Line
    from triage_core.domain.gating.state import Approval, Outgoing


class Action(StrEnum):
    """What can be done to a ticket."""

    COMPLETE = "complete"
    ASSIGN = "assign"
    WAIT_FOR_CUSTOMER = "wait_for_customer"
    WAIT_FOR_THIRD_PARTY = "wait_for_third_party"
    RESUME = "resume"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"
    MERGE = "merge"
    VOID = "void"


_S, _A = State, Action
_WORKING: Final = (_S.TRIAGED, _S.ASSIGNED, _S.WAITING_CUSTOMER, _S.WAITING_THIRD_PARTY)
TRANSITIONS: Final[dict[tuple[State, Action], State]] = {
    (_S.INCOMPLETE, _A.COMPLETE): _S.TRIAGED,
    (_S.TRIAGED, _A.ASSIGN): _S.ASSIGNED,
    (_S.ASSIGNED, _A.ASSIGN): _S.ASSIGNED,
    (_S.WAITING_CUSTOMER, _A.ASSIGN): _S.WAITING_CUSTOMER,
    (_S.WAITING_THIRD_PARTY, _A.ASSIGN): _S.WAITING_THIRD_PARTY,
    (_S.ASSIGNED, _A.WAIT_FOR_CUSTOMER): _S.WAITING_CUSTOMER,
    (_S.ASSIGNED, _A.WAIT_FOR_THIRD_PARTY): _S.WAITING_THIRD_PARTY,
    (_S.WAITING_CUSTOMER, _A.RESUME): _S.ASSIGNED,
    (_S.WAITING_THIRD_PARTY, _A.RESUME): _S.ASSIGNED,
    **{(state, _A.RESOLVE): _S.RESOLVED for state in _WORKING},
    (_S.RESOLVED, _A.REOPEN): _S.ASSIGNED,
    (_S.RESOLVED, _A.CLOSE): _S.CLOSED,
    **{(state, _A.MERGE): _S.MERGED for state in (*_WORKING, _S.INCOMPLETE, _S.RESOLVED)},
    **{(state, _A.VOID): _S.VOID for state in (*_WORKING, _S.INCOMPLETE, _S.RESOLVED)},
}

#: Clocks that a ticket has many of; their ended instances stay in the timeline and leave the row.
_REPEATING: Final = frozenset({Metric.NEXT_REPLY, Metric.UPDATE, Metric.ACKNOWLEDGEMENT, Metric.COMMUNICATION})


#: Texts and approvals that are over and still stand in the row.
_KEPT_OVER: Final = 10


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One line to come: what it reports, what it changes, and what a reader needs beside that."""

    kind: Kind
    changes: dict[str, Any]
    facts: dict[str, Any] = msgspec.field(default_factory=dict)
    #: Texts that belong to the line, by kind; they are stored apart and the line keeps their ids and digests.
    texts: dict[str, str] = msgspec.field(default_factory=dict)
    #: When it happened, where that is not the moment of the request.
    at: datetime | None = None
    #: True where an imported log moved in a way that `move` refuses.
    irregular: bool = False


def allowed(state: State) -> tuple[Action, ...]:
    """Return what may be done in a state."""
    return tuple(action for held, action in TRANSITIONS if held is state)


def move(state: State, action: Action) -> State:
    """Return the state after an action; raises `ActionNotAllowed`."""
    after = TRANSITIONS.get((state, action))
    if after is None:
        raise ActionNotAllowed(action, state, allowed(state))
    return after


def apply(ticket: Ticket, changes: Mapping[str, Any]) -> Ticket:
    """Return the ticket after one line's changes; clocks, texts and approvals are merged by their numbers."""
    merged = {name: merge(getattr(ticket, name), changes[name]) for name, merge in _MERGED.items() if name in changes}
    return replace(ticket, **{**changes, **merged})


def _merged(current: Iterable[Clock], changed: Iterable[Clock]) -> tuple[Clock, ...]:
    clocks = {clock.id: clock for clock in (*current, *changed)}
    newest = {clock.metric: clock.number for clock in sorted(clocks.values(), key=lambda clock: clock.number)}
    return tuple(
        clock
        for clock in clocks.values()
        if clock.outcome is Outcome.OPEN or clock.number == newest[clock.metric] or clock.metric not in _REPEATING
    )


def _numbered(
    current: Iterable[Outgoing | Approval], changed: Iterable[Outgoing | Approval]
) -> tuple[Outgoing | Approval, ...]:
    """Keep everything that is not over, and the latest of what is; the timeline has the rest."""
    known = {item.number: item for item in (*current, *changed)}
    over = [number for number, item in known.items() if not item.is_open]
    old = set(sorted(over)[:-_KEPT_OVER])
    return tuple(known[number] for number in sorted(known) if number not in old)


_MERGED: Final[dict[str, Callable[..., object]]] = {"clocks": _merged, "messages": _numbered, "approvals": _numbered}


def rebuild(lines: Iterable[Line]) -> Ticket:
    """Add a timeline up to the ticket it describes; the row in the store must equal it."""
    ticket: Ticket | None = None
    for line in lines:
        entry = line.entry
        stamp = {"updated_at": entry.recorded_at, "version": entry.number, "head": line.hash}
        if ticket is None:
            raw = msgspec.to_builtins({**entry.changes, **stamp})
            ticket = msgspec.convert(raw, Ticket, str_keys=True)
            continue
        changes = {name: _typed(name, value) for name, value in entry.changes.items()}
        ticket = replace(apply(ticket, changes), **stamp)
    if ticket is None:
        message = "a timeline needs at least one line"
        raise ValueError(message)
    return ticket


_TYPES: Final = {field.name: field.type for field in msgspec.structs.fields(Ticket)}


def _typed(name: str, value: object) -> object:
    return msgspec.convert(msgspec.to_builtins(value), _TYPES[name])
