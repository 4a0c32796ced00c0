"""What does a decision see beside the ticket itself?"""

from __future__ import annotations

from datetime import datetime

import msgspec

from triage_core.domain.model import SYSTEM, Actor
from triage_core.domain.playbook import Playbook


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """The playbook that holds, the moment, who acts, the text as stored, and how much each person has to do."""

    playbook: Playbook
    now: datetime
    actor: Actor = SYSTEM
    #: Subject, newline, body; only decisions that read the ticket need it.
    text: str = ""
    #: Open tickets of each person.
    loads: dict[str, int] = msgspec.field(default_factory=dict)
