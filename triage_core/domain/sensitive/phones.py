"""Where do telephone numbers stand?

The number plans of the world are a library's; what is handed to it is cut out first, so that its time is bounded. A
number with a country code counts everywhere, one without it only for the regions that are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from triage_core.domain.sensitive.kinds import Found, Sensitive

_NUMBER: Final = re.compile(
    r"(?<![\w.:/+-])(?:\+|\(\+?)?\d(?:[ ()./-]{0,3}\d){5,19}+(?: ?(?:x|ext\.?) ?\d{1,6}+)?(?!\w)"
)
_ABROAD: Final = re.compile(r"\(?\+|00[1-9]")
_DIALLED_ABROAD: Final = re.compile(r"\A\(?00")
#: A number inside a country shows by its leading zero, its area in brackets, or three, three and four digits.
_LOOKS_DIALLED: Final = re.compile(
    r"(?=.{9})(?:0\d{1,5}[ ()./-]|\(0?\d{2,5}\)|\d{3}[ .-]\d{3}[ .-]\d{4}(?!\d))|0\d{9,}"
)
_CALLED: Final = re.compile(
    r"(?:tel|telefon|telephone|phone|mobile|cell|mobil|handy|fax|call|ring|dial|sms|whatsapp|rufnummer|nummer|number|anruf\w*"
    r"|durchwahl|unter)\W{0,4}(?:(?:is|ist|at|me|on|us|no|nr)\W{1,3}){0,2}\Z",
    re.IGNORECASE,
)
#: Dates and moments, which have the digits of a number.
_DATE: Final = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})(?!\d).*|(?:19|20)\d{2}[./-]?(?:0\d|1[0-2])[./-]?[0-3]\d(?!\d).*"
)
_BEFORE: Final = 32
#: After so many numbers of a text that turned out to be none, the rest is believed without asking.
_MOST_TRIES: Final = 500


def phones_in(text: str, regions: tuple[str, ...] = ()) -> Iterator[Found]:
    """Telephone numbers that can exist."""
    for tries, written in enumerate(_NUMBER.finditer(text)):
        if tries >= _MOST_TRIES or _exists(text, written, regions):
            yield Found(Sensitive.PHONE_NUMBER, *written.span())


def _exists(text: str, written: re.Match[str], regions: tuple[str, ...]) -> bool:
    if _ABROAD.match(written[0]):
        return _is_valid(_DIALLED_ABROAD.sub("+", written[0]), None)
    if not regions or _DATE.fullmatch(written[0]):
        return False
    if not _LOOKS_DIALLED.match(written[0]) and not _CALLED.search(
        text[max(0, written.start() - _BEFORE) : written.start()]
    ):
        return False
    return any(_is_valid(written[0], region) for region in regions)


def _is_valid(written: str, region: str | None) -> bool:
    import phonenumbers  # noqa: PLC0415 - slow to import, and most texts have no number

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(written, region))
    except phonenumbers.NumberParseException:
        return False
