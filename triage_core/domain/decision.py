"""What does a decision say, and what was settled beside the rules?"""

from __future__ import annotations

from typing import Final

import msgspec


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules say, the same for every ticket on which the same rules fire."""

    class_name: str
    class_rank: int
    severity: str
    tags: tuple[str, ...]
    #: Matrix row, then tag, severity and raise rules in the order of the policy.
    fired: tuple[str, ...]
    approvers: tuple[str, ...]
    gate_required: bool
    draft_allowed: bool
    must_escalate: bool
    #: The text tries to steer a machine that reads it; every text to the customer is gated.
    suspicious: bool = False


class Decision(msgspec.Struct, frozen=True):
    """What the rules say about one ticket, and on which words."""

    outcome: Outcome
    #: (term or pattern number, start, end), code points of the text as stored.
    hits: list[tuple[int, int, int]]
    #: Points that order the ticket inside its class, without the waiting time.
    bonus: float
    truncated: bool = False


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What people or the source settled, beside the rules."""

    tags: tuple[str, ...] = ()
    #: Tags that a person took off; rules do not bring them back.
    cleared: tuple[str, ...] = ()
    severity: str | None = None
    #: The ticket was suspicious before; a newer text without a trick does not clear it.
    suspicious: bool = False


NOTHING_GIVEN: Final = Given()
