"""Which changes of a policy could have avoided some of the errors?

Words come from the tickets themselves: those that hit where they should not, and phrases of tickets that were missed.
Floors, uplifts, thresholds and cells are moved by one step, or to a size between two judged tickets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from triage_core.domain.calibration.edits import Edit, EditKind
from triage_core.domain.calibration.examples import hit_words
from triage_core.domain.calibration.phrases import phrases_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from triage_core.domain.calibration.examples import Example
    from triage_core.domain.policy.rules import RaiseRule, TermRule
    from triage_core.domain.rulebook import Rulebook

#: A phrase is proposed only where so many missed tickets say it.
FEWEST: Final = 3
#: So many phrases are tried for each rule, those that tell missed tickets apart best.
_PHRASES: Final = 25
_SIZES: Final = 60


def candidates(book: Rulebook, examples: Sequence[Example]) -> Iterator[tuple[Edit, ...]]:
    """Return changes worth trying, each as the edits that belong together."""
    high = [example for example in examples if example.judged.said.class_rank < example.judged.rank or _alarm(example)]
    low = [example for example in examples if example.judged.said.class_rank > example.judged.rank or _miss(example)]
    yield from _removals(book, high, examples)
    yield from _additions(book, low, examples)
    yield from _floors(book)
    yield from _uplifts(book)
    yield from _thresholds(book, examples)
    yield from _cells(book)


def _alarm(example: Example) -> bool:
    return example.judged.said.escalate and not example.judged.verdict.escalate


def _miss(example: Example) -> bool:
    return example.judged.verdict.escalate and not example.judged.said.escalate


# --- words ------------------------------------------------------------------------------------------------------------


def _removals(book: Rulebook, high: Sequence[Example], examples: Sequence[Example]) -> Iterator[tuple[Edit, ...]]:
    """Take a word out that hit where it should not, or put a longer phrase in its place."""
    suspects = Counter(word for example in high for word in hit_words(book, example.past))
    for rule in _term_rules(book):
        for term in rule.terms:
            if suspects[term]:
                out = Edit(kind=EditKind.REMOVE_TERM, place=rule.id, before=term)
                yield (out,)
                for phrase in _narrower(term, high, examples):
                    yield out, Edit(kind=EditKind.ADD_TERM, place=rule.id, after=phrase)


def _narrower(term: str, high: Sequence[Example], examples: Sequence[Example]) -> list[str]:
    """Return phrases around a word that stand in tickets it is right for, and in none that it is wrong for."""
    wrong = {example.past.id for example in high}
    holds = f" {term} "
    seen: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for example in examples:
        found = (phrase for phrase in phrases_of(example.past.text) if phrase != term and holds in f" {phrase} ")
        seen[example.past.id in wrong].update(found)
    good = [(phrase, count) for phrase, count in seen[False].items() if not seen[True][phrase] and count >= FEWEST]
    return [phrase for phrase, _ in sorted(good, key=lambda pair: (-pair[1], pair[0]))[:3]]


def _additions(book: Rulebook, low: Sequence[Example], examples: Sequence[Example]) -> Iterator[tuple[Edit, ...]]:
    """Add a phrase of missed tickets to a rule that would have seen them."""
    for rule in _term_rules(book):
        wanted = _wanted(rule, low)
        if len(wanted) < FEWEST:
            continue
        for phrase in _telling(wanted, examples):
            if phrase not in rule.terms:
                yield (Edit(kind=EditKind.ADD_TERM, place=rule.id, after=phrase),)


def _wanted(rule: TermRule, low: Sequence[Example]) -> list[Example]:
    """Return the missed tickets that a rule could be for: people named its tag, or no tag that was missed."""
    tag = getattr(rule, "tag", None)
    missing = [(example, set(example.judged.verdict.tags) - set(example.judged.said.tags)) for example in low]
    if tag is not None:
        return [example for example, tags in missing if tag in tags]
    return [example for example, tags in missing if not tags]


def _telling(wanted: Sequence[Example], examples: Sequence[Example]) -> list[str]:
    """Return phrases that many of these and few others say; of those that always go together the shortest."""
    counts = Counter(phrase for example in wanted for phrase in phrases_of(example.past.text))
    everywhere = Counter(phrase for example in examples for phrase in phrases_of(example.past.text))
    common = [phrase for phrase, count in counts.items() if count >= FEWEST and count * 2 > everywhere[phrase]]
    common.sort(key=lambda phrase: (everywhere[phrase] - 2 * counts[phrase], len(phrase), phrase))
    kept: dict[tuple[int, int], str] = {}
    for phrase in common:
        kept.setdefault((counts[phrase], everywhere[phrase]), phrase)
    return list(kept.values())[:_PHRASES]


def _term_rules(book: Rulebook) -> list[TermRule]:
    return [*book.policy.tag_rules, *book.policy.severity.rules]


# --- numbers ----------------------------------------------------------------------------------------------------------


def _steps(book: Rulebook, at_least: str | None) -> list[str | None]:
    """Return the floors next to one, with no floor under the lowest class."""
    names: list[str | None] = [*(item.name for item in book.policy.classes), None]
    place = names.index(at_least)
    return [names[near] for near in (place - 1, place + 1) if 0 <= near < len(names)]


def _floors(book: Rulebook) -> Iterator[tuple[Edit, ...]]:
    policy = book.policy
    for tag in policy.tags:
        for after in _steps(book, tag.at_least):
            yield (Edit(kind=EditKind.TAG_FLOOR, place=tag.name, before=tag.at_least, after=after),)
    for level in policy.severity.levels:
        for after in _steps(book, level.at_least):
            yield (Edit(kind=EditKind.SEVERITY_FLOOR, place=level.name, before=level.at_least, after=after),)
    for rule in policy.raise_rules:
        for after in _steps(book, rule.at_least) if rule.at_least else ():
            yield (Edit(kind=EditKind.RULE_FLOOR, place=rule.id, before=rule.at_least, after=after),)


def _uplifts(book: Rulebook) -> Iterator[tuple[Edit, ...]]:
    for rule in book.policy.raise_rules:
        if rule.by:
            for after in (rule.by - 1, rule.by + 1):
                yield (Edit(kind=EditKind.UPLIFT, place=rule.id, before=str(rule.by), after=str(after)),)


def _thresholds(book: Rulebook, examples: Sequence[Example]) -> Iterator[tuple[Edit, ...]]:
    rules: list[TermRule | RaiseRule] = [*_term_rules(book), *book.policy.raise_rules]
    for rule in rules:
        for name, test in rule.when.items():
            if test.at_least is not None:
                for size in _sizes(name, examples):
                    if size != test.at_least:
                        yield (_moved(rule.id, name, test.at_least, size),)


def _moved(place: str, name: str, before: float, after: float) -> Edit:
    return Edit(kind=EditKind.THRESHOLD, place=place, field=name, before=f"{before:.15g}", after=f"{after:.15g}")


def _sizes(name: str, examples: Sequence[Example]) -> list[float]:
    """Return sizes between those of the judged tickets, spread evenly over them, as round as their distance allows."""
    seen = sorted({float(size) for example in examples if (size := _number(example.past.intake.get(name))) is not None})
    between = [_round(low, high) for low, high in pairwise(seen)]
    step = max(1, len(between) // _SIZES)
    return between[::step]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _round(low: float, high: float) -> float:
    """Return the roundest number above `low` and not above `high`."""
    for scale in (1000.0, 500.0, 100.0, 50.0, 10.0, 5.0, 1.0):
        number = high // scale * scale
        if number > low:
            return number
    return high


def _cells(book: Rulebook) -> Iterator[tuple[Edit, ...]]:
    names = [item.name for item in book.policy.classes]
    for impact, cells in book.policy.matrix.grid.items():
        for urgency, given in cells.items():
            place = names.index(given)
            for near in (place - 1, place + 1):
                if 0 <= near < len(names):
                    after = names[near]
                    yield (Edit(kind=EditKind.CELL, place=impact, field=urgency, before=given, after=after),)
