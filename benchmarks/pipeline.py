"""What do the steps behind the decision cost beside merely parsing the ticket's JSON?

The limit is `json.loads` of the same body. Ours gets the parsed values, as it does behind the edge: the decision with
its words, all clocks of the ticket with their due and warning moments on a business calendar, and the gate; then the
same with the complete explanation. Nothing can be proven equal here: there is no peer that does the same work. What
the decisions say is proven in the section `decide`; that every explanation names what fired is checked before timing.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from benchmarks import ours
from benchmarks.measure import FULL, QUICK, Contestant, prove, race
from benchmarks.report import Report
from benchmarks.tickets import tickets
from triage_core.domain import sla
from triage_core.domain.explanation import Explanation, explain
from triage_core.domain.playbook import Playbook

if TYPE_CHECKING:
    from triage_core.domain.decision import Decision
    from triage_core.domain.model import Clock

QUESTION = "what do decision, clocks, gate and explanation cost beside parsing the same body?"
DISTRIBUTIONS = ()
SIZE, COUNT, QUICK_COUNT = 200, 2_000, 100


class Parsed(NamedTuple):
    """A ticket as the edge hands it over."""

    fields: dict[str, str]
    text: str
    at: datetime


PLAYBOOK = Playbook(ours.policy())


def decide(parsed: Parsed) -> tuple[Decision, tuple[Clock, ...], bool]:
    """Decide, start the clocks, and say whether a person must approve."""
    decision = PLAYBOOK.rules.decide(parsed.fields, parsed.text)
    outcome = decision.outcome
    desk = sla.Desk(PLAYBOOK.promises, outcome.class_name, parsed.fields, PLAYBOOK.version)
    clocks, _ = sla.at_creation(desk, parsed.at, parsed.at)
    return decision, clocks, outcome.gate_required


def account(parsed: Parsed) -> tuple[Explanation, tuple[Clock, ...], bool]:
    """Do the same and explain it in full."""
    decision, clocks, gated = decide(parsed)
    return explain(PLAYBOOK.rules, parsed.fields, decision), clocks, gated


def run(*, quick: bool) -> Report:
    """Return how many parses of the body each step is worth."""
    drawn = tickets(SIZE, QUICK_COUNT if quick else COUNT)
    bodies = [msgspec.json.encode(ticket) for ticket in drawn]
    parsed = [
        Parsed(ours.fields_of(each), f"{each.subject}\n{each.description}", datetime.fromtimestamp(each.now, UTC))
        for each in drawn
    ]
    fired = [decide(each)[0].outcome.fired for each in parsed]
    named = [tuple(rule.rule for rule in account(each)[0].fired) for each in parsed]
    contestants = [
        Contestant("json.loads", json.loads, bodies, "the limit: parsing the body"),
        Contestant("decision, clocks, gate", decide, parsed, "target: at most 5 times the limit"),
        Contestant("with the full explanation", account, parsed, "target: at most 15 times the limit"),
    ]
    length = sum(map(len, bodies)) // len(bodies)
    return Report(
        section="pipeline",
        question=QUESTION,
        proven=(prove("explanations name what fired", fired, named),),
        races=(race(f"bodies of {length} bytes", contestants, QUICK if quick else FULL),),
    )
