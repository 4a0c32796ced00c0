"""Who may let somebody decide in their place, and for how long?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from triage_core.domain.errors import NotPermitted, ReasonMissing, TriageError
from triage_core.domain.model import ActorKind
from triage_core.domain.policy.people import Right

if TYPE_CHECKING:
    from datetime import datetime

    from triage_core.domain.gating.state import Delegation
    from triage_core.domain.model import Actor
    from triage_core.domain.playbook import Playbook

#: Whoever is away for longer needs another place on the roster.
LONGEST: Final = timedelta(days=90)


class DelegationInvalid(TriageError):
    """The delegation cannot hold."""

    code = "delegation_invalid"

    def __init__(self, lacks: str) -> None:
        """Say what is wrong with it."""
        super().__init__(f"this delegation cannot hold: {lacks}")


class DelegationNotFound(TriageError):
    """No delegation of the tenant that runs or is planned has the id."""

    code = "delegation_not_found"

    def __init__(self) -> None:
        """Say where they are listed."""
        super().__init__("no such delegation runs or is planned; see them with: triage delegate list")


def check(book: Playbook, given: Delegation, actor: Actor, now: datetime) -> None:
    """Refuse a delegation that must not be; people hand on their own part, administrators that of somebody away.

    Raises `UnknownName`, `NotPermitted`, `ReasonMissing` and `DelegationInvalid`.
    """
    for person in (given.from_person, given.to_person):
        book.directory.person(person)
    is_own = actor.kind is ActorKind.PERSON and actor.id == given.from_person
    if not is_own and not book.directory.may(actor.roles, Right.ADMINISTER):
        raise NotPermitted("hand on somebody else's decisions", book.directory.holders(Right.ADMINISTER))
    if not given.reason.strip():
        raise ReasonMissing("let somebody decide in your place")
    wrong = (
        (given.from_person == given.to_person, "nobody stands in for themselves"),
        (given.ends_at <= max(given.starts_at, now), "it ends before it begins"),
        (given.ends_at - given.starts_at > LONGEST, f"it lasts longer than {LONGEST.days} days"),
        (bool(set(given.classes) - book.rules.ranks.keys()), "it names a class that the policy does not declare"),
    )
    for holds, lacks in wrong:
        if holds:
            raise DelegationInvalid(lacks)
