"""How far may automation go, what is still open, and who signs the next step?

A promotion is a sign-off, so it comes with a sign-in link of one's own. What takes back or prepares is done with a
name, which is what somebody says and not what somebody proved.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from triage_core.cli.kill import Link, Seen, Why, book_of, person_of
from triage_core.cli.options import AsJson, Database, Tenant, bytes_of, existing, moment_of
from triage_core.cli.rollout_shape import print_rollout, rollout_shape
from triage_core.cli.runbook_file import rollback_in
from triage_core.cli.shapes import emit
from triage_core.compose import open_surfaces
from triage_core.domain.model import Actor, ActorKind
from triage_core.domain.policy.gates import Stage
from triage_core.domain.policy.rollout import Action
from triage_core.domain.rollout.readiness import Item, Runbook
from triage_core.domain.rollout.state import Scope
from triage_core.service.controlling import Hand
from triage_core.settings import settings_from

if TYPE_CHECKING:
    from triage_core.service.triage import Triage

app = typer.Typer(help="See and change how far automation may go.", no_args_is_help=True)
Kind = Annotated[Action, typer.Argument(metavar="ACTION", help="The kind of action.")]
To = Annotated[Stage, typer.Argument(metavar="STAGE", help="The stage it comes to.")]
_ONLY: Final = "Only this {}; give it several times."
By = Annotated[str, typer.Option("--by", metavar="PERSON", help="Who does this, as the roster names it.")]


@app.command()
def show(db: Database, tenant: Tenant = "default", as_json: AsJson = False) -> None:
    """Show stages, switches, scope, checklist, runbooks and the latest changes."""
    with existing(db) as triage:
        know_surfaces(triage)
        _tell(triage, tenant, as_json)


@app.command()
def promote(
    db: Database,
    action: Kind,
    stage: To,
    reason: Why,
    link: Link,
    version: Seen = None,
    as_json: AsJson = False,
) -> None:
    """Sign the next stage, as the person whose sign-in link this is; everything on the checklist must be settled."""
    with existing(db) as triage:
        know_surfaces(triage)
        hand, book = person_of(triage, link, reason), book_of(triage)
        seen = book.of(hand.tenant).rollout.version if version is None else version
        book.promote(hand, action, stage, seen)
        _tell(triage, hand.tenant, as_json)


@app.command()
def demote(
    db: Database, action: Kind, stage: To, reason: Why, by: By, tenant: Tenant = "default", as_json: AsJson = False
) -> None:
    """Take a kind of action back to a lower stage."""
    with existing(db) as triage:
        book_of(triage).demote(_hand(tenant, by, reason), action, stage)
        _tell(triage, tenant, as_json)


@app.command()
def attest(
    db: Database,
    item: Annotated[Item, typer.Argument(metavar="ITEM", help="The item of the checklist.")],
    evidence: Annotated[str, typer.Option("--evidence", help="What it rests on, such as a report.")],
    by: By,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Give one's word that an item of the checklist is settled."""
    with existing(db) as triage:
        book_of(triage).attest(_hand(tenant, by, evidence), item)
        _tell(triage, tenant, as_json)


@app.command()
def freeze(
    db: Database,
    reason: Why,
    by: By,
    classes: Annotated[list[str] | None, typer.Option("--class", help=_ONLY.format("class"))] = None,
    queues: Annotated[list[str] | None, typer.Option("--queue", help=_ONLY.format("queue"))] = None,
    channels: Annotated[list[str] | None, typer.Option("--channel", help=_ONLY.format("channel"))] = None,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Limit automation to some tickets; without any limit the scope is frozen as all of them."""
    scope = Scope(classes=tuple(classes or ()), queues=tuple(queues or ()), channels=tuple(channels or ()))
    with existing(db) as triage:
        book = book_of(triage)
        book.freeze(_hand(tenant, by, reason), scope, book.of(tenant).rollout.version)
        _tell(triage, tenant, as_json)


@app.command()
def runbook(
    db: Database,
    action: Kind,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A Markdown page with a section headed Rollback.")],
    owner: Annotated[str, typer.Option("--owner", metavar="PERSON", help="Who keeps it up to date.")],
    by: By,
    link: Annotated[str, typer.Option("--link", metavar="URL", help="Where people find it.")] = "",
    rehearsed: Annotated[
        str | None, typer.Option("--rehearsed", metavar="ISO", help="When the way back was last rehearsed.")
    ] = None,
    tenant: Tenant = "default",
    as_json: AsJson = False,
) -> None:
    """Keep what people do when a kind of action goes wrong, and how it is taken back."""
    page = bytes_of(file)[1].decode("utf-8", "replace")
    kept = Runbook(
        action=action,
        owner=owner,
        link=link,
        text=page,
        rollback=rollback_in(page),
        rehearsed_at=moment_of(rehearsed) if rehearsed else None,
    )
    with existing(db) as triage:
        book_of(triage).put_runbook(_hand(tenant, by, ""), kept)
        _tell(triage, tenant, as_json)


def know_surfaces(triage: Triage) -> None:
    """Let the checklist know what TRIAGE_SURFACES sets up, as the service does."""
    triage.surfaces = open_surfaces(settings_from({"TRIAGE_DATABASE_URL": "memory:", **os.environ}))


def _hand(tenant: str, by: str, reason: str) -> Hand:
    return Hand(tenant, Actor(kind=ActorKind.PERSON, id=by), reason)


def _tell(triage: Triage, tenant: str, as_json: bool) -> None:
    shape = rollout_shape(triage, book_of(triage), tenant)
    emit(shape) if as_json else print_rollout(shape)
