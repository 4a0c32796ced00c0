"""What does a decision see beside the ticket itself?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from triage_core.domain.model import SYSTEM, Actor
from triage_core.domain.playbook import Playbook

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Shelf(Protocol):
    """A tenant's policies, ready to work."""

    def in_force(self, at: datetime) -> Playbook:
        """Return the policy that new things are decided under at a moment."""

    def version(self, policy_version: str) -> Playbook:
        """Return a policy by its stamp."""


class OnCall(Protocol):
    """Who is on duty, and what maintenance holds back."""

    def on_duty(self, rota: str, at: datetime) -> str | None:
        """Return the person whom a rota names at a moment."""

    def held_until(
        self, intake: Mapping[str, object], tags: Collection[str], never: Collection[str], at: datetime
    ) -> datetime | None:
        """Return until when maintenance holds the escalation of such a ticket back."""


class Nobody:
    """A desk without rotas and without maintenance."""

    def on_duty(self, rota: str, at: datetime) -> str | None:
        """Name nobody."""
        del rota, at
        return None

    def held_until(
        self, intake: Mapping[str, object], tags: Collection[str], never: Collection[str], at: datetime
    ) -> datetime | None:
        """Hold nothing back."""
        del intake, tags, never, at
        return None


NOBODY: Final = Nobody()


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
    on_call: OnCall = NOBODY
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
