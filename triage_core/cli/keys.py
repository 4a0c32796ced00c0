"""Which keys let platforms in, and who looked at them last?

Whoever runs this can reach the database, so names that are given here are what somebody says, not what somebody proved.
A second person therefore comes with a link of their own, or confirms on a page.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from triage_core import spreadsheet
from triage_core.cli.kill import Link
from triage_core.cli.options import AsJson, Database, Tenant, existing
from triage_core.cli.people import By, actor_of
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.contract.operation import Scope
from triage_core.domain.credentials import KEY_LIFE, OVERLAP, KeyPlatform
from triage_core.identity.desk import open_identity
from triage_core.identity.keys import KeyWish
from triage_core.identity.review import ReviewRow, review
from triage_core.identity.sign_in import SignInFailed
from triage_core.terminal import console, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from triage_core.cli.shapes import Shape
    from triage_core.domain.credentials import ApiKey
    from triage_core.identity.desk import Identity
    from triage_core.identity.keys import MadeKey

app = typer.Typer(help="Make, list, rotate, revoke and review the keys of platforms.", no_args_is_help=True)
Prefix = Annotated[str, typer.Argument(metavar="PREFIX", help="The visible part of the key, as the list shows it.")]
_COLUMNS: Final = (
    *("prefix", "name", "platform", "scopes", "state", "created_by", "created_at", "expires_at", "last_used_at"),
    *("carries_up_to", "findings"),
)


class Form(StrEnum):
    """How a review is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


@contextmanager
def _identity(db: str) -> Iterator[Identity]:
    with existing(db) as triage:
        yield open_identity(triage.store.vault, triage.playbooks, system_clock)


@contextmanager
def _in_the_name_of(by: str, tenant: str, db: str) -> Iterator[Identity]:
    """Open what makes keys for somebody of the tenant's roster; raises `UnknownName` and `NoPolicy`."""
    with existing(db) as triage:
        actor_of(triage, tenant, by)
        yield open_identity(triage.store.vault, triage.playbooks, system_clock)


@app.command()
def create(
    db: Database,
    name: Annotated[str, typer.Option("--name", help="What the key is for.")],
    platform: Annotated[KeyPlatform, typer.Option("--platform", help="What uses the key.")],
    scope: Annotated[list[Scope], typer.Option("--scope", help="What the key may do; give it several times.")],
    by: By,
    tenant: Tenant = "default",
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How long the key works.")] = KEY_LIFE.days,
    as_json: AsJson = False,
) -> None:
    """Make a key and show it once; one with the scope admin works after another administrator confirmed it."""
    wish = KeyWish(tenant, name, platform.value, [each.value for each in scope], by, timedelta(days=days))
    with _in_the_name_of(by, tenant, db) as identity:
        if Scope.ADMIN not in scope:
            _show(identity.keys.create(wish), as_json)
            return
        proposal = identity.changes.propose_key(wish)
    _show(proposal.made, as_json, proposal.change.id)


@app.command("list")
def list_keys(db: Database, tenant: Tenant = "default", as_json: AsJson = False) -> None:
    """List a tenant's keys, the newest first; secrets are not kept and cannot be shown."""
    with _identity(db) as identity:
        rows = {row.key.prefix: row for row in _reviewed(identity, tenant)}
        ordered = [rows[key.prefix] for key in identity.keys.list(tenant)]
    _print_text(ordered) if not as_json else emit({"keys": [_shape(row) for row in ordered]})


@app.command()
def rotate(
    db: Database,
    prefix: Prefix,
    by: By,
    tenant: Tenant = "default",
    overlap_days: Annotated[
        int, typer.Option("--overlap-days", min=0, max=30, help="How long the old key goes on to work.")
    ] = OVERLAP.days,
    as_json: AsJson = False,
) -> None:
    """Make a key with the same rights and show it once; the old one ends a little later."""
    with _in_the_name_of(by, tenant, db) as identity:
        _show(identity.keys.rotate(tenant, prefix, by, timedelta(days=overlap_days)), as_json)


@app.command()
def revoke(db: Database, prefix: Prefix, tenant: Tenant = "default", as_json: AsJson = False) -> None:
    """Let a key end now."""
    with _identity(db) as identity:
        identity.keys.revoke(tenant, prefix)
    if as_json:
        emit({"tenant": tenant, "prefix": prefix, "revoked": True})
    else:
        console().print(f"{prefix} no longer works")


@app.command("review")
def review_keys(
    db: Database,
    tenant: Tenant = "default",
    form: Annotated[Form, typer.Option("--format", help="How the report is written.")] = Form.TEXT,
) -> None:
    """Report on every key for the quarterly review: unused, ending soon, too many rights, which data, made by whom."""
    with _identity(db) as identity:
        rows = _reviewed(identity, tenant)
    _WRITERS[form](rows)


@app.command()
def confirm(
    db: Database,
    change: Annotated[str, typer.Argument(metavar="CHANGE", help="The change that waits, as its proposal named it.")],
    link: Link,
    as_json: AsJson = False,
) -> None:
    """Agree to a change that another administrator proposed; your own sign-in link is used up and says who you are."""
    with _identity(db) as identity:
        proof = identity.links.take(link.strip())
        if proof is None:
            raise SignInFailed
        done = identity.changes.confirm(proof.tenant, change, proof.person_id)
    if as_json:
        emit({"change": done.id, "kind": done.kind, "confirmed_by": done.settled_by})
    else:
        console().print(f"confirmed by {done.settled_by}: {visible(done.summary)}")


def _show(made: MadeKey, as_json: bool, change: str | None = None) -> None:
    key = made.key
    if as_json:
        emit({"key": made.text, "prefix": key.prefix, "expires_at": key.expires_at, "waits_for": change})
        return
    out = console()
    out.print(made.text, soft_wrap=True)
    out.print(f"This is shown only now. {key.prefix} ends on {key.expires_at:%Y-%m-%d}.")
    if change:
        out.print(f"It works once another administrator confirms the change {change} within 24 hours.")


def _reviewed(identity: Identity, tenant: str) -> tuple[ReviewRow, ...]:
    return review(identity.keys.list(tenant), identity.roster.policy(tenant), identity.now())


def _shape(row: ReviewRow) -> Shape:
    key: ApiKey = row.key
    return {
        "prefix": key.prefix,
        "name": key.name,
        "platform": key.platform,
        "scopes": key.scopes,
        "state": row.state,
        "created_by": key.created_by,
        "created_at": key.created_at,
        "expires_at": key.ends_at,
        "last_used_at": key.last_used_at,
        "carries_up_to": row.carries_up_to or None,
        "findings": row.findings,
    }


def _print_json(rows: Iterable[ReviewRow]) -> None:
    emit({"keys": [_shape(row) for row in rows]})


def _print_csv(rows: Iterable[ReviewRow]) -> None:
    spreadsheet.write(sys.stdout, _COLUMNS, (_shape(row).values() for row in rows))


def _print_text(rows: Iterable[ReviewRow]) -> None:
    table = Table(box=None, pad_edge=False)
    for title in ("PREFIX", "NAME", "PLATFORM", "STATE", "ENDS", "LAST USED", "STANDS OUT"):
        table.add_column(title, overflow="fold")
    for row in rows:
        key = row.key
        used = f"{key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never"
        found = "; ".join(row.findings)
        table.add_row(key.prefix, visible(key.name), key.platform, row.state, f"{key.ends_at:%Y-%m-%d}", used, found)
    console().print(table)


_WRITERS: Final = {Form.TEXT: _print_text, Form.JSON: _print_json, Form.CSV: _print_csv}
