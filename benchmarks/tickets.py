"""Which tickets do the contestants read, and are they the mix they are meant to be?

Everything is drawn from a seeded generator: the same seed and size give the same tickets on every machine. Hits always
carry single spaces and everything is ASCII, so equal answers here prove nothing about separators and Unicode; that is
what the hard set is for.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING, TypeVar

import msgspec

from benchmarks.yardstick import LEVELS, SENSITIVITIES, TERM_RULES, TIERS, Answer, Ticket, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SIZES = (200, 2_000, 20_000)
COUNTS = {200: 2_000, 2_000: 300, 20_000: 60}
SEED = 20_261_121

SYSTEMS = (
    *("payments", "checkout", "ledger", "sso", "idp", "vpn", "crm", "email", "wiki"),
    *("sandbox-eu", "sandbox-us", "erp", "printing"),
)
Key = TypeVar("Key", int, str)

NOW = 1_795_000_000
OLDEST_HOURS = 90
HIT_SHARE = 0.15
TITLE_SHARE = 0.4
CASE_SHARE = 0.06
CAPITALS_SHARE = 0.3
COMMON_WEIGHT = 6
PSEUDO_WORDS = 2_500
SUBJECT_WORDS = 6
AFTER_WORD = ("",) * 8 + (",", ".", "\n", "-", ";", " (")
AFTER_HIT = ("", ".", ",")

NEAR_MISSES = "issue issues pursue tissue fired firewall outages invoiced creditable"
EVERYDAY = (
    "the a and to of in is it we our you your this that for with on at by from when after before since again still "
    "please thanks hello team user users customer account page screen button form file report list email message "
    "phone office monday tuesday week month morning yesterday today order number name address password login "
    "browser laptop printer network server application update version error problem request change question answer "
    "help support ticket agent manager contract payment plan price shop cart delivery address book calendar meeting "
    "device tablet cable desk room door key card slow open closed new old first last next every some many other also"
)
SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu bra cle dri fro gla ple sto tri vel nor"


def vocabulary() -> tuple[str, ...]:
    """Return the words to draw from; a common word stands in it several times, a term never."""
    common = tuple(dict.fromkeys((*NEAR_MISSES.split(), *EVERYDAY.split())))
    return common * COMMON_WEIGHT + _pseudo_words(set(common) | _all_terms())


def _all_terms() -> set[str]:
    return {term for rule in TERM_RULES for term in rule.terms}


def _pseudo_words(taken: set[str]) -> tuple[str, ...]:
    rng = Random(SEED)
    syllables = SYLLABLES.split()
    words: dict[str, None] = {}
    while len(words) < PSEUDO_WORDS:
        word = "".join(rng.choices(syllables, k=rng.randint(2, 4)))
        if word not in taken:
            words[word] = None
    return tuple(words)


def tickets(size: int, count: int, seed: int = SEED) -> tuple[Ticket, ...]:
    """Return `count` tickets whose bodies are about `size` characters long."""
    rng = Random(seed + size)
    words = vocabulary()
    return tuple(_ticket(rng, words, size) for _ in range(count))


def _ticket(rng: Random, words: Sequence[str], size: int) -> Ticket:
    return Ticket(
        impact=rng.choice(LEVELS),
        urgency=rng.choice(LEVELS),
        customer_tier=rng.choice(TIERS),
        affected_system=rng.choice(SYSTEMS),
        data_sensitivity=rng.choice(SENSITIVITIES),
        subject=" ".join(rng.choices(words, k=SUBJECT_WORDS)),
        description=_body(rng, words, size),
        created=NOW - rng.randint(0, OLDEST_HOURS * 3600),
        now=NOW,
    )


def _body(rng: Random, words: Sequence[str], size: int) -> str:
    pieces: list[str] = []
    length = 0
    while length < size:
        piece = _cased(rng, rng.choice(words)) + rng.choice(AFTER_WORD)
        pieces.append(piece)
        length += len(piece) + 1
    for rule in TERM_RULES:
        if rng.random() < HIT_SHARE:
            pieces.insert(rng.randint(0, len(pieces)), _hit(rng, rule.terms))
    return " ".join(pieces)


def _cased(rng: Random, word: str) -> str:
    if rng.random() >= CASE_SHARE:
        return word
    return word.upper() if rng.random() < CAPITALS_SHARE else word.capitalize()


def _hit(rng: Random, terms: Sequence[str]) -> str:
    term = rng.choice(terms)
    return (term.title() if rng.random() < TITLE_SHARE else term) + rng.choice(AFTER_HIT)


class Mix(msgspec.Struct, frozen=True, kw_only=True):
    """The control figures of a set of tickets, as shares of one."""

    characters: float
    tags: dict[int, float]
    classes: dict[int, float]
    overrides: dict[str, float]
    last_row: float

    @property
    def many_tags(self) -> float:
        """Return the share of tickets with more than three tags."""
        return sum(share for number, share in self.tags.items() if number > 3)


def mix(drawn: Sequence[Ticket], answers: Sequence[Answer]) -> Mix:
    """Return what the tickets look like and how the policy splits them."""
    fired = [rule for _, ids, _, _ in answers for rule in ids]
    tags = [sum(rule.startswith("K:") for rule in ids) for _, ids, _, _ in answers]
    rules = _shares(fired, len(answers))
    return Mix(
        characters=sum(len(text_of(ticket)) for ticket in drawn) / len(drawn),
        tags=_shares(tags, len(answers)),
        classes=_shares((severity for severity, *_ in answers), len(answers)),
        overrides={rule: rules[rule] for rule in sorted(rules) if rule.startswith("O")},
        last_row=rules["M12"],
    )


def _shares(seen: Iterable[Key], total: int) -> dict[Key, float]:
    return {key: round(number / total, 3) for key, number in sorted(Counter(seen).items())}
