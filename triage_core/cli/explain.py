"""Why was a ticket decided so, which rules kept silent, and what would change it?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from triage_core.cli.options import AsJson, Now, existing, moment_of, policy_of
from triage_core.cli.shapes import emit, explanation_shape
from triage_core.cli.ticket_page import page
from triage_core.cli.triage import Only, accounts
from triage_core.domain.errors import TriageError
from triage_core.domain.playbook import Playbook
from triage_core.domain.policy import Policy
from triage_core.service.accounts import Account, account_of
from triage_core.terminal import console, home_zone


class WhichTicket(TriageError):
    """It is not clear which ticket is meant."""

    code = "which_ticket"

    def __init__(self) -> None:
        """Say both ways."""
        super().__init__("give a file of tickets with --policy FILE, or the id of a stored ticket with --db URL")


def explain(
    what: Annotated[str, typer.Argument(metavar="FILE|TICKET_ID", help="A file of tickets, or a stored ticket's id.")],
    policy: Annotated[Path | None, typer.Option("--policy", metavar="FILE", help="For a file: the rules.")] = None,
    db: Annotated[
        str | None, typer.Option("--db", envvar="TRIAGE_DATABASE_URL", metavar="URL", help="For an id: the database.")
    ] = None,
    tenant: Annotated[str, typer.Option("--tenant", help="For an id: the tenant.")] = "default",
    now: Now = None,
    only: Only = None,
    as_json: AsJson = False,
) -> None:
    """Tell the whole account of a decision: what fired, what did not and why, and what would change the class."""
    if policy is not None:
        playbook = Playbook(policy_of(policy))
        told = accounts(Path(what), playbook, moment_of(now), only)
        for account in told:
            _show(account, playbook.policy, as_json)
    elif db is not None:
        _show(*_stored(db, tenant, what, now), as_json)
    else:
        raise WhichTicket


def _stored(db: str, tenant: str, ticket_id: str, now: str | None) -> tuple[Account, Policy]:
    with existing(db) as triage:
        moment = moment_of(now)
        account = account_of(triage, tenant, ticket_id, moment)
        return account, triage.playbooks.stamped(account.ticket, moment).policy


def _show(account: Account, policy: Policy, as_json: bool) -> None:
    if as_json:
        emit(explanation_shape(account))
    else:
        console().print(page(account, home_zone(policy), full=True), "")
