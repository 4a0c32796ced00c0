"""Can a blueprint be passed on: no secrets, no real addresses, few places to change?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from triage_core.lowcode.make.mapping import texts
from triage_core.lowcode.make.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from triage_core.lowcode.make.blueprint import Blueprint, Spot

#: What may stand where people have to put something of their own.
PLACEHOLDERS: Final = frozenset({"your key", "https://triage.example.com"})
_MAIL: Final = re.compile(r"[\w.+-]+@(?!example\.(?:com|org|net)\b)[\w-]+(?:\.[\w-]+)+")
_SECRETS: Final[dict[str, re.Pattern[str]]] = {
    "an e-mail address": _MAIL,
    "an address inside Make": re.compile(r"https://(?:hook|[a-z0-9-]+)\.(?:[a-z0-9-]+\.)?(?:make|integromat)\.com\b"),
    "a key of Slack": re.compile(r"xox[abprs]-[\w-]{8,}"),
    "a token": re.compile(r"\b(?:Bearer|Basic)\s+[\w.~+/-]{12,}", re.IGNORECASE),
    "what looks like a key": re.compile(r"(?<![\w/-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{24,}(?![\w-])"),
}
_HOST: Final = re.compile(r"https?://([A-Za-z0-9.-]+)")


def secrets(blueprint: Blueprint) -> Iterator[Spot]:
    """Look for what belongs to somebody; nothing of it is repeated."""
    for module in blueprint.modules:
        for path, text in texts(module):
            plain = re.sub(r"\{\{.*?\}\}", "", text)
            for what, pattern in _SECRETS.items():
                if pattern.search(plain):
                    yield module.found(RULES["MK170"], f"this is, or holds, {what}", *path)


def hosts(blueprint: Blueprint) -> Iterator[Spot]:
    """Look for an address that stands in more than one place."""
    seen: set[str] = set()
    for module in blueprint.modules:
        for path, text in texts(module):
            for host in _HOST.findall(text):
                if host in seen:
                    yield module.found(RULES["MK171"], "this host stands in an earlier module as well", *path)
                seen.add(host)
