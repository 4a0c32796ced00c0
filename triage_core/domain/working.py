"""What happens to a ticket while people work on it: replies, waiting, solving, reopening, closing?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from triage_core.domain import assigning, sla
from triage_core.domain.entry import Kind
from triage_core.domain.errors import ActionNotAllowed, NotPermitted, ReasonMissing, ReopenWindowOver, TimeOrder
from triage_core.domain.lifecycle import Action, Step, allowed, apply, move
from triage_core.domain.model import ENDED, ActorKind, Clock, Link, State, Ticket
from triage_core.domain.policy.people import Right
from triage_core.domain.policy.service_levels import PauseReason

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.context import Context

_WAITING = {
    Action.WAIT_FOR_CUSTOMER: PauseReason.WAITING_CUSTOMER,
    Action.WAIT_FOR_THIRD_PARTY: PauseReason.WAITING_THIRD_PARTY,
}


def _with_clocks(changes: dict[str, Any], moved: tuple[Any, ...]) -> dict[str, Any]:
    return {**changes, "clocks": moved} if moved else changes


def agent_replied(context: Context, ticket: Ticket, *, public: bool, assisted: bool) -> list[Step]:
    """Record an agent's message; only a public one answers the customer.

    `assisted` marks a text that began as an automatic draft; it counts as a reply and is shown apart. Whoever replies
    on a ticket that nobody owns takes it; a reply of somebody who is not on the roster leaves it unowned.
    """
    if not public:
        return _noted(context, ticket)
    if ticket.state in ENDED - {State.RESOLVED}:
        raise ActionNotAllowed("reply to", ticket.state, allowed(ticket.state))
    moved = _answered(context, ticket) if ticket.class_name else ()
    changes = _with_clocks(_reply_times(ticket, context.now), moved)
    replied = Step(kind=Kind.AGENT_REPLIED, changes=changes, facts={"assisted": assisted}, at=context.now)
    return [*_taken(context, ticket), replied]


def _noted(context: Context, ticket: Ticket) -> list[Step]:
    """Add a note, which reaches no customer; so much comes to be known after the end that a closed ticket takes it."""
    if ticket.state in ENDED - {State.RESOLVED, State.CLOSED}:
        raise ActionNotAllowed("add a note to", ticket.state, allowed(ticket.state))
    return [Step(kind=Kind.NOTE_ADDED, changes={}, at=context.now)]


def _taken(context: Context, ticket: Ticket) -> list[Step]:
    actor = context.actor
    on_roster = actor.kind is ActorKind.PERSON and actor.id in context.playbook.directory.people
    if ticket.state is not State.TRIAGED or ticket.owner is not None or not on_roster:
        return []
    return [replace(step, at=context.now) for step in assigning.assign(context, ticket, actor.id)]


def _reply_times(ticket: Ticket, at: datetime) -> dict[str, Any]:
    """Return the first and the last reply where this one, which may be reported late, is the first or the last."""
    times: dict[str, Any] = {}
    if ticket.first_reply_at is None or at < ticket.first_reply_at:
        times["first_reply_at"] = at
    if ticket.last_reply_at is None or at > ticket.last_reply_at:
        times["last_reply_at"] = at
        times |= {"unanswered": 0} if ticket.unanswered else {}
    return times


def _answered(context: Context, ticket: Ticket) -> sla.Clocks:
    promised = sla.next_update(context.playbook.desk(ticket), ticket.clocks, context.now) if ticket.is_open else ()
    return (*sla.on_agent_reply(ticket.clocks, context.now), *_held(context, ticket, promised))


def _held(context: Context, ticket: Ticket, started: sla.Clocks) -> sla.Clocks:
    since = max(context.now, ticket.last_waiting_at or context.now)
    return sla.held(context.playbook.desk(ticket), ticket.state, started, since)


def customer_replied(context: Context, ticket: Ticket, *, substantive: bool) -> list[Step]:
    """Record a customer's message: it ends the waiting for the customer and may reopen a solved ticket.

    An automatic answer and a message older than the waiting leave the ticket waiting. A reply after the reopen window
    changes nothing here: it belongs into a follow-up ticket, see `needs_follow_up`.
    """
    steps: list[Step] = []
    if substantive and _ends_waiting(context, ticket):
        steps = resume(context, ticket)
        ticket = apply(ticket, steps[0].changes)
    if substantive and _reopens(context, ticket):
        steps = reopen(context, ticket)
        ticket = apply(ticket, steps[0].changes)
    moved: tuple[Clock, ...] = ()
    if substantive and ticket.is_open and ticket.class_name:
        desk = context.playbook.desk(ticket)
        moved = _held(context, ticket, sla.on_customer_reply(desk, ticket.clocks, context.now, ticket.last_reply_at))
    waits = substantive and ticket.is_open and not _is_answered(ticket, context.now)
    changes: dict[str, Any] = {"unanswered": ticket.unanswered + 1} if waits else {}
    replied = Step(
        kind=Kind.CUSTOMER_REPLIED,
        changes=_with_clocks(changes, moved),
        facts={"substantive": substantive},
        at=context.now,
    )
    return [*steps, replied]


def _is_answered(ticket: Ticket, at: datetime) -> bool:
    """A message reported late, older than the last public reply, is answered by that one."""
    return ticket.last_reply_at is not None and at < ticket.last_reply_at


def needs_follow_up(context: Context, ticket: Ticket) -> bool:
    """Tell whether a customer's reply comes too late to reopen the ticket: after the window, or after the closing."""
    if ticket.state is not State.RESOLVED or ticket.resolved_at is None:
        return ticket.state in ENDED
    return _window_over(context, ticket)


