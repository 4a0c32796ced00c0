"""Does a text repeat what a ticket says?"""

from __future__ import annotations

import re
from typing import Final

from triage_core.domain.folding import fold

#: So many words in a row are no coincidence.
WORDS: Final = 5
_WORD: Final = re.compile(r"[^\W_]+")

Run = tuple[str, ...]


def echoes(text: str, ticket: str, ours: str = "") -> bool:
    """Tell whether a text and a ticket have words in a row in common that do not stand in a text of ours."""
    return bool((_runs(text) & _runs(ticket)) - _runs(ours))


def _runs(text: str) -> set[Run]:
    words = _WORD.findall(fold(text).text)
    return {tuple(words[start : start + WORDS]) for start in range(len(words) - WORDS + 1)}
