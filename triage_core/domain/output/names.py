"""Which names stand in a text that its reader must not see there?

A name is found as its words, in any case and with any joints, and written together as in an address on the web. Without
its legal form it counts as well, as long as it is written like a name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from triage_core.domain.folding import fold
from triage_core.domain.output.phrases import joined, outside
from triage_core.domain.word_list import listed

if TYPE_CHECKING:
    from triage_core.domain.output.case import Case
    from triage_core.domain.output.outgoing import Hit

_WORD: Final = re.compile(r"[^\W_]+")
_LEGAL: Final = frozenset(
    listed("""
        gmbh, ag, kg, kgaa, ohg, ug, se, ev, eg, mbh, co, inc, incorporated, corp, corporation, company, ltd
        limited, llc, llp, lp, plc, sa, sas, sarl, srl, spa, bv, nv, ab, as, oy, aps, pty, pte, holding
        group, gruppe
    """)
)
_SHORTEST_GLUED: Final = 6
_SHORTEST_SINGLE: Final = 4

_Words = tuple[str, ...]


class Names:
    """Names, ready to be found; the time is that of the text, however many names there are."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the names as people write them; what has no letter is left out."""
        #: Whether only a spelling with a capital counts.
        self._known: Final[dict[_Words, bool]] = {}
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for words, needs_capital in (spelling for name in names for spelling in _spellings(name)):
            self._known[words] = self._known.get(words, True) and needs_capital
            lengths[words[0]].add(len(words))
        self._lengths: Final = {first: sorted(counts, reverse=True) for first, counts in lengths.items()}

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Return the places of the names, the longest where several begin."""
        if not self._known:
            return
        folded = fold(text)
        words = list(_WORD.finditer(folded.text))
        for place, word in enumerate(words):
            for count in self._lengths.get(word[0], ()):
                run = words[place : place + count]
                needs_capital = self._known.get(tuple(each[0] for each in run))
                span = folded.span(run[0].start(), run[-1].end())
                if needs_capital is not None and not (needs_capital and text[span[0]].islower()):
                    yield span
                    break


def _spellings(name: str) -> Iterator[tuple[_Words, bool]]:
    words: _Words = tuple(_WORD.findall(fold(name).text))
    bare = _without_legal_form(words)
    if words:
        yield words, False
    if bare and bare != words and (len(bare) > 1 or len(bare[0]) >= _SHORTEST_SINGLE):
        yield bare, len(bare) == 1
    glued = "".join(bare)
    if len(bare) > 1 and len(glued) >= _SHORTEST_GLUED:
        yield (glued,), False


def _without_legal_form(words: _Words) -> _Words:
    end = len(words)
    while end > 1 and words[end - 1] in _LEGAL:
        end -= 1
    return words[:end]


@lru_cache(64)
def names_of(names: tuple[str, ...]) -> Names:
    """Return the names ready to be found; the same names are prepared once."""
    return Names(names)


def _strange(case: Case, names: tuple[str, ...]) -> Iterator[Hit]:
    for passage in case.passages:
        own = joined(names_of((*case.surroundings.own_names, *case.standards.own_names)).find(passage.text))
        yield from (passage.hit(*span) for span in outside(names_of(names).find(passage.text), own))


def find_tenants(case: Case) -> Iterator[Hit]:
    """Find the names of other tenants."""
    return _strange(case, case.surroundings.other_tenants)


def find_customers(case: Case) -> Iterator[Hit]:
    """Find the names of other customers."""
    return _strange(case, case.surroundings.other_customers)


def find_forbidden(case: Case) -> Iterator[Hit]:
    """Find what the policy never mentions."""
    for passage in case.passages:
        yield from (passage.hit(*span) for span in names_of(case.standards.forbidden_names).find(passage.text))
