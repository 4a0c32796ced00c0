"""Where do numbers of cards and bank accounts stand?

A card is told by its check digit and by how the numbers of issuers begin, an account by its country and check digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import accumulate
from typing import Final, NamedTuple

from triage_core.domain.sensitive.kinds import Found, Sensitive

#: Digits in groups with one space, dash or dot between them.
_GROUPS: Final = re.compile(r"(?<!\w)\d++(?!\w)(?:[ .-]\d++(?!\w))*+")
_GROUP: Final = re.compile(r"\d+")
_SHORTEST_CARD: Final = 12
_LONGEST_CARD: Final = 19
_FIRST_GROUP: Final = 4
_INNER_GROUP: Final = 3
#: How the numbers of card issuers begin, and how many digits they have.
_ISSUERS: Final = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"
    r"|(?=\d{16}\Z)(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)\d+"
    r"|3[47]\d{13}"
    r"|3(?:0[0-5]|[689])\d{11,16}"
    r"|(?:2131|1800)\d{11}"
    r"|35\d{14,17}"
    r"|(?:50|5[6-9]|6\d)\d{10,17}"
)


class _Group(NamedTuple):
    digits: str
    start: int
    end: int


def cards_in(text: str) -> Iterator[Found]:
    """Numbers of payment cards, in one piece or in the usual groups."""
    for run in _GROUPS.finditer(text):
        if run.end() - run.start() >= _SHORTEST_CARD:
            groups = [_Group(each[0], *each.span()) for each in _GROUP.finditer(text, *run.span())]
            yield from _cards(groups)


def _cards(groups: list[_Group]) -> Iterator[Found]:
    place = 0
    while place < len(groups):
        taken = _taken(groups, place)
        if taken:
            yield Found(Sensitive.CREDIT_CARD, groups[place].start, groups[place + taken - 1].end)
        place += taken or 1


def _taken(groups: list[_Group], place: int) -> int:
    """Return how many groups from a place on are one card, the longest where several are."""
    if len(groups[place].digits) < _FIRST_GROUP:
        return 0
    taken = 0
    several = groups[place : place + 1 + _LONGEST_CARD // _INNER_GROUP]
    for count, number in enumerate(accumulate(each.digits for each in several), 1):
        if len(number) > _LONGEST_CARD:
            break
        if _ISSUERS.fullmatch(number) and _passes_luhn()(number):
            taken = count
        if len(several[count - 1].digits) < _INNER_GROUP:
            break
    return taken


_IBAN_START: Final = re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9]{2})")
_IBAN_REST: Final = re.compile(r"[A-Za-z0-9]")
_SHORTEST_IBAN: Final = 15
_LONGEST_IBAN: Final = 34


def ibans_in(text: str) -> Iterator[Found]:
    """Numbers of bank accounts, in one piece or in groups, in any case."""
    done = 0
    for begun in _IBAN_START.finditer(text):
        end = _iban_end(text, begun.start()) if begun.start() >= done else 0
        if end:
            done = end
            yield Found(Sensitive.IBAN, begun.start(), end)


def _iban_end(text: str, start: int) -> int:
    """Return where an account's number ends that begins at a place; 0 where none does."""
    number, ends = "", []
    place = start
    while place < len(text) and len(number) < _LONGEST_IBAN:
        char = text[place]
        if char.isascii() and char.isalnum():
            number += char
            ends.append(place + 1)
        elif char not in " -" or text[place - 1] in " -":
            break
        place += 1
    for length in range(len(number), _SHORTEST_IBAN - 1, -1):
        end = ends[length - 1]
        if not text[end : end + 1].isalnum() and _checks_out(number[:length]) and _is_iban()(number[:length]):
            return end
    return 0


def _checks_out(number: str) -> bool:
    """Whether the check digits are right; quick, since most words that begin like an account are none."""
    return int("".join(str(int(char, 36)) for char in number[4:] + number[:4])) % 97 == 1


#: A bank's own code looks like any word, so it counts only in capitals and where it is called one.
_BIC: Final = re.compile(
    r"\b(?i:BIC|SWIFT)(?:[ /-]?(?i:BIC|SWIFT|code|nr)){0,3}+\W{0,3}(?:(?:is|ist|lautet)\W{1,3})?"
    r"\b([A-Z]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?)(?!\w)"
)


def bics_in(text: str) -> Iterator[Found]:
    """Codes of banks behind the words BIC or SWIFT."""
    return (Found(Sensitive.BIC, *found.span(1)) for found in _BIC.finditer(text) if found[2] in _countries())


# The standard numbers are slow to import, and most texts have none.


@cache
def _passes_luhn() -> Callable[[str], bool]:
    from stdnum import luhn  # noqa: PLC0415 - see above

    return luhn.is_valid


@cache
def _is_iban() -> Callable[[str], bool]:
    from stdnum import iban  # noqa: PLC0415 - see above

    return iban.is_valid


@cache
def _countries() -> frozenset[str]:
    from phonenumbers import SUPPORTED_REGIONS  # noqa: PLC0415 - see above

    return frozenset(SUPPORTED_REGIONS)
