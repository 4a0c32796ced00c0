"""How is a ticket closed from the command line, and which closings still owe their facts?"""

from __future__ import annotations

import sys
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.cards.closure import Links, summarise
from triage_core.cards.markdown import document
from triage_core.cli.exits import Exit
from triage_core.cli.options import AsJson, Database, Tenant, bytes_of, existing
from triage_core.cli.people import By, actor_of
from triage_core.cli.shapes import emit
from triage_core.closurefile import read_closure
from triage_core.domain.closure.closing import ClosureIncomplete
from triage_core.domain.gating.state import Subject, approval_id
from triage_core.domain.model import State
from triage_core.terminal import console, visible

if TYPE_CHECKING:
    from triage_core.domain.closure.facts import ClosureFacts
    from triage_core.domain.model import Ticket
    from triage_core.service.triage import Triage


def close(
    ticket: Annotated[str, typer.Argument(metavar="ID", help="The ticket.")],
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="The closure in YAML or JSON; - reads from a pipe. See docs/closing.md."),
    ],
    db: Database,
    by: By,
    tenant: Tenant = "default",
    check: Annotated[bool, typer.Option("--check", help="Only tell what the closure lacks.")] = False,
    ask: Annotated[bool, typer.Option("--ask", help="Ask somebody else to agree to exactly this closing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Close a solved ticket with all that a closing has to say, and print the summary as Markdown.

    A closure that lacks parts is refused with all of them; then the command ends with 1. A grave ticket is closed once
    somebody else has agreed to these very facts: ask with --ask, and close with the same file afterwards.
    """
    facts = read_closure(bytes_of(file)[1])
    with existing(db) as triage:
        actor = actor_of(triage, tenant, by)
        try:
            triage.check_closure(tenant, ticket, facts, actor)
            work = triage.request_clearance if ask else triage.close
            found = triage.ticket(tenant, ticket) if check else work(tenant, ticket, facts, actor)
        except ClosureIncomplete as error:
            _refused(ticket, error, as_json)
            raise typer.Exit(Exit.FINDINGS) from error
        _asked(found, as_json) if ask else _shown(triage, found, facts, as_json)


def _asked(ticket: Ticket, as_json: bool) -> None:
    approval = max((each for each in ticket.approvals if each.subject is Subject.CLOSING), key=attrgetter("number"))
    name = approval_id(ticket.id, approval.number)
    if as_json:
        emit({"ticket_id": ticket.id, "approval_id": name, "outcome": approval.outcome, "until": approval.expires_at})
        return
    until = f"{approval.expires_at:%Y-%m-%d %H:%M} UTC"
    console().print(f"{name}: {approval.outcome}; it is decided on its page, /approvals/{name}, until {until}")


def _refused(ticket_id: str, error: ClosureIncomplete, as_json: bool) -> None:
    if as_json:
        missing = [{"pointer": p.pointer, "expected": p.expected, "code": p.code} for p in error.problems]
        emit({"ticket_id": ticket_id, "state": None, "missing": missing, "summary": None})
        return
    out = console()
    out.print(f"the closure lacks {len(error.problems)} part{'s' if len(error.problems) > 1 else ''}:")
    for problem in error.problems:
        out.print(f"  {problem.pointer}: {problem.expected}")


def _shown(triage: Triage, ticket: Ticket, facts: ClosureFacts, as_json: bool) -> None:
    policy = triage.playbooks.stamped(ticket, triage.now()).policy
    # A person reads at the own terminal what was said; whatever goes into a file or to a program is redacted.
    is_read_here = sys.stdout.isatty() and not as_json
    text = document(summarise(ticket, facts, policy, Links(), str if is_read_here else triage.redact))
    if as_json:
        emit({"ticket_id": ticket.id, "state": ticket.state, "missing": [], "summary": text})
    elif ticket.state is State.CLOSED:
        console().print(text, end="", soft_wrap=True)
    else:
        console().print("the closure is complete")


def closures(
    db: Database,
    tenant: Tenant = "default",
    limit: Annotated[int, typer.Option("--limit", min=1, help="So many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List tickets that their source closed without the facts of a closure, the longest closed first."""
    with existing(db) as triage:
        found = triage.open_closures(tenant, limit)
    if as_json:
        emit({"tenant": tenant, "closures": [_owed(ticket) for ticket in found]})
        return
    out = console()
    for ticket in found:
        out.print(f"{ticket.id}  closed {ticket.closed_at:%Y-%m-%d}  {visible(ticket.owner or 'nobody')}")
    out.print(f"closings that owe their facts: {len(found)}")


def _owed(ticket: Ticket) -> dict[str, object]:
    return {
        "ticket_id": ticket.id,
        "source": ticket.source,
        "source_id": ticket.source_id,
        "class": ticket.class_name,
        "owner": ticket.owner,
        "closed_at": ticket.closed_at,
    }
