"""Where does a text promise, price or admit what the policy does not allow?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from triage_core.domain.folding import fold
from triage_core.domain.output.amounts import amounts_in
from triage_core.domain.output.phrases import Phrases
from triage_core.domain.output.usual_words import Words
from triage_core.domain.policy.gates import Placeholder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.domain.output.case import Case
    from triage_core.domain.output.outgoing import Hit
    from triage_core.domain.policy.output import Wording

#: Moments that the ticket's own clocks give.
_DUE: Final = (
    Placeholder.FIRST_REPLY_DUE,
    Placeholder.NEXT_UPDATE_DUE,
    Placeholder.RESOLUTION_DUE,
    Placeholder.UPDATE_EVERY,
    Placeholder.RESOLVED_AT,
)
#: So far behind a promise the moment may stand that it names.
_NEAR: Final = 160


def word_rules(wording: Wording, usual: Words) -> Phrases:
    """Put a policy's words together with the usual ones."""
    base = usual if wording.usual else Words(())
    return Phrases((base.terms, wording.terms), (*base.patterns, *wording.patterns), wording.allowed)


def find_promises(case: Case) -> Iterator[Hit]:
    """Find what binds the desk, but for the moments that the ticket's clocks give."""
    due = [fold(case.text.facts[name]).text for name in _DUE if case.text.facts.get(name)]
    for passage in case.passages:
        for start, end in case.standards.promises.find(passage.text):
            near = fold(passage.text[start : end + _NEAR]).text
            if not any(moment in near for moment in due):
                yield passage.hit(start, end)


def find_prices(case: Case) -> Iterator[Hit]:
    """Find gifts and refunds in words, and amounts that the policy does not let be named."""
    for passage in case.passages:
        yield from (passage.hit(*span) for span in case.standards.prices.find(passage.text))
        for amount in amounts_in(passage.text, tuple(case.standards.amounts)):
            limit = case.standards.amounts.get(amount.currency)
            if limit is None or amount.value > limit:
                yield passage.hit(amount.start, amount.end)


def find_admissions(case: Case) -> Iterator[Hit]:
    """Find what reads as guilt or liability."""
    for passage in case.passages:
        yield from (passage.hit(*span) for span in case.standards.admissions.find(passage.text))
