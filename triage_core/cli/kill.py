"""How is all automation stopped from the command line, and how does a named person let it go on?"""

from __future__ import annotations

import getpass
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.cli.options import AsJson, Database, existing
from triage_core.cli.shapes import emit
from triage_core.compose import system_clock
from triage_core.domain.errors import TriageError
from triage_core.domain.model import Actor, ActorKind
from triage_core.identity.desk import open_identity
from triage_core.identity.sign_in import SignInFailed
from triage_core.service.controlling import EVERYWHERE, Hand
from triage_core.service.playbooks import NoPolicy
from triage_core.service.rollout import RolloutBook
from triage_core.terminal import console

if TYPE_CHECKING:
    from triage_core.domain.credentials import SignInLink
    from triage_core.identity.sessions import LinkBook
    from triage_core.service.triage import Triage

Which = Annotated[str | None, typer.Option("--tenant", help="The tenant whose automation is meant.")]
AllTenants = Annotated[bool, typer.Option("--global", help="All tenants at once.")]
Why = Annotated[str, typer.Option("--reason", help="Why, in a sentence; it is kept with the change.")]


class LinkTokenMissing(TriageError):
    """A command that a person signs for came without the token of a sign-in link."""

    code = "link_token_missing"

    def __init__(self) -> None:
        """Say where a token comes from."""
        super().__init__(
            "give --link-token TOKEN; `triage serve --sign-in PERSON` prints a link, and the token is in it"
        )


def _asked() -> str:
    """Ask for the token where somebody sits who can type it unseen."""
    if not sys.stdin.isatty():
        raise LinkTokenMissing
    told: str = typer.prompt("Token of your own sign-in link", hide_input=True)
    return told


Link = Annotated[
    str,
    typer.Option(
        "--link-token",
        default_factory=_asked,
        show_default=False,
        metavar="TOKEN",
        help="Says who you are, and is used up; a terminal asks for it. `triage serve --sign-in PERSON` prints one.",
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
    return _hand(_links(triage).take(link.strip()), reason)


def holder_of(triage: Triage, link: str, reason: str) -> Hand:
    """Return the same without using the link up, so that what cannot be done costs no link."""
    return _hand(_links(triage).look(link.strip()), reason)


def _links(triage: Triage) -> LinkBook:
    return open_identity(triage.store.vault, triage.playbooks, system_clock).links


def _hand(proof: SignInLink | None, reason: str) -> Hand:
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
