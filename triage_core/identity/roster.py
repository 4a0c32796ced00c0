"""Which person of a tenant is it, and what follows from the person's roles?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from triage_core.contract.operation import Scope
from triage_core.domain.model import Actor, ActorKind
from triage_core.domain.policy.people import Right
from triage_core.service.access import Caller
from triage_core.service.playbooks import NoPolicy

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from triage_core.domain.policy import Policy
    from triage_core.domain.policy.people import Person
    from triage_core.service.playbooks import Playbooks

#: How soon a policy is seen that another process activated.
_SEEN_WITHIN: Final = timedelta(seconds=10)
#: Where no policy says how old a sign-in may be.
_FRESH: Final = timedelta(hours=1)
_WORK: Final = frozenset({Scope.TICKETS_READ, Scope.TICKETS_WRITE})
_LOOK: Final = frozenset({Scope.TICKETS_READ, Scope.REPORTS_READ})
#: Which operations a right opens; what a person may do on a ticket is asked again when it is done.
SCOPES: Final[dict[Right, frozenset[Scope]]] = {
    Right.OVERRIDE_CLASS: _WORK,
    Right.OVERRIDE_SEVERITY: _WORK,
    Right.OVERRIDE_TAGS: _WORK,
    Right.OVERRIDE_OWNER: _WORK,
    Right.LOWER_GATED: _WORK,
    Right.COMPLETE_INTAKE: _WORK,
    # A ladder may call anybody who works on tickets, and whoever was called may answer.
    Right.WORK_TICKETS: _WORK | {Scope.MESSAGES_PREPARE, Scope.MESSAGES_RELEASE, Scope.ESCALATIONS_WRITE},
    Right.APPROVE: frozenset({Scope.TICKETS_READ, Scope.MESSAGES_RELEASE}),
    Right.CLEAR_COMMUNICATION: frozenset({Scope.TICKETS_READ, Scope.MESSAGES_RELEASE}),
    Right.ESCALATE: frozenset({Scope.TICKETS_READ, Scope.ESCALATIONS_WRITE}),
    Right.ACKNOWLEDGE: frozenset({Scope.TICKETS_READ, Scope.ESCALATIONS_WRITE}),
    Right.CHANGE_STAGE: _LOOK,
    Right.CHANGE_POLICY: _LOOK,
    Right.ADMINISTER: _LOOK | {Scope.ADMIN, Scope.HOOKS_WRITE},
    Right.READ_EVERYTHING: _LOOK,
}


class Roster:
    """The people that the tenants' active policies name."""

    def __init__(self, playbooks: Playbooks, now: Callable[[], datetime]) -> None:
        """Look people up in what is active at the moment of asking."""
        self._playbooks, self._now = playbooks, now
        self._looked_at: dict[str, datetime] = {}

    def policy(self, tenant: str) -> Policy | None:
        """Return the active policy, if there is one; what another process activates is seen soon."""
        now = self._now()
        if tenant not in self._looked_at or now - self._looked_at[tenant] >= _SEEN_WITHIN:
            self._playbooks.refresh(tenant)
            self._looked_at[tenant] = now
        try:
            return self._playbooks.active(tenant, now).policy
        except NoPolicy:
            return None

    def person(self, tenant: str, person_id: str) -> Person | None:
        """Return a person of the roster."""
        return next((person for person in self._people(tenant) if person.id == person_id), None)

    def by_email(self, tenant: str, email: str) -> Person | None:
        """Return the person who has a mailbox."""
        wanted = email.casefold()
        return next((person for person in self._people(tenant) if person.email.casefold() == wanted), None)

    def by_slack(self, tenant: str, user: str) -> Person | None:
        """Return the person whom a user of the tenant's Slack workspace stands for."""
        return next((person for person in self._people(tenant) if user and person.slack == user), None)

    def _people(self, tenant: str) -> tuple[Person, ...]:
        policy = self.policy(tenant)
        return policy.people if policy else ()

    def fresh_session(self, tenant: str) -> timedelta:
        """Return how long ago somebody who decides may have signed in."""
        policy = self.policy(tenant)
        return policy.gates.fresh_session if policy else _FRESH

    def rights(self, tenant: str, person: Person) -> frozenset[Right]:
        """Return all that a person's roles allow."""
        policy = self.policy(tenant)
        held = [role.rights for role in policy.roles if role.name in person.roles] if policy else []
        return frozenset(right for rights in held for right in rights)

    def readers(self, tenant: str) -> tuple[str, ...]:
        """Return the roles that let people look at tickets."""
        policy = self.policy(tenant)
        roles = policy.roles if policy else ()
        return tuple(role.name for role in roles if any(Scope.TICKETS_READ in SCOPES[right] for right in role.rights))

    def caller(self, tenant: str, person: Person) -> Caller:
        """Return a person as a caller who proved nothing more than who it is."""
        rights = self.rights(tenant, person)
        return Caller(
            tenant=tenant,
            name=person.name,
            scopes=frozenset(scope.value for right in rights for scope in SCOPES[right]),
            actor=Actor(kind=ActorKind.PERSON, id=person.id, roles=person.roles),
            person_id=person.id,
        )
