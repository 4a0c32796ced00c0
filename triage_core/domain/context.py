"""What does a decision see beside the ticket itself?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

import msgspec

from triage_core.domain.gating.state import Delegation
from triage_core.domain.model import SYSTEM, Actor
from triage_core.domain.on_call import OnCall
from triage_core.domain.playbook import Playbook
from triage_core.domain.rollout.state import KillSwitch, Rollout


class Shelf(Protocol):
    """A tenant's policies, ready to work."""

    def in_force(self, at: datetime) -> Playbook:
        """Return the policy that new things are decided under at a moment."""

    def version(self, policy_version: str) -> Playbook:
        """Return a policy by its stamp."""


_NOBODY_ON_CALL: Final = OnCall()
_NO_ROLLOUT: Final = Rollout(tenant="")
_NO_SWITCH: Final = KillSwitch()


def _unsealed(text: str) -> str:
    """Stand for a desk without a key; nothing that has to be recognised may rely on it."""
    del text
    return ""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """The playbook that holds, the moment, who acts, the text as stored, and how much each person has to do."""

    playbook: Playbook
    now: datetime
    actor: Actor = SYSTEM
    #: Subject, newline, body; only decisions that read the ticket need it.
    text: str = ""
    #: Open tickets of each person.
    loads: dict[str, int] = msgspec.field(default_factory=dict)
    #: Where other versions are; without it the playbook above is the only one.
    shelf: Shelf | None = None
    on_call: OnCall = _NOBODY_ON_CALL
    #: Makes the keyed digest of a text under the tenant's key.
    seal: Callable[[str], str] = _unsealed
    #: Who decides in whose place.
    delegations: tuple[Delegation, ...] = ()
    #: How far automation may go here and everywhere; only what is saved with its guards may rest on it.
    rollout: Rollout = _NO_ROLLOUT
    globally: KillSwitch = _NO_SWITCH
    #: A log of the past is told again: nobody is called about it.
    is_past: bool = False
    #: What happened a while ago is reported only now: people are called about what that brings to light.
    is_late: bool = False

    @property
    def in_force(self) -> Playbook:
        """The policy in force now, which says who is on the roster, whatever version decided the ticket."""
        return self.shelf.in_force(self.now) if self.shelf else self.playbook

    def version(self, policy_version: str) -> Playbook:
        """Return the policy of a stamp."""
        if self.shelf is None or self.playbook.version == policy_version:
            return self.playbook
        return self.shelf.version(policy_version)
