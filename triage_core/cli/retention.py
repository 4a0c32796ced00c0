"""How do texts go from the command line, by policy or for a person?"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.cli.options import AsJson, Database, Tenant, existing
from triage_core.cli.people import By, actor_of
from triage_core.cli.shapes import emit
from triage_core.service.persons import Persons
from triage_core.service.retention import Report, Retaining
from triage_core.terminal import console

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.service.triage import Triage

app = typer.Typer(help="Let texts go by policy, and answer a person's wish.", no_args_is_help=True)

Compact = Annotated[
    bool,
    typer.Option(
        "--compact",
        help="Write the database anew afterwards, so that nothing erased is left in its files. Writers wait meanwhile.",
    ),
]
Requester = Annotated[
    str,
    typer.Argument(metavar="ADDRESS", help="The address that the person's tickets came from; - reads it from a pipe."),
]


@contextmanager
def _retaining(db: str) -> Iterator[tuple[Triage, Retaining, Persons]]:
    with existing(db) as triage:
        surroundings = triage.store, triage.now, triage.new_id, triage.redact
        yield triage, Retaining(*surroundings), Persons(*surroundings)


@app.command()
def plan(db: Database, tenant: Tenant = "default", as_json: AsJson = False) -> None:
    """Tell which texts are due under the active policy, and change nothing."""
    with _retaining(db) as (_, retaining, _):
        _print(retaining.plan(tenant), as_json)


@app.command()
def run(db: Database, tenant: Tenant = "default", compact: Compact = False, as_json: AsJson = False) -> None:
    """Do what is due under the active policy, and report it."""
    with _retaining(db) as (triage, retaining, _):
        report = retaining.run(tenant)
        if compact:
            triage.store.compact()
        _print(report, as_json, compacted=compact)


@app.command()
def export(
    requester: Requester,
    db: Database,
    tenant: Tenant = "default",
    whole: Annotated[
        bool, typer.Option("--whole", help="Every word as it is, for the person's own eyes; redacted otherwise.")
    ] = False,
) -> None:
    """Print everything that is kept of a person, as JSON."""
    with _retaining(db) as (_, _, persons):
        emit(persons.export(tenant, _address(requester), whole=whole))


@app.command()
def erase(
    requester: Requester,
    db: Database,
    by: By,
    tenant: Tenant = "default",
    compact: Compact = False,
    as_json: AsJson = False,
) -> None:
    """Erase every text of a person's closed tickets, and the person's profile; open tickets are named and kept."""
    with _retaining(db) as (triage, _, persons):
        done = persons.erase(tenant, _address(requester), actor_of(triage, tenant, by))
        if compact:
            triage.store.compact()
    if as_json:
        emit({**{name: getattr(done, name) for name in done.__struct_fields__}, "compacted": compact})
        return
    out = console()
    out.print(f"erased: {done.texts} texts of {len(done.tickets)} tickets, {done.profiles} profiles")
    for what, names in (("still open, not erased", done.open), ("articles to look at", done.articles)):
        if names:
            out.print(f"{what}: {', '.join(names)}")


@app.command()
def compact(db: Database, as_json: AsJson = False) -> None:
    """Write the database anew, so that nothing that was erased is left in its files."""
    with _retaining(db) as (triage, _, _):
        triage.store.compact()
    if as_json:
        emit({"compacted": True})
    else:
        console().print("compacted")


def _address(requester: str) -> str:
    return sys.stdin.readline().strip() if requester == "-" else requester


def _print(report: Report, as_json: bool, *, compacted: bool = False) -> None:
    if as_json:
        emit({**{name: getattr(report, name) for name in report.__struct_fields__}, "compacted": compacted})
        return
    out = console()
    for count in report.counts:
        out.print(f"{count.rule}  {count.fate}  {count.kind}: {count.texts}")
    verb = "due" if report.is_dry_run else "done"
    out.print(f"{verb}: {report.texts} texts of {report.tickets} tickets")
    if report.busy:
        out.print(f"changed meanwhile, left for the next run: {', '.join(report.busy)}")
