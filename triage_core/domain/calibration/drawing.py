"""Which tickets of a week do people look at again, and how many tickets does each of them stand for?

Every ticket belongs to exactly one stratum, the first that fits. Inside a stratum the tickets are put in the order of a
digest of the start value and their id, and the first ones are taken. That is a simple random draw without replacement
which anybody who knows the start value can repeat, in whatever order the tickets are read.
"""

from __future__ import annotations

from collections import defaultdict
from hashlib import sha256
from math import ceil
from typing import TYPE_CHECKING, Final

from msgspec import field

from triage_core.domain.calibration.past import Past, Said, Sign
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

#: A sample has at least so many tickets, or all there are.
FEWEST: Final = 30
#: So many of every stratum come first, because one alone shows no spread.
_OF_EACH: Final = 2
MISSED, BREACHED, FALSE_PRIORITY, CHANGED = "missed_escalation", "breached", "false_priority", "changed_rule"
CONTROL: Final = "control"
_UP: Final = frozenset({Sign.RAISED, Sign.ESCALATED_LATE, Sign.COMPLAINED})
#: How hard each kind of stratum pulls at the places that are left; the controls share theirs.
_PULL: Final = {MISSED: 3.0, BREACHED: 2.0, FALSE_PRIORITY: 2.0, CHANGED: 2.0, CONTROL: 4.0}


class Plan(Value, frozen=True, kw_only=True):
    """How a sample is drawn."""

    #: The start value; the same one gives the same sample.
    start: str
    size: int = 60
    #: The share that two people label independently of each other.
    double_share: float = 0.2
    #: Rules that are new or changed since the policy before.
    changed_rules: tuple[str, ...] = ()


class Drawn(Value, frozen=True, kw_only=True):
    """A ticket of a sample, with what automation said of it."""

    ticket_id: str
    stratum: str
    said: Said
    #: Two people label it.
    double: bool = False


class Draw(Value, frozen=True, kw_only=True):
    """What was drawn, in the order in which people look at it, and how many tickets each stratum had."""

    tickets: tuple[Drawn, ...]
    population: dict[str, int] = field(default_factory=dict)


def stratum_of(past: Past, changed_rules: Collection[str] = ()) -> str:
    """Return where a ticket belongs; without anything remarkable it is a control of its class.

    Controls are apart by class and by whether automation escalated, so the class under the escalated ones, where a
    missed escalation hides best, is a stratum of its own.
    """
    for name, fits in _STRATA:
        if fits(past, changed_rules):
            return name
    return f"{CONTROL}:{past.said.class_name}:{'escalated' if past.said.escalate else 'kept'}"


_STRATA: Final[tuple[tuple[str, Callable[[Past, Collection[str]], bool]], ...]] = (
    (MISSED, lambda past, _: not past.said.escalate and not _UP.isdisjoint(past.signs)),
    (BREACHED, lambda past, _: Sign.BREACHED in past.signs),
    (FALSE_PRIORITY, lambda past, _: bool(past.signs)),
    (CHANGED, lambda past, rules: not set(rules).isdisjoint(past.said.fired)),
)


def draw(pasts: Iterable[Past], plan: Plan) -> Draw:
    """Draw a sample; the same tickets and the same start value give the same one."""
    strata: defaultdict[str, list[Past]] = defaultdict(list)
    for past in pasts:
        strata[stratum_of(past, plan.changed_rules)].append(past)
    population = {name: len(strata[name]) for name in sorted(strata)}
    places = _places(population, max(FEWEST, plan.size))
    taken = [
        (name, past)
        for name, count in places.items()
        for past in sorted(strata[name], key=lambda past: _order(plan.start, name, past.id))[:count]
    ]
    return Draw(tickets=_mixed(taken, plan), population=population)


def _mixed(taken: Iterable[tuple[str, Past]], plan: Plan) -> tuple[Drawn, ...]:
    """Put the tickets in an order that tells nothing of their strata, and choose those that two people label."""
    chosen = sorted(taken, key=lambda pair: _order(plan.start, "order", pair[1].id))
    by_lot = sorted((past.id for _, past in chosen), key=lambda id_: _order(plan.start, "double", id_))
    double = set(by_lot[: ceil(plan.double_share * len(chosen))])
    return tuple(
        Drawn(ticket_id=past.id, stratum=name, said=past.said, double=past.id in double) for name, past in chosen
    )


def _order(start: str, part: str, ticket_id: str) -> bytes:
    return sha256(f"{start}\n{part}\n{ticket_id}".encode("utf-8", "surrogatepass")).digest()


def _places(population: Mapping[str, int], size: int) -> dict[str, int]:
    """Spread the places: a few for each stratum, then one after the other to whoever pulls hardest."""
    places = {name: min(_OF_EACH, there) for name, there in population.items()}
    pulls = _pulls(population)
    for _ in range(min(size, sum(population.values())) - sum(places.values())):
        open_ones = [name for name in population if places[name] < population[name]]
        places[max(open_ones, key=lambda name: pulls[name] / (places[name] + 1))] += 1
    return places


def _pulls(population: Mapping[str, int]) -> dict[str, float]:
    controls = sum(name.startswith(CONTROL) for name in population)
    return {name: _PULL.get(name, _PULL[CONTROL] / max(1, controls)) for name in population}
