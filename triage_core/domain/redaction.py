"""How does a text read without the personal data and secrets in it?

Each finding is replaced by its kind in square brackets, and everything else stays as it is. A redacted text is its own
redaction. What no form gives away, such as the names of people and streets, stays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from triage_core.domain.sensitive import Found, Sensitive, find, mark
from triage_core.domain.value import Value

ALL: Final = frozenset(Sensitive)


class Redacted(Value, frozen=True, kw_only=True):
    """A text without what was found, and the kinds that were, one for each mark."""

    text: str
    kinds: tuple[Sensitive, ...] = ()


def _nothing(_: str) -> bool:
    return False


def redact(
    text: str,
    *,
    regions: tuple[str, ...] = (),
    kinds: frozenset[Sensitive] = ALL,
    may_stay: Callable[[str], bool] = _nothing,
) -> Redacted:
    """Replace findings of these kinds; `regions` are those whose telephone numbers need no country code."""
    wanted = [each for each in find(text, regions) if each.kind in kinds and not may_stay(text[each.start : each.end])]
    return Redacted(text=_marked(text, wanted), kinds=tuple(each.kind for each in wanted))


def redacted(text: str) -> str:
    """Return a text alone, without anything that can be found."""
    return redact(text).text


def _marked(text: str, found: list[Found]) -> str:
    pieces: list[str] = []
    place = 0
    for each in found:
        pieces += (text[place : each.start], mark(each.kind))
        place = each.end
    return "".join((*pieces, text[place:]))
