"""Which promises of a closing need a reminder, are overdue, or are kept?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from triage_core.domain.closure.items import ActionItem
from triage_core.domain.entry import Kind
from triage_core.domain.errors import NotPermitted, TriageError
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import ActorKind, Ticket
from triage_core.domain.policy.people import Right

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.context import Context


class FollowUpNotFound(TriageError):
    """No closing promised this."""

    code = "follow_up_not_found"

    def __init__(self) -> None:
        """Do not repeat the name: it may belong to another tenant."""
        super().__init__("no such follow-up in this tenant; list the follow-ups, or check the id")


def due(ticket: Ticket, now: datetime) -> list[Step]:
    """Return what time did to the promises up to now, in the order it happened; any sweep gives the same steps."""
    edges = sorted(edge for item in ticket.actions for edge in _ahead(item) if edge[0] <= now)
    steps: list[Step] = []
    actions = ticket.actions
    for at, kind, name in edges:
        actions = _with(actions, name, **{_MARKS[kind]: True})
        item = _named(actions, name)
        facts = {"edge": _edge(ticket, kind, name), **_about(item)}
        steps.append(Step(kind=kind, changes={"actions": actions}, facts=facts, at=at))
    return steps


_MARKS = {Kind.ACTION_REMINDED: "reminded", Kind.ACTION_OVERDUE: "overdue"}
_Edge = tuple["datetime", Kind, str]


def _ahead(item: ActionItem) -> list[_Edge]:
    """Return the edges of an item that have not happened yet."""
    if item.done_at is not None:
        return []
    edges: list[_Edge] = []
    if item.remind_at is not None and not item.reminded:
        edges.append((item.remind_at, Kind.ACTION_REMINDED, item.id))
    if not item.overdue:
        edges.append((item.due_at, Kind.ACTION_OVERDUE, item.id))
    return edges


def next_due(ticket: Ticket) -> tuple[datetime, str] | None:
    """Return the next moment at which time does something to a promise, and the id of that edge."""
    edges = [edge for item in ticket.actions for edge in _ahead(item)]
    if not edges:
        return None
    at, kind, name = min(edges)
    return at, _edge(ticket, kind, name)


def _edge(ticket: Ticket, kind: Kind, name: str) -> str:
    return f"{ticket.id}/action/{name}/{_MARKS[kind]}"


def done(context: Context, ticket: Ticket, name: str, note: str = "") -> list[Step]:
    """Keep a promise: its owner says so, or somebody who may give tickets to others; said twice it is kept once.

    Raises `FollowUpNotFound` and `NotPermitted`.
    """
    if name not in {item.id for item in ticket.actions}:
        raise FollowUpNotFound
    item = _named(ticket.actions, name)
    _check_right(context, item)
    if item.done_at is not None:
        return []
    actions = _with(ticket.actions, name, done_at=context.now)
    facts = {**_about(item), "overdue": context.now > item.due_at}
    texts = {"note": note} if note.strip() else {}
    return [Step(kind=Kind.ACTION_DONE, changes={"actions": actions}, facts=facts, texts=texts, at=context.now)]


def _check_right(context: Context, item: ActionItem) -> None:
    directory = context.playbook.directory
    if context.actor.kind is ActorKind.CUSTOMER:
        raise NotPermitted("settle a promise", directory.holders(Right.OVERRIDE_OWNER))
    is_other = context.actor.kind is ActorKind.PERSON and context.actor.id != item.owner
    if is_other and not directory.may(context.actor.roles, Right.OVERRIDE_OWNER):
        raise NotPermitted("settle somebody else's promise", directory.holders(Right.OVERRIDE_OWNER))


def _about(item: ActionItem) -> dict[str, Any]:
    return {"action": item.id, "owner": item.owner, "due_at": item.due_at}


def _named(actions: tuple[ActionItem, ...], name: str) -> ActionItem:
    return next(item for item in actions if item.id == name)


def _with(actions: tuple[ActionItem, ...], name: str, **marks: Any) -> tuple[ActionItem, ...]:  # noqa: ANN401 - fields of an item
    return tuple(replace(item, **marks) if item.id == name else item for item in actions)
