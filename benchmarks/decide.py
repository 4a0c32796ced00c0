"""Who decides a ticket fastest under the same policy, with equal answers?

Peers that search substrings get the text in whole-word form. That preparation belongs to their work, so it is inside
their time; the rows marked "text prepared" leave it out to show what the engine alone costs.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks import ours
from benchmarks.hard import hard_tickets
from benchmarks.measure import FULL, QUICK, Contestant, prove, race
from benchmarks.peers import cel, datalogic, rule_engine, zen
from benchmarks.peers.host import prepared
from benchmarks.report import Report, Table
from benchmarks.tickets import COUNTS, SIZES, mix, tickets
from benchmarks.yardstick import OVERRIDES, decide, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.measure import Effort
    from benchmarks.peers.host import Peer
    from benchmarks.report import Race
    from benchmarks.yardstick import Answer, Ticket

QUESTION = "who decides a ticket fastest under the same policy?"
PEER_MODULES = (datalogic, zen, cel, rule_engine)
DISTRIBUTIONS = tuple(module.DISTRIBUTION for module in PEER_MODULES)
QUICK_SHARE = 20


class Decider(NamedTuple):
    """A contestant: `decide` is timed, `answer` turns what it returned into the yardstick's tuple and is not."""

    name: str
    note: str
    decide: Callable[[Ticket], Any]
    answer: Callable[[Any], Answer]


def deciders() -> tuple[Decider, ...]:
    """Return everyone who takes part without help, the baseline of all ratios first."""
    return (
        Decider("ours", "with every hit word and its offsets", ours.decide, ours.answer),
        Decider("reference", "the yardstick itself, in its slowest form", decide, _as_it_is),
    )


def peers() -> tuple[Peer, ...]:
    """Return the other engines with the policy loaded."""
    return tuple(peer for module in PEER_MODULES for peer in module.peers())


def run(*, quick: bool) -> Report:
    """Return who is how fast, after everyone gave the reference's answer on every ticket."""
    rivals = peers()
    entered = (*deciders(), *(_unaided(peer) for peer in rivals))
    drawn = {size: tickets(size, COUNTS[size] // (QUICK_SHARE if quick else 1)) for size in SIZES}
    sets = {**{f"{size:,} characters": some for size, some in drawn.items()}, "the hard set": hard_tickets()}
    proven = _proven(entered, sets)
    races = tuple(_race(some, entered, rivals, QUICK if quick else FULL) for some in drawn.values())
    return Report(section="decide", question=QUESTION, proven=tuple(proven), tables=(_control(drawn),), races=races)


def _as_it_is(answer: Answer) -> Answer:
    return answer


def _unaided(peer: Peer) -> Decider:
    return Decider(peer.name, peer.form, lambda ticket: peer.decide(ticket, prepared(ticket)), _as_it_is)


def _proven(entered: Sequence[Decider], sets: Mapping[str, Sequence[Ticket]]) -> list[str]:
    everything = list(chain.from_iterable(sets.values()))
    expected = [decide(ticket) for ticket in everything]
    drawn = ", ".join(f"{len(some):,} of {name}" for name, some in sets.items())
    proofs = [
        prove(decider.name, expected, (decider.answer(decider.decide(ticket)) for ticket in everything))
        for decider in entered
    ]
    return [f"tickets: {drawn}", *proofs]


def _control(drawn: Mapping[int, Sequence[Ticket]]) -> Table:
    kinds = [(size, mix(some, [decide(ticket) for ticket in some])) for size, some in drawn.items()]
    return Table(
        title="control figures of the tickets, in percent",
        columns=("size", "tickets", "characters", "0/1/2/3/more tags", "class 1/2/3", "O1/O2/O3/O4", "M12"),
        rows=tuple(
            (
                str(size),
                f"{len(drawn[size]):,}",
                f"{kind.characters:,.0f}",
                _percents([*(kind.tags.get(number, 0) for number in range(4)), kind.many_tags]),
                _percents([kind.classes.get(severity, 0) for severity in (1, 2, 3)]),
                _percents([kind.overrides.get(rule.id, 0) for rule in OVERRIDES]),
                _percents([kind.last_row]),
            )
            for size, kind in kinds
        ),
    )


def _percents(shares: Sequence[float]) -> str:
    return "/".join(f"{share:.0%}".rstrip("%") for share in shares)


def _race(drawn: Sequence[Ticket], entered: Sequence[Decider], rivals: Sequence[Peer], effort: Effort) -> Race:
    pairs = [(ticket, prepared(ticket)) for ticket in drawn]
    contestants = [
        *(Contestant(decider.name, decider.decide, drawn, decider.note) for decider in entered),
        *(Contestant(f"{peer.name}, text prepared", _aided(peer), pairs) for peer in rivals),
        Contestant("text preparation alone", prepared, drawn, "what every peer needs before it can search"),
    ]
    length = sum(len(text_of(ticket)) for ticket in drawn) // len(drawn)
    return race(f"decision, {length:,} characters", contestants, effort)


def _aided(peer: Peer) -> Callable[[tuple[Ticket, str]], Answer]:
    return lambda pair: peer.decide(*pair)
