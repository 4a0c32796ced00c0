"""Which addresses may events be sent to?

An address comes from outside, so it could point into our own network. It is read by a grammar that leaves no room for
two readings, its host must be on a list, and every network address that the host resolves to must be a public one.
"""

from __future__ import annotations

import re
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from triage_core.domain.errors import TriageError
from triage_core.domain.value import Value

#: Where the three platforms receive events; `*.` stands for one label or more. docs/webhooks.md tells how sure each is.
PLATFORM_HOSTS: Final = (
    "zapier.com",
    "*.zapier.com",
    "*.make.com",
    "*.logic.azure.com",
    "*.azure-apim.net",
    "*.powerplatform.com",
)

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_URL: Final = re.compile(
    rf"(?P<scheme>https?)://(?P<host>{_LABEL}(?:\.{_LABEL})*|\[::1\])(?::(?P<port>[0-9]{{1,5}}))?"
    r"(?P<target>[/?][A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%]*)?",
    flags=re.IGNORECASE,
)
#: At least two labels, the last one no number, so that no network address and no whole top-level domain is listed.
_PATTERN: Final = re.compile(rf"(?:\*\.)?(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_LOOPBACK_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_HTTPS_PORT: Final = 443
_PORTS: Final = {"https": _HTTPS_PORT, "http": 80}
_LAST_PORT: Final = 65_535
_LONGEST_URL: Final = 2_000

_GLOBAL_UNICAST: Final = ip_network("2000::/3")
_NAT64: Final = ip_network("64:ff9b::/96")
_LOW_HALF: Final = 0xFFFF_FFFF
#: Public by number, but answered by the cloud's own machinery, or a tunnel to an address that is not shown.
_NOT_PUBLIC_4: Final = tuple(map(ip_network, ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24")))
_NOT_PUBLIC_6: Final = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))


class Refusal(StrEnum):
    """Why an address may not be used."""

    UNREADABLE = "it must be a full address in plain letters, such as https://HOST/PATH"
    SCHEME = "it must begin with https://"
    PORT = "it must use port 443"
    HOST = "its host is not on the list of receivers; an administrator can add it"


class ReceiverRefused(TriageError):
    """Events may not be sent to this address."""

    code = "callback_refused"

    def __init__(self, refusal: Refusal) -> None:
        """Say what would do; the address itself may hold a secret and is not repeated."""
        super().__init__(f"this callback address cannot be used: {refusal}")
        self.refusal = refusal


class HostPatternInvalid(TriageError):
    """An entry of the list of receivers is no host."""

    code = "host_pattern_invalid"

    def __init__(self, place: int) -> None:
        """Name the entry by its place."""
        super().__init__(f"entry {place} of the list of receivers is no host; write hooks.example.com or *.example.com")


class Target(Value, frozen=True, kw_only=True):
    """An address that was read and found usable."""

    scheme: str
    host: str
    port: int
    #: Path and query.
    target: str
    is_loopback: bool = False

    @property
    def authority(self) -> str:
        """The host as a request names it, with its port where that is not the usual one."""
        return self.host if self.port == _PORTS[self.scheme] else f"{self.host}:{self.port}"


class Receivers(Value, frozen=True, kw_only=True):
    """Who may receive events."""

    hosts: tuple[str, ...] = PLATFORM_HOSTS
    #: For tests and first tries: this machine itself, over plain http and on any port.
    allow_loopback: bool = False

    def __post_init__(self) -> None:
        """Refuse entries that would let in more than somebody meant; raises `HostPatternInvalid`."""
        for place, pattern in enumerate(self.hosts, start=1):
            if _PATTERN.fullmatch(pattern) is None:
                raise HostPatternInvalid(place)

    def target(self, url: str) -> Target:
        """Read an address; raises `ReceiverRefused`."""
        read = _URL.fullmatch(url) if len(url) <= _LONGEST_URL else None
        if read is None:
            raise ReceiverRefused(Refusal.UNREADABLE)
        scheme, host = read["scheme"].lower(), read["host"].lower()
        target = Target(
            scheme=scheme,
            host=host,
            port=int(read["port"] or _PORTS[scheme]),
            target=_path(read["target"] or ""),
            is_loopback=self.allow_loopback and is_loopback_host(host),
        )
        if (refusal := self._refusal(target)) is not None:
            raise ReceiverRefused(refusal)
        return target

    def _refusal(self, target: Target) -> Refusal | None:
        if target.is_loopback:
            return None if 0 < target.port <= _LAST_PORT else Refusal.PORT
        if target.scheme != "https":
            return Refusal.SCHEME
        if target.port != _HTTPS_PORT:
            return Refusal.PORT
        return None if any(_matches(target.host, pattern) for pattern in self.hosts) else Refusal.HOST


def is_loopback_host(host: str) -> bool:
    """Tell whether a host is a name of this machine itself."""
    return host in _LOOPBACK_HOSTS


def _path(target: str) -> str:
    return target if target.startswith("/") else f"/{target}"


def _matches(host: str, pattern: str) -> bool:
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def is_sendable(address: str, target: Target) -> bool:
    """Tell whether a connection to this network address may be made for a target."""
    found = _unwrapped(ip_address(address.partition("%")[0]))
    return found.is_loopback if target.is_loopback else _is_public(found)


def _unwrapped(found: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the address of the old kind that one of the new kind stands for."""
    if isinstance(found, IPv4Address):
        return found
    if found in _NAT64:
        return IPv4Address(int(found) & _LOW_HALF)
    return found.ipv4_mapped or found


def _is_public(found: IPv4Address | IPv6Address) -> bool:
    if not found.is_global or found.is_multicast:
        return False
    if isinstance(found, IPv4Address):
        return not any(found in network for network in _NOT_PUBLIC_4)
    return found in _GLOBAL_UNICAST and not any(found in network for network in _NOT_PUBLIC_6)
