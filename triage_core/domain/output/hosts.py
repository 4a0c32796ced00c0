"""Which host does a link lead to, read as browsers read it?

Browsers forgive much: backslashes for slashes, one slash or three, names before an `@`, wide letters. Whatever is not a
plain host name after that is refused instead of guessed at.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):")
_END: Final = re.compile(r"[/?#]")
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?)*")
_PORT: Final = re.compile(r":\d{0,5}\Z")
#: What ends a sentence and not a host.
_TRAILING: Final = ".,;:!?*'\")]}>_"
_DOTS: Final = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61", "."))
_LONGEST: Final = 253
_IGNORED: Final = re.compile(r"[\t\n\r]")

WEB: Final = ("https", "http")
#: Leads to no host: these are looked at as what they hold, such as mail addresses.
HARMLESS: Final = ("mailto", "tel", "sms", "cid")


def scheme_of(target: str) -> str:
    """Return the scheme of a link's target in lower case; empty where it has none."""
    found = _SCHEME.match(clean(target))
    return found[1].lower() if found else ""


def clean(target: str) -> str:
    """Return a target without what browsers leave out."""
    return _IGNORED.sub("", target).strip("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x0f \u00a0\u200b\ufeff")


def host_of(target: str) -> str | None:
    """Return the host of a target of the web in ASCII; none where it is no plain host name.

    A backslash is a slash to browsers and a letter to others, so that a target with one has no plain host.
    """
    rest = clean(target)
    if "\\" in rest:
        return None
    found = _SCHEME.match(rest)
    if found and found[1].lower() in WEB:
        rest = rest[found.end() :]
    return ascii_host(_END.split(rest.lstrip("/"), maxsplit=1)[0])


def ascii_host(written: str) -> str | None:
    """Return a host name as it is looked up; none for user names, addresses in numbers and everything odd."""
    bare = _PORT.sub("", written.rstrip(_TRAILING))
    if not bare or "@" in bare or len(bare) > _LONGEST:
        return None
    plain = unicodedata.normalize("NFKC", bare.translate(_DOTS)).lower()
    host = ".".join(label if label.isascii() else _encoded(label) for label in plain.split("."))
    return host if _HOST.fullmatch(host) and not host.rpartition(".")[2].isdigit() else None


def _encoded(label: str) -> str:
    # Older rules make "ss" of the German sharp s, which leads elsewhere than browsers do; so nothing is mapped here.
    return f"xn--{label.encode('punycode').decode('ascii')}"


class Domains:
    """Where links may lead; `*.example.com` is every host below it."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        """Take the names as the policy writes them."""
        hosts = [(name.startswith("*."), ascii_host(name.removeprefix("*."))) for name in allowed]
        self._exact: Final = frozenset(host for below, host in hosts if host and not below)
        self._below: Final = tuple(f".{host}" for below, host in hosts if host and below)

    def allow(self, host: str) -> bool:
        """Whether links may lead to a host."""
        return host in self._exact or host.endswith(self._below)
