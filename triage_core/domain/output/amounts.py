"""Which amounts of money does a text name?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from triage_core.domain.plain import plain
from triage_core.domain.word_list import listed


class Amount(NamedTuple):
    """An amount in a currency by its code, and its half-open place."""

    currency: str
    value: float
    start: int
    end: int


#: Codes count in capitals only, since some are words.
_CODES: Final = listed("""
    EUR, USD, GBP, CHF, JPY, CNY, SEK, NOK, DKK, PLN, CZK, HUF, RON, BGN, TRY, INR, AUD, CAD, NZD, BRL
    MXN, ZAR, SGD, HKD, KRW, ILS, AED, SAR, RUB, UAH, THB, BTC, ETH
""")
_CALLED: Final = {
    word: code
    for code, words in {
        "USD": "us$, $, dollar, dollars, bucks, cents",
        "AUD": "a$",
        "CAD": "c$",
        "EUR": "€, euro, euros",
        "GBP": "£, pound, pounds, quid, pence",
        "CHF": "sfr, fr., franken, francs",
        "JPY": "¥, yen",
        "CNY": "yuan",
        "INR": "₹, rupees",
        "RUB": "₽, rubel, roubles",
        "TRY": "₺, lira",
        "KRW": "₩",
        "PLN": "zł, złoty",
        "CZK": "kč",
        "SEK": "kronor",
        "BTC": "₿, bitcoin",
    }.items()
    for word in listed(words)
}
_SCALES: Final = {
    word: scale
    for scale, words in {
        1e3: "k, thousand, tausend, tsd",
        1e6: "m, mio, million, millions, millionen",
        1e9: "bn, mrd, billion, milliarden",
    }.items()
    for word in listed(words)
}
_NUMERALS: Final = listed("""
    one, two, three, four, five, six, seven, eight, nine, ten, twelve, fifteen, twenty, thirty, fifty
    hundred, thousand, zwei, drei, vier, fünf, sechs, sieben, acht, neun, zehn, zwölf, fünfzehn, zwanzig
    dreißig, fünfzig, hundert, tausend
""")
#: The size of an amount in words is not worked out: it is beyond every limit.
_IN_WORDS: Final = float("inf")


def _any_of(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_NUMBER = r"(?P<number>\d{1,15}(?:[.,' ]\d{2,3}(?!\d)){0,6}(?:[.,]\d{1,2}(?!\d)|[.,]-{1,2})?)"
_SCALE = rf"(?P<scale>(?i: ?(?:{_any_of(tuple(_SCALES))})\.?(?![a-z]))?)"
_WORDS = _any_of(tuple(word for word in _CALLED if word.isalpha()))
_SIGNS = _any_of(tuple(word for word in _CALLED if not word.isalpha()))


@lru_cache(16)
def _forms(currencies: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """Return the ways to write an amount: with the currency before or behind the number, and in words."""
    codes = _any_of((*_CODES, *currencies))
    return (
        re.compile(rf"(?<!\w)(?P<currency>(?i:{_SIGNS}|sfr)|(?:{codes})\b) ?{_NUMBER}{_SCALE}"),
        re.compile(rf"(?<![\w.,]){_NUMBER}{_SCALE}[ -]?(?P<currency>(?i:{_SIGNS}|(?:{_WORDS})\b)|(?:{codes})\b)"),
        re.compile(rf"(?i)\b(?:{_any_of(_NUMERALS)})[ -](?:(?:{_any_of(_NUMERALS)}) )?(?P<currency>{_WORDS})\b"),
    )


def amounts_in(text: str, currencies: tuple[str, ...] = ()) -> Iterator[Amount]:
    """Return the amounts; `currencies` are codes to know beside the usual ones.

    A sign between two numbers makes an amount with each of them, since nothing says which one it belongs to.
    """
    written = plain(text)
    for form in _forms(currencies):
        for found in form.finditer(written.text):
            called, parts = found["currency"], found.groupdict()
            currency = _CALLED.get(called.lower(), called.upper())
            yield Amount(currency, _value(parts.get("number"), parts.get("scale") or ""), *written.span(*found.span()))


def _value(number: str | None, scale: str) -> float:
    if number is None:
        return _IN_WORDS
    digits = re.sub(r"[ ']|[.,-]+\Z", "", number)
    whole, part = _split(digits)
    size = float(f"{re.sub(r'[.,]', '', whole)}.{part}")
    return size * _SCALES.get(scale.strip(" .").lower(), 1)


def _split(digits: str) -> tuple[str, str]:
    """Cut off the part behind the last mark where it has one or two digits, as cents have."""
    last = max(digits.rfind("."), digits.rfind(","))
    has_cents = last >= 0 and len(digits) - last - 1 in {1, 2}
    return (digits[:last], digits[last + 1 :]) if has_cents else (digits, "0")
