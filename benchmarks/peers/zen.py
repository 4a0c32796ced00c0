"""How does zen-engine decide the policy: as a compiled expression, and as a graph that makes the whole decision?"""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING

from benchmarks.peers.dialect import Dialect, any_of, policy
from benchmarks.peers.host import join
from benchmarks.peers.zen_graph import one_node, tables

if TYPE_CHECKING:
    from benchmarks.peers.host import Peer
    from benchmarks.peers.zen_graph import Graph
    from benchmarks.yardstick import Answer, Ticket

DISTRIBUTION = "zen-engine"
ZEN = Dialect(" and ", any_of(" or ", "contains(text, {})"))


class Expression:
    """One compiled expression; everything after row and tags is host code."""

    name = "zen-engine, expression"
    form = "one compiled expression: [conditional chain, 8 x or-chain of contains]; overrides and class in host code"

    def __init__(self) -> None:
        self._evaluate = import_module("zen").compile_expression(policy(ZEN)).evaluate

    def decide(self, ticket: Ticket, words: str) -> Answer:
        """Return the answer."""
        known = {
            "impact": ticket.impact,
            "urgency": ticket.urgency,
            "customer_tier": ticket.customer_tier,
            "text": words,
        }
        return join(ticket, self._evaluate(known))


class Decision:
    """One graph that makes the whole decision itself, loaded as compiled content."""

    def __init__(self, name: str, form: str, graph: Graph) -> None:
        zen = import_module("zen")
        self.name = name
        self.form = form
        # Content compiled ahead of evaluation runs about a quarter faster than the same graph handed over as JSON.
        self._evaluate = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(graph))).evaluate

    def decide(self, ticket: Ticket, words: str) -> Answer:
        """Return the answer."""
        known = {
            "impact": ticket.impact,
            "urgency": ticket.urgency,
            "customer_tier": ticket.customer_tier,
            "affected_system": ticket.affected_system,
            "data_sensitivity": ticket.data_sensitivity,
            "text": words,
        }
        result = self._evaluate(known)["result"]
        return int(result["severity"]), tuple(result["fired"]), tuple(result["approvals"]), int(result["minutes"])


def peers() -> tuple[Peer, ...]:
    """Return the expression and both shapes of the graph."""
    return (
        Expression(),
        Decision(
            "zen-engine, graph",
            "first-hit table, collect table with some(..., contains), collect table of overrides, two expression nodes",
            tables(),
        ),
        Decision(
            "zen-engine, graph of one node", "the whole decision in one expression node with or-chains", one_node(ZEN)
        ),
    )
