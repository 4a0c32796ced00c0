"""Which parts of identity belong together in one installation?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from triage_core.identity.changes import Changes
from triage_core.identity.gatekeeper import Doorkeeper
from triage_core.identity.key_sets import KeySets
from triage_core.identity.keys import KeyRing
from triage_core.identity.limits import Limits
from triage_core.identity.roster import Roster
from triage_core.identity.sessions import LinkBook, SessionBook
from triage_core.identity.sign_in import SignIn
from triage_core.identity.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from triage_core.identity.providers import Provider
    from triage_core.identity_ports import Vault
    from triage_core.service.playbooks import Playbooks


class Identity(NamedTuple):
    """Everything that knows people and platforms."""

    keys: KeyRing
    sessions: SessionBook
    links: LinkBook
    roster: Roster
    changes: Changes
    gatekeeper: Doorkeeper
    sign_in: SignIn
    now: Callable[[], datetime]


def open_identity(
    vault: Vault,
    playbooks: Playbooks,
    now: Callable[[], datetime],
    providers: Sequence[Provider] = (),
    limits: Limits | None = None,
) -> Identity:
    """Put the parts together over a store."""
    keys, sessions, roster = KeyRing(vault, now), SessionBook(vault, now), Roster(playbooks, now)
    key_sets = KeySets(now)
    tokens = Tokens(providers, key_sets, now)
    return Identity(
        keys=keys,
        sessions=sessions,
        links=LinkBook(vault, now),
        roster=roster,
        changes=Changes(vault, keys, roster, playbooks, now),
        gatekeeper=Doorkeeper(keys, tokens, sessions, roster, limits or Limits(now)),
        sign_in=SignIn(providers, tokens, key_sets, roster),
        now=now,
    )
