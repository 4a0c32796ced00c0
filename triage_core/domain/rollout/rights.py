"""Who may change the rollout, and what does the log call it?"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from triage_core.domain.errors import NotPermitted, ReasonMissing
from triage_core.domain.model import Actor, ActorKind
from triage_core.domain.policy.people import Right

if TYPE_CHECKING:
    from triage_core.domain.routing import Directory


class Deed(StrEnum):
    """A change of the rollout, as its log names it."""

    KILLED = "killed"
    REVIVED = "revived"
    #: A promotion that waits for more sign-offs, and one that took place.
    SIGNED = "signed"
    PROMOTED = "promoted"
    DEMOTED = "demoted"
    #: By a trigger of the policy.
    STEPPED_DOWN = "stepped_down"
    SCOPE_FROZEN = "scope_frozen"
    ATTESTED = "attested"
    RUNBOOK_PUT = "runbook_put"
    SURFACE_TESTED = "surface_tested"
    POLICY_ACTIVATED = "policy_activated"


_STAGE: Final = (Right.CHANGE_STAGE,)
_EITHER: Final = (Right.CHANGE_STAGE, Right.ADMINISTER)
#: In whose words a refusal tells it, and the rights of which one is needed.
_RULES: Final[dict[Deed, tuple[str, tuple[Right, ...]]]] = {
    Deed.KILLED: ("put automation on manual", _EITHER),
    Deed.REVIVED: ("revive automation", _EITHER),
    Deed.PROMOTED: ("promote a stage", _STAGE),
    Deed.DEMOTED: ("demote a stage", _EITHER),
    Deed.SCOPE_FROZEN: ("freeze the scope", _STAGE),
    Deed.ATTESTED: ("attest readiness", _EITHER),
    Deed.RUNBOOK_PUT: ("keep a runbook", _EITHER),
}


def check_person(directory: Directory, actor: Actor, deed: Deed) -> None:
    """Let a named person of the roster do it, and nobody else; raises `NotPermitted`."""
    words, rights = _RULES[deed]
    person = directory.people.get(actor.id) if actor.kind is ActorKind.PERSON else None
    if person is None or not any(directory.may(person.roles, right) for right in rights):
        raise NotPermitted(words, {role for right in rights for role in directory.holders(right)})


def check_reason(deed: Deed, reason: str) -> None:
    """Raise `ReasonMissing` where nobody says why."""
    if not reason.strip():
        raise ReasonMissing(_RULES[deed][0])
