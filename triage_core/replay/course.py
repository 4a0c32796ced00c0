"""Which moves of the lifecycle lead a ticket to where the next row of a log shows it?

Every move is made by the domain itself. One that the lifecycle refuses happened all the same: it is carried out, its
lines are marked irregular, and its kind is named, so that a report can count it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from triage_core.domain import overriding, sla, ticking, triaging, working
from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, UnknownName
from triage_core.domain.lifecycle import Action, Step, apply, move
from triage_core.domain.model import State, Ticket
from triage_core.domain.overriding import Correction
from triage_core.replay.mapping import StandIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from triage_core.domain.context import Context
    from triage_core.replay.rows import Row

#: What brings a ticket back to where people work on it, from the state it is in.
_BACK: Final[dict[State, tuple[Action, ...]]] = {
    State.TRIAGED: (Action.ASSIGN,),
    State.ASSIGNED: (),
    State.WAITING_CUSTOMER: (Action.RESUME,),
    State.WAITING_THIRD_PARTY: (Action.RESUME,),
    State.RESOLVED: (Action.REOPEN,),
    State.CLOSED: (Action.REOPEN,),
}
#: What leads from there to the state that the log shows; `triaged` says no more than that it is open.
_ON: Final[dict[State, tuple[Action, ...]]] = {
    State.TRIAGED: (),
    State.ASSIGNED: (),
    State.WAITING_CUSTOMER: (Action.WAIT_FOR_CUSTOMER,),
    State.WAITING_THIRD_PARTY: (Action.WAIT_FOR_THIRD_PARTY,),
    State.RESOLVED: (Action.RESOLVE,),
    State.CLOSED: (Action.CLOSE,),
}
#: Ways that need no way back first.
_DIRECT: Final[dict[tuple[State, State], tuple[Action, ...]]] = {
    (State.TRIAGED, State.TRIAGED): (),
    **{(state, state): () for state in _BACK},
    **{(state, State.RESOLVED): (Action.RESOLVE,) for state in _BACK if state not in {State.RESOLVED, State.CLOSED}},
    **{(state, State.CLOSED): (Action.CLOSE,) for state in _BACK if state is not State.CLOSED},
}
WAYS: Final[dict[tuple[State, State], tuple[Action, ...]]] = {
    **{(here, there): (*_BACK[here], *_ON[there]) for here in _BACK for there in _ON},
    **_DIRECT,
}
#: Where a ticket would have to stand for an action that the lifecycle refuses.
_AS_IF: Final = {Action.REOPEN: State.RESOLVED, Action.CLOSE: State.RESOLVED}
_OVER: Final = frozenset({State.RESOLVED, State.CLOSED})
_WHY: Final = "corrected in the source system"


class Course:
    """One ticket and one row: the steps that the row makes it take."""

    def __init__(self, context: Context, ticket: Ticket) -> None:
        """Begin on a ticket; `context.now` is the moment of the row."""
        self.context: Final = context
        self.began: Final = ticket
        self.ticket = ticket
        self.steps: list[Step] = []
        #: What the lifecycle refused: the action and the state, as text.
        self.irregular: list[str] = []

    def arrive(self, intake: dict[str, str]) -> None:
        """Take the ticket in."""
        self._take(triaging.arrive(self.context, self.ticket, intake))

    def catch_up(self) -> None:
        """Let time pass up to now."""
        edge = sla.next_edge(self.ticket.clocks)
        if edge is not None and edge[0] <= self.context.now:
            self._take(ticking.due(self.context, self.ticket))

    def follow(self, row: Row, before: dict[str, str], *, moved: bool, reply: bool) -> None:
        """Lead the ticket to where the row shows it.

        `before` is the intake of the row before, `moved` whether the state is another one, and `reply` whether the row
        stands for the first reply.
        """
        corrected = row.said.intake != before
        self.catch_up()
        if self.ticket.state is State.INCOMPLETE:
            self._unblock(row, corrected=corrected, moved=moved)
        if self.ticket.state is State.INCOMPLETE:
            return
        # A correction belongs before the solution and after the reopening of the same row.
        over = row.said.state in _OVER
        if corrected and over:
            self._correct(row.said.intake, before)
        if reply:
            self._reply()
        self._go(row.said.state)
        if corrected and not over:
            self._correct(row.said.intake, before)

    def _take(self, steps: Iterable[Step], *, irregular: bool = False) -> None:
        for step in steps:
            self.steps.append(replace(step, irregular=True) if irregular else step)
            self.ticket = apply(self.ticket, step.changes)

    def _refused(self, action: str) -> None:
        self.irregular.append(f"{action} while {self.ticket.state}")

    def _unblock(self, row: Row, *, corrected: bool, moved: bool) -> None:
        """Complete a blocked ticket where the row says more; the log's people worked on it all the same."""
        if corrected:
            self._take(triaging.complete(self.context, self.ticket, row.said.intake))
        if moved and self.ticket.state is State.INCOMPLETE:
            self._refused(f"show {row.said.state}")
            facts = {"shown": row.said.state}
            self._take([Step(kind=Kind.NOTE_ADDED, changes={}, facts=facts, at=self.context.now)], irregular=True)

    def _reply(self) -> None:
        if self.ticket.state is State.CLOSED:
            return
        steps = working.agent_replied(self.context, self.ticket, public=True, assisted=False)
        self._take(_taken_up(steps) if self.ticket.state is State.TRIAGED else steps)

    def _go(self, there: State) -> None:
        for action in WAYS[self.ticket.state, there]:
            try:
                self._take(_ACTIONS[action](self.context, self.ticket))
            except ActionNotAllowed:
                self._refused(action)
                self._take(_forced(self.context, self.ticket, action), irregular=True)

    def _correct(self, intake: dict[str, str], before: dict[str, str]) -> None:
        """Decide again with the row's intake; a value that got lost in the log changes nothing."""
        changed: dict[str, Any] = {name: value for name, value in intake.items() if before.get(name) != value}
        if not changed:
            return
        correction = Correction(intake=changed, reason=_WHY)
        over = self.ticket.state in _OVER
        # As if it were still open; the state itself is not among the changes.
        held = replace(self.ticket, state=State.ASSIGNED) if over else self.ticket
        try:
            steps = overriding.override(self.context, held, correction)
            if over:
                self._refused("override")
            self._take(steps, irregular=over)
        except UnknownName:
            self._refused("override with an unlisted value")


