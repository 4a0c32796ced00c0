"""Which texts separate a careful matcher from a careless one?

One definition holds for every contestant: a letter or digit is what `str.isalnum` says, everything else separates, so
`_` separates and `é` does not, and any run of separators joins a phrase. Zero-width characters and full-width letters
inside a word are left out: looking through them is a choice of the product's policy, not a matter of right or wrong.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from msgspec.structs import replace

from benchmarks.tickets import SEED, tickets
from benchmarks.yardstick import TERM_RULES, Ticket

COUNT = 400
JOINS = (" ", "-", "_", "\n", "  ", "\u00a0", "\u2014", "\u2019", "\u00e9", ", ")
SUFFIXES = ("",) * 7 + ("s", "\u00e9", "\u00df")
ODD = "\u0130"
ODD_SHARE = 0.1
CASES = (str, str.lower, str.upper, str.title)
TERMS = tuple(term for rule in TERM_RULES for term in rule.terms)


class Known(NamedTuple):
    """A text whose answer is known without asking any implementation."""

    text: str
    tags: tuple[str, ...]


KNOWN = (
    Known("my_invoice_copy", ("K:billing",)),
    Known("zero-day", ("K:security",)),
    Known("zero\nday", ("K:security",)),
    Known("zero  day", ("K:security",)),
    Known("zero\u00a0day", ("K:security",)),
    Known("zero_day", ("K:security",)),
    Known("invoice\u00e9", ()),
    Known("\u00e9invoice", ()),
    Known("\u201cinvoice\u201d", ("K:billing",)),
    Known("invoice\u2014paid", ("K:billing",)),
    Known("hac\u212aed", ("K:security",)),
    Known("\u0130 invoice", ("K:billing",)),
    Known("invoices", ()),
    Known("an issue behind the firewall", ()),
    Known("zero days", ()),
    Known("(data) breach", ("K:data_breach",)),
    Known("fake invoice", ("K:billing", "K:fraud")),
    Known("leaked database leaked", ("K:data_breach",)),
    Known("production down", ("K:outage",)),
    Known("production system down", ("K:outage",)),
    Known("", ()),
)


def hard_tickets(count: int = COUNT) -> tuple[Ticket, ...]:
    """Return tickets with the known texts and `count` random ones of the same kind."""
    rng = Random(SEED)
    texts = [*(known.text for known in KNOWN), *(_text(rng) for _ in range(count))]
    plain = tickets(0, len(texts))
    return tuple(replace(ticket, subject="", description=text) for ticket, text in zip(plain, texts, strict=True))


def _text(rng: Random) -> str:
    return _joined(rng, [_spelled(rng) for _ in range(rng.randint(2, 8))])


def _spelled(rng: Random) -> str:
    term = _joined(rng, rng.choice(TERMS).split()) + rng.choice(SUFFIXES)
    return (ODD if rng.random() < ODD_SHARE else "") + rng.choice(CASES)(term)


def _joined(rng: Random, words: list[str]) -> str:
    text = words[0]
    for word in words[1:]:
        text += rng.choice(JOINS) + word
    return text
