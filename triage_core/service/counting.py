"""How often did it happen what takes automation back?

What is rare is read first: the cases that a share is of are read only where there are as many hits as a trigger wants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from triage_core.domain.policy.rollout import Action, Measure
from triage_core.domain.rollout.measuring import RULES, Happened, Moment, moments
from triage_core.domain.sending import SendState
from triage_core.ports import Counted
from triage_core.send_ports import HasSends
from triage_core.service.intents import action_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from triage_core.domain.entry import Entry, Kind
    from triage_core.domain.rollout.falling import Fall, Watch
    from triage_core.service.rollout import RolloutBook

#: Of messages the timelines know how they ended.
_SENT: Final = frozenset({Action.CALLS, Action.WRITEBACK})
#: Sends of which something came, one way or the other.
_TRIED: Final = (SendState.SENT, SendState.FAILED, SendState.UNKNOWN)


class CountingStore(Counted, HasSends, Protocol):
    """What is counted over."""


def judged(store: CountingStore, book: RolloutBook, tenant: str, now: datetime) -> tuple[Fall, ...]:
    """Step down where the triggers of a tenant's policy are reached, and return what fell; raises `NoPolicy`."""
    found = {watch: happened(store, tenant, watch, now) for watch in book.watches(tenant)}
    return book.step_down(tenant, found) if any(each.hits for each in found.values()) else ()


def happened(store: CountingStore, tenant: str, watch: Watch, now: datetime) -> Happened:
    """Return what happened of what is to be counted; too few hits to reach the trigger are nothing."""
    span = watch.since, now
    if watch.measure is Measure.FAILED_SENDS and watch.action in _SENT:
        hits = _ended(store, tenant, watch.action, (SendState.FAILED,), span)
        if len(hits) < watch.at_least:
            return Happened()
        return Happened(hits, _ended(store, tenant, watch.action, _TRIED, span))
    rule = RULES[watch.measure]
    hits = _lines(store, tenant, rule.hits, span, by_ticket=rule.by_ticket)
    if len(hits) < watch.at_least:
        return Happened()
    return Happened(hits, _lines(store, tenant, rule.cases, span, by_ticket=rule.by_ticket))


def _lines(
    store: Counted,
    tenant: str,
    counted: Mapping[Kind, Callable[[Entry], bool]],
    span: tuple[datetime, datetime],
    *,
    by_ticket: bool,
) -> tuple[Moment, ...]:
    found = [entry for kind in counted for entry in store.counted(tenant, kind, *span)]
    return moments(found, counted, by_ticket=by_ticket)


def _ended(
    store: HasSends, tenant: str, action: Action, states: tuple[SendState, ...], span: tuple[datetime, datetime]
) -> tuple[Moment, ...]:
    return tuple(
        Moment(record.over_at, record.send.id)
        for state in states
        for record in store.sends.ended(tenant, state, *span)
        if action_of(record.send) is action and record.over_at is not None
    )