def stands_for_reply(row: Row, stand_in: StandIn) -> bool:
    """Tell whether a row shows what stands for a first reply."""
    match stand_in:
        case StandIn.MOVED:
            return row.said.state is not State.TRIAGED
        case StandIn.ASSIGNED:
            return row.assigned
        case StandIn.NONE:
            return False


def _assigned(context: Context, ticket: Ticket) -> list[Step]:
    changes = {"state": move(ticket.state, Action.ASSIGN)}
    return [Step(kind=Kind.ASSIGNED, changes=changes, facts={"reason": "taken up in the log"}, at=context.now)]


def _closed(context: Context, ticket: Ticket) -> list[Step]:
    return working.close(context, ticket, "")


def _reopened(context: Context, ticket: Ticket) -> list[Step]:
    return _taken_up(working.reopen(context, ticket))


def _taken_up(steps: Iterable[Step]) -> list[Step]:
    """Show the ticket in work even where the policy's roster does not know who works on it."""
    return [replace(step, changes={**step.changes, "state": State.ASSIGNED}) for step in steps]


def _waits_for_customer(context: Context, ticket: Ticket) -> list[Step]:
    return working.wait(context, ticket, Action.WAIT_FOR_CUSTOMER)


def _waits_for_third_party(context: Context, ticket: Ticket) -> list[Step]:
    return working.wait(context, ticket, Action.WAIT_FOR_THIRD_PARTY)


_ACTIONS: Final[dict[Action, Callable[[Context, Ticket], list[Step]]]] = {
    Action.ASSIGN: _assigned,
    Action.WAIT_FOR_CUSTOMER: _waits_for_customer,
    Action.WAIT_FOR_THIRD_PARTY: _waits_for_third_party,
    Action.RESUME: working.resume,
    Action.RESOLVE: working.resolve,
    Action.REOPEN: _reopened,
    Action.CLOSE: _closed,
}


def _forced(context: Context, ticket: Ticket, action: Action) -> list[Step]:
    """Carry out what the lifecycle refuses, as if the ticket stood where it is allowed, inside the reopen window."""
    steps = _ACTIONS[action](context, replace(ticket, state=_AS_IF[action], resolved_at=None))
    return [replace(step, changes={**step.changes, **_EXTRA[action](context, ticket)}) for step in steps]


def _ended(context: Context, ticket: Ticket) -> dict[str, Any]:
    """A ticket that closes without a solution has met nothing: its clocks are cancelled."""
    return {"clocks": sla.on_cancelled(ticket.clocks, context.now)}


def _open_again(_context: Context, _ticket: Ticket) -> dict[str, Any]:
    return {"closed_at": None}


_EXTRA: Final[dict[Action, Callable[[Context, Ticket], dict[str, Any]]]] = {
    Action.CLOSE: _ended,
    Action.REOPEN: _open_again,
}
