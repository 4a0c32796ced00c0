"""How do the exceptions of a report read on a terminal: one line for each ticket of each person, the gravest first?"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from triage_core.domain.kpis.exceptions import Trouble
from triage_core.terminal import moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from triage_core.contract.reports import ExceptionRow

#: So many lines are told where not all are asked for.
FIRST: Final = 20
#: What a person reads; what exactly it is follows in brackets.
_WORDS: Final = {
    Trouble.GATE_BYPASSED: "a text went past the gate",
    Trouble.ESCALATION_EXHAUSTED: "everybody was called and nobody took over the escalation",
    Trouble.ESCALATION_UNACKNOWLEDGED: "nobody has taken over the escalation",
    Trouble.CHECKPOINT_MISSED: "a promised checkpoint was missed",
    Trouble.TARGET_MISSED: "target missed",
    Trouble.APPROVAL_UNDECIDED: "a request for approval was not decided",
    Trouble.SEND_FAILED: "a text could not be sent",
    Trouble.INTAKE_INCOMPLETE: "the intake is incomplete",
    Trouble.NO_OWNER: "nobody owns the ticket",
}


def of_exceptions(rows: Sequence[ExceptionRow], zone: str, everything: bool = False) -> Iterator[str]:
    """Tell exceptions, which come the gravest first, ticket by ticket."""
    if not rows:
        yield "exceptions: none"
        return
    groups: dict[tuple[bool, str | None, str], list[ExceptionRow]] = defaultdict(list)
    for row in rows:
        groups[row.is_open, row.owner, row.ticket_id].append(row)
    still = sum(row.is_open for row in rows)
    tickets = len({row.ticket_id for row in rows})
    yield (
        f"exceptions: {len(rows)} on {tickets} {'ticket' if tickets == 1 else 'tickets'}, {still} still open; "
        "the gravest first"
    )
    told = list(groups.values())
    shown = told if everything else told[:FIRST]
    yield from (_line(group, ZoneInfo(zone)) for group in shown)
    if left := len(told) - len(shown):
        yield f"  and {left} more (--all or --json)"


def _line(group: Sequence[ExceptionRow], zone: ZoneInfo) -> str:
    first = group[0]
    what = "; ".join(_troubles(group))
    since = moment(min(row.since for row in group), zone)
    state = "since" if first.is_open else "over, from"
    head = f"{first.owner or 'nobody is named'}: {first.ticket_id}, {first.class_name or 'no class'}"
    return f"  {head}, {what}; {state} {since}"


def _troubles(group: Sequence[ExceptionRow]) -> Iterator[str]:
    about: dict[Trouble, list[str]] = defaultdict(list)
    for row in group:
        about[row.trouble] += [row.about.replace("_", " ").replace(",", ", ")] if row.about else []
    for trouble, found in about.items():
        yield f"{_WORDS[trouble]} ({', '.join(dict.fromkeys(found))})" if found else _WORDS[trouble]
