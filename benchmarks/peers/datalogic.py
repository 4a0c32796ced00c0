"""How does datalogic-py, JSON Logic on a Rust engine, decide the policy in one call?"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from benchmarks.peers.host import join
from benchmarks.yardstick import MATRIX, TERM_RULES

if TYPE_CHECKING:
    from benchmarks.peers.host import Peer
    from benchmarks.yardstick import Answer, MatrixRow, TermRule, Ticket

DISTRIBUTION = "datalogic-py"


class OneCall:
    """One rule: an array of a nested `if` for the matrix and an `or` of `in` per category, on a reused session."""

    name = "datalogic-py"
    form = "one call: [nested if, 8 x or of in]; overrides and class in host code"

    def __init__(self) -> None:
        engine = import_module(DISTRIBUTION.replace("-", "_")).Engine()
        self._rule = engine.compile([_first_fitting(), *(_any_term(rule) for rule in TERM_RULES)])
        self._evaluate = engine.session().evaluate

    def decide(self, ticket: Ticket, words: str) -> Answer:
        """Return the answer."""
        known = {
            "impact": ticket.impact,
            "urgency": ticket.urgency,
            "customer_tier": ticket.customer_tier,
            "text": words,
        }
        return join(ticket, self._evaluate(self._rule, known))


def peers() -> tuple[Peer, ...]:
    """Return the engine with the policy loaded."""
    return (OneCall(),)


def _first_fitting() -> dict[str, Any]:
    branches: list[Any] = []
    for number, row in enumerate(MATRIX[:-1]):
        branches += [_condition(row), number]
    return {"if": [*branches, len(MATRIX) - 1]}


def _condition(row: MatrixRow) -> dict[str, Any]:
    parts: list[Any] = [{"==": [{"var": "impact"}, row.impact]}, {"==": [{"var": "urgency"}, row.urgency]}]
    if row.tiers:
        parts.append({"in": [{"var": "customer_tier"}, list(row.tiers)]})
    return {"and": parts}


def _any_term(rule: TermRule) -> dict[str, Any]:
    return {"or": [{"in": [f" {term} ", {"var": "text"}]} for term in rule.terms]}
