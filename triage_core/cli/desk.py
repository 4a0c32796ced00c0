"""What do the commands about on-call duty share: who acts, why, and on whose behalf?

Whoever runs them can reach the database, so the person named is what somebody says, not what somebody proved.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

from triage_core.cli.options import existing
from triage_core.compose import system_clock
from triage_core.domain.model import Actor, ActorKind
from triage_core.service.duty_desk import DutyDesk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.policy import Policy
    from triage_core.service.duty import Duty
    from triage_core.service.triage import Triage

By = Annotated[str, typer.Option("--by", metavar="PERSON", help="Who does this, as the roster names it.")]
Because = Annotated[str, typer.Option("--because", metavar="REASON", help="Why, in a sentence for those who read it.")]
From = Annotated[str | None, typer.Option("--from", metavar="ISO", help="From which moment on; from now on without.")]
Until = Annotated[
    str, typer.Option("--until", metavar="ISO", help="Up to which moment, such as 2026-07-14T08:30+02:00.")
]

#: So far ahead people look for gaps.
DAYS: Final = 28


class OpenDesk(NamedTuple):
    """A tenant's on-call duty in a database that is open."""

    triage: Triage
    duty: Duty
    edits: DutyDesk
    tenant: str

    @property
    def policy(self) -> Policy:
        """The active policy; raises `NoPolicy`."""
        return self.triage.playbooks.active(self.tenant, system_clock()).policy

    def person(self, by: str) -> Actor:
        """Return somebody of the roster as the one who acts; raises `UnknownName`."""
        found = self.triage.playbooks.active(self.tenant, system_clock()).directory.person(by)
        return Actor(kind=ActorKind.PERSON, id=found.id, roles=found.roles)


@contextmanager
def desk_of(db: str, tenant: str) -> Iterator[OpenDesk]:
    """Open a database for the on-call duty of a tenant."""
    with existing(db) as triage:
        yield OpenDesk(triage, triage.duty, DutyDesk(triage.duty, triage.playbooks), tenant)
