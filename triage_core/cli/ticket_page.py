"""How does a decided ticket read on a terminal?"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from triage_core.domain.account import fired_sentence, given_sentences, skipped_sentence
from triage_core.domain.model import Outcome
from triage_core.terminal import class_style, joined, moment, quoted, span, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from zoneinfo import ZoneInfo

    from triage_core.domain.explanation import Explanation, WouldChange
    from triage_core.domain.model import Clock, Ticket
    from triage_core.service.accounts import Account

Row = tuple[str, str | Text]


def page(account: Account, zone: ZoneInfo, *, full: bool = False) -> Table:
    """Return a ticket's page: heading, then a label and its content in each row; `full` adds what did not fire."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(_name(account.ticket), heading(account.ticket))
    rows = [("says", quoted(account.text)), *_decided(account), *_clocks(account.ticket, zone)]
    for label, content in [*rows, *(_rest(account.explanation) if full else ())]:
        table.add_row(label, content)
    return table


def heading(ticket: Ticket) -> Text:
    """Say class, severity, tags and gate in one line."""
    if ticket.class_name is None:
        return Text("BLOCKED: the intake is incomplete", style="bold magenta")
    return joined(
        Text(ticket.class_name, style=class_style(ticket.class_rank)),
        str(ticket.severity or ""),
        Text(" ".join(ticket.tag_names), style="bold"),
        Text("gated: a person approves every text", style="red") if ticket.gate_required else "",
        by="  ",
    )


def _name(ticket: Ticket) -> str:
    return visible(ticket.source_id) if not ticket.id else ticket.id


def _decided(account: Account) -> Iterator[Row]:
    ticket, told = account.ticket, account.explanation
    yield from _asked(ticket)
    if told is None:
        return
    yield from _labelled("why", [*given_sentences(told.given), *_fired(told, account.text)])
    yield from _labelled("", ["the text is longer than the policy reads; the rest was not scanned"] * told.truncated)
    if account.statement:
        every = account.statement.update_every
        promise = f" An update every {span(every)}." if every else ""
        yield "means", f"{account.statement.impact} {account.statement.rationale}{promise}"
    if ticket.defaulted:
        yield "filled in", ", ".join(f"{name}={ticket.intake[name]}" for name in ticket.defaulted) + " by the policy"
    yield "goes to", f"{ticket.queue}, {ticket.owner or 'nobody yet'}: {account.assigned}"


def _fired(told: Explanation, text: str) -> Iterator[str]:
    return (visible(fired_sentence(rule, text)) for rule in told.fired)


def _asked(ticket: Ticket) -> Iterator[Row]:
    asked = [f"{problem.pointer.rpartition('/')[2]}: {problem.expected}" for problem in ticket.problems]
    yield from _labelled("asks for", asked)
    if ticket.alerts:
        yield "rings", Text(f"an internal alert, because of {', '.join(ticket.alerts)}", style="bold red")


def _clocks(ticket: Ticket, zone: ZoneInfo) -> Iterator[Row]:
    yield from _labelled("clocks", [_clock(clock, zone) for clock in ticket.clocks])


def _clock(clock: Clock, zone: ZoneInfo) -> str:
    name = f"{clock.metric.replace('_', ' '):<17}"
    allowed = f"{span(clock.target)} on {clock.calendar}"
    if clock.breached_at is not None:
        return f"{name} missed at {moment(clock.breached_at, zone)} ({allowed})"
    if clock.outcome is not Outcome.OPEN:
        return f"{name} {clock.outcome.replace('_', ' ')} ({allowed})"
    return f"{name} {'stands still' if clock.due_at is None else moment(clock.due_at, zone)} ({allowed})"


def _rest(told: Explanation | None) -> Iterator[Row]:
    if told is None:
        return
    yield from _labelled("silent", [visible(skipped_sentence(rule)) for rule in told.skipped])
    yield from _labelled("would be", [*_others(told.would_change)] or ["no single other fact gives another class"])


def _others(changes: Iterable[WouldChange]) -> Iterator[str]:
    by_class = attrgetter("class_name")
    for class_name, group in groupby(sorted(changes, key=by_class), key=by_class):
        facts: dict[str, list[str]] = {}
        for change in group:
            facts.setdefault(change.fact, []).append(change.value)
        yield f"{class_name} with " + "; ".join(f"{fact} {' or '.join(values)}" for fact, values in facts.items())


def _labelled(label: str, lines: Iterable[str]) -> Iterator[Row]:
    """Put the label before the first line only."""
    for number, line in enumerate(lines):
        yield label if number == 0 else "", line
