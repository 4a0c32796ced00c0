"""How do profiles of customers come into the database?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.cli.options import AsJson, Database, Tenant, bytes_of, opened
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.domain.profile import TIER
from triage_core.profiles.csv_file import read_profiles
from triage_core.service.playbooks import NoPolicy
from triage_core.terminal import console

if TYPE_CHECKING:
    from triage_core.service.triage import Triage

app = typer.Typer(help="Keep what is known about customers: tier, lifetime value, seniority.", no_args_is_help=True)


@app.command("import")
def import_profiles(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A CSV file with columns of: customer, requester, name, tier, lifetime_value, seniority, notes.",
        ),
    ],
    db: Database,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Take profiles over from a CSV file; a line about the same customer and requester replaces the one before.

    A file with anything wrong in it is refused whole, with all that is wrong, line by line.
    """
    _, raw = bytes_of(file)
    with opened(db) as triage:
        rows = read_profiles(raw, triage.store.digest_key(tenant), _tiers(triage, tenant))
        triage.store.put_profiles(tenant, rows)
    persons = sum(row.requester_key is not None for row in rows)
    if as_json:
        emit({"tenant": tenant, "accounts": len(rows) - persons, "persons": persons})
    else:
        console().print(f"imported into {tenant}: {len(rows) - persons} accounts, {persons} persons")


def _tiers(triage: Triage, tenant: str) -> tuple[str, ...]:
    """Return the tiers that the tenant's policy lists; none where it has no policy yet."""
    try:
        policy = triage.playbooks.active(tenant, system_clock()).policy
    except NoPolicy:
        return ()
    field = policy.intake.fields.get(TIER)
    return tuple(value.value for value in field.values) if field else ()
