"""How is all automation stopped from the command line, and how does a named person let it go on?"""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.cli.options import AsJson, Database, existing
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.domain.model import Actor, ActorKind
from triage_core.identity.desk import open_identity
from triage_core.identity.sign_in import SignInFailed
from triage_core.service.controlling import EVERYWHERE, Hand
from triage_core.service.playbooks import NoPolicy
from triage_core.service.rollout import RolloutBook
from triage_core.terminal import console

if TYPE_CHECKING:
    from triage_core.service.triage import Triage

Which = Annotated[str | None, typer.Option("--tenant", help="The tenant whose automation is meant.")]
AllTenants = Annotated[bool, typer.Option("--global", help="All tenants at once.")]
Why = Annotated[str, typer.Option("--reason", help="Why, in a sentence; it is kept with the change.")]
Link = Annotated[
    str,
    typer.Option(
        "--link-token",
        prompt="Token of your own sign-in link",
        hide_input=True,
        metavar="TOKEN",
        help="Says who you are, and is used up.",
    ),
]
Seen = Annotated[
    int | None, typer.Option("--version", min=0, help="The version you have seen; the present one when left out.")
]


def kill(
    db: Database, reason: Why, tenant: Which = None, everywhere: AllTenants = False, as_json: AsJson = False
) -> None:
    """Put all automation of a tenant, or of all tenants, on manual; it holds from the next release on."""
    _check_one(tenant, everywhere)
    with existing(db) as triage:
        if tenant is not None and not triage.store.policies(tenant):
            raise NoPolicy  # a misspelt tenant must not look stopped
        hand = Hand(tenant or EVERYWHERE, operator(), reason)
        book_of(triage).kill(hand, everywhere=everywhere)
    _tell(tenant, "stopped", as_json)


def revive(
    db: Database,
    reason: Why,
    link: Link,
    tenant: Which = None,
    everywhere: AllTenants = False,
    version: Seen = None,
    as_json: AsJson = False,
) -> None:
    """Let automation go on where it stood, as the person whose sign-in link this is."""
    _check_one(tenant, everywhere)
    with existing(db) as triage:
        hand = person_of(triage, link, reason)
        if tenant not in {None, hand.tenant}:
            raise SignInFailed
        book = book_of(triage)
        standing = book.of(hand.tenant)
        present = standing.globally.version if everywhere else standing.rollout.version
        book.revive(hand, present if version is None else version, everywhere=everywhere)
    _tell(tenant, "goes on", as_json)


def book_of(triage: Triage) -> RolloutBook:
    """Open the rollouts of a database."""
    return triage.rollout


def person_of(triage: Triage, link: str, reason: str) -> Hand:
    """Return the hand of whoever a sign-in link belongs to, and use the link up; raises `SignInFailed`."""
    proof = open_identity(triage.store.vault, triage.playbooks, system_clock).links.take(link.strip())
    if proof is None:
        raise SignInFailed
    return Hand(proof.tenant, Actor(kind=ActorKind.PERSON, id=proof.person_id), reason)


def operator() -> Actor:
    """Return the account under which this command runs; no name is asked for when seconds count."""
    try:
        account = getpass.getuser()
    except (KeyError, OSError):
        account = "unknown"
    return Actor(kind=ActorKind.SYSTEM, id=f"command-line:{account}")


def _check_one(tenant: str | None, everywhere: bool) -> None:
    if (tenant is None) is not everywhere:
        raise typer.BadParameter("say which automation: --tenant NAME, or --global for all tenants")


def _tell(tenant: str | None, what: str, as_json: bool) -> None:
    if as_json:
        emit({"tenant": tenant, "everywhere": tenant is None, "killed": what == "stopped"})
    else:
        console().print(f"automation {what} {f'for {tenant}' if tenant else 'for all tenants'}")
