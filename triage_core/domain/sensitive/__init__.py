"""Where does a text hold personal data or secrets?

Forms with check digits, number plans and telling words are found; names of people, streets and places are not, since no
form tells them from other words (see `output.names` for names that are known). The time is linear in the text's length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from triage_core.domain.plain import plain
from triage_core.domain.sensitive.accounts import bics_in, cards_in, ibans_in
from triage_core.domain.sensitive.addresses import emails_in, ips_in
from triage_core.domain.sensitive.credentials import credentials_in, keys_in
from triage_core.domain.sensitive.kinds import MARK, PERSONAL, SECRET, Found, Sensitive, mark
from triage_core.domain.sensitive.national import nationals_in
from triage_core.domain.sensitive.phones import phones_in
from triage_core.domain.sensitive.tokens import tokens_in

#: Where two of them see something in the same place, the earlier one gives it its name.
_FINDERS: Final[tuple[Callable[[str], Iterator[Found]], ...]] = (
    keys_in,
    tokens_in,
    credentials_in,
    emails_in,
    ibans_in,
    cards_in,
    nationals_in,
    bics_in,
    ips_in,
)


#: Stands where something was found already; no detector reads over it, and none takes it for a word.
_FILLED: Final = "<"
_MARKS: Final = re.compile(MARK)
#: What one round finds may set free what stood directly beside it. Texts made to go on for ever end here, as a whole.
_ROUNDS: Final = 8


def find(text: str, regions: tuple[str, ...] = ()) -> list[Found]:
    """Return what is personal or secret, by place and without overlaps; `regions` are those of telephone numbers."""
    written = plain(text)
    rest = _MARKS.sub(lambda found: _FILLED * len(found[0]), written.text)
    found: list[Found] = []
    for _ in range(_ROUNDS):
        more = _apart(_once(rest, regions))
        if not more:
            return sorted((Found(kind, *written.span(start, end)) for kind, start, end in found), key=_by_place)
        found += more
        rest = _filled(rest, more)
    return [Found(found[-1].kind, 0, len(text))]


def _once(text: str, regions: tuple[str, ...]) -> list[Found]:
    found = [each for finder in _FINDERS for each in finder(text)]
    found += phones_in(text, regions)
    return found


def _filled(text: str, found: Iterable[Found]) -> str:
    pieces: list[str] = []
    place = 0
    for _, start, end in found:
        pieces += (text[place:start], _FILLED * (end - start))
        place = end
    return "".join((*pieces, text[place:]))


def _by_place(found: Found) -> int:
    return found.start


def _apart(found: Iterable[Found]) -> list[Found]:
    """Join what overlaps, so that nothing of any finding is left outside; the first finder's kind stays."""
    ranked = sorted(enumerate(found), key=lambda item: (item[1].start, item[0]))
    joined: list[tuple[int, Found]] = []
    for rank, each in ranked:
        if joined and each.start < joined[-1][1].end:
            before, last = joined[-1]
            kind = last.kind if before <= rank else each.kind
            joined[-1] = (min(before, rank), Found(kind, last.start, max(last.end, each.end)))
        else:
            joined.append((rank, each))
    return [each for _, each in joined]


__all__ = ["MARK", "PERSONAL", "SECRET", "Found", "Sensitive", "find", "mark"]
