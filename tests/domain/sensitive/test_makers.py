"""How many of the kinds of keys that another list knows are found as well?

The list lies outside the repository and only says what to draw: for each of its rules some keys are made up and looked
for. None of its rules is used by the product.
"""

from __future__ import annotations

import random
import re
import string
import tomllib
import warnings
from pathlib import Path
from re import _constants as sre
from re import _parser as parser
from typing import Any

from triage_core.domain.sensitive import SECRET, find

_WORD = set(string.ascii_letters + string.digits + "_")
_ALL = set(string.printable[:95])
_CLASSES = {
    sre.CATEGORY_DIGIT: set(string.digits),
    sre.CATEGORY_WORD: _WORD,
    sre.CATEGORY_SPACE: {" "},
    sre.CATEGORY_NOT_WORD: _ALL - _WORD,
    sre.CATEGORY_NOT_SPACE: _ALL - {" "},
    sre.CATEGORY_NOT_DIGIT: _ALL - set(string.digits),
}


def one_of(parts: Any) -> set[str]:
    chosen: set[str] = set()
    for kind, value in parts:
        if kind is sre.LITERAL:
            chosen.add(chr(value))
        elif kind is sre.RANGE:
            chosen |= {chr(code) for code in range(value[0], min(value[1], 126) + 1)}
        elif kind is sre.CATEGORY:
            chosen |= _CLASSES[value]
    return _ALL - chosen if parts[0][0] is sre.NEGATE else chosen


def drawn(pattern: Any, chance: random.Random) -> str:
    """Make up a text that a parsed pattern fits, but for its conditions on what stands around."""
    return "".join(piece(kind, value, chance) for kind, value in pattern)


def piece(kind: Any, value: Any, chance: random.Random) -> str:
    if kind is sre.LITERAL:
        return chr(value)
    if kind is sre.IN:
        chars = one_of(value)
        return chance.choice(sorted({char for char in chars if char.isalnum()} or chars))
    if kind is sre.SUBPATTERN:
        return drawn(value[3], chance)
    if kind is sre.BRANCH:
        return drawn(chance.choice(value[1]), chance)
    if kind in {sre.MAX_REPEAT, sre.MIN_REPEAT}:
        least, most, repeated = value
        often = chance.randint(least, min(most, least + 8) if least < 20 else least)
        return "".join(drawn(repeated, chance) for _ in range(often))
    return "" if kind in {sre.AT, sre.ASSERT, sre.ASSERT_NOT} else chance.choice(string.ascii_letters)


def parsed(pattern: str) -> Any:
    """Read a pattern of another dialect; its switches in the middle do not matter to what is drawn."""
    plain = re.sub(r"\(\?-?[ims]+\)", "", pattern.replace(r"\z", r"\Z"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return parser.parse(re.sub(r"\(\?-?[ims]+:|\(\?P<\w+>", "(?:", plain))


def test_most_of_the_kinds_of_another_list_are_found(shared_data: Path) -> None:
    rules = tomllib.loads((shared_data / "pii" / "gitleaks.toml").read_text("utf-8"))["rules"]
    chance = random.Random(7)
    found = 0
    patterns = [parsed(rule["regex"]) for rule in rules if "regex" in rule]
    for pattern in patterns:
        texts = [f"It reads {drawn(pattern, chance)} here" for _ in range(5)]
        found += sum(any(each.kind in SECRET for each in find(text)) for text in texts) >= 3
    assert len(patterns) > 200
    assert found / len(patterns) > 0.6