def _window_over(context: Context, ticket: Ticket) -> bool:
    window = context.playbook.policy.reopen_window
    return ticket.resolved_at is not None and context.now - ticket.resolved_at > window


def _ends_waiting(context: Context, ticket: Ticket) -> bool:
    since = ticket.last_waiting_at
    return ticket.state is State.WAITING_CUSTOMER and (since is None or since <= context.now)


def _reopens(context: Context, ticket: Ticket) -> bool:
    """A message that was sent before the solution, and reported after it, leaves the ticket solved."""
    solved = ticket.resolved_at if ticket.state is State.RESOLVED else None
    return solved is not None and solved <= context.now and not needs_follow_up(context, ticket)


def wait(context: Context, ticket: Ticket, action: Action) -> list[Step]:
    """Let the ticket wait for the customer or a third party."""
    reason = _WAITING[action]
    moved = sla.on_waiting(context.playbook.desk(ticket), ticket.clocks, context.now, reason, context.actor.id)
    changes = _with_clocks({"state": move(ticket.state, action), "last_waiting_at": context.now}, moved)
    return [Step(kind=Kind.WAITING, changes=changes, facts={"for": reason}, at=context.now)]


def resume(context: Context, ticket: Ticket) -> list[Step]:
    """End the waiting."""
    state = move(ticket.state, Action.RESUME)
    moved = sla.on_resumed(context.playbook.desk(ticket), ticket.clocks, context.now)
    return [Step(kind=Kind.RESUMED, changes=_with_clocks({"state": state}, moved), at=context.now)]


def resolve(context: Context, ticket: Ticket) -> list[Step]:
    """Solve the ticket."""
    state = move(ticket.state, Action.RESOLVE)
    moved = sla.on_resolved(ticket.clocks, context.now)
    return [
        Step(
            kind=Kind.RESOLVED,
            changes=_with_clocks(_solved(ticket, state, context.now), moved),
            at=context.now,
        )
    ]


def _solved(ticket: Ticket, state: State, at: datetime) -> dict[str, Any]:
    answered = {"unanswered": 0} if ticket.unanswered else {}
    return {"state": state, "resolved_at": at, "handover": None, **answered}


def reopen(context: Context, ticket: Ticket) -> list[Step]:
    """Take a solved ticket up again; its first reply and first resolution stay as they were.

    One that nobody owns goes back to be assigned. Raises `ReopenWindowOver` after the policy's window.
    """
    there = move(ticket.state, Action.REOPEN)
    state = there if ticket.owner else State.TRIAGED
    if ticket.resolved_at is not None and context.now < ticket.resolved_at:
        raise TimeOrder("the reopening", ticket.resolved_at)
    if _window_over(context, ticket):
        raise ReopenWindowOver
    moved = sla.on_reopened(context.playbook.desk(ticket), ticket.clocks, context.now)
    changes = {"state": state, "resolved_at": None, "reopen_count": ticket.reopen_count + 1}
    return [Step(kind=Kind.REOPENED, changes=_with_clocks(changes, moved), at=context.now)]


def close(context: Context, ticket: Ticket, reason: str) -> list[Step]:
    """Close a solved ticket for good."""
    changes = {"state": move(ticket.state, Action.CLOSE), "closed_at": context.now}
    facts = {"by_person": context.actor.kind is ActorKind.PERSON}
    texts = {"reason": reason} if reason.strip() else {}
    return [Step(kind=Kind.CLOSED, changes=changes, facts=facts, texts=texts, at=context.now)]


def _check_end(context: Context, ticket: Ticket, action: Action) -> None:
    """A gated ticket is not done away with by a flow: a person whose role may lower caution has to say so."""
    directory = context.in_force.directory
    if not ticket.gate_required or context.is_past or directory.may(context.actor.roles, Right.LOWER_GATED):
        return
    raise NotPermitted(f"{action} a gated ticket", directory.holders(Right.LOWER_GATED))


def end(context: Context, ticket: Ticket, action: Action, reason: str, into: str | None = None) -> list[Step]:
    """Merge the ticket into another or declare it void; its clocks are cancelled and KPIs leave it out."""
    if not reason.strip():
        raise ReasonMissing(action)
    state = move(ticket.state, action)
    _check_end(context, ticket, action)
    moved = sla.on_cancelled(ticket.clocks, context.now)
    changes: dict[str, Any] = {"state": state, "closed_at": context.now, "handover": None}
    if into is not None:
        changes["links"] = (*ticket.links, Link(kind="merged_into", to=into))
    kind = Kind.MERGED if action is Action.MERGE else Kind.VOIDED
    facts = {"by_person": context.actor.kind is ActorKind.PERSON}
    return [
        Step(kind=kind, changes=_with_clocks(changes, moved), facts=facts, texts={"reason": reason}, at=context.now)
    ]
