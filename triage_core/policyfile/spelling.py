"""Which valid name did the writer probably mean?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

_LISTED: Final = 12
#: From this share of likeness on, a longer or shorter name still counts as the one that was meant.
_ALIKE: Final = 80


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name with the fewest slips between the two, or none when all are far."""
    names = tuple(known)
    ranked = sorted((_slips(name, each), _drift(name, each), each) for each in names)
    if ranked and ranked[0][0] <= max(1, len(name) // 3):
        return ranked[0][2]
    found = process.extractOne(name, names, scorer=fuzz.WRatio, processor=str.casefold, score_cutoff=_ALIKE)
    return found[0] if found and len(name) > 2 else None  # noqa: PLR2004 - two letters are alike too easily


def _slips(one: str, other: str) -> int:
    return OSA.distance(one.casefold(), other.casefold())


def _drift(one: str, other: str) -> int:
    return sum(abs(ord(a) - ord(b)) for a, b in zip(one, other, strict=False))


def one_of(known: Iterable[str]) -> str:
    """List the names that would do."""
    names = tuple(known)
    if not names:
        return "none: nothing is declared"
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    listed = ", ".join(names[:_LISTED])
    return f"one of {listed}{more}" if len(names) > 1 else listed
