"""Which judged tickets can rules be tried on, and which errors does each rule have a part in?"""

from __future__ import annotations

from collections import Counter, defaultdict
from math import fsum
from typing import TYPE_CHECKING, Final

from triage_core.domain.calibration.judging import Judged, cost_of
from triage_core.domain.calibration.past import Past, Said, said_of
from triage_core.domain.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from triage_core.domain.policy.calibration import Calibration
    from triage_core.domain.rulebook import Rulebook

#: So many words of a rule are named.
_WORDS: Final = 5


class Example(Value, frozen=True, kw_only=True):
    """A judged ticket with what was known of it."""

    past: Past
    judged: Judged


class RuleErrors(Value, frozen=True, kw_only=True):
    """How often a rule fired on judged tickets, and what was wrong with the answers it had a part in."""

    rule: str
    fired: int
    #: Tickets of the week on which it fired, by the weights.
    stands_for: float
    too_high: int
    too_low: int
    escalated_wrongly: int
    missed: int
    #: What the errors cost in the week, in the policy's weights.
    cost: float
    #: Its words that stood in the tickets put too high or escalated wrongly, the commonest first: `word: count`.
    words: tuple[str, ...] = ()
    #: The tickets it is about.
    tickets: tuple[str, ...] = ()

    @property
    def wrong(self) -> int:
        """Judged tickets with an error."""
        return len(self.tickets)


def said_by(book: Rulebook, past: Past) -> Said:
    """Return what a policy says of a ticket, on what was known when it arrived."""
    return said_of(book.decide(past.intake, past.text, past.given).outcome)


def rule_errors(book: Rulebook, examples: Sequence[Example], costs: Calibration) -> tuple[RuleErrors, ...]:
    """Return the rules with the costliest errors first; a rule that was never wrong has its row too."""
    fired: defaultdict[str, list[Example]] = defaultdict(list)
    for example in examples:
        for rule in example.judged.said.fired:
            fired[rule].append(example)
    rows = (_row(book, rule, found, costs) for rule, found in fired.items())
    return tuple(sorted(rows, key=lambda row: (-row.cost, row.rule)))


def _row(book: Rulebook, rule: str, found: Sequence[Example], costs: Calibration) -> RuleErrors:
    ones = [example.judged for example in found]
    high = [example for example in found if _too_much(example.judged)]
    wrong = [one for one in ones if _cost(one, costs)]
    return RuleErrors(
        rule=rule,
        fired=len(ones),
        stands_for=fsum(one.weight for one in ones),
        too_high=sum(one.said.class_rank < one.rank for one in ones),
        too_low=sum(one.said.class_rank > one.rank for one in ones),
        escalated_wrongly=sum(one.said.escalate and not one.verdict.escalate for one in ones),
        missed=sum(one.verdict.escalate and not one.said.escalate for one in ones),
        cost=fsum(one.weight * _cost(one, costs) for one in ones),
        words=_words(book, rule, high),
        tickets=tuple(one.ticket_id for one in wrong),
    )


def _cost(one: Judged, costs: Calibration) -> float:
    return cost_of(one.said, one.verdict, one.rank, costs)


def _too_much(one: Judged) -> bool:
    return one.said.class_rank < one.rank or (one.said.escalate and not one.verdict.escalate)


def _words(book: Rulebook, rule: str, found: Iterable[Example]) -> tuple[str, ...]:
    terms = {term for known in book.text_rules if known.id == rule for term in (*known.terms, *known.patterns)}
    counts = Counter(word for example in found for word in hit_words(book, example.past) if word in terms)
    return tuple(f"{word}: {count}" for word, count in counts.most_common(_WORDS))


def hit_words(book: Rulebook, past: Past) -> tuple[str, ...]:
    """Return the words of the policy that stand in a ticket, each once, in the order in which they stand there."""
    hits = book.decide(past.intake, past.text, past.given).hits
    return tuple(dict.fromkeys(book.words[number] for number, _, _ in hits))
