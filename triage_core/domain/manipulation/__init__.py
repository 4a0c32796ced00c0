"""Does a text try to steer a machine that reads it, and where?

The answer can only make people more careful. Nothing in the product becomes possible because nothing was found:
recipients, classes, deadlines and gates never depend on what a text says (see the policy's section `manipulation`).
The time is linear in the length of the text, and the number of findings is bounded.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from triage_core.domain.manipulation.encoded import encoded_in, turned_in
from triage_core.domain.manipulation.hidden import hidden_in
from triage_core.domain.manipulation.markup import markup_in
from triage_core.domain.manipulation.phrases import glued_in, words_in
from triage_core.domain.manipulation.tricks import MOST_OF_A_KIND, Finding, Trick

if TYPE_CHECKING:
    from collections.abc import Iterable


def inspect(text: str) -> list[Finding]:
    """Return the tricks in a text by their places; most texts have none."""
    found, is_turned = words_in(text)
    found += encoded_in(text)
    if is_turned:
        found += turned_in(text)
    found += markup_in(text)
    if not text.isascii():
        found += hidden_in(text) + glued_in(text)
    return _few(found) if found else found


def _few(found: Iterable[Finding]) -> list[Finding]:
    """Sort by place and leave out doubles, and all beyond so many of a kind."""
    seen: Counter[Trick] = Counter()
    kept: list[Finding] = []
    for finding in sorted(set(found), key=lambda finding: (finding.start, finding.end, finding.trick)):
        seen[finding.trick] += 1
        if seen[finding.trick] <= MOST_OF_A_KIND:
            kept.append(finding)
    return kept


__all__ = ["Finding", "Trick", "inspect"]
