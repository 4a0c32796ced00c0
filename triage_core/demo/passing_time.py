"""Chapter 3: what do the clocks do while people work, wait, and sleep?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from rich.text import Text

from triage_core.demo.clock import HOME
from triage_core.demo.stage import Stage
from triage_core.domain.entry import Kind
from triage_core.domain.happening import Event, Happened
from triage_core.domain.model import Actor, ActorKind
from triage_core.domain.policy.service_levels import Metric
from triage_core.terminal import span

if TYPE_CHECKING:
    from triage_core.domain.entry import Entry
    from triage_core.domain.model import Clock, Ticket
    from triage_core.service.triage import Swept

_LEASE = timedelta(minutes=1)
_CUSTOMER = Actor(kind=ActorKind.CUSTOMER, id="requester")
#: The warehouse's printer: answered, then waiting for the customer.
_PRINTER = "m-6001"
#: Nobody answers this one in time.
_FORGOTTEN = "m-3003"
#: This one came too late to be answered in time.
_LATE = "m-8006"


def clocks(stage: Stage) -> None:
    """Answer one ticket, let it wait, forget another one, and let the sweep fail for a while."""
    notice = "a breach is written at the instant it happened, although the sweep came much later"
    stage.chapter(3, "Clocks: replies, waiting, warnings, breaches", notice)
    _answer_and_wait(stage)
    sweep(stage)
    stage.clock.until(10, 35)
    swept = sweep(stage)
    stage.say(f"{stage.at(stage.clock.now())} the sweep runs again: {swept.looked_at} tickets, {swept.steps} lines")
    stage.table(*map(_edge_row, _edges(stage)))
    stage.clock.wait(minutes=5)
    _resume(stage)


def sweep(stage: Stage) -> Swept:
    """Let time catch up."""
    return stage.triage.tick("demo", _LEASE)


def _answer_and_wait(stage: Stage) -> None:
    stage.clock.until(8, 44)
    before = stage.ticket(_PRINTER)
    agent = stage.person(str(before.owner))
    _record(stage, before, Happened.AGENT_REPLIED, agent)
    after = _record(stage, before, Happened.WAITING_CUSTOMER, agent)
    first, resolution = _clock(after, Metric.FIRST_REPLY), _clock(after, Metric.RESOLUTION)
    due = _due(stage, _clock(before, Metric.FIRST_REPLY))
    stage.say(
        f"{stage.at(stage.clock.now())} {after.id}: {agent.id} replies, first reply {first.outcome} (due {due}); "
        f"waits for the customer, resolution {'stands still' if resolution.paused else 'runs'}"
    )


def _resume(stage: Stage) -> None:
    waiting = stage.ticket(_PRINTER)
    since = _clock(waiting, Metric.RESOLUTION).pauses[-1].start
    after = _record(stage, waiting, Happened.CUSTOMER_REPLIED, _CUSTOMER)
    resolution, owed = _clock(after, Metric.RESOLUTION), _clock(after, Metric.NEXT_REPLY)
    waited = stage.clock.now() - since
    stage.say(
        f"{stage.at(stage.clock.now())} {after.id}: the customer answers after {span(waited)}; resolution runs on, due "
        f"{resolution.due_at:%a} {_due(stage, resolution)}; next reply due {_due(stage, owed)}"
    )


def _record(stage: Stage, ticket: Ticket, what: Happened, actor: Actor) -> Ticket:
    return stage.triage.record(ticket.tenant, ticket.id, Event(what=what), actor)


def _clock(ticket: Ticket, metric: Metric) -> Clock:
    return next(clock for clock in reversed(ticket.clocks) if clock.metric is metric)


def _due(stage: Stage, clock: Clock) -> str:
    return stage.at(clock.due_at) if clock.due_at else "no more"


def _edges(stage: Stage) -> list[Entry]:
    """Return what time did to the first reply of a forgotten ticket, and to that of one that came too late."""
    late = [entry for entry in _of_first_reply(stage, _LATE) if entry.kind is Kind.SLA_BREACHED]
    return [*_of_first_reply(stage, _FORGOTTEN), *late]


def _of_first_reply(stage: Stage, source_id: str) -> list[Entry]:
    entries = [line.entry for line in stage.lines(source_id)]
    return [entry for entry in entries if entry.facts.get("metric") == Metric.FIRST_REPLY]


def _edge_row(entry: Entry) -> tuple[str | Text, ...]:
    happened, written = (f"{at.astimezone(HOME):%H:%M:%S}" for at in (entry.at, entry.recorded_at))
    times = f"happened {happened}, written {written}"
    if entry.kind is Kind.SLA_BREACHED:
        cause = str(entry.facts["cause"]).replace("_", " ")
        return entry.ticket_id, "first reply", Text("breached", style="bold red"), times, f"cause: {cause}"
    return entry.ticket_id, "first reply", Text(f"at risk {entry.facts['share']:.0%}", style="yellow"), times, ""
