"""What happens to a ticket's clocks when its class or its facts change?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from triage_core.domain import clocks, sla
from triage_core.domain.entry import Kind
from triage_core.domain.lifecycle import Step
from triage_core.domain.model import BreachCause, Clock, Outcome, Ticket
from triage_core.domain.policy.service_levels import Metric

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.context import Context
    from triage_core.domain.sla import Clocks, Desk


def retargeted(context: Context, before: Ticket, after: Ticket) -> Clocks:
    """Return the clocks that change: running ones get the new targets, lost metrics end, gained ones begin."""
    desk = context.playbook.desk(after)
    gained = tuple(clock for metric in sla.AT_CREATION for clock in _gained(desk, before, metric, context.now))
    return (*sla.on_retarget(desk, before.clocks, context.now), *sla.held(desk, before.state, gained, context.now))


def _gained(desk: Desk, ticket: Ticket, metric: Metric, at: datetime) -> Clocks:
    """Start a clock that the new class has and the old one had not; it runs from the ticket's creation."""
    last = sla.latest(ticket.clocks, metric)
    over = {Metric.FIRST_REPLY: ticket.first_reply_at is not None, Metric.FIRST_RESOLUTION: ticket.reopen_count > 0}
    if over.get(metric) or (last is not None and last.outcome is not Outcome.CANCELLED):
        return ()
    started = desk.start(metric, ticket.created_at, last.number + 1 if last else 1)
    return tuple(_from_now_on(desk, clock, at) for clock in started)


def _from_now_on(desk: Desk, clock: Clock, at: datetime) -> Clock:
    calendar = desk.promises.calendar(clock.calendar)
    return clocks.not_before(clock, desk.plan(clock), calendar, at, BreachCause.RETARGET)


def cancellations(ticket_id: str, moved: Clocks) -> list[Step]:
    """Report the clocks that ended because nothing is promised for them any more."""
    lost = [clock for clock in moved if clock.outcome is Outcome.CANCELLED]
    edges = [{"edge": f"{ticket_id}/{clock.id}/cancelled", "metric": clock.metric} for clock in lost]
    return [Step(kind=Kind.SLA_CANCELLED, changes={}, facts=facts) for facts in edges]
