"""Where do mail addresses and IP addresses stand?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from triage_core.domain.sensitive.kinds import Found, Sensitive

_LABEL = r"[^\W_](?:[\w-]{0,62}[^\W_])?"
_TOP = r"(?:xn--[a-z0-9-]{2,59}|[^\W\d_]{2,24})(?![\w-])"
#: Also as people write an address to keep it from machines: `ann (at) example (dot) com`.
_AT: Final = re.compile(r" ?[(\[{] ?(?:at|ät|@) ?[)\]}] ?|@", re.IGNORECASE)
_DOT = r"(?:\.| ?[(\[{] ?(?:dot|punkt|\.) ?[)\]}] ?)"
_DOMAIN: Final = re.compile(rf"(?:{_LABEL}{_DOT}){{1,8}}{_TOP}", re.IGNORECASE)
_LOCAL: Final = frozenset(".+%'=~_-")
_LONGEST_LOCAL: Final = 254

_V4: Final = re.compile(r"(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)")
_V6: Final = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{2,39}(?:\d{1,3}(?:\.\d{1,3}){3})?(?![\w:]|\.\d)")
_FORMS: Final = ((".", _V4), (":", _V6))
_VERSION: Final = re.compile(r"(?:version|release|build|ver|v|os|firmware)[ .:]{0,2}\Z", re.IGNORECASE)
_BEFORE: Final = 12


def emails_in(text: str) -> Iterator[Found]:
    """Mail addresses, in all alphabets."""
    for sign in _AT.finditer(text):
        domain = _DOMAIN.match(text, sign.end())
        start = _local_start(text, sign.start())
        if domain and start < sign.start():
            yield Found(Sensitive.EMAIL_ADDRESS, start, domain.end())


def _local_start(text: str, end: int) -> int:
    lowest = max(0, end - _LONGEST_LOCAL)
    start = end
    while start > lowest and (text[start - 1].isalnum() or text[start - 1] in _LOCAL):
        start -= 1
    while start < end and text[start] in ".'":
        start += 1
    return start


def ips_in(text: str) -> Iterator[Found]:
    """Addresses of machines; those that mean no machine, and version numbers, are left alone."""
    for mark, form in _FORMS:
        for found in form.finditer(text) if mark in text else ():
            if _means_a_machine(found[0]) and not _VERSION.search(
                text[max(0, found.start() - _BEFORE) : found.start()]
            ):
                yield Found(Sensitive.IP_ADDRESS, *found.span())


def _means_a_machine(written: str) -> bool:
    # Names in programs are joined by two colons as well, and rarely hold a figure.
    address = _read(written) if any(char.isdigit() for char in written) else None
    if address is None or address.is_unspecified or address.is_loopback or address.is_multicast:
        return False
    # Masks such as 255.255.255.0 are no addresses; everything above 240 is reserved.
    return not (address.version == 4 and address.is_reserved)  # noqa: PLR2004 - the version of the protocol


def _read(written: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(written)
    except ValueError:
        return None
