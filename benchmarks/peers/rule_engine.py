"""How does rule-engine decide the policy, with `in` and with regular expressions?"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from benchmarks.peers.dialect import Dialect, any_of, policy
from benchmarks.peers.host import join

if TYPE_CHECKING:
    from benchmarks.peers.host import Peer
    from benchmarks.yardstick import Answer, TermRule, Ticket

DISTRIBUTION = "rule-engine"


def _pattern(rule: TermRule) -> str:
    return f"text =~~ ' (?:{'|'.join(rule.terms)}) '"


FORMS = (
    ("rule-engine, regex", "one rule: [conditional chain, 8 x one pattern]", Dialect(" and ", _pattern)),
    (
        "rule-engine, in",
        "one rule: [conditional chain, 8 x or-chain of in]",
        Dialect(" and ", any_of(" or ", "{} in text")),
    ),
)


class OneRule:
    """One rule object that holds the whole policy up to the overrides."""

    def __init__(self, name: str, form: str, dialect: Dialect) -> None:
        self.name = name
        self.form = f"{form}; overrides and class in host code"
        self._evaluate = import_module("rule_engine").Rule(policy(dialect)).evaluate

    def decide(self, ticket: Ticket, words: str) -> Answer:
        """Return the answer."""
        known = {
            "impact": ticket.impact,
            "urgency": ticket.urgency,
            "customer_tier": ticket.customer_tier,
            "text": words,
        }
        return join(ticket, self._evaluate(known))


def peers() -> tuple[Peer, ...]:
    """Return the engine with the policy loaded, once with each operator."""
    return tuple(OneRule(*form) for form in FORMS)
