"""How does the first caller get in, on a machine where nobody has a key or a session yet?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from triage_core.contract.operation import Scope
from triage_core.domain.credentials import SERVICE_MAKER, KeyPlatform
from triage_core.domain.policy.people import Right
from triage_core.identity.keys import KeyWish
from triage_core.identity.sign_in import SignInFailed

if TYPE_CHECKING:
    from triage_core.domain.policy.people import Person
    from triage_core.identity.desk import Identity

#: Enough to try the service; what needs a second person is not among it.
_SCOPES: Final = (Scope.TICKETS_READ, Scope.TICKETS_WRITE, Scope.HOOKS_WRITE)


class Invitation(NamedTuple):
    """Whom a link signs in, and the path of the link."""

    person: Person
    path: str


def first_key(identity: Identity, tenant: str) -> str | None:
    """Make the tenant's first key and return it; none where the tenant ever had one."""
    if identity.keys.list(tenant):
        return None
    return identity.keys.create(KeyWish(tenant, "first key", KeyPlatform.DIRECT, _SCOPES, SERVICE_MAKER)).text


def invitation(identity: Identity, tenant: str, person_id: str | None = None) -> Invitation | None:
    """Make a link for a person, or for the first who administers, or the first at all; none without a roster.

    Raises `SignInFailed` where the person is not on the roster.
    """
    roster = identity.roster
    policy = roster.policy(tenant)
    people = policy.people if policy else ()
    if person_id is not None:
        people = tuple(person for person in people if person.id == person_id)
        if not people:
            raise SignInFailed
    if not people:
        return None
    administrators = [person for person in people if Right.ADMINISTER in roster.rights(tenant, person)]
    person = (administrators or people)[0]
    return Invitation(person, f"/sign-in/local?token={identity.links.make(tenant, person.id)}")
