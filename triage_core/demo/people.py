"""Chapters 4 and 5: who got what and why, how does work change hands, and what may a person change?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from triage_core.demo.clock import HOME
from triage_core.demo.passing_time import sweep
from triage_core.demo.stage import FIRST, Stage
from triage_core.domain.entry import Kind
from triage_core.domain.overriding import Correction
from triage_core.domain.policy.service_levels import Metric
from triage_core.service.accounts import account_of
from triage_core.terminal import span

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.domain.model import Clock, Ticket

#: A lead's ticket, one of a colleague on leave, one of a continent asleep, one of a full pool, one of nobody.
_ROUTED = ("m-2001", "a-8001", "z-8007", "w-2003", "s-8004")
_GATED = "m-3001"


def routing(stage: Stage) -> None:
    """Show owners and who was passed over, then two hand-overs."""
    notice = "the owner has a reason, and a ticket never loses its owner while it changes hands"
    stage.chapter(4, "Routing: who got what, and why", notice)
    stage.table(*(_routed(stage, stage.ticket(source_id)) for source_id in _ROUTED))
    stage.say(f"not there this morning: {', '.join(_away(stage))}")
    _hand_over(stage)
    _lapse(stage)


def _routed(stage: Stage, ticket: Ticket) -> tuple[str | Text, ...]:
    told = account_of(stage.triage, ticket.tenant, ticket.id, stage.clock.now())
    return (
        ticket.id,
        str(ticket.class_name),
        str(ticket.queue),
        Text(ticket.owner or "nobody yet", "bold"),
        told.assigned,
    )


def _away(stage: Stage) -> list[str]:
    now = stage.clock.now()
    return [
        f"{person.id} ({reason})"
        for book in stage.books.values()
        for person in book.directory.people.values()
        if person.queues and (reason := book.directory.why_away(person, now, {}))
    ]


def _hand_over(stage: Stage) -> None:
    ticket = stage.ticket("m-2001")
    offered = stage.triage.transfer(
        FIRST, ticket.id, "jonas.ehrlich", stage.person(str(ticket.owner)), "Provider is informed, call back at noon."
    )
    held = offered.owner
    stage.clock.wait(minutes=6)
    after = stage.triage.accept(FIRST, ticket.id, stage.person("jonas.ehrlich"))
    stage.say(f"{ticket.id}: {held} offers it with a note and keeps it until {after.owner} accepts")


def _lapse(stage: Stage) -> None:
    ticket = stage.ticket("m-2002")
    stage.triage.transfer(FIRST, ticket.id, "tomasz.wolny", stage.person(str(ticket.owner)))
    stage.clock.wait(minutes=42)
    sweep(stage)
    lapsed = next(line.entry for line in stage.lines("m-2002") if line.entry.kind is Kind.HANDOVER_LAPSED)
    owner = stage.ticket("m-2002").owner
    stage.say(
        f"{ticket.id}: offered to {lapsed.facts['to']}, who is silent; the offer lapses at {stage.at(lapsed.at)}, "
        f"{owner} keeps it"
    )


def overriding(stage: Stage) -> None:
    """Let people correct the automation, with and without the right and the reason."""
    notice = "people have the last word, with a right and a reason; less caution needs one more right"
    stage.chapter(5, "A person overrides", notice)
    gated = stage.ticket(_GATED)
    lower = Correction(class_name="P3", reason="One mail only, nobody clicked on the link.")
    no_reason = Correction(class_name="P1")
    stage.say(f"{gated.id} is {gated.class_name} {' '.join(gated.tag_names)}, and a person approves every text:")
    stage.table(
        (f"agent lowers {gated.id}", _no(stage, _override(stage, gated, lower, "lena.brandt"))),
        (f"incident lead lowers {gated.id}", _no(stage, _override(stage, gated, lower, "amira.haddad"))),
        (f"lead changes {gated.id}, no reason", _no(stage, _override(stage, gated, no_reason, "petra.lindqvist"))),
    )
    before = stage.ticket("w-2003")
    raised = Correction(class_name="P2", reason="The desk is for a colleague who starts tomorrow.")
    after = stage.triage.override(FIRST, before.id, raised, stage.person("petra.lindqvist"))
    stage.say(
        f"petra.lindqvist raises {after.id} with a reason: {before.class_name} to {after.class_name}; automation had "
        f"said {after.first_class}, and that stays on record"
    )
    moved = (_moved(before, after, metric) for metric in (Metric.FIRST_REPLY, Metric.RESOLUTION))
    stage.table(*moved, heads=("  promise", "target", "before", "after"))


def _override(stage: Stage, ticket: Ticket, correction: Correction, who: str) -> Callable[[], object]:
    return lambda: stage.triage.override(FIRST, ticket.id, correction, stage.person(who))


def _no(stage: Stage, action: Callable[[], object]) -> Text:
    return Text(f"refused: {stage.refused(action)}", style="red")


def _moved(before: Ticket, after: Ticket, metric: Metric) -> tuple[str | Text, ...]:
    """Say what a new target did to a clock that had run for a while."""
    old, new = _newest(before, metric), _newest(after, metric)
    now = f"due {_when(new.due_at)}"
    if new.breached_at is not None:
        now = f"breached {_when(new.breached_at)}, at the override and not before; cause: {new.breach_cause}"
    return (
        f"  {metric.replace('_', ' ')}",
        f"{span(old.target)} becomes {span(new.target)}",
        f"due {_when(old.due_at)}",
        now,
    )


def _newest(ticket: Ticket, metric: Metric) -> Clock:
    return max((clock for clock in ticket.clocks if clock.metric is metric), key=lambda clock: clock.number)


def _when(moment: datetime | None) -> str:
    return f"{moment.astimezone(HOME):%a %H:%M}" if moment else "no more"
