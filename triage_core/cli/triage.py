"""What would be decided about the tickets in a file? Nothing is stored."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from triage_core.cli.options import AsJson, Now, PolicyFile, bytes_of, moment_of, policy_of
from triage_core.cli.progress import watched
from triage_core.cli.shapes import emit, ticket_shape
from triage_core.cli.ticket_page import page
from triage_core.domain.playbook import Playbook
from triage_core.service.accounts import Account, preview
from triage_core.terminal import console, home_zone
from triage_core.ticketfile import read_tickets, submission

if TYPE_CHECKING:
    from collections.abc import Iterator

TicketFile = Annotated[
    Path,
    typer.Argument(help="A file with one ticket, a list of them, or one in each line; - reads from a pipe."),
]
Only = Annotated[str | None, typer.Option("--only", help="Only the ticket with this id of its source.", metavar="ID")]


def triage(file: TicketFile, policy: PolicyFile, now: Now = None, only: Only = None, as_json: AsJson = False) -> None:
    """Decide about tickets in a file and show why; nothing is stored.

    For each ticket: class, severity, risk tags with the words they were found by, whether a person must approve texts,
    queue and owner, and every deadline. A ticket whose form is incomplete is blocked, and what it lacks is listed.
    """
    playbook = Playbook(policy_of(policy))
    counts: Counter[str] = Counter()
    shown = console()
    for account in accounts(file, playbook, moment_of(now), only):
        counts[account.ticket.class_name or "blocked"] += 1
        if as_json:
            emit(ticket_shape(account))
        else:
            shown.print(page(account, home_zone(playbook.policy)), "")
    if not as_json:
        shown.print(f"{counts.total()} tickets under {playbook.version}: {_summary(counts, playbook)}")


def accounts(file: Path, playbook: Playbook, now: datetime, only: str | None) -> Iterator[Account]:
    """Decide every ticket of a file, or the one with an id of its source, each as if it stood alone."""
    name, raw = bytes_of(file)
    asked = [submission(written, now, f"line-{line}") for line, written in read_tickets(raw, name)]
    for each in watched([each for each in asked if only in {None, each.source_id}], "deciding"):
        yield preview(playbook, replace(each, created_at=each.created_at or now), now)


def _summary(counts: Counter[str], playbook: Playbook) -> str:
    order = [*(item.name for item in playbook.policy.classes), "blocked"]
    return ", ".join(f"{counts[name]} {name}" for name in order if counts[name]) or "none"
