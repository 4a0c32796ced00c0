"""Which texts of a ticket have had their time, and what becomes of each?

The timeline keeps that there was a text, and its fingerprint; only the words go.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from triage_core.domain.gating.state import MessageState
from triage_core.domain.model import State, Ticket
from triage_core.domain.policy.retention import Fate, RetentionRule, Since
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

#: Begins the kind of a text that was archived: it is kept, and shown nowhere.
ARCHIVED: Final = "archived:"
#: The states in which a ticket is over for good.
OVER: Final = frozenset({State.CLOSED, State.MERGED, State.VOID})
#: What a ticket is compared by comes from these.
COMPARED: Final = frozenset({"subject", "body"})
#: Every version of a text to the customer has a kind of its own; rules speak of these: what left, what never did, and
#: what may still leave.
MESSAGE: Final = "message"
DRAFT: Final = "draft"
_PENDING: Final = "pending"
_CORRECTION: Final = "correction"
_VERSION: Final = re.compile(r"outgoing/(\d+)/(\d+)")
_LEFT: Final = frozenset({MessageState.RELEASED, MessageState.SENT, MessageState.FAILED, MessageState.UNKNOWN})
_MAY_LEAVE: Final = frozenset({MessageState.READY, MessageState.WAITING, MessageState.APPROVED})
_STRONGEST_FIRST: Final = (Fate.ERASE, Fate.PSEUDONYMISE, Fate.ARCHIVE)


class HeldText(Value, frozen=True, kw_only=True):
    """A text as retention sees it, without its words."""

    id: str
    kind: str
    at: datetime

    @property
    def plain_kind(self) -> str:
        """What it was before it was archived."""
        return self.kind.removeprefix(ARCHIVED)

    @property
    def is_archived(self) -> bool:
        """It is shown nowhere any more."""
        return self.kind.startswith(ARCHIVED)


class Planned(Value, frozen=True, kw_only=True):
    """What becomes of one text, by which rule, and since when that has been due."""

    text_id: str
    kind: str
    fate: Fate
    rule: str
    due_at: datetime


def plan(
    ticket: Ticket,
    texts: Iterable[HeldText],
    rules: Iterable[RetentionRule],
    now: datetime,
    done: Collection[tuple[str, Fate]] = (),
) -> tuple[Planned, ...]:
    """Return what is due on a ticket's texts; of several fates the one that leaves least holds.

    `done` names texts that went through a fate already, which leaves their words in another form.
    """
    wanted = [rule for rule in rules if _fits(rule, ticket)]
    items = ([item for rule in wanted if (item := _by_rule(rule, ticket, text)) is not None] for text in texts)
    due = (
        [item for item in of_text if item.due_at <= now and (item.text_id, item.fate) not in done] for of_text in items
    )
    return tuple(min(of_text, key=_strength) for of_text in due if of_text)


def _fits(rule: RetentionRule, ticket: Ticket) -> bool:
    of_class = not rule.classes or ticket.class_name in rule.classes
    return of_class and set(rule.unless_tags).isdisjoint(ticket.tag_names)


def _strength(item: Planned) -> tuple[int, datetime, str]:
    return _STRONGEST_FIRST.index(item.fate), item.due_at, item.rule


def _by_rule(rule: RetentionRule, ticket: Ticket, text: HeldText) -> Planned | None:
    since = text.at if rule.since is Since.WRITTEN else _ended_at(ticket)
    kind = kind_of(ticket, text.plain_kind)
    if since is None or kind == _PENDING or (rule.texts and kind not in rule.texts):
        return None
    if rule.then is Fate.ARCHIVE and text.is_archived:
        return None
    # A text that was written after the end has its own time from then on.
    due_at = max(since, text.at) + rule.after
    shown = f"{ARCHIVED}{kind}" if text.is_archived else kind
    return Planned(text_id=text.id, kind=shown, fate=rule.then, rule=rule.id, due_at=due_at)


def kind_of(ticket: Ticket, kind: str) -> str:
    """Return the kind by which rules know a text."""
    if (found := _VERSION.fullmatch(kind)) is None:
        return kind.partition("/")[0] if kind.startswith(f"{_CORRECTION}/") else kind
    number, version = map(int, found.groups())
    message = next((known for known in ticket.messages if known.number == number), None)
    if message is None or (message.state in _LEFT and message.version == version):
        return MESSAGE
    is_pending = message.state in _MAY_LEAVE and message.version == version and ticket.state not in OVER
    return _PENDING if is_pending else DRAFT


def _ended_at(ticket: Ticket) -> datetime | None:
    return ticket.closed_at if ticket.state in OVER else None


def shortest(rules: Iterable[RetentionRule]) -> timedelta | None:
    """Return the shortest time that any rule gives; no text that is younger can be due."""
    return min((rule.after for rule in rules), default=None)


def fates(planned: Iterable[Planned]) -> Iterator[tuple[Fate, str, tuple[str, ...]]]:
    """Return what happens on one ticket, by fate and rule: one line of its timeline each."""
    groups: dict[tuple[Fate, str], list[str]] = {}
    for item in planned:
        groups.setdefault((item.fate, item.rule), []).append(item.text_id)
    for (fate, rule), ids in sorted(groups.items()):
        yield fate, rule, tuple(ids)
