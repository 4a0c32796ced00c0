"""Where do telephone numbers stand?

The number plans of the world are a library's; what is handed to it is cut out first, so that its time is bounded. A
number with a country code counts everywhere, one without it only for the regions that are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from triage_core.domain.sensitive.kinds import Found, Sensitive

#: Digits that may hold several numbers one after the other.
_DIGITS: Final = re.compile(
    r"(?<![\w.:])(?:\((?=\+?\d{1,6}\)))?\+?\d(?:[ ()./-]{0,3}\+?\d){5,79}(?: ?(?:x|ext\.?) ?\d{1,6})?"
)
#: Two zeros in front are a plus sign to most telephones.
_ABROAD: Final = re.compile(r"(?<![\d+])00(?=[1-9])")
#: A number inside a country shows by its leading zero, its area in brackets, or three, three and four digits.
_LOOKS_DIALLED: Final = re.compile(
    r"(?=.{9})(?:0\d{1,5}[ ()./-]|\(0?\d{2,5}\)|\d{3}[ .-]\d{3}[ .-]\d{4}(?!\d))|0\d{9,}"
)
_CALLED: Final = re.compile(
    r"(?:tel|telefon|telephone|phone|mobile|cell|mobil|handy|fax|call|ring|dial|sms|whatsapp|rufnummer|nummer|number"
    r"|anruf\w{0,6}|durchwahl|unter)\W{0,4}(?:(?:is|ist|at|me|on|us|no|nr)\W{1,3}){0,2}\Z",
    re.IGNORECASE,
)
#: Dates and moments, which have the digits of a number.
_DATE: Final = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})(?!\d).*|(?:19|20)\d{2}[./-]?(?:0\d|1[0-2])[./-]?[0-3]\d(?!\d).*"
)
_BEFORE: Final = 32
#: After so many runs of digits that were looked at, the rest of a text is believed to hold numbers.
_MOST_TRIES: Final = 300


def phones_in(text: str, regions: tuple[str, ...] = ()) -> Iterator[Found]:
    """Telephone numbers that can exist."""
    asked = (run for run in _DIGITS.finditer(text) if regions or "+" in run[0] or run[0].startswith("00"))
    for tries, run in enumerate(asked):
        if tries < _MOST_TRIES:
            yield from _in_run(text, run, regions)
        else:
            yield Found(Sensitive.PHONE_NUMBER, *run.span())


def _in_run(text: str, run: re.Match[str], regions: tuple[str, ...]) -> Iterator[Found]:
    written = _ABROAD.sub(" +", run[0])
    reached = 0
    for start, end in sorted(_existing(written, regions)):
        first = start - 1 if run[0][start - 1 : start + 1] == "00" and start else start
        before = text[max(0, run.start() + first - _BEFORE) : run.start() + first]
        if first >= reached and _is_meant(written[start:end], before):
            reached = end
            yield Found(Sensitive.PHONE_NUMBER, run.start() + first, run.start() + end)


def _is_meant(number: str, before: str) -> bool:
    """Whether digits that could be a number are written or called like one."""
    if number.startswith(("+", "(+")):
        return True
    return not _DATE.fullmatch(number) and bool(_LOOKS_DIALLED.match(number) or _CALLED.search(before))


def _existing(written: str, regions: tuple[str, ...]) -> set[tuple[int, int]]:
    """Return the numbers in a run of digits: the whole run where it is one, else those that the library picks out."""
    import phonenumbers  # noqa: PLC0415 - slow to import, and most texts have no number

    asked: tuple[str | None, ...] = regions or (None,)
    if any(_is_valid(written, region) for region in asked):
        return {(len(written) - len(written.lstrip()), len(written))}
    matches = (match for region in asked for match in phonenumbers.PhoneNumberMatcher(written, region))
    return {(match.start, match.end) for match in matches}


def _is_valid(written: str, region: str | None) -> bool:
    import phonenumbers  # noqa: PLC0415 - see above

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(written, region))
    except phonenumbers.NumberParseException:
        return False
