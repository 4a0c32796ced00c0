"""Who does it, when a command says so by name?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from triage_core.domain.model import Actor, ActorKind

if TYPE_CHECKING:
    from triage_core.service.triage import Triage

By = Annotated[str, typer.Option("--by", metavar="PERSON", help="Who does this, as the roster names it.")]


def actor_of(triage: Triage, tenant: str, person_id: str) -> Actor:
    """Return somebody of the active policy's roster, with the roles held now; raises `UnknownName` and `NoPolicy`."""
    person = triage.playbooks.active(tenant, triage.now()).directory.person(person_id)
    return Actor(kind=ActorKind.PERSON, id=person.id, roles=person.roles)
