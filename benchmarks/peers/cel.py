"""How does CEL decide the policy, through the Rust binding that imports as `cel`?"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from benchmarks.peers.dialect import Dialect, any_of, policy
from benchmarks.peers.host import join

if TYPE_CHECKING:
    from benchmarks.peers.host import Peer
    from benchmarks.yardstick import Answer, Ticket

DISTRIBUTION = "common-expression-language"
CEL = Dialect(" && ", any_of(" || ", "text.contains({})"))


class OneProgram:
    """One compiled program with an or-chain per category."""

    name = "cel (Rust)"
    form = "one program: [conditional chain, 8 x or-chain of contains]; overrides and class in host code"

    def __init__(self) -> None:
        self._execute = import_module("cel").compile(policy(CEL)).execute

    def decide(self, ticket: Ticket, words: str) -> Answer:
        """Return the answer."""
        known = {
            "impact": ticket.impact,
            "urgency": ticket.urgency,
            "customer_tier": ticket.customer_tier,
            "text": words,
        }
        return join(ticket, self._execute(known))


def peers() -> tuple[Peer, ...]:
    """Return the engine with the policy loaded."""
    return (OneProgram(),)
